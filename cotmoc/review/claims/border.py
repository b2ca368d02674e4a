"""The border chapter: line, patrols, markers (S17, S20, S21 of the source text and the shortfalls of the border)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from cotmoc.base import wording
from cotmoc.base.figures import Answer, Question
from cotmoc.review.engine.chapter import Table
from cotmoc.review.engine.condition import Condition
from cotmoc.review.engine.facts import Fact, Facts
from cotmoc.review.engine.sentence import blanks
from cotmoc.review.packs import ClaimPack, RulePack, WordPack, claims, rules, words

CHAPTER = "border"
TITLE_VI = "Kết quả bảo vệ đường biên, mốc quốc giới"
TITLE_EN = "Protecting the border line and its markers"

# A list of numbers or names said in a sentence opens the figure that counts it.
NAMES: Mapping[str, str] = {
    "marker.unknown_names": "marker.unknown_count",
    "marker.damaged_names": "marker.damaged_count",
    "marker.overdue_names": "marker.overdue_count",
    "marker.damage_opened_names": "marker.damage_opened_count",
}


def pack() -> ClaimPack:
    """Claims with their wordings."""
    return claims(CHAPTER)


def rule_pack() -> RulePack:
    """Shortfall rules."""
    return rules(CHAPTER)


def word_pack() -> WordPack:
    """Strong words."""
    return words()


def wanted() -> list[str]:
    """Every figure that a template, a condition or a list of counter-evidence asks for, sorted."""
    found: set[str] = set(NAMES.values()) | {"patrol.missed_explained_pct"}
    for claim in pack().claims:
        found |= {*claim.measures, *claim.counter, *claim.inputs.values()}
        for one in claim.wordings:
            found |= _named(one.vi, (*one.must, *one.deny, *one.proof))
            for rider in one.riders:
                found |= _named(rider.vi, (rider.when,))
    for rule in rule_pack().rules:
        found |= _named(rule.vi, (*rule.when, *rule.unless, *rule.check)) | set(rule.measures)
    return sorted(found - NAMES.keys() - {"review.as_of", "patrol.missed_causes"})


def _named(template: str, conditions: tuple[Condition, ...]) -> set[str]:
    return set(blanks(template)) | {name for condition in conditions for name in condition.names}


def derive(facts: Facts, answers: Mapping[str, Answer], question: Question) -> Facts:
    """The facts with what follows from them: lists of names, causes, the day, and the bounds of what is half known."""
    derived = [*facts.values(), *_names(facts, answers), *_causes(facts, answers), _day(question)]
    by_id = {fact.id: fact for fact in derived}
    intact, unknown = by_id.get("marker.intact_count"), by_id.get("marker.unknown_count")
    if intact and unknown and intact.value is not None and unknown.value is not None:
        # An unknown object may be intact: the truth lies between what is proven and what is not refuted.
        by_id[intact.id] = replace(intact, low=intact.value, high=intact.value + unknown.value)
    return Facts(by_id.values())


def _names(facts: Facts, answers: Mapping[str, Answer]) -> list[Fact]:
    found = []
    for id, source in NAMES.items():
        if source in facts and source in answers:
            text = ", ".join(dict.fromkeys(row.cells[0] for row in answers[source].rows))
            vi, en = f"{facts[source].name_vi}: số hiệu", f"{facts[source].name_en}: numbers"
            found.append(_list(facts[source], id, text, vi, en))
    return found


def _causes(facts: Facts, answers: Mapping[str, Answer]) -> list[Fact]:
    """The recorded causes of missed plan lines, the one that explains most first."""
    share = "patrol.missed_explained_pct"
    if share not in facts or share not in answers:
        return []
    counts = Counter(row.cells[-1] for row in answers[share].rows if row.amount)
    text = ", ".join(name for name, _ in counts.most_common())
    return [_list(facts[share], "patrol.missed_causes", text, "Nguyên nhân ghi nhận", "Recorded causes")]


def _list(source: Fact, id: str, text: str, name_vi: str, name_en: str) -> Fact:
    """A list said in a sentence; it has no value of its own and opens the figure it was read from."""
    return replace(source, id=id, value=None, vi=text, en=text, name_vi=name_vi, name_en=name_en)


def _day(question: Question) -> Fact:
    text = wording.day(question.at)
    return Fact("review.as_of", None, text, text)


METHOD = (
    "Đường biên được tính là đã tuần tra ở những đoạn có vết đi trong tầm; “chắc chắn” khi cả sai số của thiết bị cũng nằm "
    "trong tầm, “có thể” khi chỉ trong giới hạn sai số. Chỗ vết đứt quãng không được tính.",
    "Một mốc, cọc dấu là nguyên trạng khi có biên bản kiểm tra đủ mục, đủ ảnh, còn trong hạn và sau đó không ghi nhận hư "
    "hỏng. Biên bản thiếu không chứng minh và cũng không phủ nhận. Vị trí của điện thoại chỉ chứng minh đã có mặt.",
    "Dòng kế hoạch thuộc kỳ có ngày hết hạn; thực hiện muộn trong thời gian gia hạn vẫn là thực hiện; miễn phải được duyệt "
    "kịp thời. Tỷ lệ “phải thực hiện” không tính dòng được miễn.",
    "Ngưỡng của từng câu là giá trị mặc định do đơn vị đặt, không trích từ văn bản nào.",
)

ANNEX_ROWS = 40
TABLES = (
    ("marker.unknown_count", "Mốc, cọc dấu chưa đủ căn cứ"),
    ("marker.damage_opened_count", "Vụ hư hỏng mốc, cọc dấu"),
    ("patrol.missed_unexplained_count", "Lượt tuần tra bỏ lỡ chưa có lý do"),
)


def tables(answers: Mapping[str, Answer]) -> tuple[Table, ...]:
    """The annex's tables: the records behind what is not proven or went wrong."""
    found = []
    for id, title in TABLES:
        rows = answers[id].rows if id in answers else ()
        if rows:
            shown = f" ({ANNEX_ROWS}/{len(rows)} bản ghi; đủ ở tệp căn cứ)" if len(rows) > ANNEX_ROWS else ""
            found.append(Table(title + shown, answers[id].columns, tuple(row.cells for row in rows[:ANNEX_ROWS])))
    return tuple(found)
