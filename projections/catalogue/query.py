"""Questions about the catalogue: resources with their entries, and one whole resource."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, not_, or_, select

from domain.evolve import fold
from domain.state import ItemState
from domain.vocabulary.sensitivity import STATE_SECRET
from ledger.store.store import Store
from projections.catalogue.projector import Catalogue, entry_version, item, item_claim, item_span
from projections.deadlines.projector import Deadlines
from projections.deadlines.query import DeadlineQueries, DeadlineRow
from projections.deadlines.state_sql import AGE_ONLY, OVERDUE, RUNNING
from projections.deadlines.tables import clock
from projections.engine.builds import ProjectorSpec
from projections.engine.interval_table import PROJECTION
from projections.parties.projector import Parties
from projections.query.listing import ListQuery, QueryRunner
from projections.query.paging import Answer, QueryOptions, SortOrder
from projections.query.snapshot import Snapshot, SnapshotRequest
from replay.instants import from_micros
from replay.log_source import ActLog

OPEN_CLOCKS: Final = (RUNNING, OVERDUE, AGE_ONLY)
ON_CATALOGUE: Final[tuple[ProjectorSpec, ...]] = (Catalogue, Parties, Deadlines)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueFilters:
    """``q``: part of the code, or of a name that may be shown. ``data_class``: among the classes in force."""

    provider: str | None = None
    data_class: str | None = None
    sensitive: bool | None = None
    status: str | None = None
    share_type: str | None = None
    q: str | None = None

    def question(self) -> tuple[Any, ...]:
        return ("catalogue", *(getattr(self, field.name) for field in fields(self)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """A resource. ``stub``: it is, or is claimed to be, a state secret; every text is then None. The seven fields are
    those of the version published last.
    """

    code: str
    status: str
    status_index: int
    provider: str | None
    keeper: str | None
    stub: bool
    hidden: tuple[str, ...]  # the names of the texts that exist and are not shown
    name: str | None
    format: str | None
    share_condition: str | None
    share_way: str | None
    published_on: str | None
    update_cycle: str | None
    version: int | None
    classes: tuple[str, ...] | None
    level: str | None
    share_type: str | None
    centralised_level: str | None
    sensitive: bool
    source: str | None
    updated_at: datetime | None
    updated_index: int | None
    changed_at: datetime | None
    stale: bool
    clocks: tuple[DeadlineRow, ...]  # of its changes, in their order (A15 ¶2)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFile:
    """A whole resource: its row, and the state with versions, classifications, changes and suspensions."""

    row: ItemRow
    state: ItemState


ITEM_ORDER: Final = SortOrder((item.c.code,), (str,), descending=False)


class CatalogueQueries:
    """Safe to ask from any thread."""

    def __init__(self, query_runner: QueryRunner, store: Store, deadlines: DeadlineQueries) -> None:
        self._query_runner = query_runner
        self._store = store
        self._deadlines = deadlines
        self._known: tuple[Snapshot | None, frozenset[str]] = (None, frozenset())  # replaced whole, by any thread

    def items(self, filters: CatalogueFilters, options: QueryOptions) -> Answer[ItemRow]:
        """Resources by code."""
        listing = ListQuery(
            ON_CATALOGUE, filters.question(), lambda snapshot: items_query(filters, snapshot), ITEM_ORDER
        )
        return self._query_runner.list(listing, options, self._items)

    def item(self, code: str, options: QueryOptions) -> Answer[ItemFile]:
        """One whole resource."""
        snapshot, row = self._query_runner.one(ON_CATALOGUE, options, lambda snapshot: item_query(code, snapshot))
        if row is None:
            return self._query_runner.single(snapshot, None)
        state = fold(ActLog(self._store).of_stream(f"item/{code}", snapshot.as_of))
        assert isinstance(state, ItemState)
        (item_answer,) = self._items([row], snapshot)
        return self._query_runner.single(snapshot, ItemFile(row=item_answer, state=state))

    def stubs(self, codes: Iterable[str | None]) -> frozenset[str]:
        """Those of the codes that are, or are claimed to be, state secrets by all that is known at present, whatever
        was known then.
        """
        named = frozenset(code for code in codes if code is not None)
        return named & self._secrets() if named else named

    def _secrets(self) -> frozenset[str]:
        """All items that are stubs at present. They are few, and the same until the catalogue's rows advance."""
        snapshot = self._query_runner.snapshots.resolve(ON_CATALOGUE, SnapshotRequest())
        known, secrets = self._known
        if known != snapshot:
            secrets = frozenset(row.code for row in self._query_runner.all(_items(snapshot).where(_stub(snapshot))))
            self._known = snapshot, secrets
        return secrets

    def _items(self, rows: Sequence[Row[Any]], snapshot: Snapshot) -> list[ItemRow]:
        clocks = self._clocks([row.code for row in rows], snapshot)
        return [item_row(row, snapshot, clocks.get(row.code, [])) for row in rows]

    def _clocks(self, codes: Sequence[str], snapshot: Snapshot) -> dict[str, list[DeadlineRow]]:
        """The clocks of these items' changes, by any organ that proved the change."""
        chosen = select(clock).where(snapshot.valid_rows(clock), clock.c.stream.in_([f"item/{code}" for code in codes]))
        rows_by_item: defaultdict[str, list[DeadlineRow]] = defaultdict(list)
        for each in self._deadlines.rows(self._query_runner.all(chosen.order_by(clock.c.start)), snapshot):
            rows_by_item[each.stream.removeprefix("item/")].append(each)
        return rows_by_item


