from __future__ import annotations

from django.apps import AppConfig


class BaseConfig(AppConfig):
    """Who, where, when: units, people, lines, markers; the ledger; every error."""

    name = "cotmoc.base"
    label = "base"
    verbose_name = "Nền"
