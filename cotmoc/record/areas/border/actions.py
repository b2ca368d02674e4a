"""What is done at the border, one function each: who, permission, evidence, ledger.

receive_file      a track file comes in; kept first, judged afterwards; sent twice it counts once
receive_too_large one that nobody reads is kept all the same, without holding it in memory
retry             the same for a file that waits in the quarantine
attach_track      a track without patrol is given to one
attach_photo      a photo is sealed and joined to their inspection   (photos.py makes the picture that is shown)
open_damage_case  an inspection that saw damage opens its case
link_plan_line    a plan line is told which patrol carried it out
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import IntegrityError, transaction

from cotmoc.base import clock, evidence, ledger
from cotmoc.base.ledger import Author
from cotmoc.base.models import EvidenceFile, Quarantine, Unit
from cotmoc.base.problems import Language, sentence
from cotmoc.base.wording import moment as written
from cotmoc.geo.faults import Fault, Unreadable
from cotmoc.geo.readers import Limits, TrackFile, read_tracks
from cotmoc.geo.readers.limits import MEGABYTE
from cotmoc.geo.readers.smart import read_patrol
from cotmoc.geo.readers.text import decode
from cotmoc.record.actions import User, require_right, save_record, settle_waiting
from cotmoc.record.areas.border import photos, received
from cotmoc.record.areas.border.models import (
    DamageCase,
    MarkerInspection,
    Patrol,
    PatrolPlanLine,
    PatrolTrack,
    Photo,
)
from cotmoc.record.areas.border.models.markers import DamageKind
from cotmoc.record.areas.border.smart_patrols import leg_rows, patrol_row
from cotmoc.record.areas.border.tracks import patrols_around, track_row, waypoints_told

PLANNED = "route"
"""`ReadTrack.source` of a route that somebody drew beforehand: a plan proves no walk."""


LARGEST = Limits().bytes
"""A file beyond this is kept without being read."""


@dataclass(frozen=True, slots=True)
class SentPhoto:
    """A photo as it was sent with a form."""

    name: str
    data: bytes
    direction: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one file. Exactly one of `tracks`, `known` and `quarantine` decides `outcome`, in that order."""

    name: str
    file: EvidenceFile
    tracks: tuple[PatrolTrack, ...] = ()
    """New ones."""
    known: tuple[PatrolTrack, ...] = ()
    """Tracks whose fixes had come before, in these or in other bytes."""
    notices: tuple[Fault, ...] = ()
    quarantine: Quarantine | None = None

    @property
    def outcome(self) -> Literal["received", "known", "quarantined"]:
        if self.tracks:
            return "received"
        return "known" if self.known else "quarantined"

    @property
    def fix_count(self) -> int:
        return sum(track.fix_count for track in self.tracks)

    def sentences(self, language: Language = "vi") -> list[str]:
        """What the sender is told: the outcome first, then what was noticed in the file."""
        told = [self._outcome_told(language)]
        told += [
            sentence("track.unassigned", language, {"track": track}) for track in self.tracks if not track.patrol_id
        ]
        return told + [said(fault, self.name, language) for fault in self.notices]

    def _outcome_told(self, language: Language) -> str:
        if self.quarantine is not None and not self.tracks:
            case = {**self.quarantine.case, "file": self.name}
            return sentence(self.quarantine.code, language, case)
        code = "file.received" if self.tracks else "file.known"
        first = min((track.recorded_at for track in self.known), default=self.file.recorded_at)
        values = {"file": self.name, "tracks": len(self.tracks), "fixes": self.fix_count, "at": written(first)}
        return sentence(code, language, values)


def said(fault: Fault, file: str, language: Language = "vi") -> str:
    """The sentence of a reader's remark."""
    return sentence(fault.code, language, {"file": file, "where": fault.where, **fault.values})


def receive_file(name: str, data: bytes, unit: Unit, by: Author, patrol: Patrol | None = None) -> Receipt:
    """Take in one track file of any known format.

    1. The bytes are kept under their SHA-256, before anything is judged.
    2. The file is read; what cannot be read goes to the quarantine with its reason.
    3. Its tracks are written in one transaction, each only if its fixes are new; each goes to the patrol that was out
       during all of it (`patrol` if given), or waits without one.
    4. Those who compute with tracks are told, of known ones too: an earlier import may have ended before they were.

    A kill between the steps loses nothing: the same file sent again goes on where it ended. Sent twice, it counts once.
    """
    file = _keep(name, data, unit, by)
    receipt = _earlier(name, file) or _take_in(name, data, file, unit, by, patrol)
    received.announce([*receipt.tracks, *receipt.known])
    return receipt


