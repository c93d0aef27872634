"""The rows of one table that hold, by the stream that they follow from: looked up while the log is read forward, so
remembered until they are surely written.
"""

from __future__ import annotations

from sqlalchemy import select

from ledger.store.engine import reading
from projections.projection import Desk
from projections.recent import RecentOrUnwritten
from projections.shelves import AFTER_KEY, LEAD, Rows, Shelf

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
