"""Answers every listing: chooses the snapshot, reads a page in it, checks that the snapshot still answers, and makes
the cursor of the next page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Row, Select, func, literal, or_, select

from formats.errors import Malformed
from ledger.store.engine import reading
from ledger.store.store import Store
from projections.engine.builds import ProjectorSpec
from projections.query.cursors import Cursor, fingerprint, open_cursor
from projections.query.paging import COUNTED, LARGEST, Answer, QueryOptions, SortOrder
from projections.query.snapshot import Snapshot, SnapshotRequest, SnapshotResolver
from replay.instants import from_micros

R = TypeVar("R")
Query = Callable[[Snapshot], Select[Any]]
ReadRows = Callable[[Sequence[Row[Any]], Snapshot], Sequence[R]]


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A question whose answer has pages. ``question`` names it with all its filters; a cursor fits only the same."""

    kinds: tuple[ProjectorSpec, ...]
    question: tuple[Any, ...]
    query: Query
    order: SortOrder


class QueryRunner:
    """Safe to use from any thread; each question is read on a connection of its own."""

    def __init__(self, store: Store, ground: SnapshotResolver) -> None:
        self._store = store
        self.snapshots = ground

    def list(
        self, listing: ListQuery, options: QueryOptions, read: Callable[[Sequence[Row[Any]], Snapshot], Sequence[R]]
    ) -> Answer[R]:
        """One page."""
        assert 0 < options.limit <= LARGEST, "the door checks the limit"
        cursor = open_cursor(options.cursor, listing.question, place=listing.order.kinds) if options.cursor else None
        snapshot_request = _snapshot_request(options.snapshot_request, cursor)
        while True:
            snapshot = self.snapshots.resolve(listing.kinds, snapshot_request)
            query, conditions = listing.query(snapshot), options.conditions(snapshot)
            pages = [
                self._rows(listing.order.page(query.where(each), options.limit + 1, cursor)) for each in conditions
            ]
            rows = listing.order.merge(pages, options.limit + 1)
            answer = Answer(
                rows=tuple(read(rows[: options.limit], snapshot)),
                snapshot=snapshot,
                checkpoint=self.checkpoint(snapshot),
                next=_next(listing, snapshot, rows, options.limit),
                count=self._count(query.where(or_(*conditions))) if options.count else None,
            )
            # Rows of a build that was replaced meanwhile are being removed, so the rows read may be a part.
            if self.snapshots.still_valid(listing.kinds, snapshot):
                return answer

    def one(
        self, kinds: Sequence[ProjectorSpec], options: QueryOptions, query: Callable[[Snapshot], Select[Any]]
    ) -> tuple[Snapshot, Any]:
        """The one row of a question, or None if there is none that the caller may see."""
        while True:
            snapshot = self.snapshots.resolve(kinds, options.snapshot_request)
            rows = self._rows(query(snapshot).where(or_(*options.conditions(snapshot))).limit(1))
            if self.snapshots.still_valid(kinds, snapshot):
                return snapshot, rows[0] if rows else None

    def single(self, snapshot: Snapshot, row: R | None) -> Answer[R]:
        """The answer of one row, or of none."""
        rows = () if row is None else (row,)
        return Answer(rows=rows, snapshot=snapshot, checkpoint=self.checkpoint(snapshot))

    def all(self, query: Select[Any]) -> Sequence[Row[Any]]:
        return self._rows(query)

    def checkpoint(self, snapshot: Snapshot) -> bytes | None:
        kept = self._store.checkpoints(snapshot.as_of, 1)
        return kept[0].note if kept else None

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with reading(self._store.engine) as connection:
            return connection.execute(query).all()

    def _count(self, query: Select[Any]) -> int:
        some = query.with_only_columns(literal(1)).limit(COUNTED).subquery()
        counted = select(func.count()).select_from(some)
        return int(self._rows(counted)[0][0])


def _snapshot_request(snapshot_request: SnapshotRequest, cursor: Cursor | None) -> SnapshotRequest:
    """A cursor goes on with the tree size and the instant of its first page."""
    if cursor is None:
        return snapshot_request
    if snapshot_request.as_of not in (None, cursor.as_of):
        raise Malformed(
            "CURSOR_INVALID",
            f"the cursor goes on with as_of={cursor.as_of}, not with {snapshot_request.as_of}",
            next_step="Leave as_of out, or ask again without a cursor.",
            pointer="cursor",
        )
    return SnapshotRequest(as_of=cursor.as_of, instant=from_micros(cursor.instant), wait=snapshot_request.wait)


def _next(listing: ListQuery, snapshot: Snapshot, rows: Sequence[Row[Any]], limit: int) -> str | None:
    if len(rows) <= limit:
        return None
    place = listing.order.place(rows[limit - 1])
    return Cursor(snapshot.as_of, snapshot.instant_micros, fingerprint(listing.question), place).text()
