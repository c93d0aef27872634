"""Many rows in one statement. Only this module and `pg_copy` treat the two databases differently.

PostgreSQL reads rows by COPY and look-up keys as arrays, both in binary form, and returns bytes in binary form. SQLite
writes with executemany, and reads many look-up keys as one JSON array.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple, Self

import psycopg
from sqlalchemy import Column, Connection, Dialect, Executable, Table, TypeDecorator
from sqlalchemy import Row as SqlRow
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.types import TypeEngine

from ledger.store.pg_copy import Encoder, Texts, copied, encoder_of

Row = tuple[Any, ...]

_DIALECTS: dict[str, Dialect] = {kind.name: kind() for kind in (SQLiteDialect, PGDialect_psycopg)}
_quote = _DIALECTS["sqlite"].identifier_preparer.quote_identifier  # every name is quoted, in the same way for both


class Insert(NamedTuple):
    """How rows of one table are inserted."""

    text: str
    encoders: tuple[Encoder, ...]  # one for each column, on PostgreSQL
    converted: tuple[tuple[int, Callable[[Any], Any]], ...]  # columns whose Python type the driver does not accept


class Ready(NamedTuple):
    """Rows in the form in which they are sent. Encoding holds the interpreter lock; sending does not."""

    text: str
    rows: bytes | list[Row]

    def insert(self, connection: Connection) -> None:
        if isinstance(self.rows, list):
            connection.exec_driver_sql(self.text, self.rows)
            return
        with _cursors(connection, _CopyCursor):
            connection.exec_driver_sql(self.text, (self.rows,))


def make_ready(table: Table, backend: str, rows: Sequence[Row]) -> Ready:
    """Encode one row or more, for another thread to insert.

    A value that does not fit raises ValueError or TypeError.
    """
    statement = insert_statement(table, backend)
    for place, convert in statement.converted:
        rows = [(*row[:place], convert(row[place]), *row[place + 1 :]) for row in rows]
    return Ready(statement.text, copied(statement.encoders, rows) if statement.encoders else list(rows))


def insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows, given in the order of the table's columns."""
    if rows:
        make_ready(table, connection.dialect.name, rows).insert(connection)


