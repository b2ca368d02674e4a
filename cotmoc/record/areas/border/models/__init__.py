"""The registers of the border, by subject."""

from cotmoc.record.areas.border.models.markers import DamageCase, MarkerInspection, Photo
from cotmoc.record.areas.border.models.patrols import JointMinutes, Patrol, PatrolKind, PatrolLeg, PatrolTrack
from cotmoc.record.areas.border.models.plans import PatrolPlanLine, PatrolRequirement

__all__ = [
    "DamageCase",
    "JointMinutes",
    "MarkerInspection",
    "Patrol",
    "PatrolKind",
    "PatrolLeg",
    "PatrolPlanLine",
    "PatrolRequirement",
    "PatrolTrack",
    "Photo",
]
