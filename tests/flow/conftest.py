from __future__ import annotations

from tests.record.conftest import world

__all__ = ["world"]
