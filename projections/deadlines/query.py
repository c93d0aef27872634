"""Questions about deadlines: the clocks that run, that have run out, and that are due soon, and how each is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, Select, select

from domain.act import Act
from domain.deadlines.calendar import CountedDay, day_of
from ledger.store.store import Store
from projections.deadlines.projector import Deadlines
from projections.deadlines.state_sql import AGE_ONLY, LATE, MET, OVERDUE, RUNNING, DeadlineFilters, deadlines_query
from projections.deadlines.tables import clock
from projections.engine.builds import Kept
from projections.parties.projector import Parties
from projections.query.listing import Asked, Listing
from projections.query.paging import Answer, Asking, Order
from projections.query.snapshot import Standing
from replay.instants import from_micros
from replay.log_source import Acts
from replay.rulebook import Rulebook, Shipped, rulebook_of, shipped

ON_DEADLINES: Final[tuple[Kept, ...]] = (Deadlines, Parties)

DEADLINE_ORDER: Final = Order(
    (clock.c.urgency, clock.c.stream, clock.c.clock, clock.c.start), (int, str, str, int), descending=False
)
START_ORDER: Final = Order((clock.c.stream, clock.c.clock), (str, str), descending=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRow:
    """A clock as its rule set counts it. ``earliest`` and ``latest`` differ while a year's calendar is unpublished.

    ``days_left`` counts to the earliest end, ``days_late`` from the latest one, the day of the question (or of the
    stop) included; ``age``: how long it has run, where it has no due day. All are working days at the instant of the
    question.
    """

    stream: str
    clock: str
    start: int
    started_at: datetime
    days: int | None
    basis: str
    certainty: str
    earliest: date | None
    latest: date | None
    end_of_day: str
    met_at: datetime | None
    responsible: str
    requester: str | None
    provider: str | None
    item: str | None
    request: str | None
    rule_set: str
    rule_set_version: int
    state: str
    days_left: int | None
    days_late: int | None
    age: int | None

    @property
    def provisional(self) -> bool:
        return self.earliest != self.latest


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedDeadline:
    """A clock with its counting: day by day from the day after its start; empty where nothing is counted."""

    row: DeadlineRow
    counting: tuple[CountedDay, ...]


ALL: Final = DeadlineFilters()
NOW: Final = Asking()


class _Rules(NamedTuple):
    """The acts that can change the rules, among a number of first entries."""

    size: int
    acts: tuple[Act, ...]


class DeadlineQuestions:
    """Safe to ask from any thread. ``data``: delivered with the software."""

    def __init__(self, asked: Asked, store: Store, data: Shipped | None = None) -> None:
        self._asked = asked
        self._store = store
        self._data = data or shipped()
        # Replaced as a whole by any thread that reads further; each replacement is equally correct.
        self._known = _Rules(0, ())
        self._rulebook: tuple[tuple[int, ...], Rulebook] = ((), rulebook_of((), self._data))

    def board(self, filters: DeadlineFilters = ALL, asking: Asking = NOW) -> Answer[DeadlineRow]:
        """Clocks, the most urgent first: those that have run out longest ago, then by due day, then those without."""
        listing = Listing(
            ON_DEADLINES,
            filters.question(),
            lambda standing: deadlines_query(filters, standing, self.rulebook(standing)),
            DEADLINE_ORDER,
        )
        return self._asked.list(listing, asking, self.rows)

    def started_by(self, index: int, asking: Asking = NOW, *, name: str | None = None) -> Answer[CountedDeadline]:
        """The clocks that one entry started, or the one of this name, each with its counting."""

        def query(standing: Standing) -> Select[Any]:
            started = select(clock).where(standing.holds(clock), clock.c.start == index)
            return started if name is None else started.where(clock.c.clock == name)

        listing = Listing(ON_DEADLINES, ("deadline", index, name), query, START_ORDER)
        return self._asked.list(listing, asking, self._counted)

    def of_requests(self, requests: Sequence[str], standing: Standing) -> dict[str, list[DeadlineRow]]:
        """The clocks of these requests, in the order in which they started."""
        chosen = select(clock).where(standing.holds(clock), clock.c.request.in_(requests))
        found: dict[str, list[DeadlineRow]] = {request: [] for request in requests}
        for row in self.rows(self._asked.all(chosen.order_by(clock.c.start, clock.c.clock)), standing):
            assert row.request is not None
            found[row.request].append(row)
        return found

    def rows(self, rows: Sequence[Row[Any]], standing: Standing) -> list[DeadlineRow]:
        rulebook = self.rulebook(standing) if rows else None
        return [_row(row, standing, rulebook) for row in rows if rulebook is not None]

    def rulebook(self, standing: Standing) -> Rulebook:
        """The rules as known at the tree size of the answer. The log is read on from where it was read last."""
        known = self._known
        if standing.as_of > known.size:
            later = Acts(self._store).of_rules(standing.as_of, known.size)
            known = self._known = _Rules(standing.as_of, (*known.acts, *later))
        acts = tuple(act for act in known.acts if act.index < standing.as_of)
        indexes, rulebook = self._rulebook
        if indexes != tuple(act.index for act in acts):
            rulebook = rulebook_of(acts, self._data)
            self._rulebook = tuple(act.index for act in acts), rulebook  # nearly always the newest is asked for
        return rulebook

    def _counted(self, rows: Sequence[Row[Any]], standing: Standing) -> Sequence[CountedDeadline]:
        rulebook = self.rulebook(standing)
        return [
            CountedDeadline(
                row=_row(row, standing, rulebook),
                counting=()
                if row.days is None
                else rulebook.calendar_of(row.division).count(day_of(from_micros(row.started_at)), row.days),
            )
            for row in rows
        ]


def _row(row: Any, standing: Standing, rulebook: Rulebook) -> DeadlineRow:
    calendar, at = rulebook.calendar_of(row.division), standing.at
    started_at, met_at = from_micros(row.started_at), _instant(row.met_at)
    earliest, latest = _day(row.earliest), _day(row.latest)
    met = met_at is not None and (standing.at >= standing.recorded_at or met_at <= at)
    until = met_at if met and met_at is not None else at
    state = _state(row, standing, met=met)
    runs_out = state in (OVERDUE, LATE) and latest is not None
    return DeadlineRow(
        stream=row.stream,
        clock=row.clock,
        start=row.start,
        started_at=started_at,
        days=row.days,
        basis=row.basis,
        certainty=row.certainty,
        earliest=earliest,
        latest=latest,
        end_of_day=row.end_of_day,
        met_at=met_at,
        responsible=row.responsible,
        requester=row.requester,
        provider=row.provider,
        item=row.item,
        request=row.request,
        rule_set=row.rule_set,
        rule_set_version=row.rule_set_version,
        state=state,
        days_left=calendar.working_days_between(day_of(at), earliest) if state == RUNNING and earliest else None,
        days_late=calendar.working_days_between(latest, day_of(until)) if runs_out and latest else None,
        age=calendar.working_days_between(day_of(started_at), day_of(until)) if latest is None else None,
    )


def _state(row: Any, standing: Standing, *, met: bool) -> str:
    if met:
        return LATE if row.met_at >= row.urgency else MET
    if row.due_at is None:
        return AGE_ONLY
    return OVERDUE if row.due_at <= standing.at_micros else RUNNING


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
