"""Every address of the program. Paths are English and mirror the folders, so a link names its place in the code."""

from __future__ import annotations

from django.urls import include, path

from cotmoc.picture import search_views
from cotmoc.record.adapters.api import addresses as api_addresses

urlpatterns = [
    path("", include("cotmoc.base.urls")),
    path("record/", include("cotmoc.record.urls")),
    path("api/v1/", include((api_addresses(), "api"))),
    path("search", search_views.results, name="search"),
    path("picture/", include("cotmoc.picture.urls")),
    path("measure/", include("cotmoc.measure.urls")),
    path("review/", include("cotmoc.review.urls")),
]

handler400 = "cotmoc.base.views.bad_request"
handler403 = "cotmoc.base.views.forbidden"
handler404 = "cotmoc.base.views.not_found"
handler500 = "cotmoc.base.views.server_error"
