from __future__ import annotations

from django.apps import AppConfig


class BorderConfig(AppConfig):
    """The border: patrols, tracks, marker inspections, damage, joint minutes, requirements and plan lines."""

    name = "cotmoc.record.areas.border"
    label = "border"
    verbose_name = "Biên giới"
