"""The duty to record that due dates moved: one ``deadline.recomputed`` for each clock that a changed calendar or rule
set moves, with the old dates beside the new (law 8.1, 8.3).

The duty keeps no state. The log gives the clocks that moved and those that a record names already. An id is derived
from the clock and the cause, so that a repeated submission, after any crash, gets the receipt of the first one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import orjson

from api.own_records.operator import Statement
from domain.events import DeadlineRecomputed
from projections.deadlines.moved import DeadlineMoved, DueInterval

FAMILY = "calendar"


class Recomputations:
    """A duty of the own-record submitter. ``moved``: the clocks that moved, those of the earliest cause first; it may
    name a clock again until its projection has read the clock's record.
    """

    def __init__(self, moved: Callable[[], Sequence[DeadlineMoved]]) -> None:
        self._moved = moved

    def statements(self, *, everything: bool) -> Sequence[Statement]:  # noqa: ARG002 - they wait for nothing
        return [_statement(each) for each in self._moved()]

    def recorded(self, statement: Statement) -> None:
        """Does nothing: the log itself shows which records it holds."""


def _statement(moved: DeadlineMoved) -> Statement:
    data: dict[str, Any] = {
        "stream": moved.stream,
        "clock": moved.clock,
        "old": _dates(moved.old),
        "new": _dates(moved.new),
        "cause": {"source": moved.cause.source, "id": moved.cause.id},
    }
    of = orjson.dumps([moved.cause.source, moved.cause.id, moved.stream, moved.clock, moved.start])
    id_ = f"recomputed-{hashlib.sha256(of).hexdigest()[:40]}"
    return Statement(id_, DeadlineRecomputed.event_name, _stream(moved.cause_stream), moved.at, data)


def _dates(due: DueInterval) -> dict[str, str]:
    if due.earliest is None or due.latest is None:
        return {}
    if due.earliest == due.latest:
        return {"due": due.latest.isoformat()}
    return {"earliest": due.earliest.isoformat(), "latest": due.latest.isoformat()}


def _stream(cause: str) -> str:
    """The stream of the calendar. A rule set moves clocks too, but its own stream takes no such record."""
    return f"{FAMILY}/{cause.partition('/')[2]}"
