"""The markers and stakes: how many, in what state, inspected or not. First cell of each row: the object's number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cotmoc.base import clock, wording
from cotmoc.base.figures import Answer, Row, Rows
from cotmoc.measure import objects
from cotmoc.measure.engine.integrity import State
from cotmoc.measure.measures.answers import Counted, few, marker_url, measure, record_url, scoped, share, span, when
from cotmoc.measure.objects import Thing
from cotmoc.measure.standing import Standing
from cotmoc.measure.words import post, reason_text
from cotmoc.record.areas.border.models import DamageCase, MarkerInspection

SIGNS = {State.INTACT: "marker-intact", State.DAMAGED: "marker-damaged", State.UNKNOWN: "marker-unknown"}
THING_COLUMNS = ("Mốc, cọc dấu", "Đơn vị", "Biên bản cuối", "Căn cứ")


def thing_row(standing: Standing, thing: Thing) -> Row:
    """An object with its state, holder, last inspection and the reason of its state."""
    last = when(thing.last.seen_at) if thing.last else str(_("chưa có"))
    reason = reason_text(thing, standing.at, standing.chosen.freshness_days)
    cells = (thing.place.number, post(thing.place.holder_name), last, reason)
    return Row(cells, marker_url(thing.place.number), 1.0, SIGNS[thing.verdict.state])


def things_answer(standing: Standing, things: Sequence[Thing], said: str, missing: Iterable[str] = ()) -> Answer:
    """A count of objects; markers are known to the whole command, so no row is hidden."""
    none = not standing.places
    return Answer(
        None if none else len(things), str(_("không áp dụng")) if none else wording.number(len(things), 0),
        "not_applicable" if none else "exact", said, tuple(map(str, map(_, THING_COLUMNS))),
        Rows(partial(thing_row, standing, thing) for thing in things), tuple(missing) + tuple(unplaced(standing)),
    )  # fmt: skip


def unplaced(standing: Standing) -> list[str]:
    """Markers without any position stand on no stretch and are not counted."""
    if not standing.geography.unlocated:
        return []
    return [_("Chưa có vị trí, nên chưa tính: %(numbers)s.") % {"numbers": ", ".join(standing.geography.unlocated)}]


def pair_of(part: int, standing: Standing) -> str:
    return wording.pair(part, len(standing.things), 0)


Pick = Callable[[Standing], list[Thing]]


def declare_count(id: str, vi: str, en: str, meaning: tuple[str, str], said: str, pick: Pick, better: str) -> None:
    """A count of the objects that `pick` chooses."""

    @measure(id, vi, en, _unit(id), meaning, "DIST" if id.endswith("total") else "STOCK", "b", better, "63/67")
    def counted(standing: Standing, user: Any) -> Answer:
        chosen = pick(standing)
        return things_answer(standing, chosen, _(said) % {"pair": pair_of(len(chosen), standing), "span": span(standing),
                                                          "n": len(chosen)})  # fmt: skip


def _unit(id: str) -> str:
    if id.startswith("stake"):
        return gettext_noop("cọc")
    return gettext_noop("mốc") if id == "marker.total" else gettext_noop("mốc, cọc")


def in_state(state: State) -> Pick:
    return lambda standing: [thing for thing in standing.things if thing.verdict.state is state]


def inspected(standing: Standing) -> list[Thing]:
    """Objects with at least one inspection in the period that reached them."""
    reached = {thing.place.id for thing, _ in standing.inspections}
    return [thing for thing in standing.things if thing.place.id in reached]


def not_inspected(standing: Standing) -> list[Thing]:
    reached = {thing.place.id for thing in inspected(standing)}
    return [thing for thing in standing.things if thing.place.id not in reached]


declare_count(
    "marker.total", "Số mốc", "Markers", ("Mốc đang có hiệu lực trên đoạn đơn vị giữ, không kể cọc dấu.",
    "Markers in force on the stretches held, stakes apart."), gettext_noop("Đơn vị giữ %(n)s mốc."),
    lambda standing: [thing for thing in standing.things if not thing.place.stake], "equal",
)  # fmt: skip
declare_count(
    "stake.total", "Số cọc dấu", "Witness stakes", ("Cọc dấu đang có hiệu lực trên đoạn đơn vị giữ.", "Stakes in force on the "
    "stretches held."), gettext_noop("Đơn vị giữ %(n)s cọc dấu."),
    lambda standing: [thing for thing in standing.things if thing.place.stake], "equal",
)  # fmt: skip
declare_count(
    "object.total", "Số mốc, cọc dấu", "Markers and stakes", ("Mốc và cọc dấu đang có hiệu lực trên đoạn đơn vị giữ.",
    "Markers and stakes in force on the stretches held."), gettext_noop("Đơn vị giữ %(n)s mốc, cọc dấu."),
    lambda standing: list(standing.things), "equal",
)  # fmt: skip
declare_count(
    "marker.intact_count", "Nguyên trạng", "Intact",
    ("Mốc, cọc có biên bản đủ mục, đủ ảnh, ghi nguyên trạng, chưa quá hạn chứng minh, và sau đó không có tin xấu.",
     "Objects with a complete good inspection that is still fresh, and nothing bad since."),
    gettext_noop("%(pair)s mốc, cọc dấu đủ căn cứ là nguyên trạng."), in_state(State.INTACT), "up",
)  # fmt: skip
declare_count(
    "marker.damaged_count", "Hư hỏng, xê dịch, mất", "Damaged",
    ("Mốc, cọc có vụ hư hỏng chưa kết thúc, hoặc biên bản xấu cuối cùng chưa có biên bản tốt đủ mục sau nó. Hư hỏng "
     "không hết hạn.",
     "Objects with an open damage case, or whose latest bad inspection has no complete good one after it."),
    gettext_noop("%(pair)s mốc, cọc dấu hư hỏng."), in_state(State.DAMAGED), "down",
)  # fmt: skip
declare_count(
    "marker.unknown_count", "Chưa đủ căn cứ", "Unknown",
    ("Mốc, cọc không đủ căn cứ là nguyên trạng, cũng không có tin hư hỏng: chưa kiểm tra, quá hạn, hoặc biên bản thiếu.",
     "Objects neither proven intact nor known to be damaged."),
    gettext_noop("%(pair)s mốc, cọc dấu chưa đủ căn cứ kết luận."), in_state(State.UNKNOWN), "down",
)  # fmt: skip
declare_count(
    "marker.overdue_count", "Quá hạn kiểm tra", "Overdue",
    ("Mốc, cọc có biên bản cuối cũ hơn hạn của đoạn, hoặc chưa có biên bản nào. Lần không tới được không tính.",
     "Objects whose last inspection is older than the limit of their stretch, or that have none."),
    gettext_noop("%(pair)s mốc, cọc dấu quá hạn kiểm tra."),
    lambda standing: [thing for thing in standing.things if thing.overdue], "down",
)  # fmt: skip
declare_count(
    "marker.inspected_count", "Mốc, cọc được kiểm tra", "Objects inspected",
    ("Số mốc, cọc có ít nhất một biên bản tới nơi trong kỳ.", "Objects with at least one inspection that reached them."),
    gettext_noop("%(pair)s mốc, cọc dấu được kiểm tra trong kỳ %(span)s."), inspected, "up",
)  # fmt: skip
declare_count(
    "marker.not_inspected_count", "Mốc, cọc chưa kiểm tra", "Objects not inspected",
    ("Số mốc, cọc không có biên bản nào tới nơi trong kỳ.", "Objects without any inspection in the period."),
    gettext_noop("%(pair)s mốc, cọc dấu chưa được kiểm tra trong kỳ %(span)s."), not_inspected, "down",
)  # fmt: skip
declare_count(
    "marker.brush_count", "Mốc, cọc được phát quang", "Objects with brush cut",
    ("Số mốc, cọc có biên bản trong kỳ ghi phát quang trên 0 m.", "Objects with an inspection that notes brush cut."),
    gettext_noop("Phát quang %(pair)s mốc, cọc dấu trong kỳ %(span)s."),
    lambda standing: list({thing.place.id: thing for thing, row in standing.inspections if row.brush_cut_m}.values()), "up",
)  # fmt: skip
declare_count(
    "marker.damaged_without_case_count", "Hư hỏng chưa lập vụ", "Damaged without a case",
    ("Mốc, cọc đang hư hỏng mà không có vụ hư hỏng nào đang mở.", "Damaged objects without an open damage case."),
    gettext_noop("%(n)s mốc, cọc dấu hư hỏng chưa lập hồ sơ vụ."),
    lambda standing: [thing for thing in standing.things if thing.verdict.state is State.DAMAGED
                      and not any(is_open(case, standing) for case in thing.cases)], "down",
)  # fmt: skip


def _share(standing: Standing, part: Sequence[Thing], said: str) -> Answer:
    value, text, status = few(len(part), len(standing.things))
    answer = things_answer(standing, part, said % {"pair": pair_of(len(part), standing), "span": span(standing)})
    return Answer(value, text, status, answer.said, answer.columns, answer.rows, answer.missing)


@measure(
    "marker.inspected_pct", "Tỷ lệ được kiểm tra", "Share inspected", "%",
    ("Số mốc, cọc được kiểm tra trong kỳ chia cho số mốc, cọc.", "Objects inspected in the period divided by all."),
    "RATIO", "b", "up", "64/67",
)  # fmt: skip
def inspected_pct(standing: Standing, user: Any) -> Answer:
    return _share(standing, inspected(standing), _("%(pair)s mốc, cọc dấu được kiểm tra trong kỳ %(span)s."))


@measure(
    "marker.intact_pct", "Tỷ lệ nguyên trạng", "Share intact", "%",
    ("Số mốc, cọc đủ căn cứ nguyên trạng chia cho số mốc, cọc.", "Objects proven intact divided by all."),
    "RATIO", "b", "up", "63/67",
)  # fmt: skip
def intact_pct(standing: Standing, user: Any) -> Answer:
    intact = in_state(State.INTACT)(standing)
    return _share(standing, intact, _("%(pair)s mốc, cọc dấu đủ căn cứ là nguyên trạng."))


@measure(
    "marker.visits_min", "Số lần kiểm tra ít nhất", "Fewest inspections", gettext_noop("lần"),
    ("Số biên bản trong kỳ của mốc, cọc được kiểm tra ít nhất.", "Inspections in the period of the object with the fewest."),
    "MIN", "b", "up", gettext_noop("2 lần"),
)  # fmt: skip
def visits_min(standing: Standing, user: Any) -> Answer:
    times = Counter(thing.place.id for thing, _ in standing.inspections)
    ordered = sorted(standing.things, key=lambda thing: times[thing.place.id])
    rows = tuple(
        Row((thing.place.number, thing.place.holder_name, str(times[thing.place.id])), marker_url(thing.place.number))
        for thing in ordered
    )
    fewest = times[ordered[0].place.id] if ordered else None
    median = times[ordered[len(ordered) // 2].place.id] if ordered else None
    return Answer(
        fewest, wording.MISSING if fewest is None else wording.number(fewest, 0), "exact" if ordered else "not_applicable",
        _("Mốc, cọc được kiểm tra ít nhất có %(n)s biên bản trong kỳ %(span)s; số giữa là %(median)s.")
        % {"n": wording.number(fewest, 0), "span": span(standing), "median": wording.number(median, 0)},
        tuple(map(str, (_("Mốc, cọc dấu"), _("Đơn vị"), _("Biên bản")))), rows, tuple(unplaced(standing)),
    )  # fmt: skip


def inspection_rows(standing: Standing, pairs: Iterable[tuple[Thing, Any]], user: Any) -> Counted:
    """One row per inspection: number, marker, unit, time, state."""
    rows = [(row.id, partial(_inspection_row, standing, thing, row)) for thing, row in pairs]
    return scoped(user, MarkerInspection, rows)


def _inspection_row(standing: Standing, thing: Thing, row: Any) -> Row:
    unit, state = post(standing.geography.units[row.unit_id].short_name), MarkerInspection.State(row.state)
    cells = (row.code, thing.place.number, unit, when(row.seen_at), str(state.label))
    return Row(cells, record_url("marker-inspections", row.code), 1.0)


def inspection_columns() -> tuple[str, ...]:
    return tuple(map(str, (_("Biên bản"), _("Mốc, cọc dấu"), _("Đơn vị"), _("Lúc"), _("Ghi"))))


def without_presence(standing: Standing) -> list[tuple[Thing, Any]]:
    """Inspections in the period that neither a fix near the marker nor a timed photo supports."""
    photos = objects.photographed(standing.at)
    reach = standing.chosen.marker_reach_m
    return [(t, row) for t, row in standing.inspections if not objects.present(row, t.place, reach, photos)]


@measure(
    "marker.presence_pct", "Có chứng cứ có mặt", "Presence proven", "%",
    ("Biên bản trong kỳ có vị trí điện thoại trong tầm của mốc, hoặc có ảnh mang giờ chụp, chia cho số biên bản. Chỉ chứng minh "
     "có mặt, không chứng minh mốc chưa xê dịch.",
     "Inspections with a fix within reach of the marker or a timed photo, divided by inspections. Proves presence only."),
    "RATIO", "e", "up", "98,4 %",
)  # fmt: skip
def presence_pct(standing: Standing, user: Any) -> Answer:
    without = without_presence(standing)
    lacking = {row.id for _, row in without}
    proven = [(thing, row) for thing, row in standing.inspections if row.id not in lacking]
    value, text, status = share(len(proven), len(standing.inspections))
    rows, hidden, amount = inspection_rows(standing, proven, user)
    return Answer(
        value, text, status,
        _("%(pair)s biên bản trong kỳ %(span)s có vị trí hoặc ảnh chứng minh có mặt.")
        % {"pair": wording.pair(len(proven), len(standing.inspections), 0), "span": span(standing)},
        inspection_columns(), rows, (), hidden, amount,
    )  # fmt: skip


@measure(
    "marker.without_presence_count", "Biên bản thiếu chứng cứ có mặt", "Inspections without proof of presence",
    gettext_noop("biên bản"),
    ("Biên bản trong kỳ không có vị trí trong tầm của mốc và không có ảnh mang giờ chụp.",
     "Inspections with neither a fix within reach nor a timed photo."),
    "SUM", "e", "down", "3",
)  # fmt: skip
def without_presence_count(standing: Standing, user: Any) -> Answer:
    without = without_presence(standing)
    rows, hidden, amount = inspection_rows(standing, without, user)
    return Answer(
        len(without), wording.number(len(without), 0), "exact",
        _("%(n)s biên bản trong kỳ %(span)s không có chứng cứ có mặt.") % {"n": len(without), "span": span(standing)},
        inspection_columns(), rows, (), hidden, amount,
    )  # fmt: skip


# --- damage cases


def is_open(case: Any, standing: Standing) -> bool:
    return case.closed_on is None or case.closed_on > standing.day


def declare_cases(
    id: str, vi: str, en: str, meaning: tuple[str, str], said: str, pick: Callable[[Standing, Any], bool]
) -> None:
    """A count of damage cases on the objects held."""

    @measure(
        id, vi, en, gettext_noop("vụ"), meaning, "STOCK" if "open_" in id or "norm" in id else "SUM", "n", "down", "1"
    )
    def counted(standing: Standing, user: Any) -> Answer:
        pairs = [(thing, case) for thing in standing.things for case in thing.cases if pick(standing, case)]
        pairs.sort(key=lambda pair: pair[1].opened_on, reverse=True)
        rows, hidden, amount = scoped(user, DamageCase, [(case.id, case_row(thing, case)) for thing, case in pairs])
        return Answer(
            len(pairs), wording.number(len(pairs), 0), "exact", _(said) % {"n": len(pairs), "span": span(standing)},
            tuple(map(str, (_("Mốc, cọc dấu"), _("Vụ"), _("Ngày phát hiện"), _("Sửa xong"), _("Kết thúc")))), rows, (),
            hidden, amount,
        )  # fmt: skip


def case_row(thing: Thing, case: Any) -> Row:
    cells = (
        thing.place.number,
        case.code,
        *(wording.day(day) for day in (case.opened_on, case.repaired_on, case.closed_on)),
    )
    return Row(cells, record_url("damage-cases", case.code), 1.0)


def _in_period(standing: Standing, day: Any) -> bool:
    since, until = standing.question.since, standing.question.until
    return day is not None and since <= day < until and day <= clock.local(standing.at).date()


declare_cases(
    "marker.damage_open_count", "Vụ hư hỏng chưa xong", "Open damage cases",
    ("Vụ hư hỏng đã mở và chưa kết thúc tại thời điểm xem.", "Damage cases opened and not closed."),
    gettext_noop("%(n)s vụ hư hỏng chưa kết thúc."), lambda standing, case: is_open(case, standing),
)  # fmt: skip
declare_cases(
    "marker.damage_opened_count", "Vụ hư hỏng phát hiện", "Damage cases found",
    ("Vụ hư hỏng có ngày phát hiện trong kỳ.", "Damage cases opened in the period."),
    gettext_noop("%(n)s vụ hư hỏng được phát hiện trong kỳ %(span)s."),
    lambda standing, case: _in_period(standing, case.opened_on),
)  # fmt: skip
declare_cases(
    "marker.damage_repaired_count", "Vụ hư hỏng đã khắc phục", "Damage cases repaired",
    ("Vụ hư hỏng có ngày sửa xong trong kỳ.", "Damage cases repaired in the period."),
    gettext_noop("%(n)s vụ hư hỏng được khắc phục trong kỳ %(span)s."),
    lambda standing, case: _in_period(standing, case.repaired_on),
)  # fmt: skip
declare_cases(
    "marker.damage_over_norm_count", "Vụ hư hỏng quá thời hạn", "Damage cases over the norm",
    ("Vụ hư hỏng mở lâu hơn thời hạn khắc phục đã đặt (mặc định 60 ngày).", "Damage cases open for longer than the norm."),
    gettext_noop("%(n)s vụ hư hỏng mở quá thời hạn khắc phục."),
    lambda standing, case: is_open(case, standing)
    and standing.day - case.opened_on > timedelta(days=standing.chosen.damage_norm_days),
)  # fmt: skip
