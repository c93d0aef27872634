"""Questions about disputes and discrepancies: lists, and one dispute with its steps, its decision and the answers that
it reopened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, case, false, func, or_, select

from domain.act import Act
from domain.deadlines.calendar import day_of
from domain.evolve import fold
from domain.state import DisputeState
from domain.vocabulary.sensitivity import STATE_SECRET
from ledger.store.store import Store
from projections.catalogue.projector import Catalogue, item_span
from projections.catalogue.query import is_stub
from projections.disputes.projector import Disputes, discrepancy, dispute, reopening
from projections.engine.builds import ProjectorSpec
from projections.parties.projector import Parties, party
from projections.query.listing import ListQuery, QueryRunner
from projections.query.paging import Answer, QueryOptions, SortOrder
from projections.query.snapshot import Snapshot
from replay.instants import from_micros
from replay.log_source import ActLog

ON_DISPUTES: Final[tuple[ProjectorSpec, ...]] = (Disputes, Catalogue, Parties)
UNASSIGNED: Final = "UNASSIGNED"  # derived: no source of record that has to verify is known (4.10)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFilters:
    """``party``: on either side. ``open``: not settled at the instant of the question."""

    route: str | None = None
    status: str | None = None
    item: str | None = None
    request: str | None = None
    party: str | None = None
    claimed_class: str | None = None
    open: bool | None = None

    def question(self) -> tuple[Any, ...]:
        return ("disputes", *(getattr(self, field.name) for field in fields(self)))


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRow:
    """``interim``: the stricter class holds at the instant of the question (4.9). ``days``: from the opening to the
    settlement, or until now. ``stub``: about a state secret, shown without any text.
    """

    id: str
    status: str
    status_index: int
    route: str
    item: str
    request: str | None
    opener: str
    counterparty: str
    claimed_class: str
    level: str | None
    opened_index: int
    opened_at: datetime
    originator: str | None
    escalated_to: str | None
    settled_index: int | None
    settled_at: datetime | None
    result: str | None
    decider: str | None
    decider_level: str | None
    disowned: bool
    interim: bool
    days: int
    stub: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """An answer that cites the record which settled the dispute."""

    index: int
    request: str
    event: str
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFile:
    """A whole dispute: its steps in order, the levels of the organs that determined, and the answers given again
    because of it.
    """

    row: DisputeRow
    state: DisputeState
    steps: tuple[Act, ...]
    levels: Mapping[str, str]
    reopened: tuple[Reopened, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepancyRow:
    """``act`` is the report. ``source``: the source of record at the instant of the question, or the organ that
    verified.
    """

    act: Act
    id: str
    status: str
    status_index: int
    item: str
    source: str | None
    reporter: str
    severity: str
    result: str | None
    reported_at: datetime
    closed_at: datetime | None
    days: int
    sensitive: bool
    stub: bool


DISPUTE_ORDER: Final = SortOrder((dispute.c.opened_at, dispute.c.id), (int, str), descending=True)
DISCREPANCY_ORDER: Final = SortOrder((discrepancy.c.reported_at, discrepancy.c.id), (int, str), descending=True)


class DisputeQueries:
    """Safe to ask from any thread."""

    def __init__(self, query_runner: QueryRunner, store: Store) -> None:
        self._query_runner = query_runner
        self._store = store

    def disputes(self, filters: DisputeFilters, options: QueryOptions) -> Answer[DisputeRow]:
        """The last opened first."""
        listing = ListQuery(
            ON_DISPUTES, filters.question(), lambda snapshot: disputes_query(filters, snapshot), DISPUTE_ORDER
        )
        return self._query_runner.list(
            listing, options, lambda rows, snapshot: [_dispute_row(row, snapshot) for row in rows]
        )

    def dispute(self, id_: str, options: QueryOptions) -> Answer[DisputeFile]:
        """One whole dispute."""
        snapshot, row = self._query_runner.one(
            ON_DISPUTES, options, lambda snapshot: _disputes(snapshot).where(dispute.c.id == id_)
        )
        if row is None:
            return self._query_runner.single(snapshot, None)
        steps = tuple(ActLog(self._store).of_stream(f"dispute/{id_}", snapshot.as_of))
        state = fold(steps)
        assert isinstance(state, DisputeState)
        deciders = select(party.c.uscc, party.c.level).where(snapshot.valid_rows(party))
        levels = self._query_runner.all(deciders.where(party.c.uscc.in_([fact.by for _, fact in state.determinations])))
        file = DisputeFile(
            row=_dispute_row(row, snapshot),
            state=state,
            steps=steps,
            levels={each.uscc: each.level for each in levels},
            reopened=self._reopened(state, snapshot),
        )
        return self._query_runner.single(snapshot, file)

    def discrepancies(
        self,
        options: QueryOptions,
        *,
        status: str | None = None,
        item: str | None = None,
        source: str | None = None,
        reporter: str | None = None,
        open_: bool | None = None,
    ) -> Answer[DiscrepancyRow]:
        """The last reported first."""
        filters = {"status": status, "item": item, "source": source, "reporter": reporter}
        listing = ListQuery(
            ON_DISPUTES,
            ("discrepancies", *filters.values(), open_),
            lambda snapshot: discrepancies_query(filters, open_, snapshot),
            DISCREPANCY_ORDER,
        )
        return self._query_runner.list(listing, options, self._discrepancy_rows)

    def _reopened(self, state: DisputeState, snapshot: Snapshot) -> tuple[Reopened, ...]:
        """The answers that cite a determination or the outcome of this dispute."""
        decisions = [fact for _, fact in state.determinations]
        decisions += [state.outcome[1]] if state.outcome is not None else []
        cited = or_(false(), *(and_(reopening.c.by == fact.by, reopening.c.record_id == fact.id) for fact in decisions))
        rows = self._query_runner.all(
            select(reopening).where(snapshot.valid_rows(reopening), cited).order_by(reopening.c.entry)
        )
        return tuple(
            Reopened(index=row.entry, request=row.request, event=row.event, time=from_micros(row.time)) for row in rows
        )

    def _discrepancy_rows(self, rows: Sequence[Row[Any]], snapshot: Snapshot) -> list[DiscrepancyRow]:
        acts = {act.index: act for act in ActLog(self._store).at([row.reported_index for row in rows])}
        return [_discrepancy_row(row, acts[row.reported_index], snapshot) for row in rows]


def disputes_query(filters: DisputeFilters, snapshot: Snapshot) -> Select[Any]:
    same = ("route", "status", "item", "request", "claimed_class")
    query = _disputes(snapshot).where(
        *(dispute.c[name] == value for name in same if (value := getattr(filters, name)) is not None)
    )
    if filters.party is not None:
        query = query.where(or_(dispute.c.opener == filters.party, dispute.c.counterparty == filters.party))
    if filters.open is not None:
        query = query.where(_interim(snapshot) if filters.open else ~_interim(snapshot))
    return query


def _disputes(snapshot: Snapshot) -> Select[Any]:
    level = select(party.c.level).where(snapshot.valid_rows(party), party.c.uscc == dispute.c.decider).scalar_subquery()
    secret = or_(dispute.c.claimed_class == STATE_SECRET, is_stub(dispute.c.item, snapshot))
    return select(
        dispute,
        level.label("decider_level"),
        _interim(snapshot).label("interim"),
        secret.label("stub"),
    ).where(snapshot.valid_rows(dispute))


def _interim(snapshot: Snapshot) -> ColumnElement[bool]:
    """Whether the stricter class holds meanwhile: opened, not settled, and not disavowed by its opener."""
    at = snapshot.instant_micros
    unsettled = or_(dispute.c.settled_at.is_(None), dispute.c.settled_at > at)
    return and_(~dispute.c.disowned, dispute.c.opened_at <= at, unsettled)


def _dispute_row(row: Any, snapshot: Snapshot) -> DisputeRow:
    opened, settled = from_micros(row.opened_at), _instant(row.settled_at)
    same = (
        "id", "status", "status_index", "route", "item", "request", "opener", "counterparty", "claimed_class", "level",
        "opened_index", "originator", "escalated_to", "settled_index", "result", "decider", "decider_level", "disowned",
    )  # fmt: skip
    return DisputeRow(
        **{name: getattr(row, name) for name in same},
        opened_at=opened,
        settled_at=settled,
        interim=bool(row.interim),
        days=days_between(opened, settled or snapshot.instant),
        stub=bool(row.stub),
    )


def days_between(first: datetime, last: datetime) -> int:
    """Calendar days, by their dates in Asia/Shanghai."""
    return max(0, (day_of(last) - day_of(first)).days)


def discrepancies_query(filters: Mapping[str, str | None], open_: bool | None, snapshot: Snapshot) -> Select[Any]:
    source = _source(snapshot)
    unassigned = and_(discrepancy.c.status == "VERIFYING", source.is_(None))
    status_column = case((unassigned, UNASSIGNED), else_=discrepancy.c.status)
    columns = {
        "status": status_column,
        "source": source,
        "item": discrepancy.c.item,
        "reporter": discrepancy.c.reporter,
    }
    kept = [column for column in discrepancy.c if column.name != "status"]
    secret = is_stub(discrepancy.c.item, snapshot)
    sensitive = func.coalesce(_of_item(item_span.c.sensitive, snapshot), False)
    query = select(
        *kept,
        status_column.label("status"),
        source.label("source"),
        secret.label("stub"),
        sensitive.label("sensitive"),
    )
    conditions = [columns[name] == value for name, value in filters.items() if value is not None]
    if open_ is not None:
        conditions.append(discrepancy.c.closed_at.is_(None) if open_ else discrepancy.c.closed_at.is_not(None))
    return query.where(snapshot.valid_rows(discrepancy), *conditions)


def _source(snapshot: Snapshot) -> ColumnElement[Any]:
    """The organ that verified; before that the source of record of the item at the instant of the question (A12)."""
    return func.coalesce(discrepancy.c.verifier, _of_item(item_span.c.source, snapshot))


def _of_item(column: ColumnElement[Any], snapshot: Snapshot) -> ColumnElement[Any]:
    """The value that holds for the discrepancy's item at the instant of the question."""
    at = snapshot.instant_micros
    held = and_(item_span.c.holds_from <= at, or_(item_span.c.holds_to.is_(None), item_span.c.holds_to > at))
    holds = and_(snapshot.valid_rows(item_span), item_span.c.code == discrepancy.c.item, held)
    return select(column).where(holds).correlate(discrepancy).scalar_subquery()


def _discrepancy_row(row: Any, act: Act, snapshot: Snapshot) -> DiscrepancyRow:
    same = ("id", "status", "status_index", "item", "source", "reporter", "severity", "result")
    reported, closed = from_micros(row.reported_at), _instant(row.closed_at)
    return DiscrepancyRow(
        act=act,
        **{name: getattr(row, name) for name in same},
        reported_at=reported,
        closed_at=closed,
        days=days_between(reported, closed or snapshot.instant),
        sensitive=bool(row.sensitive),
        stub=bool(row.stub),
    )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
