"""Pages: the parameters of a question, and its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, true, tuple_

from projections.query.cursors import Cursor
from projections.query.snapshot import Snapshot, SnapshotRequest

R = TypeVar("R")
RowFilter = Callable[[Snapshot], ColumnElement[bool]]  # the rows that the caller may see, at a snapshot

LARGEST: Final = 500  # rows of a page
COUNTED: Final = 10_000  # beyond it a count says only "at least"


def everything(_: Snapshot) -> ColumnElement[bool]:
    """For callers that may see all rows."""
    return true()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryOptions:
    """The parameters of a question: its snapshot, its caller, and its page. A cursor brings its own tree size and
    instant. ``also``: more rows that the caller may see; a list is read once for each condition, since an index serves
    either one and no index serves both.
    """

    snapshot_request: SnapshotRequest = field(default_factory=SnapshotRequest)
    visible: RowFilter = everything
    also: tuple[RowFilter, ...] = ()
    cursor: str | None = None
    limit: int = 50
    count: bool = False

    def conditions(self, snapshot: Snapshot) -> list[ColumnElement[bool]]:
        """The caller may see a row that meets any of them."""
        return [visible(snapshot) for visible in (self.visible, *self.also)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[R]):
    """``checkpoint`` is the smallest kept one whose tree holds all entries that the rows follow from; None: none is
    kept yet.

    ``count``, if it was asked for, is the number of all rows that match, or ``COUNTED`` if there are at least so many.
    """

    rows: tuple[R, ...]
    snapshot: Snapshot
    checkpoint: bytes | None
    next: str | None = None
    count: int | None = None

    @property
    def as_of(self) -> int:
        return self.snapshot.as_of

    @property
    def instant(self) -> datetime:
        return self.snapshot.instant


@dataclass(frozen=True, slots=True)
class SortOrder:
    """How a listing is sorted: by these columns, together unique, all of them descending or all ascending."""

    columns: tuple[ColumnElement[Any], ...]
    kinds: tuple[type, ...]
    descending: bool

    def page(self, query: Select[Any], limit: int, cursor: Cursor | None) -> Select[Any]:
        """Up to ``limit`` rows behind the cursor."""
        if cursor is not None:
            here, last = tuple_(*self.columns), tuple_(*cursor.place)
            query = query.where(here < last if self.descending else here > last)
        return query.order_by(*(column.desc() if self.descending else column for column in self.columns)).limit(limit)

    def merge(self, pages: Iterable[Sequence[Any]], limit: int) -> list[Any]:
        """The first rows of all pages, each once."""
        rows = {self.place(row): row for page in pages for row in page}
        return [rows[place] for place in sorted(rows, reverse=self.descending)][:limit]

    def place(self, row: Any) -> tuple[Any, ...]:
        """The place of a row in this order."""
        return tuple(getattr(row, str(column.key)) for column in self.columns)
