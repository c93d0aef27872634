"""The bare loop: what the machine and the database can do when nothing is asked of them but to keep the rows.

Writing: SHA-256 of each entry as a leaf, and the same rows into the same table (its keys and all), a thousand in a
transaction, in one binary `INSERT … SELECT * FROM unnest(…)`. Reading: all lines in order, and SHA-256 of each.
"""

from __future__ import annotations

import sys
import time

from sqlalchemy import Engine

from bench import children
from ledger.merkle import leaf_hash
from ledger.store import Store, bulk, open_engine, schema
from ledger.store.engine import writing
from ledger.store.rows import StoredEntry

_ROWS = 1_000


def write(store: Store, into: Engine, count: int) -> float:
    """Rows a second, of the last `count` entries of the log."""
    size = store.head().size
    rows = [_row(store.ledger, entry) for entry in store.entries(max(0, size - count), count)]
    schema.metadata.create_all(into, tables=[schema.entry])
    with writing(into) as connection:
        bulk.insert(connection, schema.entry, rows[:1])  # the connection and the statement are there
    rows = rows[1:]
    began = time.perf_counter()
    for start in range(0, len(rows), _ROWS):
        page = rows[start : start + _ROWS]
        for row in page:
            leaf_hash(row[-1])
        with writing(into) as connection:
            bulk.insert(connection, schema.entry, page)
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


def main() -> None:
    """``python -m bench.bare write|read LEDGER_URL ORIGIN [OTHER_URL COUNT]``."""
    what, url, origin, *more = sys.argv[1:]
    engine = open_engine(url)
    store = Store(engine, origin)
    if what == "write":
        other, count = more
        into = open_engine(other)
        children.answer({"rate": write(store, into, int(count))})
        into.dispose()
    else:
        children.answer({"rate": read(store)})
    store.close()
    engine.dispose()


if __name__ == "__main__":
    main()
