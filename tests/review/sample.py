"""A chapter of invented figures, built by the real engine and the shipped packs, for the tests of the formats."""

from __future__ import annotations

from datetime import UTC, date, datetime

from cotmoc.review import packs
from cotmoc.review.engine.chapter import Chapter, Freeze, Head, Said, Section, Table
from cotmoc.review.engine.facts import Fact, Facts
from cotmoc.review.engine.sentence import own
from cotmoc.review.engine.shortfall import find
from cotmoc.review.engine.verdict import Verdict, judge

AS_OF = datetime(2020, 11, 23, 23, 0, tzinfo=UTC)


def fact(id: str, value: float | None, vi: str, name: str = "", rows: int = 12, **bounds: float) -> Fact:
    return Fact(id, value, vi, vi, rows=rows, key=f"/e/{id}", name_vi=name or id, name_en=id, **bounds)


FACTS = Facts(
    [
        fact("patrol.count", 688, "688", "Chuyến tuần tra", 688),
        fact("patrol.person_days", 9412, "9.412", "Lượt ngày công tuần tra", 688),
        fact("patrol.km", 5821.4, "5.821,4\u00a0km", "Quãng đường đã đi", 702),
        fact("patrol.track_pct", 97.2, "97,2\u00a0%"),
        fact("patrol.reported_pct", 98, "98,0\u00a0%"),
        fact("patrol.plan_done_pct", 93.1, "93,1\u00a0%", "Kế hoạch tuần tra đã thực hiện, trừ miễn", 702),
        fact("patrol.plan_raw_pct", 80.4, "80,4\u00a0%", "Kế hoạch tuần tra đã thực hiện, chưa trừ miễn", 702),
        fact("patrol.plan_on_time_pct", 91, "91,0\u00a0%", "Thực hiện đúng thời hạn", 702),
        fact("patrol.waived_share_pct", 13.6, "13,6\u00a0%", "Kế hoạch được miễn", 96),
        fact("patrol.missed_count", 41, "41", "Lượt bỏ lỡ", 41),
        fact("patrol.missed_unexplained_count", 9, "9", "Lượt bỏ lỡ chưa có lý do", 9),
        fact("patrol.missed_explained_pct", 78, "78,0\u00a0%", "Bỏ lỡ có nguyên nhân ghi nhận", 32),
        fact("patrol.missed_causes", None, "cách ly xã hội, mưa bão", "Nguyên nhân ghi nhận", 32),
        fact("joint.count", 22, "22", "Chuyến tuần tra song phương", 22),
        fact("joint.minutes_pct", 100, "22/22", "Chuyến song phương có biên bản ký", 22),
        fact("joint.plan_done_pct", 91.7, "22/24", "Thực hiện kế hoạch song phương", 24),
        fact("line.coverage_sure_pct", 88.5, "88,5\u00a0%", "Đường biên được tuần tra, chắc chắn", 702),
        fact("line.coverage_possible_pct", 93.2, "93,2\u00a0%", "Đường biên được tuần tra, có thể", 702),
        fact("line.within_interval_pct", 86.4, "86,4\u00a0%", "Km-ngày trong thời hạn", 702),
        fact("line.gap_km", 1.1, "1,1\u00a0km", "Chưa có vết nào trong kỳ", 1),
        fact("line.overdue_km", 17, "17,0\u00a0km", "Đường biên quá hạn", 6),
        fact("marker.total", 60, "60", "Cột mốc", 60),
        fact("stake.total", 7, "7", "Cọc dấu", 7),
        fact("object.total", 67, "67", "Mốc và cọc dấu", 67),
        fact("marker.intact_count", 63, "63", "Nguyên trạng", 67, low=63, high=67),
        fact("marker.intact_pct", 94, "94,0\u00a0%"),
        fact("marker.damaged_count", 0, "0", "Hư hỏng", 0),
        fact("marker.unknown_count", 4, "4", "Chưa đủ căn cứ", 4),
        fact("marker.unknown_names", None, "688, 709, 731, CD5", "Số hiệu chưa đủ căn cứ", 4),
        fact("marker.inspected_count", 67, "67", "Mốc, cọc dấu được kiểm tra", 412),
        fact("marker.inspected_pct", 100, "100,0\u00a0%"),
        fact("marker.overdue_count", 4, "4", "Quá hạn kiểm tra", 4),
        fact("marker.overdue_names", None, "688, 709, 731, CD5", "Số hiệu quá hạn", 4),
        fact("marker.brush_count", 52, "52", "Mốc, cọc dấu được phát quang", 96),
        fact("marker.damage_opened_count", 1, "1", "Vụ hư hỏng phát hiện", 1),
        fact("marker.damage_opened_names", None, "709", "Số hiệu hư hỏng", 1),
        fact("marker.damage_repaired_count", 1, "1", "Vụ hư hỏng đã khắc phục", 1),
        fact("marker.damage_open_count", 0, "0", "Vụ hư hỏng còn tồn", 0),
        Fact("review.as_of", None, "24/11/2020", "24/11/2020"),
    ]
)


