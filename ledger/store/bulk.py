"""Many rows in one statement: the only place where the back ends are spoken to differently.

PostgreSQL takes rows by COPY, keys to look up as arrays, both in binary form, and gives bytes in binary form; SQLite
takes executemany to write, and one JSON array to look many keys up.
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
_quote = _DIALECTS["sqlite"].identifier_preparer.quote_identifier  # every name, and alike for both


class Insert(NamedTuple):
    text: str
    encoders: tuple[Encoder, ...]  # of the columns, on PostgreSQL
    converted: tuple[tuple[int, Callable[[Any], Any]], ...]  # columns whose Python type is not the driver's


class Ready(NamedTuple):
    """Rows as they are sent: making them so takes the interpreter, sending them does not."""

    text: str
    rows: bytes | list[Row]

    def insert(self, connection: Connection) -> None:
        if isinstance(self.rows, list):
            connection.exec_driver_sql(self.text, self.rows)
            return
        with _cursors(connection, _CopyCursor):
            connection.exec_driver_sql(self.text, (self.rows,))


def make_ready(table: Table, backend: str, rows: Sequence[Row]) -> Ready:
    """One row or more, to be inserted by another thread. ValueError or TypeError: a value is none of its column's."""
    statement = insert_statement(table, backend)
    for place, convert in statement.converted:
        rows = [(*row[:place], convert(row[place]), *row[place + 1 :]) for row in rows]
    return Ready(statement.text, copied(statement.encoders, rows) if statement.encoders else list(rows))


def insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows given in the order of the table's columns."""
    if rows:
        make_ready(table, connection.dialect.name, rows).insert(connection)


def put(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert a few rows, or write over those with the same primary key, in one statement. Of columns whose values the
    driver takes as they are.
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
    by: Sequence[str],
    latest: str | None = None,
) -> list[Row]:
    """The whole rows of one ledger that have these keys (texts, in the order of `by`), in one statement.

    `by` names a unique key, or with `latest` the front of one: then each key's last row in that column's order."""
    if not keys:
        return []
    text = _find(table, connection.dialect.name, tuple(by), latest)
    given: Row
    if connection.dialect.name == "postgresql":
        given = (*map(Texts, zip(*keys, strict=True)), ledger)
    else:
        given = (json.dumps(list(keys), ensure_ascii=False), ledger)
    with binary_results(connection):
        return [tuple(row) for row in connection.exec_driver_sql(text, given)]


def fetch(
    connection: Connection, statement: Executable, values: Mapping[str, Any] | None = None
) -> Sequence[SqlRow[Any]]:
    """All rows of a query whose bulk are bytes."""
    with binary_results(connection):
        return connection.execute(statement, values).all()


class _BinaryCursor(psycopg.Cursor[Any]):
    """Asks for results in binary form."""

    def __init__(self, connection: psycopg.Connection[Any], **options: Any) -> None:
        super().__init__(connection, **options)
        self.format = psycopg.pq.Format.BINARY


class _CopyCursor(psycopg.Cursor[Any]):
    """Executes `COPY … FROM STDIN`; its one parameter is what it is to read."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> Self:
        with self.copy(query) as stream:
            stream.write(memoryview(*params))
        return self


@contextmanager
def binary_results(connection: Connection) -> Iterator[None]:
    """On PostgreSQL: as text, every byte of an entry's line would travel as two and be decoded. Not for good, because
    SQLAlchemy's reflection reads types that have no binary form in the driver."""
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
    """How rows of a table are inserted. Without encoders: by the driver, which makes a value of each."""
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
    """A column's type on PostgreSQL, decorators taken off."""
    plain = column.type.dialect_impl(_DIALECTS["postgresql"])
    return plain.impl_instance if isinstance(plain, TypeDecorator) else plain


def _converted(table: Table, dialect: Dialect) -> Iterator[tuple[int, Callable[[Any], Any]]]:
    for place, column in enumerate(table.columns):
        if isinstance(column.type, TypeDecorator):
            convert = column.type.dialect_impl(dialect).bind_processor(dialect)
            if convert is not None:
                yield place, convert


@lru_cache(maxsize=256)
def _find(table: Table, backend: str, by: tuple[str, ...], latest: str | None) -> str:
    """One probe of the key's index per wanted key, and no other plan: the LIMIT inside keeps a planner that knows too
    little of a growing table from reading all of it."""
    name = _quote(table.name)
    wanted = [f"k{place}" for place in range(len(by))]
    where = " AND ".join(f"{_quote(column)} = {key}" for column, key in zip(by, wanted, strict=True))
    order = f" ORDER BY {_quote(latest)} DESC" if latest else ""
    if backend == "postgresql":
        arrays = ", ".join("%b" for _ in by)
        probe = f"SELECT * FROM {name} WHERE ledger = %b AND {where}{order} LIMIT 1"  # noqa: S608
        source = f"unnest({arrays}) AS wanted({', '.join(wanted)})"
        return f"SELECT found.* FROM {source} CROSS JOIN LATERAL ({probe}) AS found"  # noqa: S608
    picks = ", ".join(f"json_extract(value, '$[{place}]') AS {key}" for place, key in enumerate(wanted))
    probe = f"SELECT rowid FROM {name} WHERE ledger = ? AND {where}{order} LIMIT 1"  # noqa: S608
    source = f"(SELECT {picks} FROM json_each(?)) AS wanted"  # noqa: S608
    return f"SELECT found.* FROM {source} CROSS JOIN {name} AS found ON found.rowid = ({probe})"  # noqa: S608
