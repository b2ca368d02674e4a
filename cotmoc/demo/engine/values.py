"""What the invented year consists of. Moments are aware datetimes in UTC, days are local days (UTC+7), metres are metres."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from cotmoc.geo.fixes import Fixes


class PatrolKind(StrEnum):
    END_TO_END = "end_to_end"
    ONE_SIDED = "one_sided"
    JOINT = "joint"
    MOBILE = "mobile"
    CHECKPOINT = "checkpoint"
    COAST = "coast"
    BOAT = "boat"


class Outcome(StrEnum):
    DONE = "done"
    LATE = "late"
    WAIVED = "waived"
    MISSED = "missed"
    DUE = "due"


class Terrain(StrEnum):
    LAND = "land"
    COAST = "coast"
    ISLAND = "island"


@dataclass(frozen=True, slots=True)
class SimUnit:
    code: str
    name: str
    short_name: str
    kind: str
    """command, land_post, gate_post, sea_post, squadron, partner or locality."""
    parent: str
    """Code of the unit above, empty at the top."""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class SimPerson:
    code: str
    name: str
    unit: str
    rank: str
    post: str


@dataclass(frozen=True, slots=True)
class SimMarker:
    """A marker or stake at an invented place: `chainage_m` along the line, `offset_m` to its left."""

    number: str
    stake: bool
    size: str
    """large, medium, small; none for a stake."""
    locality: str
    chainage_m: float
    offset_m: float
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class SimStretch:
    """What a unit holds of a line: from its start marker up to, not including, its end marker (None: end of the line)."""

    unit: str
    terrain: Terrain
    from_m: float
    to_m: float
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True, slots=True)
class SimGate:
    code: str
    name: str
    opposite: str
    unit: str
    lon: float
    lat: float
    classes: tuple[tuple[str, date, str], ...]
    """(class, valid from, decision)."""


@dataclass(frozen=True, slots=True)
class SimDisruption:
    """Something that stops patrols: on the days from `since` to `until`, both included."""

    kind: str
    """distancing, joint_suspended or storm."""
    name: str
    order: str
    since: date
    until: date
    terrains: tuple[Terrain, ...] = tuple(Terrain)


@dataclass(frozen=True, slots=True)
class SimPlanLine:
    """One ordered patrol of a monthly plan: which part of the stretch, when at the latest, and what became of it."""

    code: str
    unit: str
    kind: PatrolKind
    terrain: Terrain
    from_m: float
    to_m: float
    window_start: date
    window_end: date
    approved_at: datetime
    outcome: Outcome = Outcome.DUE
    reason: str = ""
    """Why it was waived."""
    waived_on: date | None = None


@dataclass(frozen=True, slots=True)
class SimInspection:
    """What a patrol wrote down at a marker. `items` answers the checklist: True good, False bad, absent not answered."""

    code: str
    marker: str
    seen_at: datetime
    inspector: str
    state: str
    """intact or damaged."""
    items: dict[str, bool]
    damage_kind: str
    damage_degree: str
    threat: str
    brush_cut_m: int
    photos: tuple[str, ...]
    """The directions photographed, in order; `detail` shows a damage."""
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    joint: bool
    note: str


@dataclass(frozen=True, slots=True)
class SimMinutes:
    """Signed minutes of a joint patrol."""

    number: str
    partner: str
    our_leader: str
    our_count: int
    their_leader: str
    their_count: int
    host: str
    """ours or theirs."""
    place: str
    agreed: tuple[str, ...]
    next_date: date
    signed_at: datetime


@dataclass(frozen=True, slots=True, eq=False)
class SimTrack:
    """What the phone kept: all fixes in order, and the index at which each later day begins."""

    name: str
    fixes: Fixes
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SimPatrol:
    code: str
    unit: str
    kind: PatrolKind
    terrain: Terrain
    leader: str
    members: tuple[str, ...]
    """Person codes, the leader first."""
    militia: int
    purpose: str
    from_m: float
    to_m: float
    start: datetime
    end: datetime
    weather: str
    finding: str
    plan_line: str
    """Code of the plan line, empty for a patrol outside the plan."""
    recorded_at: datetime
    track: SimTrack | None
    inspections: tuple[SimInspection, ...] = ()
    minutes: SimMinutes | None = None


@dataclass(frozen=True, slots=True)
class SimDamage:
    """A marker is damaged from `since` until `repaired` (None: not yet)."""

    marker: str
    kind: str
    cause: str
    degree: str
    since: datetime
    repaired: datetime | None
    repair: str


@dataclass(frozen=True, slots=True)
class SimAmendment:
    """A correction of one field of an inspection, made later, with its reason."""

    inspection: str
    fieldname: str
    value: int | str
    reason: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SimProvince:
    number: int
    code: str
    units: tuple[SimUnit, ...]
    people: tuple[SimPerson, ...]
    markers: tuple[SimMarker, ...]
    stretches: tuple[SimStretch, ...]
    gates: tuple[SimGate, ...]
    partners: dict[str, str] = field(default_factory=dict)
    """Land post -> the company on the other side."""

    @property
    def tag(self) -> str:
        """What tells the numbers of a further province from those of the first."""
        return "" if self.number == 1 else self.code

    def staff(self, unit: str) -> tuple[SimPerson, ...]:
        return tuple(person for person in self.people if person.unit == unit)

    def unit(self, code: str) -> SimUnit:
        return next(unit for unit in self.units if unit.code == code)
