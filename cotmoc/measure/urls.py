from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from cotmoc.measure import views

app_name = "measure"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="measure:coverage", query_string=True), name="home"),
    path("coverage", views.coverage, name="coverage"),
    path("markers", views.markers, name="markers"),
    path("measures", views.measures, name="measures"),
    path("measures/<str:measure_id>", views.measure, name="measure"),
]
