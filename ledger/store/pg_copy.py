"""Values as PostgreSQL takes them in binary form, made here: rows for COPY, and an array of texts to look up.

The driver writes a value by asking it anew what it is, and of a batch's values most stand in it many times over: the
ledger, the stream, the type, the codes. Here each distinct text of a column is encoded once.
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

from ledger.store import bulk, pg_copy

Encoder = Callable[[Sequence[Any]], Iterable[bytes]]
"""A column's values, each behind its length; TypeError or ValueError for one that is none of the column's."""

_NULL: Final = struct.pack(">i", -1)
_LENGTH: Final = struct.Struct(">i").pack
# PostgreSQL's manual, COPY, "Binary Format": signature, flags, length of an extension; before each row how many
# values it has; at the end -1 in that place.
BEGIN: Final = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
_COUNT: Final = struct.Struct(">h").pack
END: Final = _COUNT(-1)
# Of an array: its dimensions, whether there are nulls, the elements' type, how many, and the index of the first.
_HEAD: Final = struct.Struct(">iiIii").pack
_TEXT: Final = 25  # oid
_TEXTS: Final = 1009


def copied(encoders: Sequence[Encoder], rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows, one or more, as `COPY … FROM STDIN (FORMAT BINARY)` reads them; one encoder for each column."""
    return b"".join(chain((BEGIN,), _values(encoders, rows), (END,)))


def body(encoders: Sequence[Encoder], rows: Sequence[Sequence[Any]]) -> bytes:
    """The same without `BEGIN` and `END`, of which there is one for all rows of a COPY."""
    return b"".join(_values(encoders, rows))


def _values(encoders: Sequence[Encoder], rows: Sequence[Sequence[Any]]) -> Iterable[bytes]:
    columns = [encode(column) for encode, column in zip(encoders, zip(*rows, strict=True), strict=True)]
    counts = repeat(_COUNT(len(columns)), len(rows))
    return chain.from_iterable(zip(counts, *columns, strict=True))


class _Texts(dict[str | None, bytes]):
    """Encoded once each; forgotten with the batch. What is no text is a TypeError."""

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


# BigInteger and SmallInteger are Integers to SQLAlchemy, so that the order counts.
_KINDS: Final[Sequence[tuple[type[TypeEngine[Any]], Encoder]]] = (
    (BigInteger, _integers(8, "q")),
    (SmallInteger, _integers(2, "h")),
    (Integer, _integers(4, "i")),
    (Boolean, _booleans),
    (LargeBinary, _octets),
    (String, _texts),
)


def encoder_of(plain: TypeEngine[Any]) -> Encoder:
    """Of a column of this type, decorators taken off."""
    for type_, encoder in _KINDS:
        if isinstance(plain, type_):
            return encoder
    raise TypeError(f"no binary form is made of {plain!r}")


class Texts:
    """A `text[]` as it is sent."""

    __slots__ = ("data",)

    def __init__(self, values: Sequence[Any]) -> None:
        self.data = _HEAD(1, None in values, _TEXT, len(values), 1) + b"".join(_texts(values))


class _AsItIs(Dumper):
    format = Format.BINARY
    oid = _TEXTS

    def dump(self, obj: Texts) -> Buffer:
        return obj.data


psycopg.adapters.register_dumper(Texts, _AsItIs)


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
