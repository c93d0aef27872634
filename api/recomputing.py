"""The duty to record that due dates moved: one ``deadline.recomputed`` for each clock that a changed calendar or rule
set counts anew, with the old dates beside the new (law 8.1, 8.3).

Nothing is kept for it: which clocks moved, and which of them the log has been told of, follows from the log. An id
is made of what moved and why, so that whoever repeats it, after whatever crash, gets the receipt of the first time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from api.signatory import Statement
from domain.codes import Clock
from domain.events import DeadlineRecomputed
from domain.values import Ref

FAMILY = "calendar"


@dataclass(frozen=True, slots=True)
class Due:
    """The day, or while a year's calendar is unpublished the range, in which a clock ends; None: it has no due day."""

    earliest: dt.date | None
    latest: dt.date | None

    def as_json(self) -> Mapping[str, str]:
        if self.earliest is None or self.latest is None:
            return {}
        if self.earliest == self.latest:
            return {"due": self.latest.isoformat()}
        return {"earliest": self.earliest.isoformat(), "latest": self.latest.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockMoved:
    """A clock that an entry gave other dates, and of which no ``deadline.recomputed`` tells yet."""

    stream: str  # in which the clock runs,
    clock: Clock
    start: int  # and the entry that started it: a stream may hold several of a kind
    old: Due
    new: Due
    cause: Ref
    cause_stream: str  # of a calendar or a rule set
    at: dt.datetime  # when the cause was recorded


class Recomputations:
    """A duty of the hand. ``moved``: the clocks that moved, those of the earliest cause first; it may go on naming one
    for as long as whoever answers has not read of its record."""

    def __init__(self, moved: Callable[[], Sequence[ClockMoved]]) -> None:
        self._moved = moved

    def statements(self, *, everything: bool) -> Sequence[Statement]:  # noqa: ARG002 - they wait for nothing
        return [_statement(each) for each in self._moved()]

    def recorded(self, statement: Statement) -> None:
        """The log itself tells what it holds."""


def _statement(moved: ClockMoved) -> Statement:
    data: dict[str, Any] = {
        "stream": moved.stream,
        "clock": moved.clock,
        "old": moved.old.as_json(),
        "new": moved.new.as_json(),
        "cause": {"source": moved.cause.source, "id": moved.cause.id},
    }
    of = orjson.dumps([moved.cause.source, moved.cause.id, moved.stream, moved.clock, moved.start])
    id_ = f"recomputed-{hashlib.sha256(of).hexdigest()[:40]}"
    return Statement(id_, DeadlineRecomputed.event_name, _stream(moved.cause_stream), moved.at, data)


def _stream(cause: str) -> str:
    """That of the calendar; a rule set moves clocks too, and its own stream takes no such record."""
    return f"{FAMILY}/{cause.partition('/')[2]}"
