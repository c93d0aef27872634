"""Questions about demands: the data that organs need, and the outcome of each demand (A9, A10, 4.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, and_, case, func, or_, select

from domain.act import Act
from ledger.store.store import Store
from projections.catalogue.projector import demand, demand_request
from projections.catalogue.query import ON_CATALOGUE, is_stub
from projections.query.listing import ListQuery, QueryRunner
from projections.query.paging import Answer, QueryOptions, SortOrder
from projections.query.snapshot import Snapshot
from replay.instants import from_micros
from replay.log_source import ActLog

CONVERTED: Final = "CONVERTED"  # derived: a request named the demand after the last change of its status (4.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandRow:
    """``act`` is the latest statement of the demand. ``request``: the share request that named the demand first."""

    act: Act
    id: str
    status: str
    status_index: int
    requester: str
    item: str | None
    matched_item: str | None
    matched_version: int | None
    stated_at: datetime
    request: str | None
    stub: bool


DEMAND_ORDER: Final = SortOrder((demand.c.stated_at, demand.c.id), (int, str), descending=True)


class DemandQueries:
    """Safe to ask from any thread."""

    def __init__(self, asked: QueryRunner, store: Store) -> None:
        self._query_runner = asked
        self._store = store

    def demands(
        self, options: QueryOptions, *, status: str | None = None, requester: str | None = None, of: str | None = None
    ) -> Answer[DemandRow]:
        """Demands, the last stated first; ``of``: the item named or matched."""
        listing = ListQuery(
            ON_CATALOGUE,
            ("demands", status, requester, of),
            lambda snapshot: demands_query(snapshot, status=status, requester=requester, of=of),
            DEMAND_ORDER,
        )
        return self._query_runner.list(listing, options, self._demand_rows)

    def _demand_rows(self, rows: Sequence[Row[Any]], _: Snapshot) -> list[DemandRow]:
        acts = {act.index: act for act in ActLog(self._store).at([row.told_index for row in rows])}
        return [_demand_row(row, acts[row.told_index]) for row in rows]


def demands_query(
    snapshot: Snapshot, *, status: str | None = None, requester: str | None = None, of: str | None = None
) -> Select[Any]:
    named = and_(snapshot.valid_rows(demand_request), demand_request.c.demand == demand.c.id)
    last = select(func.max(demand_request.c.index)).where(named).scalar_subquery()
    first = select(demand_request.c.request).where(named).order_by(demand_request.c.index).limit(1).scalar_subquery()
    converted = and_(demand.c.status != "CLOSED", func.coalesce(last, -1) > demand.c.status_index)
    shown = case((converted, CONVERTED), else_=demand.c.status)
    kept = [column for column in demand.c if column.name != "status"]
    about = or_(is_stub(demand.c.item, snapshot), is_stub(demand.c.matched_item, snapshot))
    query = select(*kept, shown.label("status"), first.label("request"), about.label("stub"))
    query = query.where(snapshot.valid_rows(demand))
    if status is not None:
        query = query.where(shown == status)
    if requester is not None:
        query = query.where(demand.c.requester == requester)
    if of is not None:
        query = query.where(or_(demand.c.item == of, demand.c.matched_item == of))
    return query


def _demand_row(row: Any, act: Act) -> DemandRow:
    same = ("id", "status", "status_index", "requester", "item", "matched_item", "matched_version", "request")
    return DemandRow(
        act=act,
        **{name: getattr(row, name) for name in same},
        stated_at=from_micros(row.stated_at),
        stub=bool(row.stub),
    )