def chapter(extra: tuple[Said, ...] = (), *, illustration: bool = True, frozen: bool = True) -> Chapter:
    """The border chapter of the invented year; `extra` sentences stand at the end of the markers' section."""
    pack = packs.claims("border")
    by_point = {point.id: [] for point in pack.points}  # type: dict[str, list[Said]]
    for claim in pack.claims:
        level = judge(claim, FACTS, packs.words().words).offered
        if level:
            by_point[claim.point].append(Said(claim.id, level.vi, level.verdict))
    kept = "Tuần tra 100 % chiều dài đường biên trong thời hạn."
    by_point["marker"].append(
        Said(
            "own-1",
            own(kept, FACTS.values()),
            Verdict.NO_EVIDENCE,
            why="Câu chưa gắn với số liệu nào.",
            reason="theo báo cáo của các đồn",
            author="Trung tá Lê Văn A",
        )
    )
    by_point["marker"] += extra
    sections = [Section("I. Kết quả đạt được")]
    sections += [
        Section(f"{number}. {point.vi}", tuple(by_point[point.id]), level=2)
        for number, point in enumerate(pack.points, start=1)
    ]
    drafts = find(packs.rules("border").rules, FACTS, date(2020, 11, 24))
    sections.append(Section("II. Hạn chế", tuple(Said(draft.rule.id, draft.vi, Verdict.SUPPORTED) for draft in drafts)))
    return Chapter(
        head=Head(
            parent="Bộ đội Biên phòng",
            issuer="Bộ Chỉ huy BĐBP\ntỉnh Quảng Nam",
            place="Quảng Nam",
            day=date(2020, 11, 24),
            type_code="BC",
            issuer_code="BCH",
            kind="Báo cáo",
            abstract="Kết quả bảo vệ đường biên, mốc quốc giới năm 2020",
        ),
        intro="Bộ Chỉ huy BĐBP tỉnh Quảng Nam báo cáo kết quả bảo vệ đường biên, mốc quốc giới năm 2020 như sau:",
        sections=tuple(sections),
        freeze=Freeze(AS_OF, "BG2020-7f3a91c2", "7f3a91c2" * 8, frozen=frozen),
        tables=(
            Table(
                "Mốc, cọc dấu chưa đủ căn cứ",
                ("Số hiệu", "Biên bản cuối", "Tuổi", "Vì sao chưa rõ"),
                (
                    ("688", "12/09/2020", "72 ngày", "Biên bản thiếu ảnh."),
                    ("CD5", "–", "–", "Chưa có biên bản đủ mục."),
                ),
                frozenset({2}),
            ),
        ),
        method=("Một mốc là nguyên trạng khi biên bản cuối còn trong hạn, đủ mục kiểm và đủ ảnh.",),
        packs=(pack.note, packs.words().note),
        recipients=("Thường trực Đảng ủy", "Các đồn biên phòng", "Lưu: VT, TM"),
        signer=("CHỈ HUY TRƯỞNG",),
        illustration=illustration,
    )
