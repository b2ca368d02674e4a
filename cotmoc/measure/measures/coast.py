"""How much of the coast was patrolled."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cotmoc.base.figures import Answer
from cotmoc.measure.measures.answers import measure
from cotmoc.measure.measures.coverage import coverage
from cotmoc.measure.standing import Standing


@measure(
    "coast.coverage_pct", "Tỷ lệ bờ biển được tuần tra", "Coast covered", "%",
    ("Như độ phủ chắc chắn của đường biên, tính trên các đoạn bờ biển, bờ đảo đơn vị giữ. Không vẽ, không tính ranh giới biển.",
     "As the sure coverage of the line, on the stretches of coast and island shore held."),
    "UNION", "b", "up", gettext_noop("61,2 km trong 88,7 km: 69,0 %"),
)  # fmt: skip
def covered(standing: Standing, user: Any) -> Answer:
    said = _("%(pair)s bờ biển chắc chắn có vết tuần tra trong kỳ %(span)s, cách vết không quá %(reach)s m.")
    return coverage(standing, standing.coast, True, user, said)
