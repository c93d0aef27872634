"""The bare loop: what the machine and the database can do when nothing is asked of them but to keep the rows.

Writing: SHA-256 of each entry as a leaf, and the same rows into the same table (its keys and all), a thousand in a
transaction, in one binary `INSERT … SELECT * FROM unnest(…)`. Projecting: the same rows into the same table of the
access trail, likewise, read and judged by nobody. Reading: all lines in order, and SHA-256 of each.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence

from sqlalchemy import Engine, Table, select

from bench import children, unnest
from ledger.store import bulk
from ledger.store import tables as schema
from ledger.store.engine import open_engine, writing
from ledger.store.rows import StoredEntry
from ledger.store.store import Store
from ledger.tree.merkle import leaf_hash
from projections.access.tables import access
from projections.engine.interval_table import create_tables

_ROWS = 1_000


def write(store: Store, into: Engine, count: int) -> float:
    """Entries a second, of the last `count` of the log."""
    size = store.head().size
    rows = [_row(store.ledger, entry) for entry in store.entries(max(0, size - count), count)]
    schema.metadata.create_all(into, tables=[schema.entry])

    def hashed(page: Sequence[bulk.Row]) -> None:
        for row in page:
            leaf_hash(row[-1])

    return _inserted(into, schema.entry, rows, hashed)


def project(store: Store, into: Engine, count: int) -> float:
    """Rows a second, of the first `count` of the access trail."""
    rows = select(access).where(access.c.ledger == store.ledger).order_by(access.c.build, access.c.entry).limit(count)
    with store.engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(rows)]
    create_tables(into)
    return _inserted(into, access, found, lambda _: None)


def _inserted(into: Engine, table: Table, rows: list[bulk.Row], first: Callable[[Sequence[bulk.Row]], None]) -> float:
    """Rows a second; `first` is done with each page before it is inserted."""
    with writing(into) as connection:
        unnest.insert(connection, table, rows[:1])  # the connection and the statement are there
    rows = rows[1:]
    began = time.perf_counter()
    for start in range(0, len(rows), _ROWS):
        page = rows[start : start + _ROWS]
        first(page)
        with writing(into) as connection:
            unnest.insert(connection, table, page)
    return len(rows) / (time.perf_counter() - began)


def _row(ledger: str, entry: StoredEntry) -> bulk.Row:
    place = ledger, entry.index, entry.stream, entry.position
    return *place, entry.type, entry.source, entry.record_id, bytes.fromhex(entry.submission), entry.line


def read(store: Store) -> float:
    """Entries a second."""
    size = store.head().size
    began = time.perf_counter()
    for start in range(0, size, _ROWS):
        for entry in store.entries(start, _ROWS):
            leaf_hash(entry.line)
    return size / (time.perf_counter() - began)


_WRITTEN = {"write": write, "project": project}


def main() -> None:
    """``python -m bench.bare write|project|read LEDGER_URL ORIGIN [OTHER_URL COUNT]``."""
    what, url, origin, *more = sys.argv[1:]
    engine = open_engine(url)
    store = Store(engine, origin)
    if what in _WRITTEN:
        other, count = more
        into = open_engine(other)
        children.answer({"rate": _WRITTEN[what](store, into, int(count))})
        into.dispose()
    else:
        children.answer({"rate": read(store)})
    store.close()
    engine.dispose()


if __name__ == "__main__":
    main()
