"""Who names whom, as rows: looked up while the log is read forward, so remembered until they are surely written."""

from __future__ import annotations

from sqlalchemy import select

from ledger.store.engine import reading
from projections.projection import Desk
from projections.recent import RecentOrUnwritten
from projections.shelves import Shelf

CAPACITY = 20_000


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