def put(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert a few rows, or replace those with the same primary key, in one statement.

    The driver must accept the values of every column as they are.
    """
    if rows:
        assert not insert_statement(table, connection.dialect.name).converted, (
            f"a column of {table.name} needs its type"
        )
        text = _put(table, connection.dialect.name, len(rows))
        connection.exec_driver_sql(text, tuple(chain.from_iterable(rows)))


def find(
    connection: Connection,
    table: Table,
    ledger: str,
    keys: Sequence[Row],
    *,
    columns: Sequence[str],
    latest: str | None = None,
) -> list[Row]:
    """Return the whole rows of one ledger that have these keys, in one statement. Keys are texts, in the order of `by`.

    `by` names a unique key. With `latest` it names the first columns of one, and each key finds its last row in the
    order of that column.
    """
    if not keys:
        return []
    text = _find(table, connection.dialect.name, tuple(columns), latest)
    args: Row
    if connection.dialect.name == "postgresql":
        args = (*map(Texts, zip(*keys, strict=True)), ledger)
    else:
        args = (json.dumps(list(keys), ensure_ascii=False), ledger)
    with binary_results(connection):
        return [tuple(row) for row in connection.exec_driver_sql(text, args)]


def fetch(
    connection: Connection, statement: Executable, values: Mapping[str, Any] | None = None
) -> Sequence[SqlRow[Any]]:
    """Return all rows of a query whose values are mostly bytes."""
    with binary_results(connection):
        return connection.execute(statement, values).all()


class _BinaryCursor(psycopg.Cursor[Any]):
    """A cursor that requests results in binary form."""

    def __init__(self, connection: psycopg.Connection[Any], **options: Any) -> None:
        super().__init__(connection, **options)
        self.format = psycopg.pq.Format.BINARY


class _CopyCursor(psycopg.Cursor[Any]):
    """A cursor that executes `COPY … FROM STDIN`. Its one parameter is the data to read."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> Self:
        with self.copy(query) as stream:
            stream.write(memoryview(*params))
        return self


@contextmanager
def binary_results(connection: Connection) -> Iterator[None]:
    """Request binary results on PostgreSQL, because in text form every byte of a line is sent as two and decoded.

    This is not a permanent setting: SQLAlchemy's reflection reads types that have no binary form in the driver.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    with _cursors(connection, _BinaryCursor):
        yield


@contextmanager
def _cursors(connection: Connection, kind: type[psycopg.Cursor[Any]]) -> Iterator[None]:
    driver: Any = connection.connection.driver_connection
    driver.cursor_factory = kind
    try:
        yield
    finally:
        driver.cursor_factory = psycopg.Cursor


@lru_cache(maxsize=256)
def insert_statement(table: Table, backend: str) -> Insert:
    """Return how rows of a table are inserted. Without encoders the driver converts each value."""
    converted = tuple(_converted(table, _DIALECTS[backend]))
    if backend == "postgresql":
        text = f"COPY {_quote(table.name)} ({_names(table)}) FROM STDIN (FORMAT BINARY)"
        return Insert(text, tuple(encoder_of(plain_type(column)) for column in table.columns), converted)
    return Insert(_values(table, "?"), (), converted)


@lru_cache(maxsize=256)
def _put(table: Table, backend: str, count: int) -> str:
    key = ", ".join(_quote(column.name) for column in table.primary_key)
    others = [_quote(column.name) for column in table.columns if not column.primary_key]
    over = ", ".join(f"{name} = excluded.{name}" for name in others)
    values = _values(table, "%b" if backend == "postgresql" else "?", count)
    return f"{values} ON CONFLICT ({key}) DO UPDATE SET {over}"


def _values(table: Table, value: str, count: int = 1) -> str:
    row = f"({', '.join(value for _ in table.columns)})"
    return f"INSERT INTO {_quote(table.name)} ({_names(table)}) VALUES {', '.join([row] * count)}"  # noqa: S608


def _names(table: Table) -> str:
    return ", ".join(_quote(column.name) for column in table.columns)


def plain_type(column: Column[Any]) -> TypeEngine[Any]:
    """Return the type of a column on PostgreSQL, without decorators."""
    plain = column.type.dialect_impl(_DIALECTS["postgresql"])
    return plain.impl_instance if isinstance(plain, TypeDecorator) else plain


def _converted(table: Table, dialect: Dialect) -> Iterator[tuple[int, Callable[[Any], Any]]]:
    for place, column in enumerate(table.columns):
        if isinstance(column.type, TypeDecorator):
            convert = column.type.dialect_impl(dialect).bind_processor(dialect)
            if convert is not None:
                yield place, convert


@lru_cache(maxsize=256)
def _find(table: Table, backend: str, columns: tuple[str, ...], latest: str | None) -> str:
    """Return a statement that probes the index of the key once for each wanted key.

    The LIMIT inside permits no other plan. A planner with old statistics of a growing table would read all of it.
    """
    name = _quote(table.name)
    key_names = [f"k{place}" for place in range(len(columns))]
    where = " AND ".join(f"{_quote(column)} = {key}" for column, key in zip(columns, key_names, strict=True))
    order = f" ORDER BY {_quote(latest)} DESC" if latest else ""
    if backend == "postgresql":
        arrays = ", ".join("%b" for _ in columns)
        probe = f"SELECT * FROM {name} WHERE ledger = %b AND {where}{order} LIMIT 1"  # noqa: S608
        source = f"unnest({arrays}) AS wanted({', '.join(key_names)})"
        return f"SELECT found.* FROM {source} CROSS JOIN LATERAL ({probe}) AS found"  # noqa: S608
    picks = ", ".join(f"json_extract(value, '$[{place}]') AS {key}" for place, key in enumerate(key_names))
    probe = f"SELECT rowid FROM {name} WHERE ledger = ? AND {where}{order} LIMIT 1"  # noqa: S608
    source = f"(SELECT {picks} FROM json_each(?)) AS wanted"  # noqa: S608
    return f"SELECT found.* FROM {source} CROSS JOIN {name} AS found ON found.rowid = ({probe})"  # noqa: S608
