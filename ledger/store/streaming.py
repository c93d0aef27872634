"""Rows that are sent while the next are still being made: PostgreSQL keeps what has come while we go on.

A COPY stays open within a transaction, and what was made goes into the connection's buffer without waiting for it to be
read. SQLite works in our own thread, so there rows are inserted as they come.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, Final

import psycopg
from psycopg.abc import Buffer
from psycopg.copy import LibpqWriter
from sqlalchemy import Connection, Table
from sqlalchemy.exc import IntegrityError
from typing_extensions import override

from ledger.store import bulk, pg_copy


class RowStream:
    """Rows of one table. From the first `send` until `end`, nothing else can be asked of the connection."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection = connection
        self._table = table
        self._copy: OpenCopy | None = None

    def send(self, rows: Sequence[bulk.Row]) -> None:
        """One row or more, in the order of the table's columns. That one of them cannot be kept may be heard of at
        `end` only.
        """
        if self._connection.dialect.name != "postgresql":
            bulk.insert(self._connection, self._table, rows)
            return
        statement = bulk.insert_statement(self._table, "postgresql")
        assert not statement.converted, f"a column of {self._table.name} needs its type"
        if self._copy is None:
            self._copy = OpenCopy(self._connection, statement.text)
            self._copy.write(pg_copy.BEGIN)  # only now that it can be abandoned
        self._copy.write(pg_copy.body(statement.encoders, rows))

    def end(self) -> None:
        """All that was sent is in the table. `IntegrityError`: a row is not allowed there."""
        if self._copy is not None:
            self._copy.end()
            self._copy = None

    def abandon(self, failure: BaseException) -> None:
        """Take back what was sent: the transaction can only be rolled back."""
        copy, self._copy = self._copy, None
        if copy is not None:
            copy.abandon(failure)


class OpenCopy:
    """A COPY that the connection is in. While it is, the driver lets nobody else at the connection, and waits: even a
    rollback would, so that it must come to an end or be abandoned before.
    """

    def __init__(self, connection: Connection, text: str) -> None:
        self.connection = connection
        self.text = text
        self._open: Final = ExitStack()
        driver: Any = connection.connection.driver_connection
        cursor = self._open.enter_context(driver.cursor())
        self._copy: Final = self._open.enter_context(cursor.copy(text, writer=_Ahead(cursor)))

    def write(self, rows: bytes) -> None:
        self._copy.write(rows)

    def end(self) -> None:
        self._copy.write(pg_copy.END)
        try:
            self._open.close()
        except psycopg.IntegrityError as refused:
            raise IntegrityError(self.text, None, refused, hide_parameters=True) from refused

    def abandon(self, failure: BaseException) -> None:
        self._open.__exit__(type(failure), failure, failure.__traceback__)


class _Ahead(LibpqWriter):
    """Leaves what the connection does not take at once in the driver's own buffer, where the next write finds it."""

    @override
    def write(self, data: Buffer) -> None:
        taken = self._pgconn.put_copy_data(bytes(data))
        assert taken == 1, "the driver's buffer grows with what is put into it"
        self._pgconn.flush()