def receive_too_large(name: str, pieces: Iterable[bytes], unit: Unit, by: Author) -> Receipt:
    """Keep a file that is larger than any that is read, piece by piece; it waits with that reason."""
    file, _new = evidence.receive_pieces(name, pieces, unit, by)
    return _earlier(name, file) or _put_aside(name, file, [_too_large(file.size)], by)


def _too_large(size: int) -> Fault:
    return Fault("file.too_large", "", {"size_mb": size // MEGABYTE, "limit_mb": LARGEST // MEGABYTE}, "error")


def retry(waiting: Quarantine, by: Author) -> Receipt:
    """Read a waiting file once more, e.g. with a newer program; settled if it can be read now."""
    if waiting.evidence.size > LARGEST:
        return _put_aside(waiting.evidence.name, waiting.evidence, [_too_large(waiting.evidence.size)], by)
    data = evidence.get(waiting.evidence.sha256)
    receipt = _take_in(waiting.evidence.name, data, waiting.evidence, waiting.unit, by, None)
    received.announce([*receipt.tracks, *receipt.known])
    if receipt.outcome != "quarantined":
        settle_waiting(waiting, receipt.sentences()[0], by)
    return receipt


def attach_track(track: PatrolTrack, patrol: Patrol, by: Author, reason: str, user: User) -> None:
    """Give a track to a patrol of a unit in reach. The track then belongs to the patrol's unit."""
    require_right(user, track.unit)
    require_right(user, patrol.unit)
    track.patrol, track.unit = patrol, patrol.unit
    ledger.write([track], by, reason)
    received.announce([track])


@transaction.atomic
def attach_photos(inspection: MarkerInspection, sent: Sequence[SentPhoto], by: Author) -> list[Photo]:
    """Seal photos and join them to their inspection. Raises Problem `photo.*` for what is no photo; sent twice, it is one photo.

    An inspection that was written with its number of photos stays at its first revision; later photos amend it.
    """
    made = [photo for one in sent if (photo := _photo_row(inspection, one, by)) is not None]
    inspection.photo_count = Photo.objects.in_force().filter(inspection=inspection).count()
    reason = ", ".join(f"{Photo._meta.verbose_name} {photo.get_direction_display()}" for photo in made)
    ledger.write([inspection], by, reason or str(Photo._meta.verbose_name))
    return made


def attach_photo(inspection: MarkerInspection, name: str, data: bytes, direction: str, by: Author) -> list[Photo]:
    """Seal one photo and join it to its inspection; nothing is made of one that is there already."""
    return attach_photos(inspection, [SentPhoto(name, data, direction)], by)


def _photo_row(inspection: MarkerInspection, one: SentPhoto, by: Author) -> Photo | None:
    size = photos.check(one.name, one.data)
    file, _new = evidence.receive(one.name, one.data, inspection.unit, by)
    if Photo.objects.in_force().filter(inspection=inspection, file=file).exists():
        return None
    photo = Photo(
        inspection=inspection,
        file=file,
        direction=one.direction,
        taken_at=size.taken_at,
        width=size.width,
        height=size.height,
    )
    ledger.write([photo], by)
    return photo


def open_damage_case(inspection: MarkerInspection, by: Author, user: User) -> DamageCase:
    """Open the case of a damaged or displaced marker; the one that is already open, and in the user's reach, if there is one."""
    open_cases = DamageCase.objects.for_user(user).in_force().filter(marker=inspection.marker, closed_on__isnull=True)
    if (known := open_cases.first()) is not None:
        return known
    displaced = inspection.state == MarkerInspection.State.DISPLACED
    case = DamageCase(
        unit=inspection.unit,
        marker=inspection.marker,
        inspection=inspection,
        kind=inspection.damage_kind or (DamageKind.SHIFTED if displaced else DamageKind.CHIPPED),
        cause=inspection.threat,
        degree=inspection.damage_degree,
        opened_on=clock.local(inspection.seen_at).date(),
    )
    save_record(case, by, "", user)
    return case


def link_plan_line(line: PatrolPlanLine, patrol: Patrol, by: Author, user: User) -> None:
    """Tell a plan line which patrol carried it out."""
    require_right(user, patrol.unit)
    line.patrol = patrol
    save_record(line, by, f"{PatrolPlanLine._meta.get_field('patrol').verbose_name}: {patrol.code}", user)


# --- the steps of receive_file


def _keep(name: str, data: bytes, unit: Unit, by: Author) -> EvidenceFile:
    try:
        with transaction.atomic():
            return evidence.receive(name, data, unit, by)[0]
    except IntegrityError:  # the same bytes came in at the same moment by another door
        return EvidenceFile.objects.get(sha256=evidence.put(data))


def _earlier(name: str, file: EvidenceFile) -> Receipt | None:
    """The receipt of bytes that had an outcome before; None when they are new or an earlier import was cut off."""
    known = tuple(PatrolTrack.objects.filter(file=file))
    waiting = Quarantine.objects.in_force().filter(evidence=file).order_by("-recorded_at").first()
    if known:
        return Receipt(name, file, known=known)
    return Receipt(name, file, quarantine=waiting) if waiting else None


def _take_in(name: str, data: bytes, file: EvidenceFile, unit: Unit, by: Author, patrol: Patrol | None) -> Receipt:
    try:
        content = read_tracks(name, data, now=by.when())
    except Unreadable as broken:
        return _put_aside(name, file, [broken.fault], by)
    if not any(track.source != PLANNED for track in content.tracks):
        return _put_aside(name, file, [*content.faults, *waypoints_told(content.waypoints)], by)
    try:
        return _store(name, data, content, file, unit, by, patrol)
    except IntegrityError:  # the same fixes came in at the same moment in other bytes: now they are known
        return _store(name, data, content, file, unit, by, patrol)


def _put_aside(name: str, file: EvidenceFile, faults: Sequence[Fault], by: Author) -> Receipt:
    """The file waits under its gravest remark; a file that holds only a planned route has none and gets ours."""
    none = [fault for fault in faults if fault.code in {"track.none", "track.waypoints_only"} or fault.level == "error"]
    reason = none[0] if none else Fault("track.planned_only")
    values: dict[str, Any] = {**reason.values, "where": reason.where, "file": name}
    waiting = evidence.quarantine(file, reason.code, values, by)
    return Receipt(name, file, quarantine=waiting, notices=tuple(fault for fault in faults if fault is not reason))


@transaction.atomic
def _store(
    name: str, data: bytes, content: TrackFile, file: EvidenceFile, unit: Unit, by: Author, patrol: Patrol | None
) -> Receipt:
    """All tracks of one file, or none."""
    rows, known = _new_rows(content, file, unit)
    planned = sum(track.source == PLANNED for track in content.tracks)
    remarks = [Fault("track.route_left_out", "", {"count": planned}, "warning")] if planned else []
    if content.format == "SMART" and patrol is None:
        patrol = _smart_patrol(data, unit, by)
    for row in rows:
        remarks += _assign(row, patrol)
    ledger.write(rows, by)
    return Receipt(name, file, tuple(rows), known, (*content.faults, *waypoints_told(content.waypoints), *remarks))


def _new_rows(content: TrackFile, file: EvidenceFile, unit: Unit) -> tuple[list[PatrolTrack], tuple[PatrolTrack, ...]]:
    """Rows for the tracks whose fixes are new, also within the file; and the rows of those that are known."""
    rows: dict[str, PatrolTrack] = {}
    remarks = [*content.faults, *waypoints_told(content.waypoints)]
    for track in content.tracks:
        if track.source != PLANNED:
            row = track_row(track, file, unit, content.format.lower(), remarks)
            rows.setdefault(row.fixes_sha256, row)
            remarks = []  # told once, on the first track of the file
    known = {track.fixes_sha256: track for track in _with_fixes(rows)}
    return [row for digest, row in rows.items() if digest not in known], tuple(known.values())


def _with_fixes(digests: Iterable[str]) -> list[PatrolTrack]:
    return [row for part in ledger.batches(digests, 500) for row in PatrolTrack.objects.filter(fixes_sha256__in=part)]


def _assign(row: PatrolTrack, patrol: Patrol | None) -> list[Fault]:
    """Give the track to the patrol it belongs to; where several could be meant, a person decides."""
    around = [patrol] if patrol else patrols_around(row.unit_id, row.started_at, row.ended_at)
    if len(around) == 1:
        row.patrol, row.unit = around[0], around[0].unit
        return []
    several = ", ".join(one.code for one in around)
    return [Fault("track.several_patrols", row.name, {"patrols": several}, "warning")] if around else []


def _smart_patrol(data: bytes, unit: Unit, by: Author) -> Patrol | None:
    """The patrol that a SMART file tells of: the known one of this number, else a new one with its legs."""
    smart = read_patrol(decode(data)[0], Limits())
    row = patrol_row(smart, unit)
    if row is None:
        return None
    known = Patrol.objects.in_force().filter(unit=unit, code=row.code).first()
    if known is not None:
        return known
    ledger.write([row, *leg_rows(smart, row)], by)
    return row
