"""The tables of base, by subject."""

from cotmoc.base.models.evidence import EvidenceFile, Quarantine
from cotmoc.base.models.ledger import Ledgered, LedgerEntry
from cotmoc.base.models.line import (
    BorderGate,
    BorderLine,
    BorderMarker,
    GateClass,
    LineStretch,
    LineVersion,
    MarkerPosition,
)
from cotmoc.base.models.settings import Setting
from cotmoc.base.models.units import Account, Person, Posting, Unit, UnitName, UnitParent

__all__ = [
    "Account",
    "BorderGate",
    "BorderLine",
    "BorderMarker",
    "EvidenceFile",
    "GateClass",
    "LedgerEntry",
    "Ledgered",
    "LineStretch",
    "LineVersion",
    "MarkerPosition",
    "Person",
    "Posting",
    "Quarantine",
    "Setting",
    "Unit",
    "UnitName",
    "UnitParent",
]
