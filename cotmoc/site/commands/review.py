"""`cotmoc review`: the border chapter of a unit and period as JSON, PDF or DOCX."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from cotmoc.site.commands.common import Result, command, start_django, unit_by_code


def add(commands: Any) -> None:
    made = command(commands, "review", "the border chapter: sentences, verdicts, figures; optionally as documents", run)
    made.add_argument("--unit", default="")
    made.add_argument("--since", default="", help="first day of the period (default: 1 January of the as-of year)")
    made.add_argument("--until", default="", help="last day of the period")
    made.add_argument("--at", default="", help="as of this moment")
    made.add_argument("--pdf", type=Path)
    made.add_argument("--docx", type=Path)
    made.add_argument("--layout", default="state-nd30-2020")


def run(args: argparse.Namespace) -> Result:
    start_django()
    from cotmoc.base.asking import question_of
    from cotmoc.review import command as review

    question = question_of(unit_by_code(args.unit), since=args.since, until=args.until, at=args.at)
    chapter = review.chapter(question)
    if args.pdf:
        args.pdf.write_bytes(review.as_pdf(chapter, args.layout))
    if args.docx:
        args.docx.write_bytes(review.as_docx(chapter, args.layout))
    return review.as_dict(chapter), 0
