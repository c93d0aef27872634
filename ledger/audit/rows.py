"""Rows as they lie in the database, read so that a damaged one is named and the others are still looked at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, Connection, Engine, Select, Text, bindparam, select, tuple_, type_coerce
from sqlalchemy.exc import DBAPIError

from ledger.store import bulk
from ledger.store import tables as schema
from ledger.store.engine import reading
from ledger.store.store import Store
from ledger.tree.merkle import leaf_hash

Row = tuple[Any, ...]
ReportUnreadable = Callable[[int, str], None]
"""Told the key of a row that cannot be read, and the name of the complaint."""

_entry, _submission, _tile, _checkpoint = schema.entry.c, schema.submission.c, schema.tile.c, schema.checkpoint.c


def _ranged(columns: Collection[Any], ledger: Column[Any], key: Column[Any]) -> Select[Any]:
    within = key.between(bindparam("first"), bindparam("last"))
    return select(*columns).where(ledger == bindparam("ledger"), within).order_by(key)


ENTRIES = _ranged(
    (
        _entry.index,
        _entry.stream,
        _entry.position,
        _entry.type,
        _entry.source,
        _entry.record_id,
        _entry.submission,
        _entry.line,
    ),
    _entry.ledger,
    _entry.index,
)
SUBMISSIONS = _ranged(
    (_submission.first_index, _submission.digest, _submission["count"], _submission.jws),
    _submission.ledger,
    _submission.first_index,
)
CHECKPOINTS = _ranged(
    (
        _checkpoint.size,
        _checkpoint.note,
        _checkpoint.published,
        type_coerce(_checkpoint.at, Text),
        _checkpoint.previous,
    ),
    _checkpoint.ledger,
    _checkpoint.size,
)
_TILES = _ranged((_tile.n, _tile.hashes), _tile.ledger, _tile.n)


def tiles(store: Store, level: int, start: int, stop: int, unreadable: ReportUnreadable) -> dict[int, bytes]:
    """The rows of [start, stop) at this level that hold hashes."""
    found = {}
    for n, hashes in rows(store, _TILES.where(_tile.level == level), start, stop, unreadable):
        if type(n) is not int:
            continue  # named with the extents of the table
        if type(hashes) is bytes:
            found[n] = hashes
        else:
            unreadable(n, "a column holds a value of another type")
    return found


def damage(engine: Engine) -> tuple[type[Exception], ...]:
    """What a damaged row raises: the driver's complaint, or that of a column's type about its value."""
    return DBAPIError, engine.dialect.loaded_dbapi.Error, ValueError, TypeError


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Several reads of one moment, while others go on writing."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


def rows(store: Store, chosen: Select[Any], start: int, stop: int, unreadable: ReportUnreadable) -> list[Row]:
    """The rows whose key lies in [start, stop), in order. Where a range cannot be read, its halves are, down to the
    row."""
    if start >= stop:
        return []
    try:
        with reading(store.engine) as connection, bulk.binary_results(connection):
            result = connection.execute(chosen, {"ledger": store.ledger, "first": start, "last": stop - 1})
            # Straight from the driver: with every value in a row object of SQLAlchemy's, reading would be the larger
            # half.
            return list(result.cursor.fetchall()) if result.cursor else []
    except damage(store.engine) as failure:
        require_database(store.engine)
        if stop - start == 1:
            unreadable(start, type(failure).__name__)
            return []
    middle = (start + stop) // 2
    return rows(store, chosen, start, middle, unreadable) + rows(store, chosen, middle, stop, unreadable)


def require_database(engine: Engine) -> None:
    """A database that does not answer at all says nothing about its rows."""
    with reading(engine) as connection:
        connection.exec_driver_sql("SELECT 1")


_PLACES_AT_ONCE = 500


def leaf_hashes_at(store: Store, places: Collection[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Of these (stream, position), those that have an entry: its leaf hash in hex."""
    hashes: dict[tuple[str, int], str] = {}
    ordered = sorted(places)
    for at in range(0, len(ordered), _PLACES_AT_ONCE):
        chosen = select(_entry.stream, _entry.position, _entry.line).where(
            _entry.ledger == store.ledger,
            tuple_(_entry.stream, _entry.position).in_(ordered[at : at + _PLACES_AT_ONCE]),
        )
        try:
            with reading(store.engine) as connection:
                read = map(tuple, bulk.fetch(connection, chosen))
                hashes |= {(stream, position): leaf_hash(line).hex() for stream, position, line in read}
        except damage(store.engine):
            require_database(store.engine)  # the damaged row is named at its own place; here it is not found
    return hashes
