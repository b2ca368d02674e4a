from __future__ import annotations

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """RECORD: registers, their tables, forms, exports and doors."""

    name = "cotmoc.record"
    label = "record"
    verbose_name = "Ghi nhận"
