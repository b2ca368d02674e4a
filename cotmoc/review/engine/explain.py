"""Why a sentence stands or does not, in words: each condition with the figure that it met or missed."""

from __future__ import annotations

from collections.abc import Iterable

from cotmoc.review.engine.condition import Condition
from cotmoc.review.engine.facts import Facts
from cotmoc.review.engine.verdict import Judged, TestResult, Verdict
from cotmoc.review.engine.words import Unmet

OPENING = {
    "vi": {
        Verdict.SUPPORTED: "Mọi điều kiện đều đạt.",
        Verdict.NOT_CONTRADICTED: "Không bản ghi nào trái với câu này, nhưng chưa chứng minh đủ: ",
        Verdict.CONTRADICTED: "Số liệu trái với câu này: ",
        Verdict.NO_EVIDENCE: "Chưa có bản ghi nào cho câu này.",
        Verdict.NOT_WRITTEN: "Câu này không áp dụng trong kỳ.",
    },
    "en": {
        Verdict.SUPPORTED: "Every condition holds.",
        Verdict.NOT_CONTRADICTED: "No record speaks against this sentence, but it is not fully proven: ",
        Verdict.CONTRADICTED: "The figures are against this sentence: ",
        Verdict.NO_EVIDENCE: "There is no record for this sentence yet.",
        Verdict.NOT_WRITTEN: "This sentence does not apply to the period.",
    },
}

OWN_WORDS = {
    "vi": "Lời văn riêng: máy chỉ đối chiếu được các số và các từ đánh giá.",
    "en": "Own wording: the program can only check its numbers and its strong words.",
}
NO_CLAIM = {
    "vi": "Câu này không gắn với số liệu nào.",
    "en": "No figure is attached to this sentence.",
}


def why(judged: Judged, facts: Facts, language: str = "vi") -> str:
    """The verdict of a wording in one or two sentences."""
    opening = OPENING[language][judged.verdict]
    if judged.verdict in {Verdict.SUPPORTED, Verdict.NO_EVIDENCE, Verdict.NOT_WRITTEN}:
        return opening
    return opening + "; ".join(condition(test, facts, language) for test in judged.obstacles) + "."


def condition(test: TestResult, facts: Facts, language: str = "vi") -> str:
    """One condition: `kế hoạch đã thực hiện 93,1 %, cần từ 95 % trở lên`."""
    fact = facts.ask(test.condition.left)
    needed = test.condition.words(facts, language)
    if language == "en":
        need = f"{fact.name_en or fact.id} {fact.en}, to be {needed}"
        return f"{need} (for “{test.word}”)" if test.word else need
    need = f"{fact.name_vi or fact.id} {fact.vi}, cần {needed}"
    return f"{need} (để dùng từ “{test.word}”)" if test.word else need


def fired(conditions: Iterable[Condition], facts: Facts, language: str = "vi") -> str:
    """Why a shortfall was found: `Bỏ lỡ chưa có lý do: 19, quy tắc báo khi trên 0.`"""
    told = []
    for one in conditions:
        fact, limit = facts.ask(one.left), one.words(facts, language)
        if language == "en":
            told.append(f"{fact.name_en or fact.id}: {fact.en}, the rule fires when {limit}.")
        else:
            told.append(f"{fact.name_vi or fact.id}: {fact.vi}, quy tắc báo khi {limit}.")
    return " ".join(told)


def word(unmet: Unmet, names: dict[str, str], language: str = "vi") -> str:
    """A strong word without its proof, and what to write instead; `names` explains the pack's inputs."""
    needs = [f"{names.get(need.left, need.left)} {need.words(Facts(), language)}" for need in unmet.needs]
    wanted = "; ".join([*needs, *unmet.asks])
    if language == "en":
        return (
            f"“{unmet.word}” needs: {wanted}. Write “{unmet.weaker}”."
            if unmet.weaker
            else f"“{unmet.word}” needs: {wanted}."
        )
    told = f"Từ “{unmet.word}” cần: {wanted}."
    return f"{told} Nên viết “{unmet.weaker}”." if unmet.weaker else told


def loose(numbers: tuple[str, ...], language: str = "vi") -> str:
    """Numbers that no figure gives."""
    listed = ", ".join(numbers)
    return f"Numbers without a source: {listed}." if language == "en" else f"Số chưa có nguồn: {listed}."
