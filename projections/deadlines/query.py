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
from projections.engine.builds import ProjectorSpec
from projections.parties.projector import Parties
from projections.query.listing import ListQuery, QueryRunner
from projections.query.paging import Answer, QueryOptions, SortOrder
from projections.query.snapshot import Snapshot
from replay.instants import from_micros
from replay.log_source import ActLog
from replay.rulebook import BundledData, Rulebook, bundled, rulebook_of

ON_DEADLINES: Final[tuple[ProjectorSpec, ...]] = (Deadlines, Parties)

DEADLINE_ORDER: Final = SortOrder(
    (clock.c.urgency, clock.c.stream, clock.c.clock, clock.c.start), (int, str, str, int), descending=False
)
START_ORDER: Final = SortOrder((clock.c.stream, clock.c.clock), (str, str), descending=False)


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
NOW: Final = QueryOptions()


class _Rules(NamedTuple):
    """The acts that can change the rules, among a number of first entries."""

    size: int
    acts: tuple[Act, ...]


class DeadlineQueries:
    """Safe to ask from any thread. ``data``: delivered with the software."""

    def __init__(self, query_runner: QueryRunner, store: Store, data: BundledData | None = None) -> None:
        self._query_runner = query_runner
        self._store = store
        self._data = data or bundled()
        # Replaced as a whole by any thread that reads further; each replacement is equally correct.
        self._known = _Rules(0, ())
        self._rulebook: tuple[tuple[int, ...], Rulebook] = ((), rulebook_of((), self._data))

    def board(self, filters: DeadlineFilters = ALL, options: QueryOptions = NOW) -> Answer[DeadlineRow]:
        """Clocks, the most urgent first: those that have run out longest ago, then by due day, then those without."""
        listing = ListQuery(
            ON_DEADLINES,
            filters.question(),
            lambda snapshot: deadlines_query(filters, snapshot, self.rulebook(snapshot)),
            DEADLINE_ORDER,
        )
        return self._query_runner.list(listing, options, self.rows)

    def started_by(
        self, index: int, options: QueryOptions = NOW, *, name: str | None = None
    ) -> Answer[CountedDeadline]:
        """The clocks that one entry started, or the one of this name, each with its counting."""

        def query(snapshot: Snapshot) -> Select[Any]:
            started = select(clock).where(snapshot.valid_rows(clock), clock.c.start == index)
            return started if name is None else started.where(clock.c.clock == name)

        listing = ListQuery(ON_DEADLINES, ("deadline", index, name), query, START_ORDER)
        return self._query_runner.list(listing, options, self._counted)

    def of_requests(self, requests: Sequence[str], snapshot: Snapshot) -> dict[str, list[DeadlineRow]]:
        """The clocks of these requests, in the order in which they started."""
        chosen = select(clock).where(snapshot.valid_rows(clock), clock.c.request.in_(requests))
        rows_by_request: dict[str, list[DeadlineRow]] = {request: [] for request in requests}
        for row in self.rows(self._query_runner.all(chosen.order_by(clock.c.start, clock.c.clock)), snapshot):
            assert row.request is not None
            rows_by_request[row.request].append(row)
        return rows_by_request

    def rows(self, rows: Sequence[Row[Any]], snapshot: Snapshot) -> list[DeadlineRow]:
        rulebook = self.rulebook(snapshot) if rows else None
        return [_row(row, snapshot, rulebook) for row in rows if rulebook is not None]

    def rulebook(self, snapshot: Snapshot) -> Rulebook:
        """The rules as known at the tree size of the answer. The log is read on from where it was read last."""
        known = self._known
        if snapshot.as_of > known.size:
            later = ActLog(self._store).of_rules(snapshot.as_of, known.size)
            known = self._known = _Rules(snapshot.as_of, (*known.acts, *later))
        acts = tuple(act for act in known.acts if act.index < snapshot.as_of)
        indexes, rulebook = self._rulebook
        if indexes != tuple(act.index for act in acts):
            rulebook = rulebook_of(acts, self._data)
            self._rulebook = tuple(act.index for act in acts), rulebook  # nearly always the newest is asked for
        return rulebook

    def _counted(self, rows: Sequence[Row[Any]], snapshot: Snapshot) -> Sequence[CountedDeadline]:
        rulebook = self.rulebook(snapshot)
        return [
            CountedDeadline(
                row=_row(row, snapshot, rulebook),
                counting=()
                if row.days is None
                else rulebook.calendar_of(row.division).count(day_of(from_micros(row.started_at)), row.days),
            )
            for row in rows
        ]


def _row(row: Any, snapshot: Snapshot, rulebook: Rulebook) -> DeadlineRow:
    calendar, at = rulebook.calendar_of(row.division), snapshot.instant
    started_at, met_at = from_micros(row.started_at), _instant(row.met_at)
    earliest, latest = _day(row.earliest), _day(row.latest)
    met = met_at is not None and (snapshot.instant >= snapshot.recorded_at or met_at <= at)
    until = met_at if met and met_at is not None else at
    state = _state(row, snapshot, met=met)
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


def _state(row: Any, snapshot: Snapshot, *, met: bool) -> str:
    if met:
        return LATE if row.met_at >= row.urgency else MET
    if row.due_at is None:
        return AGE_ONLY
    return OVERDUE if row.due_at <= snapshot.instant_micros else RUNNING


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
