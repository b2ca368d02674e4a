"""What the drafter of the invented review already wrote: one sentence of his own that no record carries yet.

The program says so beside it (no evidence), prints it only with its reason, and leaves the rest of the chapter to the figures.
"""

from __future__ import annotations

from datetime import datetime

from cotmoc.base import ledger
from cotmoc.base.ledger import Author
from cotmoc.base.models import Unit
from cotmoc.review.models import ReviewSentence

TEXT = "Các tổ tự quản đường biên, mốc quốc giới hoạt động nền nếp."
REASON = "Chờ báo cáo của cơ quan vận động quần chúng."


def draft(at: datetime) -> None:
    """Write the sentence for the chapter of the year of `at`, in every command."""
    by = Author("Trợ lý tác chiến (minh họa)", "cotmoc demo", at)
    rows = [
        ReviewSentence(
            unit=unit, year=at.year, chapter="border", point="marker", text=TEXT, reason=REASON, author=by.name
        )
        for unit in Unit.objects.in_force().filter(kind=Unit.Kind.COMMAND)
    ]
    ledger.write(rows, by)