def items_query(filters: CatalogueFilters, snapshot: Snapshot) -> Select[Any]:
    query = _items(snapshot)
    equal = (
        (item.c.provider, filters.provider),
        (item.c.status, filters.status),
        (item_span.c.share_type, filters.share_type),
    )
    query = query.where(*(column == value for column, value in equal if value is not None))
    if filters.sensitive is not None:
        query = query.where(func.coalesce(item_span.c.sensitive, False) == filters.sensitive)
    if filters.data_class is not None:
        query = query.where((" " + item_span.c.classes + " ").contains(f" {filters.data_class} ", autoescape=True))
    if filters.q is not None:
        named = and_(not_(_stub(snapshot)), item.c.name.icontains(filters.q, autoescape=True))
        query = query.where(or_(item.c.code.icontains(filters.q, autoescape=True), named))
    return query


def item_query(code: str, snapshot: Snapshot) -> Select[Any]:
    return _items(snapshot).where(item.c.code == code)


def _items(snapshot: Snapshot) -> Select[Any]:
    at = snapshot.instant_micros
    held = and_(item_span.c.holds_from <= at, or_(item_span.c.holds_to.is_(None), item_span.c.holds_to > at))
    span = and_(snapshot.valid_rows(item_span), item_span.c.code == item.c.code, held)
    version = and_(
        snapshot.valid_rows(entry_version),
        entry_version.c.code == item.c.code,
        entry_version.c.version == item.c.version,
    )
    texts = ("format", "share_condition", "share_way", "published_on", "update_cycle")
    held_now = ("classes", "level", "share_type", "centralised_level", "sensitive", "source")
    return (
        select(
            item,
            *(item_span.c[name] for name in held_now),
            *(entry_version.c[name] for name in texts),
            _stub(snapshot).label("stub"),
        )
        .select_from(item.outerjoin(item_span, span).outerjoin(entry_version, version))
        .where(snapshot.valid_rows(item))
    )


def _stub(snapshot: Snapshot) -> ColumnElement[bool]:
    """Whether a selected item is shown without any text: by what was known at the snapshot, or by what is known now. A
    past answer would otherwise show the words of what has become a state secret since.
    """
    if snapshot.newest and snapshot.instant >= snapshot.recorded_at:
        return _secret_then(snapshot)
    return or_(_secret_then(snapshot), _secret_now(item.c.code, snapshot))


def _secret_then(snapshot: Snapshot) -> ColumnElement[bool]:
    return _secret(item, item_span.c.classes, item_claim, snapshot.valid_rows(item_claim))


def _secret_now(code: ColumnElement[Any], snapshot: Snapshot) -> ColumnElement[bool]:
    """The same by the rows that hold at present, and the class that was stated last."""

    def holds(rows: Any) -> ColumnElement[bool]:
        return and_(rows.c.ledger == snapshot.ledger, rows.c.build == snapshot.builds[of], rows.c.to_size.is_(None))

    of = item.info[PROJECTION]
    now, span, claim = item.alias("item_now"), item_span.alias("item_span_now"), item_claim.alias("item_claim_now")
    last = and_(holds(span), span.c.code == now.c.code, span.c.holds_to.is_(None))
    secret = _secret(now, span.c.classes, claim, holds(claim))
    return exists().select_from(now.outerjoin(span, last)).where(holds(now), now.c.code == code, secret)


def _secret(of: Any, classes: ColumnElement[Any], claim: Any, held: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether an item's class, last stated or in force, is state secret, or a record claims that it is (the stub rule).
    ``held``: the condition of the claims that count.
    """
    denied = select(claim.c.code, func.max(claim.c.index).label("index")).where(held, ~claim.c.secret)
    cleared = denied.group_by(claim.c.code).subquery()
    refuted = exists().where(cleared.c.code == claim.c.code, cleared.c.index > claim.c.index)
    claimed = exists().where(
        held,
        claim.c.code == of.c.code,
        claim.c.secret,
        or_(~claim.c.until_classified, claim.c.index > func.coalesce(of.c.classified_index, -1)),
        ~refuted,
    )
    return or_(of.c.secret, func.coalesce(classes.contains(STATE_SECRET), False), claimed)


def is_stub(code: ColumnElement[Any], snapshot: Snapshot) -> ColumnElement[bool]:
    """Whether the item of a row of another table is shown without any text."""
    then = _items(snapshot).where(item.c.code == code, _secret_then(snapshot)).exists()
    return or_(then, _secret_now(code, snapshot))


def item_row(row: Any, snapshot: Snapshot, clocks: Sequence[DeadlineRow]) -> ItemRow:
    names = ("name", "format", "share_condition", "share_way", "update_cycle")
    same = (
        "code", "status", "status_index", "provider", "keeper", "published_on", "version", "level", "share_type",
        "centralised_level", "source", "updated_index",
    )  # fmt: skip
    members: dict[str, Any] = {name: None if row.stub else getattr(row, name) for name in names}
    return ItemRow(
        **members,
        **{name: getattr(row, name) for name in same},
        stub=bool(row.stub),
        hidden=tuple(name for name in names if row.stub and getattr(row, name) is not None),
        classes=None if row.classes is None else tuple(row.classes.split()),
        sensitive=bool(row.sensitive),
        updated_at=_instant(row.updated_at),
        changed_at=_instant(row.changed_at),
        stale=(row.changed_at is not None and row.changed_at <= snapshot.instant_micros) or _waiting(clocks, snapshot),
        clocks=tuple(clocks),
    )


def _waiting(clocks: Sequence[DeadlineRow], snapshot: Snapshot) -> bool:
    """Whether a change waits for its update, either notified or proved by a discrepancy (4.10)."""
    return any(each.state in OPEN_CLOCKS and each.started_at <= snapshot.instant for each in clocks)


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
