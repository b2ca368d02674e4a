"""What waits for a person, for the first page of RECORD. Areas declare theirs; the page knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of work: how much of it waits for this user, and where it is done (name of an address)."""

    label: str | Promise
    hint: str | Promise
    sign: str
    address: str
    count: Callable[[Any], int]


_tasks: list[Task] = []


def declare(task: Task) -> Task:
    """Put a task on the first page."""
    if task not in _tasks:
        _tasks.append(task)
    return task


def tasks() -> list[Task]:
    return list(_tasks)
