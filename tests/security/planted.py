"""What Ga Ry must never see: rows of La Êê and of another province, each with a secret word in every text it has.

plant_neighbour(province)      one row of every kind at La Êê
plant_stranger(province)       another command with a post, a line, a marker, people, and one row of every kind
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import models

from cotmoc.base import evidence, ledger
from cotmoc.base.ledger import Author
from cotmoc.base.models import (
    Account,
    BorderGate,
    BorderLine,
    BorderMarker,
    LineStretch,
    LineVersion,
    MarkerPosition,
    Person,
    Posting,
    Unit,
    UnitName,
    UnitParent,
)
from cotmoc.geo.fixes import Fixes
from cotmoc.record.areas.border.models import (
    DamageCase,
    JointMinutes,
    MarkerInspection,
    Patrol,
    PatrolPlanLine,
    PatrolRequirement,
    PatrolTrack,
    Photo,
)
from cotmoc.record.areas.calendar.models import Disruption
from cotmoc.record.register import Record
from cotmoc.review.models import ReviewFreeze, ReviewSentence
from tests.province import PASSWORD, Province, at

NEIGHBOUR, STRANGER = "qzxlaee", "qzxkontum"
DAY = date(2020, 11, 10)
AMENDED = date(2020, 11, 15)
BEFORE_AMENDMENT = "2020-11-12"
BY = Author("qzxlaee", "thử", at(DAY, 18))


@dataclass
class Planted:
    """The rows of one owner by short names, and what betrays them."""

    word: str
    unit: Unit
    rows: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.rows[name]

    @property
    def betrayals(self) -> list[str]:
        """Texts that give a row away: the word, and every id."""
        secret = [row for name, row in self.rows.items() if name not in {"rule", "outage"}]
        return [self.word, *(str(row.pk) for row in secret), self.rows["file"].sha256]


def worded(row: Any, word: str) -> Any:
    """The row with the word in every free text."""
    for column in row._meta.concrete_fields:
        free = isinstance(column, models.CharField | models.TextField) and not column.choices and column.editable
        if free and column.name not in {
            "sha256",
            "fixes_sha256",
            "blob_sha256",
            "claim",
            "chapter",
            "point",
            "media_type",
            "source",
        }:
            setattr(row, column.name, f"{word}-{column.name}"[: column.max_length])
    if isinstance(row, Record):
        row.code = f"{row.code_prefix}-{word}"
        row.refold()
    return row


def plant_neighbour(province: Province, shared: bool = False) -> Planted:
    """`shared`: also a requirement and a disruption of La Êê, which the whole command reads (they carry no secret)."""
    made = Planted(NEIGHBOUR, province.units["LE"])
    if shared:
        _plant_rules(made, "chung")
    _plant(made, province.people["LE"], province.markers["706"], province.units["GR"], 107.41)
    return made


def plant_stranger(province: Province) -> tuple[Planted, User]:
    """Another command; its rows and the user of its post."""
    command = Unit(code="XQ", name="", short_name="", kind="command", lon=107.6, lat=14.6)
    post = Unit(code="XP", name="", short_name="", kind="land_post", lon=107.5, lat=14.6)
    for unit in (command, post):
        unit.name = unit.short_name = unit.folded = f"{STRANGER} {unit.code}"
    line = BorderLine(unit=command, code=f"{STRANGER}-line", name=STRANGER, kind=BorderLine.Kind.LAND)
    course = [[107.4, 14.7], [107.4, 14.6]]
    version = LineVersion(
        line=line, source=STRANGER, measured_m=11_000, vertex_count=2, geometry={"type": "LineString", "coordinates": course}
    )  # fmt: skip
    marker = BorderMarker(line=line, number="801", sort_key="000801", kind="main", inscription=STRANGER)
    position = MarkerPosition(
        marker=marker, source="treaty", lon=107.4, lat=14.65, accuracy_m=1, crs="EPSG:4326", reference=STRANGER
    )
    person = Person(unit=post, code=f"{STRANGER}-1", name=STRANGER, folded=STRANGER)
    user = User.objects.create_user("xp", password=PASSWORD)
    founding = [
        command, post, UnitName(unit=post, name=f"{STRANGER} cũ"), UnitParent(unit=post, parent=command, line="command"),
        line, version, marker, position, LineStretch(line=line, unit=post), person,
        Posting(person=person, unit=post, rank=STRANGER, post=STRANGER, valid_from=date(2018, 1, 1)),
        BorderGate(unit=post, code="XG", name=STRANGER, opposite=STRANGER, lon=107.4, lat=14.65),
        Account(username="xp", unit=post, person=person),
    ]  # fmt: skip
    ledger.write(founding, BY)
    made = Planted(STRANGER, post)
    _plant(made, person, marker, command, 107.401)
    _plant_rules(made, STRANGER)
    made.rows |= {"marker": marker, "person": person, "post": post, "command": command}
    return made, user


def _plant_rules(made: Planted, word: str) -> None:
    """Rows that a whole command shares: everybody in it reads them, only the owner and those above it write them."""
    rule = PatrolRequirement(unit=made.unit, subject=PatrolRequirement.Subject.values[0], every_days=30, valid_from=DAY)
    outage = Disruption(unit=made.unit, kind=Disruption.Kind.values[0], since=DAY, until=DAY)
    made.rows |= {"rule": worded(rule, word), "outage": worded(outage, word)}
    ledger.write([made["rule"], made["outage"].link(units=[made.unit.pk])], BY)


def _plant(made: Planted, person: Person, marker: BorderMarker, other: Unit, lon: float) -> None:
    """One row of every kind, all amended once, so that a page of the past must rebuild them."""
    rows, unit, word = made.rows, made.unit, made.word
    started = at(DAY, 8)
    times = [int((started + timedelta(minutes=m)).timestamp() * 1000) for m in range(30)]
    fixes = Fixes.of(times, [lon] * 30, [15.5 - m * 1e-4 for m in range(30)], [5.0] * 30)  # type: ignore[arg-type]
    rows["file"], _ = evidence.receive(f"{word}.gpx", fixes.to_bytes(), unit, BY)
    patrol = Patrol(
        unit=unit, kind="joint", started_at=started, ended_at=started + timedelta(hours=5), leader=person,
        from_marker=marker, to_marker=marker,
    )  # fmt: skip
    rows["patrol"] = worded(patrol, word)
    rows["track"] = worded(PatrolTrack(
        unit=unit, file=rows["file"], source="gpx", fixes_sha256=fixes.digest(), blob_sha256=evidence.put(fixes.to_bytes()),
        started_at=started, ended_at=started + timedelta(minutes=29), fix_count=30, length_m=300, west=lon, south=15.4,
        east=lon, north=15.5, simplified=[[[lon, 15.5], [lon, 15.4971]]],
    ), word)  # fmt: skip
    rows["inspection"] = worded(
        MarkerInspection(unit=unit, marker=marker, patrol=patrol, seen_at=at(DAY, 10), state="damaged", inspector=person,
                         lat=15.5, lon=lon, photo_count=1), word,
    )  # fmt: skip
    picture, _ = evidence.receive(f"{word}.jpg", photo_bytes(word), unit, BY)
    rows["picture"] = picture
    rows["photo"] = Photo(inspection=rows["inspection"], direction="north", file=picture, taken_at=at(DAY, 10))
    rows["case"] = worded(
        DamageCase(unit=unit, marker=marker, inspection=rows["inspection"], kind="chipped", opened_on=DAY), word
    )
    rows["minutes"] = worded(
        JointMinutes(unit=unit, patrol=patrol, level="post", held_on=DAY, partner=other, own_leader=person, own_count=5,
                     partner_count=5), word,
    )  # fmt: skip
    rows["plan"] = worded(
        PatrolPlanLine(unit=unit, kind="joint", window_from=DAY, window_to=DAY, from_marker=marker, to_marker=marker),
        word,
    )
    rows["sentence"] = worded(ReviewSentence(unit=unit, year=2020, chapter="border", point="patrol"), word)
    rows["freeze"] = worded(ReviewFreeze(unit=unit, year=2020, chapter="border", at=at(DAY, 18), figures={}), word)
    ledger.write([row for name, row in rows.items() if name not in {"file", "picture"}], BY)
    broken, _ = evidence.receive(f"{word}-broken.gpx", word.encode(), unit, BY)
    rows["broken"] = broken
    rows["waiting"] = evidence.quarantine(broken, "file.truncated", {"format": word}, BY)
    changed = {"patrol": "note", "track": "name", "inspection": "note", "case": "note", "minutes": "agreed", "plan": "note",
               "sentence": "reason", "freeze": "author"}  # fmt: skip
    for name, column in changed.items():
        setattr(rows[name], column, f"{word} sửa")
    ledger.write([rows[name] for name in changed], Author(word, "thử", at(AMENDED, 18)), reason=word)


def photo_bytes(word: str) -> bytes:
    """A JPEG that is another one for every word."""
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (40, 30), (len(word) * 9, 40, 90)).save(out, "JPEG", comment=word.encode())
    return out.getvalue()


def plant_on_foreign_ground(made: Planted, marker: BorderMarker) -> None:
    """What the owner saw at a marker that another unit holds: its state is that unit's business, the record is not."""
    inspection = MarkerInspection(
        unit=made.unit, marker=marker, patrol=made["patrol"], seen_at=at(DAY, 11), state="damaged", lat=15.5, lon=107.4
    )
    made.rows["visit"] = worded(inspection, made.word)
    case = DamageCase(unit=made.unit, marker=marker, inspection=inspection, kind="chipped", opened_on=DAY)
    made.rows["trespass"] = worded(case, made.word)
    for row in (made["visit"], made["trespass"]):
        row.code += "-2"
    ledger.write([made["visit"], made["trespass"]], BY)
    made["visit"].note = f"{made.word} sửa"
    ledger.write([made["visit"]], Author(made.word, "thử", at(AMENDED, 18)), reason=made.word)


FROZEN = datetime(2020, 11, 24, 6, 0, 30, tzinfo=UTC) - timedelta(hours=7)
"""The present of these tests; it stands still, so that two pages differ only by what they show."""
