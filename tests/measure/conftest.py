"""The small province, measured on demand."""

from tests.province import province

__all__ = ["province"]
