from __future__ import annotations

from django.urls import path

from cotmoc.record.areas.border import views

urlpatterns = [
    path("import", views.import_files, name="import"),
    path("quarantine/<uuid:key>/retry", views.try_again, name="retry"),
    path("tracks/", views.tracks, name="tracks"),
    path("tracks/<uuid:key>", views.track, name="track"),
    path("tracks/<uuid:key>/attach", views.attach, name="attach"),
    path("photos/<uuid:key>", views.photo, name="photo"),
    path("marker-inspections/new", views.new_inspection, name="new_inspection"),
    path("marker-inspections/<str:key>/photos", views.add_photos, name="add_photos"),
    path("marker-inspections/<str:key>/damage-case", views.damage_case, name="damage_case"),
]
