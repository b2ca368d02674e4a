from __future__ import annotations

from pathlib import Path

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "cotmoc.demo"
    label = "demo"

    def ready(self) -> None:
        from cotmoc.picture import geography

        geography.add_folder(Path(__file__).parent / "geography")
