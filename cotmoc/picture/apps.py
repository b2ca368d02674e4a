from __future__ import annotations

from django.apps import AppConfig


class PictureConfig(AppConfig):
    name = "cotmoc.picture"
    label = "picture"
