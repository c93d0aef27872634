"""Values as PostgreSQL takes them in binary form, made here: rows for COPY, and an array of texts to look up.

The driver writes a value by asking it anew what it is, and of a batch's values most stand in it many times over: the
ledger, the stream, the type, the codes. Here each distinct text of a column is encoded once.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, repeat
from typing import Any, Final

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format
from sqlalchemy import BigInteger, Boolean, Integer, LargeBinary, SmallInteger, String
from sqlalchemy.types import TypeEngine

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
