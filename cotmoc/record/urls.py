from __future__ import annotations

from django.urls import include, path

from cotmoc.record import intake, views

app_name = "record"
urlpatterns = [
    path("", views.home, name="home"),
    path("quarantine/", intake.quarantine, name="quarantine"),
    path("quarantine/<uuid:key>", intake.waiting, name="waiting"),
    path("quarantine/<uuid:key>/settle", intake.settle, name="settle"),
    path("evidence/<str:sha256>", intake.download, name="evidence"),
    path("", include("cotmoc.record.areas.border.urls")),
    path("<slug:slug>/", views.listing, name="list"),
    path("<slug:slug>/new", views.new, name="new"),
    path("<slug:slug>/import", views.import_table, name="import_table"),
    path("<slug:slug>/export.csv", views.export_csv, name="export_csv"),
    path("<slug:slug>/export.xlsx", views.export_xlsx, name="export_xlsx"),
    path("<slug:slug>/<str:key>", views.record, name="record"),
    path("<slug:slug>/<str:key>/edit", views.edit, name="edit"),
    path("<slug:slug>/<str:key>/withdraw", views.withdraw, name="withdraw"),
    path("<slug:slug>/<str:key>/restore", views.restore, name="restore"),
]
