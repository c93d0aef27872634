"""Questions about reconciliation: deliveries against acknowledgements, grants against uses, and one whole case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, select

from domain.evolve import fold
from domain.state import RequestState
from ledger.store.store import Store
from ledger.store.tables import entry
from projections.access.projector import AccessTrail
from projections.access.query import judged
from projections.access.tables import access
from projections.disputes.query import days_between
from projections.engine.builds import ProjectorSpec
from projections.parties.projector import Parties
from projections.query.listing import ListQuery, QueryRunner
from projections.query.paging import Answer, QueryOptions, SortOrder
from projections.query.snapshot import Snapshot
from projections.reconciliation.projector import Reconciliation, delivery, grant
from projections.reconciliation.tables import ReconciliationState
from projections.reconciliation.use_tally import UseTally, tally
from replay.instants import from_micros, to_micros
from replay.log_source import USES, ActLog

ON_DELIVERIES: Final[tuple[ProjectorSpec, ...]] = (Reconciliation, Parties)
ON_GRANTS: Final[tuple[ProjectorSpec, ...]] = (Reconciliation, AccessTrail, Parties)
READ: Final = 20_000  # uses of one case whose records are read for its tally; with more, only their number is given


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilters:
    """``since`` ≤ delivered < ``until``. ``differs``: in count or digest, explained or not."""

    provider: str | None = None
    requester: str | None = None
    item: str | None = None
    request: str | None = None
    state: str | None = None
    differs: bool | None = None
    explained: bool | None = None
    since: datetime | None = None
    until: datetime | None = None

    def question(self) -> tuple[Any, ...]:
        return ("deliveries", *(getattr(self, field.name) for field in fields(self)))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """``sent`` and ``received`` as they were signed; ``difference``: sent less received. ``state_at``: the time of the
    act that brought the state. ``days``: until the answer, or the end without one, or until now.
    """

    entry: int
    id: str
    state: str
    state_index: int
    state_at: datetime
    stream: str
    request: str | None
    requester: str
    provider: str
    item: str
    channel: str
    delivered_at: datetime
    sent: int
    answered_index: int | None
    answered_at: datetime | None
    received: int | None
    difference: int | None
    digest_differs: bool | None
    differs: bool
    corrected_index: int | None
    anew: str | None
    anew_index: int | None
    explained: bool
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The numbers of all rows that match: by state, those that differ, and those of them that are explained."""

    states: Mapping[str, int]
    differences: int
    explained: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRow:
    """``last_use``: None: it was never used. ``expired``: its term was over at the instant of the question."""

    request: str
    requester: str
    provider: str
    item: str | None
    version: int
    granted_index: int
    granted_at: datetime
    ends_at: datetime
    expired: bool
    deliveries: int
    delivered_at: datetime | None
    last_use: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReconciliation:
    """``used``: the exact number of uses. ``tally``: None if there are more than ``READ``, because a tally of a part
    would be wrong.
    """

    grant: GrantRow
    deliveries: tuple[DeliveryRow, ...]
    used: int
    tally: UseTally | None


DELIVERY_ORDER: Final = SortOrder((delivery.c.delivered_at, delivery.c.entry), (int, int), descending=True)
GRANT_ORDER: Final = SortOrder((grant.c.granted_at, grant.c.request), (int, str), descending=True)


class ReconciliationQueries:
    """Safe to ask from any thread."""

    def __init__(self, query_runner: QueryRunner, store: Store) -> None:
        self._query_runner = query_runner
        self._store = store

    def deliveries(self, filters: DeliveryFilters, options: QueryOptions) -> Answer[DeliveryRow]:
        """The last delivered first."""
        listing = ListQuery(
            ON_DELIVERIES, filters.question(), lambda snapshot: deliveries_query(filters, snapshot), DELIVERY_ORDER
        )
        return self._query_runner.list(
            listing, options, lambda rows, snapshot: [_delivery_row(row, snapshot) for row in rows]
        )

    def summary(self, filters: DeliveryFilters, options: QueryOptions) -> Answer[Summary]:
        """The summary of all deliveries that match."""
        snapshot, row = self._query_runner.one(
            ON_DELIVERIES, options, lambda snapshot: _counted(deliveries_query(filters, snapshot))
        )
        return self._query_runner.single(snapshot, _summary(row))

    def grants(
        self,
        options: QueryOptions,
        *,
        provider: str | None = None,
        requester: str | None = None,
        item: str | None = None,
        used: bool | None = None,
    ) -> Answer[GrantRow]:
        """Grants, the newest first, each with the time of its last use."""
        filters = {"provider": provider, "requester": requester, "item": item}
        listing = ListQuery(
            ON_GRANTS,
            ("grants", *filters.values(), used),
            lambda snapshot: grants_query(filters, used, snapshot),
            GRANT_ORDER,
        )
        return self._query_runner.list(
            listing, options, lambda rows, snapshot: [_grant_row(row, snapshot) for row in rows]
        )

    def case(self, request: str, options: QueryOptions) -> Answer[CaseReconciliation]:
        """One case: its deliveries, its grant, and the use of the grant; no row where nothing was granted."""
        snapshot, row = self._query_runner.one(
            ON_GRANTS, options, lambda snapshot: _grants(snapshot).where(grant.c.request == request)
        )
        if row is None:
            return self._query_runner.single(snapshot, None)
        of_case = deliveries_query(DeliveryFilters(request=request), snapshot)
        rows = self._query_runner.all(
            of_case.where(delivery.c.stream == f"request/{request}").order_by(delivery.c.entry)
        )
        used = self._used(request, snapshot)
        return self._query_runner.single(
            snapshot,
            CaseReconciliation(
                grant=_grant_row(row, snapshot),
                deliveries=tuple(_delivery_row(each, snapshot) for each in rows),
                used=used,
                tally=self._tally(request, snapshot) if used <= READ else None,
            ),
        )

    def _used(self, request: str, snapshot: Snapshot) -> int:
        uses = select(func.count()).select_from(entry).where(_uses(f"request/{request}", snapshot))
        return int(self._query_runner.all(uses)[0][0])

    def _tally(self, request: str, snapshot: Snapshot) -> UseTally:
        state = fold(ActLog(self._store).changing(f"request/{request}", snapshot.as_of))
        assert isinstance(state, RequestState)
        return tally(ActLog(self._store).uses_of(f"request/{request}", snapshot.as_of), state)


