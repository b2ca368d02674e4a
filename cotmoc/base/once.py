"""Answers that are asked for many times in one request and cannot change in it: kept until the request ends or writes.

A page asks some forty measures; each begins with "did the ledger move?". Inside a request that is answered once, which also
makes all figures of a page speak of one state. Outside of requests (command line, tests, runs) nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
_answers: ContextVar[dict[Any, Any] | None] = ContextVar("answers_of_this_request", default=None)


@contextmanager
def request() -> Iterator[None]:
    """Keep answers while inside."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def forget() -> None:
    """Ask anew: after a write."""
    answers = _answers.get()
    if answers is not None:
        answers.clear()


def once(function: Callable[P, R]) -> Callable[P, R]:
    """Decorator: the same arguments give the kept answer inside a request. Arguments must be hashable."""

    @wraps(function)
    def kept(*args: P.args, **kwargs: P.kwargs) -> R:
        answers = _answers.get()
        if answers is None:
            return function(*args, **kwargs)
        key = (function, args, tuple(sorted(kwargs.items())))
        if key not in answers:
            answers[key] = function(*args, **kwargs)
        found: R = answers[key]
        return found

    return kept
