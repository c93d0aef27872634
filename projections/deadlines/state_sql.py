"""The states of a clock at the instant of a question, and the conditions by which clocks are chosen."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, literal, or_, select, true

from domain.deadlines.calendar import day_of
from domain.vocabulary.divisions import stem
from projections.deadlines.tables import NEVER, clock
from projections.query.snapshot import Snapshot
from replay.instants import to_micros
from replay.rulebook import Rulebook

RUNNING: Final = "running"
OVERDUE: Final = "overdue"
AGE_ONLY: Final = "age_only"
MET: Final = "met"
LATE: Final = "late"
DUE_SOON: Final = "due_soon"
ANY: Final = "any"
STATES: Final = (RUNNING, OVERDUE, DUE_SOON, AGE_ONLY, MET, LATE, ANY)
SOON: Final = 3  # working days, unless the question says otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineFilters:
    """``state``: None are all that still run, whether or not they have run out. ``within``: due in so many working
    days, and not run out. ``provisional``: whether a year that it reaches into is not published.
    """

    clock: str | None = None
    responsible: str | None = None
    requester: str | None = None
    provider: str | None = None
    item: str | None = None
    request: str | None = None
    state: str | None = None
    within: int | None = None
    provisional: bool | None = None
    since: datetime | None = None  # started
    until: datetime | None = None

    def question(self) -> tuple[Any, ...]:
        return ("deadlines", *(getattr(self, field.name) for field in fields(self)))


def deadlines_query(filters: DeadlineFilters, snapshot: Snapshot, rulebook: Rulebook) -> Select[Any]:
    names = ("clock", "responsible", "requester", "provider", "item", "request")
    conditions = [clock.c[name] == value for name in names if (value := getattr(filters, name)) is not None]
    within = SOON if filters.state == DUE_SOON and filters.within is None else filters.within
    if within is not None:
        conditions += [_in_state(RUNNING, snapshot), _due_within(within, snapshot, rulebook)]
    if filters.state not in (DUE_SOON, ANY):
        conditions.append(_open(snapshot) if filters.state is None else _in_state(filters.state, snapshot))
    if filters.since is not None:
        conditions.append(clock.c.started_at >= to_micros(filters.since))
    if filters.until is not None:
        conditions.append(clock.c.started_at < to_micros(filters.until))
    if filters.provisional is not None:
        provisional = and_(clock.c.latest.is_not(None), clock.c.earliest != clock.c.latest)
        conditions.append(provisional if filters.provisional else ~provisional)
    return select(clock).where(snapshot.valid_rows(clock), *conditions)


def state_at(snapshot: Snapshot) -> ColumnElement[Any]:
    """The state of a clock at the instant of the question."""
    states = (OVERDUE, RUNNING, AGE_ONLY, MET, LATE)
    return case(*((_in_state(state, snapshot), literal(state)) for state in states))


def overdue(snapshot: Snapshot) -> ColumnElement[bool]:
    """The clocks that still run and have run out."""
    return and_(snapshot.valid_rows(clock), _in_state(OVERDUE, snapshot))


def _open(snapshot: Snapshot) -> ColumnElement[bool]:
    """The clocks that no act has met by then. An act in the newest entry counts at once, though its signer's clock may
    be seconds ahead of the ledger's.
    """
    unmet = clock.c.met_at.is_(None)
    return unmet if snapshot.instant >= snapshot.recorded_at else or_(unmet, clock.c.met_at > snapshot.instant_micros)


def _in_state(state: str, snapshot: Snapshot) -> ColumnElement[bool]:
    at, open_ = snapshot.instant_micros, _open(snapshot)
    match state:
        case "overdue":
            return and_(open_, clock.c.urgency <= at)
        case "running":
            return and_(open_, clock.c.urgency > at, clock.c.urgency < NEVER)
        case "age_only":
            return and_(open_, clock.c.urgency == NEVER)
        case "met":
            return and_(~open_, clock.c.met_at < clock.c.urgency)
        case "late":
            return and_(~open_, clock.c.met_at >= clock.c.urgency)
    return true()


def _due_within(days: int, snapshot: Snapshot, rulebook: Rulebook) -> ColumnElement[bool]:
    """Clocks with at most so many working days up to the earliest end: it comes before the working day after them."""
    today = day_of(snapshot.instant)
    everywhere = rulebook.calendar.add_working_days(today, days + 1).latest.isoformat()
    closed = sorted({each.division for each in rulebook.calendars.overlays}, key=lambda each: -len(stem(each)))
    local = [
        (
            clock.c.division.like(f"{stem(division)}%"),
            rulebook.calendar_of(division).add_working_days(today, days + 1).latest.isoformat(),
        )
        for division in closed
    ]
    return clock.c.earliest < (case(*local, else_=everywhere) if local else everywhere)
