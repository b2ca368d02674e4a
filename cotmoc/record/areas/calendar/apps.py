from __future__ import annotations

from django.apps import AppConfig


class CalendarConfig(AppConfig):
    """What disturbs or marks the year: distancing, storms, closed roads, holidays."""

    name = "cotmoc.record.areas.calendar"
    label = "calendar"
    verbose_name = "Lịch"
