"""Cases: one row per share request, as its stream stands. Acts that leave the request as it was (uses) make no row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import BigInteger, Boolean, Column, Index, Text

from domain.calendar import day_of
from domain.deadlines import Deadline, response_clock
from domain.sensitivity import is_sensitive
from domain.states import RequestState
from projections.instants import to_micros
from projections.projection import Desk, Projection, Step
from projections.rules import Rulebook
from projections.schema import CODE, interval_table

case = interval_table(
    "case_v1",
    of="cases",
    key=(Column("id", CODE, primary_key=True),),
    values=(
        Column("status", CODE, nullable=False),
        Column("status_index", BigInteger, nullable=False),  # the entry that brought the status
        Column("requester", CODE, nullable=False),
        Column("provider", CODE, nullable=False),
        Column("item", CODE),
        Column("in_catalogue", Boolean(create_constraint=False), nullable=False),
        Column("classes", CODE, nullable=False),  # the stricter of what both sides claimed, joined by a space
        Column("sensitive", Boolean(create_constraint=False), nullable=False),
        Column("opened_at", BigInteger, nullable=False),
        Column("received_at", BigInteger),
        Column("answered_at", BigInteger),
        Column("due_at", BigInteger),  # when the running clock runs out; NULL: none runs
        Column("clocks", Text, nullable=False),  # JSON, see ``clock_of``
    ),
    indexes=[
        ("opened_at", "id"),
        ("requester", "opened_at", "id"),
        ("provider", "opened_at", "id"),
        ("item", "opened_at", "id"),
    ],
)
_running = case.c.due_at.is_not(None)
Index(
    "case_v1_due",
    case.c.ledger,
    case.c.build,
    case.c.due_at,
    case.c.id,
    sqlite_where=_running,
    postgresql_where=_running,
)


class Cases(Projection):
    name = "cases"
    version = 1
    tables = (case,)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._rulebook = Rulebook()

    def take(self, step: Step) -> None:
        before, after = step.before, step.after
        if after is before or not isinstance(after, RequestState):
            return
        row = self._row(after)
        if not isinstance(before, RequestState):
            self.shelves[0].opens((after.id,), step.size, row)
        elif row != self._row(before):
            self.shelves[0].replaces((after.id,), step.size, row)

    def _row(self, state: RequestState) -> tuple[Any, ...]:
        clocks = self._clocks(state)
        running = [clock.ends_at for clock in clocks if clock.met_at is None and clock.ends_at is not None]
        return (
            state.status,
            state.status_by.index,
            state.requester,
            state.provider,
            state.item,
            state.in_catalogue,
            " ".join(sorted(state.classes)),
            is_sensitive(state.classes),
            to_micros(state.fact.time),
            _micros(state.received_at),
            _micros(answered_at(state)),
            _micros(min(running, default=None)),
            orjson.dumps([clock_of(clock) for clock in clocks]).decode(),
        )

    def _clocks(self, state: RequestState) -> tuple[Deadline, ...]:
        """The answer's clock (A18). Where the rule set gives no number there is no due day, only an age."""
        received = state.received_at
        if received is None:
            return ()
        rules = self._rulebook.on(day_of(received), state.classes)
        met = answered_at(state)
        return (response_clock(received, state.classes, rules, self._rulebook.calendar, answered_at=met),)


def answered_at(state: RequestState) -> datetime | None:
    """What stopped the answer's clock: the first answer, the end of a negotiation (4.4), or the withdrawal."""
    talks = state.negotiation
    ends = [response.fact.time for response in state.responses[:1]]
    ends += [state.withdrawn.time] if state.withdrawn is not None else []
    ends += [talks.failed.fact.time] if talks is not None and talks.failed is not None else []
    return min(ends, default=None)


def clock_of(clock: Deadline) -> dict[str, Any]:
    """A clock as it is kept: its terms, not whether it is overdue, which is a question of the instant."""
    due = clock.due
    return {
        "clock": clock.clock,
        "started_at": clock.started_at.isoformat(),
        "days": clock.days,
        "basis": clock.basis,
        "certainty": clock.certainty,
        "earliest": due.earliest.isoformat() if due is not None else None,
        "latest": due.latest.isoformat() if due is not None else None,
        "end_of_day": clock.end_of_day,
        "met_at": clock.met_at.isoformat() if clock.met_at is not None else None,
    }


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)