def _uses(stream: str | ColumnElement[str], snapshot: Snapshot) -> ColumnElement[bool]:
    in_tree = and_(entry.c.ledger == snapshot.ledger, entry.c.index < snapshot.as_of)
    return and_(in_tree, entry.c.stream == stream, entry.c.type == USES)


def deliveries_query(filters: DeliveryFilters, snapshot: Snapshot) -> Select[Any]:
    same = ("provider", "requester", "item", "request", "state", "differs", "explained")
    query = select(delivery).where(snapshot.valid_rows(delivery))
    query = query.where(*(delivery.c[name] == value for name in same if (value := getattr(filters, name)) is not None))
    if filters.since is not None:
        query = query.where(delivery.c.delivered_at >= to_micros(filters.since))
    if filters.until is not None:
        query = query.where(delivery.c.delivered_at < to_micros(filters.until))
    return query


def _counted(query: Select[Any]) -> Select[Any]:
    """One row: the number of deliveries by state, of those that differ, and of those that are explained."""

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    states = [number(delivery.c.state == state).label(state.value) for state in ReconciliationState]
    explained = number(and_(delivery.c.differs, delivery.c.explained))
    counted: list[Any] = [*states, number(delivery.c.differs).label("differences"), explained.label("explained")]
    return query.with_only_columns(*counted)


def _summary(row: Any) -> Summary:
    states = {state.value: int(getattr(row, state.value)) for state in ReconciliationState}
    return Summary(states=states, differences=int(row.differences), explained=int(row.explained))


def _delivery_row(row: Any, snapshot: Snapshot) -> DeliveryRow:
    same = (
        "entry", "id", "state", "state_index", "stream", "request", "requester", "provider", "item", "channel", "sent",
        "answered_index", "received", "digest_differs", "differs", "corrected_index", "anew", "anew_index", "explained",
    )  # fmt: skip
    delivered, answered, since = map(_instant, (row.delivered_at, row.answered_at, row.state_at))
    assert delivered is not None
    assert since is not None
    over = answered or (snapshot.instant if row.state == ReconciliationState.UNACKNOWLEDGED else since)
    return DeliveryRow(
        **{name: getattr(row, name) for name in same},
        state_at=since,
        delivered_at=delivered,
        answered_at=answered,
        difference=None if row.received is None else row.sent - row.received,
        days=days_between(delivered, over),
    )


def grants_query(filters: Mapping[str, str | None], used: bool | None, snapshot: Snapshot) -> Select[Any]:
    query = _grants(snapshot).where(*(grant.c[name] == value for name, value in filters.items() if value is not None))
    if used is not None:
        never = _last_use(snapshot).is_(None)
        query = query.where(~never if used else never)
    return query


def _grants(snapshot: Snapshot) -> Select[Any]:
    return select(grant, _last_use(snapshot).label("last_use")).where(snapshot.valid_rows(grant))


def _last_use(snapshot: Snapshot) -> ColumnElement[Any]:
    """The time of the last use in the case's own stream. An act that only cites the request has not used its grant.

    The newest acts of the case are read one by one, through the index of its request, until one is such a use.
    """
    uses = and_(judged(snapshot), access.c.request == grant.c.request, access.c.kind == "use")
    own = exists().where(_uses(literal("request/") + grant.c.request, snapshot), entry.c.index == access.c.entry)
    newest = (access.c.time.desc(), access.c.entry.desc())
    return select(access.c.time).where(uses, own).order_by(*newest).limit(1).correlate(grant).scalar_subquery()


def _grant_row(row: Any, snapshot: Snapshot) -> GrantRow:
    same = ("request", "requester", "provider", "item", "version", "granted_index", "deliveries")
    return GrantRow(
        **{name: getattr(row, name) for name in same},
        granted_at=from_micros(row.granted_at),
        ends_at=from_micros(row.ends_at),
        expired=row.ends_at <= snapshot.instant_micros,
        delivered_at=_instant(row.delivered_at),
        last_use=_instant(row.last_use),
    )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
