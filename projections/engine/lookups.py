"""The rows of one table that hold, by the stream that they follow from. They are looked up while the log is read
forward, so they are remembered until they are surely written.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select, tuple_

from ledger.store.engine import reading
from projections.engine.bloom_filter import BITS, BloomFilter
from projections.engine.projector import ProjectorContext
from projections.engine.row_buffer import AFTER_KEY, LEAD, RowBuffer, Rows
from replay.lru_cache import RecentOrUnwritten

CAPACITY = 20_000
PAGE = 10_000  # names read at once
FILTER_BITS = BITS


class CurrentRows:
    """The rows of a table with a column ``stream``."""

    def __init__(self, context: ProjectorContext, buffer: RowBuffer) -> None:
        self._context = context
        self._buffer = buffer
        self._known: RecentOrUnwritten[Rows] = RecentOrUnwritten(CAPACITY, context.written)
        columns = list(buffer.table.columns)
        keys = list(buffer.table.primary_key)[LEAD:-1]
        self._keys, self._values = len(keys), [*keys, *columns[LEAD + len(keys) + AFTER_KEY :]]

    def lookup(self, stream: str) -> Rows:
        known = self._known.get(stream)
        if known is None:
            known = self._read(stream)
            self._known.put(stream, known)
        return known

    def replace_all(self, stream: str, rows: Rows, size: int) -> None:
        """The stream's rows are these from this size on."""
        self._buffer.replace_all(self.lookup(stream), rows, size)
        self._known.put(stream, rows, size)

    def mark_empty(self, stream: str) -> None:
        """The stream begins, so no look-up is needed."""
        self._known.put(stream, {})

    def _read(self, stream: str) -> Rows:
        table, context = self._buffer.table, self._context
        mine = (table.c.ledger == context.ledger, table.c.build == context.build, table.c.to_size.is_(None))
        with reading(context.engine) as connection:
            rows = connection.execute(select(*self._values).where(*mine, table.c.stream == stream)).all()
        return {tuple(row[: self._keys]): tuple(row[self._keys :]) for row in rows}


class References:
    """One row buffer whose key is (kind, named, by). Its rows are noted once and never end.

    Most names that are asked for were never noted, such as those of requests just opened. A filter over all noted names
    denies these without a statement. A name that the filter cannot deny is remembered or read from the database.
    """

    def __init__(self, context: ProjectorContext, buffer: RowBuffer) -> None:
        self._context = context
        self._buffer = buffer
        self._known: RecentOrUnwritten[tuple[str, ...]] = RecentOrUnwritten(CAPACITY, context.written)
        self._noted: BloomFilter | None = None  # None: not needed yet

    def lookup(self, kind: str, named: str) -> tuple[str, ...]:
        """The streams that name it, in the order of the log."""
        key = f"{kind} {named}"
        known = self._known.get(key)
        if known is None:
            if not self._all_noted().may_hold(key):
                return ()
            known = self._read(kind, named)
            self._known.put(key, known)
        return known

    def note(self, kind: str, named: str, by: str, size: int) -> None:
        known = self.lookup(kind, named)
        if by not in known:
            key = f"{kind} {named}"
            self._known.put(key, (*known, by), size)
            self._all_noted().add(key)
            self._buffer.insert((kind, named, by), size, ())

    def _all_noted(self) -> BloomFilter:
        """The filter over every name noted so far. It is filled before any name is noted here, so the database has all
        the others.
        """
        if self._noted is None:
            self._noted = BloomFilter(FILTER_BITS)
            for kind, named in self._names():
                self._noted.add(f"{kind} {named}")
        return self._noted

    def _names(self) -> Iterator[tuple[str, str]]:
        """The names in the database, a page at a time."""
        table, last = self._buffer.table, ("", "")
        mine = (table.c.ledger == self._context.ledger, table.c.build == self._context.build)
        names = select(table.c.kind, table.c.named).where(*mine).distinct()
        names = names.order_by(table.c.kind, table.c.named).limit(PAGE)
        while True:
            with reading(self._context.engine) as connection:
                page = connection.execute(names.where(tuple_(table.c.kind, table.c.named) > last)).all()
            yield from ((kind, named) for kind, named in page)
            if len(page) < PAGE:
                return
            last = page[-1].kind, page[-1].named

    def _read(self, kind: str, named: str) -> tuple[str, ...]:
        table = self._buffer.table
        mine = (table.c.ledger == self._context.ledger, table.c.build == self._context.build)
        rows = select(table.c.by).where(*mine, table.c.kind == kind, table.c.named == named)
        with reading(self._context.engine) as connection:
            return tuple(connection.scalars(rows.order_by(table.c.from_size, table.c.by)))
