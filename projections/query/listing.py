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
from projections.engine.builds import Kept
from projections.query.cursors import Cursor, fingerprint, open_cursor
from projections.query.paging import COUNTED, LARGEST, Answer, Asking, Order
from projections.query.snapshot import Ground, Standing, Wanted
from replay.instants import from_micros

R = TypeVar("R")
Query = Callable[[Standing], Select[Any]]
Read = Callable[[Sequence[Row[Any]], Standing], Sequence[R]]


@dataclass(frozen=True, slots=True)
class Listing:
    """A question whose answer has pages. ``question`` names it with all its filters; a cursor fits only the same."""

    kinds: tuple[Kept, ...]
    question: tuple[Any, ...]
    query: Query
    order: Order


class Asked:
    """Safe to use from any thread; each question is read on a connection of its own."""

    def __init__(self, store: Store, ground: Ground) -> None:
        self._store = store
        self.ground = ground

    def list(
        self, listing: Listing, asking: Asking, read: Callable[[Sequence[Row[Any]], Standing], Sequence[R]]
    ) -> Answer[R]:
        """One page."""
        assert 0 < asking.limit <= LARGEST, "the door checks the limit"
        cursor = open_cursor(asking.cursor, listing.question, place=listing.order.kinds) if asking.cursor else None
        wanted = _wanted(asking.wanted, cursor)
        while True:
            standing = self.ground.stand(listing.kinds, wanted)
            query, conditions = listing.query(standing), asking.conditions(standing)
            pages = [self._rows(listing.order.page(query.where(each), asking.limit + 1, cursor)) for each in conditions]
            rows = listing.order.merge(pages, asking.limit + 1)
            answer = Answer(
                rows=tuple(read(rows[: asking.limit], standing)),
                standing=standing,
                checkpoint=self.checkpoint(standing),
                next=_next(listing, standing, rows, asking.limit),
                count=self._count(query.where(or_(*conditions))) if asking.count else None,
            )
            # Rows of a build that was replaced meanwhile are being removed, so the rows read may be a part.
            if self.ground.holds(listing.kinds, standing):
                return answer

    def one(
        self, kinds: Sequence[Kept], asking: Asking, query: Callable[[Standing], Select[Any]]
    ) -> tuple[Standing, Any]:
        """The one row of a question, or None if there is none that the caller may see."""
        while True:
            standing = self.ground.stand(kinds, asking.wanted)
            rows = self._rows(query(standing).where(or_(*asking.conditions(standing))).limit(1))
            if self.ground.holds(kinds, standing):
                return standing, rows[0] if rows else None

    def alone(self, standing: Standing, row: R | None) -> Answer[R]:
        """The answer of one row, or of none."""
        rows = () if row is None else (row,)
        return Answer(rows=rows, standing=standing, checkpoint=self.checkpoint(standing))

    def all(self, query: Select[Any]) -> Sequence[Row[Any]]:
        return self._rows(query)

    def checkpoint(self, standing: Standing) -> bytes | None:
        kept = self._store.checkpoints(standing.as_of, 1)
        return kept[0].note if kept else None

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with reading(self._store.engine) as connection:
            return connection.execute(query).all()

    def _count(self, query: Select[Any]) -> int:
        some = query.with_only_columns(literal(1)).limit(COUNTED).subquery()
        counted = select(func.count()).select_from(some)
        return int(self._rows(counted)[0][0])


def _wanted(wanted: Wanted, cursor: Cursor | None) -> Wanted:
    """A cursor goes on with the tree size and the instant of its first page."""
    if cursor is None:
        return wanted
    if wanted.as_of not in (None, cursor.as_of):
        raise Malformed(
            "CURSOR_INVALID",
            f"the cursor goes on with as_of={cursor.as_of}, not with {wanted.as_of}",
            next_step="Leave as_of out, or ask again without a cursor.",
            pointer="cursor",
        )
    return Wanted(as_of=cursor.as_of, at=from_micros(cursor.at), wait=wanted.wait)


def _next(listing: Listing, standing: Standing, rows: Sequence[Row[Any]], limit: int) -> str | None:
    if len(rows) <= limit:
        return None
    place = listing.order.place(rows[limit - 1])
    return Cursor(standing.as_of, standing.at_micros, fingerprint(listing.question), place).text()
