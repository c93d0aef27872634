"""One table's rows of one build, as a batch changes them: opened, replaced, closed, then written at once.

A row caused by entry i holds from size i + 1. The row that replaces it opens at the size at which it closes, so every
key has at most one row at any size. If the process dies before ``write`` has been committed, no row of the batch was
written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from sqlalchemy import Connection, Table, bindparam, update

from ledger.store import bulk
from ledger.store.engine import keeping_plans

RowKey = tuple[Any, ...]
Rows = Mapping[RowKey, tuple[Any, ...]]  # values by key
LEAD = 2  # ledger, build
AFTER_KEY = 2  # from_size, to_size


class RowBuffer:
    """Owned by one projection, used by one thread at a time; ``write`` empties it."""

    def __init__(self, table: Table, ledger: str, build: int, backend: str) -> None:
        self.table = table
        self._backend = backend
        self.ledger = ledger
        self.build = build
        self._key_names = [column.name for column in table.primary_key][LEAD:-1]
        self._open: dict[RowKey, tuple[Any, ...]] = {}  # rows of this batch that still hold
        self._rows: list[tuple[Any, ...]] = []  # rows of this batch that were closed within it
        self._closed: list[dict[str, Any]] = []  # rows of earlier batches that this one closes

    def __len__(self) -> int:
        return len(self._open) + len(self._rows) + len(self._closed)

    def insert(self, key: RowKey, size: int, values: tuple[Any, ...]) -> None:
        """The first row of a key. There is no row to close."""
        assert key not in self._open, f"{self.table.name} has a row of {key} that holds"
        self._open[key] = (self.ledger, self.build, *key, size, None, *values)

    def end(self, key: RowKey, size: int) -> None:
        """The key's row ends at this size."""
        pending = self._open.pop(key, None)
        if pending is None:
            self._closed.append(
                {f"key_{name}": part for name, part in zip(self._key_names, key, strict=True)} | {"size": size}
            )
            return
        place = LEAD + len(key)
        if pending[place] < size:
            self._rows.append((*pending[: place + 1], size, *pending[place + AFTER_KEY :]))

    def replace(self, key: RowKey, size: int, values: tuple[Any, ...]) -> None:
        """A new row of a key that may have one already."""
        self.end(key, size)
        self.insert(key, size, values)

    def replace_all(self, before: Rows, after: Rows, size: int) -> None:
        """The rows of these keys are ``after`` from this size on."""
        for key, row in after.items():
            if key not in before:
                self.insert(key, size, row)
            elif before[key] != row:
                self.replace(key, size, row)
        for key in before.keys() - after.keys():
            self.end(key, size)

    def pending(self, key: RowKey) -> bool:
        """Whether this batch wrote a row of the key that still holds."""
        return key in self._open

    def drain(self) -> RowChanges:
        """Hands over the gathered rows, and begins with none. ValueError, TypeError: a value is not its column's."""
        rows = [*self._rows, *self._open.values()]
        ready = bulk.make_ready(self.table, self._backend, rows) if rows else None
        writes = RowChanges(self.table, self.ledger, self.build, self._key_names, ready, self._closed)
        self.clear()
        return writes

    def clear(self) -> None:
        self._open, self._rows, self._closed = {}, [], []


class RowChanges:
    """The changes of one batch to one table. They may be written by a thread other than the one that gathers the next
    batch.
    """

    def __init__(
        self,
        table: Table,
        ledger: str,
        build: int,
        key_names: Sequence[str],
        opened: bulk.Ready | None,
        closed: list[dict[str, Any]],
    ) -> None:
        self.table = table
        self.opened = opened
        self.closed = closed
        self._close = (
            update(table)
            .where(table.c.ledger == ledger, table.c.build == build, table.c.to_size.is_(None))
            .where(*(table.c[name] == bindparam(f"key_{name}") for name in key_names))
            .values(to_size=bindparam("size"))
        )

    def write(self, connection: Connection) -> None:
        # Closing comes first: of a key closed and opened again at one size, the old row is closed and not the new one.
        if self.closed:
            connection.execute(self._close, self.closed)
        if self.opened is None:
            return
        with keeping_plans(connection) if self.table.foreign_keys else nullcontext():
            self.opened.insert(connection)
