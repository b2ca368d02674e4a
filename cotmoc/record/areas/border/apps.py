from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BorderConfig(AppConfig):
    """The border: patrols, tracks, marker inspections, damage, joint minutes, requirements and plan lines."""

    name = "cotmoc.record.areas.border"
    label = "border"
    verbose_name = "Biên giới"

    def ready(self) -> None:
        from cotmoc.record import tasks
        from cotmoc.record.areas.border.views import waiting_tracks

        tasks.declare(
            tasks.Task(
                label=_("Vết chưa gắn chuyến"),
                hint=_("Chọn chuyến tuần tra cho từng vết; vết chưa gắn vẫn được giữ."),
                sign="sync-incomplete",
                address="record:tracks",
                count=lambda user: waiting_tracks(user).count(),
            )
        )
