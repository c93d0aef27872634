"""The rows of one table that hold, by the stream that they follow from: looked up while the log is read forward, so
remembered until they are surely written.
"""

from __future__ import annotations

from sqlalchemy import select

from ledger.store.engine import reading
from projections.engine.projector import Desk
from projections.engine.row_buffer import AFTER_KEY, LEAD, Rows, Shelf
from replay.lru_cache import RecentOrUnwritten

CAPACITY = 20_000


class HeldRows:
    """Of a table with a column ``stream``."""

    def __init__(self, desk: Desk, shelf: Shelf) -> None:
        self._desk = desk
        self._shelf = shelf
        self._known: RecentOrUnwritten[Rows] = RecentOrUnwritten(CAPACITY, desk.written)
        columns = list(shelf.table.columns)
        keys = list(shelf.table.primary_key)[LEAD:-1]
        self._keys, self._values = len(keys), [*keys, *columns[LEAD + len(keys) + AFTER_KEY :]]

    def of(self, stream: str) -> Rows:
        known = self._known.get(stream)
        if known is None:
            known = self._read(stream)
            self._known.put(stream, known)
        return known

    def turn(self, stream: str, rows: Rows, size: int) -> None:
        """The stream's rows are these from this size on."""
        self._shelf.turns(self.of(stream), rows, size)
        self._known.put(stream, rows, size)

    def none_yet(self, stream: str) -> None:
        """The stream begins: nobody needs to look."""
        self._known.put(stream, {})

    def _read(self, stream: str) -> Rows:
        table, desk = self._shelf.table, self._desk
        mine = (table.c.ledger == desk.ledger, table.c.build == desk.build, table.c.to_size.is_(None))
        with reading(desk.engine) as connection:
            found = connection.execute(select(*self._values).where(*mine, table.c.stream == stream)).all()
        return {tuple(row[: self._keys]): tuple(row[self._keys :]) for row in found}


class Links:
    """One shelf of rows whose key is (kind, named, by). They are noted once and never end."""

    def __init__(self, desk: Desk, shelf: Shelf) -> None:
        self._desk = desk
        self._shelf = shelf
        self._known: RecentOrUnwritten[tuple[str, ...]] = RecentOrUnwritten(CAPACITY, desk.written)

    def to(self, kind: str, named: str) -> tuple[str, ...]:
        """By whom it is named, in the order of the log."""
        key = f"{kind} {named}"
        known = self._known.get(key)
        if known is None:
            known = self._read(kind, named)
            self._known.put(key, known)
        return known

    def note(self, kind: str, named: str, by: str, size: int) -> None:
        known = self.to(kind, named)
        if by not in known:
            self._known.put(f"{kind} {named}", (*known, by), size)
            self._shelf.opens((kind, named, by), size, ())

    def none_yet(self, kind: str, named: str) -> None:
        """Nobody can have named it: nobody needs to look."""
        self._known.put(f"{kind} {named}", ())

    def _read(self, kind: str, named: str) -> tuple[str, ...]:
        table = self._shelf.table
        mine = (table.c.ledger == self._desk.ledger, table.c.build == self._desk.build)
        rows = select(table.c.by).where(*mine, table.c.kind == kind, table.c.named == named)
        with reading(self._desk.engine) as connection:
            return tuple(connection.scalars(rows.order_by(table.c.from_size, table.c.by)))
