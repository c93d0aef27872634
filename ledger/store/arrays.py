"""Columns as PostgreSQL's binary arrays, made here.

The driver writes an array by asking for every value anew what it is, and of a batch's values most stand in it many
times over: the ledger, the stream, the type, the codes. Here each distinct text of a column is encoded once.
"""

from __future__ import annotations

import struct
from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import repeat
from typing import Any, ClassVar, Final

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format
from sqlalchemy import BigInteger, Boolean, Integer, LargeBinary, SmallInteger, String
from sqlalchemy.types import TypeEngine

_NULL: Final = struct.pack(">i", -1)
_LENGTH: Final = struct.Struct(">i").pack
# Dimensions, whether there are nulls, the elements' type, how many, and the index of the first.
_HEAD: Final = struct.Struct(">iiIii").pack


class Array(ABC):
    """An array as it is sent. Each element type has a class of its own, since the driver chooses by class."""

    __slots__ = ("data",)
    element: ClassVar[int]  # oid of the element type
    array: ClassVar[int]  # and of the array type

    def __init__(self, values: Sequence[Any]) -> None:
        elements = self.encoded(values)
        self.data = _HEAD(1, None in values, self.element, len(values), 1) + b"".join(elements)

    @classmethod
    @abstractmethod
    def encoded(cls, values: Sequence[Any]) -> Sequence[bytes]:
        """Each value behind its length; `TypeError` or `ValueError` for one that is none of the type's."""

    def __len__(self) -> int:
        return len(self.data)


class _Texts(dict[str | None, bytes]):
    """Encoded once each; forgotten with the batch. What is no text is a TypeError."""

    def __missing__(self, value: str | None) -> bytes:
        encoded = str.encode(value)  # type: ignore[arg-type]
        element = self[value] = _LENGTH(len(encoded)) + encoded
        return element


class Texts(Array):
    element, array = 25, 1009

    @classmethod
    def encoded(cls, values: Sequence[Any]) -> Sequence[bytes]:
        return list(map(_Texts({None: _NULL}).__getitem__, values))


class Bytes(Array):
    element, array = 17, 1001

    @classmethod
    def encoded(cls, values: Sequence[Any]) -> Sequence[bytes]:
        return [_NULL if value is None else b"%b%b" % (_LENGTH(len(value)), value) for value in values]


class Booleans(Array):
    element, array = 16, 1000

    @classmethod
    def encoded(cls, values: Sequence[Any]) -> Sequence[bytes]:
        known = {True: b"\0\0\0\1\1", False: b"\0\0\0\1\0", None: _NULL}
        return [known[value] for value in values]


class BigIntegers(Array):
    element, array = 20, 1016
    size: ClassVar = 8
    pack: ClassVar = struct.Struct(">iq").pack

    @classmethod
    def encoded(cls, values: Sequence[Any]) -> Sequence[bytes]:
        try:
            if None in values:
                return [_NULL if value is None else cls.pack(cls.size, value) for value in values]
            return list(map(cls.pack, repeat(cls.size), values))
        except struct.error as error:
            raise ValueError(f"an integer of {cls.size} bytes is needed: {error}") from None


class Integers(BigIntegers):
    element, array = 23, 1007
    size = 4
    pack = struct.Struct(">ii").pack


class SmallIntegers(BigIntegers):
    element, array = 21, 1005
    size = 2
    pack = struct.Struct(">ih").pack


# BigInteger and SmallInteger are Integers to SQLAlchemy, so that the order counts.
_KINDS: Final[Sequence[tuple[type[TypeEngine[Any]], type[Array]]]] = (
    (BigInteger, BigIntegers),
    (SmallInteger, SmallIntegers),
    (Integer, Integers),
    (Boolean, Booleans),
    (LargeBinary, Bytes),
    (String, Texts),
)


def kind_of(plain: TypeEngine[Any]) -> type[Array]:
    """The array of a column of this type, decorators taken off."""
    for type_, kind in _KINDS:
        if isinstance(plain, type_):
            return kind
    raise TypeError(f"no array is made of {plain!r}")


class _AsItIs(Dumper):
    format = Format.BINARY

    def dump(self, obj: Array) -> Buffer:
        return obj.data


for _, _kind in _KINDS:
    psycopg.adapters.register_dumper(_kind, type(f"{_kind.__name__}Dumper", (_AsItIs,), {"oid": _kind.array}))
