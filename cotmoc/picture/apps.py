from __future__ import annotations

from django.apps import AppConfig


class PictureConfig(AppConfig):
    name = "cotmoc.picture"
    label = "picture"

    def ready(self) -> None:
        from cotmoc.picture import geography, positions, search_own, things

        for part in (geography, things, positions, search_own):
            part.register()
