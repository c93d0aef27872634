"""PostgreSQL's binary form, encoded here: rows for COPY, and an array of texts for a look-up.

The driver asks each value for its type. In a batch most values repeat many times: ledger, stream, type, codes. Here
each distinct text of a column is encoded once.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from itertools import chain, repeat
from typing import Any, Final

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.copy import LibpqWriter
from psycopg.pq import Format
from sqlalchemy import BigInteger, Boolean, Connection, Integer, LargeBinary, SmallInteger, String, Table
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import TypeEngine
from typing_extensions import override

from ledger.store import bulk

Encoder = Callable[[Sequence[Any]], Iterable[bytes]]
"""Values of a column → each behind its length. TypeError or ValueError for a value that does not fit the column."""

_NULL: Final = struct.pack(">i", -1)
_LENGTH: Final = struct.Struct(">i").pack
# PostgreSQL's manual, COPY, "Binary Format": signature, flags, length of an extension. Each row begins with its number
# of values; -1 in that place is the end.
BEGIN: Final = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
_COUNT: Final = struct.Struct(">h").pack
END: Final = _COUNT(-1)
# An array begins with its dimensions, a flag for nulls, the element type, the length, and the first index.
_HEAD: Final = struct.Struct(">iiIii").pack
_TEXT: Final = 25  # oid
_TEXTS: Final = 1009


def copied(encoders: Sequence[Encoder], rows: Sequence[Sequence[Any]]) -> bytes:
    """Return rows, one or more, as `COPY … FROM STDIN (FORMAT BINARY)` reads them. Each column has one encoder."""
    return b"".join(chain((BEGIN,), _values(encoders, rows), (END,)))


def body(encoders: Sequence[Encoder], rows: Sequence[Sequence[Any]]) -> bytes:
    """Return rows as `copied` does, but without `BEGIN` and `END`, which a COPY has once for all its rows."""
    return b"".join(_values(encoders, rows))


def _values(encoders: Sequence[Encoder], rows: Sequence[Sequence[Any]]) -> Iterable[bytes]:
    columns = [encode(column) for encode, column in zip(encoders, zip(*rows, strict=True), strict=True)]
    counts = repeat(_COUNT(len(columns)), len(rows))
    return chain.from_iterable(zip(counts, *columns, strict=True))


class _Texts(dict[str | None, bytes]):
    """Encodes each distinct text once, for one batch. A value that is no text raises TypeError."""

    def __missing__(self, value: str | None) -> bytes:
        encoded = str.encode(value)  # type: ignore[arg-type]
        element = self[value] = _LENGTH(len(encoded)) + encoded
        return element


def _texts(values: Sequence[Any]) -> Iterable[bytes]:
    return map(_Texts({None: _NULL}).__getitem__, values)


def _octets(values: Sequence[Any]) -> Iterable[bytes]:
    return [_NULL if value is None else _LENGTH(len(value)) + value for value in values]


def _booleans(values: Sequence[Any]) -> Iterable[bytes]:
    return map({True: b"\0\0\0\1\1", False: b"\0\0\0\1\0", None: _NULL}.__getitem__, values)


def _integers(size: int, form: str) -> Encoder:
    pack = struct.Struct(f">i{form}").pack

    def encode(values: Sequence[Any]) -> Iterable[bytes]:
        try:
            if None in values:
                return [_NULL if value is None else pack(size, value) for value in values]
            return list(map(pack, repeat(size), values))
        except struct.error as error:
            raise ValueError(f"an integer of {size} bytes is needed: {error}") from None

    return encode


# For SQLAlchemy, BigInteger and SmallInteger are Integers too, so the order counts.
_KINDS: Final[Sequence[tuple[type[TypeEngine[Any]], Encoder]]] = (
    (BigInteger, _integers(8, "q")),
    (SmallInteger, _integers(2, "h")),
    (Integer, _integers(4, "i")),
    (Boolean, _booleans),
    (LargeBinary, _octets),
    (String, _texts),
)


def encoder_of(plain: TypeEngine[Any]) -> Encoder:
    """Return the encoder for a column of this type, without decorators."""
    for type_, encoder in _KINDS:
        if isinstance(plain, type_):
            return encoder
    raise TypeError(f"no binary form is made of {plain!r}")


class Texts:
    """A `text[]` in the form in which it is sent."""

    __slots__ = ("data",)

    def __init__(self, values: Sequence[Any]) -> None:
        self.data = _HEAD(1, None in values, _TEXT, len(values), 1) + b"".join(_texts(values))


class _AsItIs(Dumper):
    format = Format.BINARY
    oid = _TEXTS

    def dump(self, obj: Texts) -> Buffer:
        return obj.data


psycopg.adapters.register_dumper(Texts, _AsItIs)


class CopyStream:
    """Writes rows of one table. From the first `send` until `end`, the connection accepts no other statement."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection = connection
        self._table = table
        self._copy: OpenCopy | None = None

    def send(self, rows: Sequence[bulk.Row]) -> None:
        """Send one row or more, in the order of the table's columns.

        Only `end` reports a row that the table refuses.
        """
        if self._connection.dialect.name != "postgresql":
            bulk.insert(self._connection, self._table, rows)
            return
        statement = bulk.insert_statement(self._table, "postgresql")
        assert not statement.converted, f"a column of {self._table.name} needs its type"
        if self._copy is None:
            self._copy = OpenCopy(self._connection, statement.text)
            self._copy.write(BEGIN)  # after the assignment, so that `abort` finds the COPY if this fails
        self._copy.write(body(statement.encoders, rows))

    def end(self) -> None:
        """Wait until every row is in the table. Raise `IntegrityError` if the table refuses one."""
        if self._copy is not None:
            self._copy.end()
            self._copy = None

    def abort(self, failure: BaseException) -> None:
        """Take back the rows that were sent. Only a rollback is possible afterwards."""
        copy, self._copy = self._copy, None
        if copy is not None:
            copy.abort(failure)


class OpenCopy:
    """A COPY in progress.

    Meanwhile the driver lets no other statement use the connection, and waits. Even a rollback would wait, so a COPY
    must be ended or abandoned before it.
    """

    def __init__(self, connection: Connection, text: str) -> None:
        self.connection = connection
        self.text = text
        self._open: Final = ExitStack()
        driver: Any = connection.connection.driver_connection
        cursor = self._open.enter_context(driver.cursor())
        self._copy: Final = self._open.enter_context(cursor.copy(text, writer=_NonBlockingWriter(cursor)))

    def write(self, rows: bytes) -> None:
        self._copy.write(rows)

    def end(self) -> None:
        self._copy.write(END)
        try:
            self._open.close()
        except psycopg.IntegrityError as refused:
            raise IntegrityError(self.text, None, refused, hide_parameters=True) from refused

    def abort(self, failure: BaseException) -> None:
        self._open.__exit__(type(failure), failure, failure.__traceback__)


class _NonBlockingWriter(LibpqWriter):
    """Leaves data that the connection does not accept at once in the driver's buffer. The next write sends it."""

    @override
    def write(self, data: Buffer) -> None:
        taken = self._pgconn.put_copy_data(bytes(data))
        assert taken == 1, "the driver's buffer grows with what is put into it"
        self._pgconn.flush()
