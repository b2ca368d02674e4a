"""Lets a template ask what is told of a patrol or a track."""

from __future__ import annotations

from datetime import datetime

from django import template

from cotmoc.record.areas.border.models import Patrol, PatrolTrack
from cotmoc.record.areas.border.told import told

register = template.Library()


@register.filter
def told_of(row: Patrol | PatrolTrack, at: datetime | None = None) -> list[str]:
    """`{% for said in row|told_of:at %}`."""
    return told(row, at)
