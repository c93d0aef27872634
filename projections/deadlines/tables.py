"""The rows of the deadlines: one for each clock, by the law and the working days known at a tree size.

A row keeps the terms of a clock and not whether it is overdue, because that depends on the instant of the question.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Column, Index, Integer

from domain.deadlines.clocks import DeadlineOfOrgan
from projections.engine.interval_table import CODE, interval_table
from replay.instants import to_micros

NEVER: Final = 1 << 62  # ``urgency`` of a clock without a due day: after all clocks that have one

clock = interval_table(
    "clock_v1",
    of="deadlines",
    key=(
        Column("stream", CODE, primary_key=True),
        Column("clock", CODE, primary_key=True),
        Column("start", BigInteger, primary_key=True, autoincrement=False),  # the entry that started it
    ),
    values=(
        Column("started_at", BigInteger, nullable=False),
        Column("days", Integer),  # working days; NULL: no number in the rule set, or a day that an organ set
        Column("basis", CODE, nullable=False),
        Column("certainty", CODE, nullable=False),
        Column("earliest", CODE),  # days as they are written; they differ while a year is not published
        Column("latest", CODE),
        Column("warns_at", BigInteger),  # the first instant after the earliest day,
        Column("due_at", BigInteger),  # and after the latest one; NULL: there is only an age
        Column("urgency", BigInteger, nullable=False),  # due_at, to sort by
        Column("end_of_day", CODE, nullable=False),
        Column("met_at", BigInteger),
        Column("responsible", CODE, nullable=False),
        Column("division", CODE),  # of the responsible organ, whose working days are counted
        Column("requester", CODE),
        Column("provider", CODE),
        Column("item", CODE),
        Column("request", CODE),
        Column("rule_set", CODE, nullable=False),
        Column("rule_set_version", Integer, nullable=False),
    ),
    indexes=[("request",), ("start",), ("urgency", "stream", "clock", "start")],
)
# Most questions are about clocks that run: they are read in the order of their urgency.
for _by in ((), ("responsible",), ("requester",), ("provider",)):
    _running = clock.c.met_at.is_(None)
    Index(
        "_".join(("clock_v1_running", *_by)),
        *(clock.c[name] for name in ("build", *_by, "urgency", "stream", "clock", "start")),
        sqlite_where=_running,
        postgresql_where=_running,
    )

recomputed = interval_table(
    "clock_recomputed_v1",
    of="deadlines",
    key=(Column("entry", BigInteger, primary_key=True, autoincrement=False),),
    values=(
        Column("stream", CODE, nullable=False),
        Column("clock", CODE, nullable=False),
        Column("cause_by", CODE, nullable=False),
        Column("cause_id", CODE, nullable=False),
        Column("earliest", CODE),
        Column("latest", CODE),
    ),
    indexes=[("stream", "clock")],
)


class Concerned(NamedTuple):
    """The subject of a clock's stream."""

    requester: str | None = None
    provider: str | None = None
    item: str | None = None
    request: str | None = None


class Whose(NamedTuple):
    """The division of the responsible organ, and the rule set that gives the number of days."""

    division: str | None
    rule_set: str
    rule_set_version: int


def row_of(running: DeadlineOfOrgan, concerned: Concerned, whose: Whose) -> tuple[Any, ...]:
    deadline = running.deadline
    due = deadline.due
    due_at = _micros(deadline.ends_at)
    return (
        to_micros(deadline.started_at),
        deadline.days,
        deadline.basis,
        str(deadline.certainty),
        _day(due.earliest if due is not None else None),
        _day(due.latest if due is not None else None),
        _micros(deadline.warns_at),
        due_at,
        NEVER if due_at is None else due_at,
        deadline.end_of_day,
        _micros(deadline.met_at),
        running.responsible,
        whose.division,
        *concerned,
        whose.rule_set,
        whose.rule_set_version,
    )


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)
