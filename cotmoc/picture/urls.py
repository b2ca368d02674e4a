from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from cotmoc.picture import views

app_name = "picture"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="picture:map", query_string=True), name="home"),
    path("map", views.map_page, name="map"),
    path("layers/<str:ids>.geojson", views.layer_data, name="layer"),
    path("markers/", views.marker_list, name="markers"),
    path("markers/<path:number>", views.marker, name="marker"),
    path("units/<str:code>", views.unit, name="unit"),
    path("people/<str:code>", views.person, name="person"),
    path("photos/<uuid:photo_id>", views.photo, name="photo"),
]
