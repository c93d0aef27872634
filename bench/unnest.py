"""The insert that the design's bare loop names: one binary array a column, `INSERT … SELECT * FROM unnest(…)`."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, Final

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format
from sqlalchemy import BigInteger, Boolean, Connection, Integer, LargeBinary, SmallInteger, String, Table
from sqlalchemy.types import TypeEngine

from ledger.store.bulk import Row, plain_type
from ledger.store.pg_copy import encoder_of

# Dimensions, whether there are nulls, the elements' type, how many, and the index of the first.
_HEAD: Final = struct.Struct(">iiIii").pack
# oids of the element and of its array. BigInteger and SmallInteger are Integers to SQLAlchemy: the order counts.
_OIDS: Final[Sequence[tuple[type[TypeEngine[Any]], int, int]]] = (
    (BigInteger, 20, 1016),
    (SmallInteger, 21, 1005),
    (Integer, 23, 1007),
    (Boolean, 16, 1000),
    (LargeBinary, 17, 1001),
    (String, 25, 1009),
)


class _Array:
    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data


class _AsItIs(Dumper):
    format = Format.BINARY

    def dump(self, obj: _Array) -> Buffer:
        return obj.data


def _sent_as(oid: int) -> type[_Array]:
    """The driver chooses how a value is sent by its class."""
    kind = type(f"_Array{oid}", (_Array,), {"__slots__": ()})
    psycopg.adapters.register_dumper(kind, type(f"_AsItIs{oid}", (_AsItIs,), {"oid": oid}))
    return kind


_KINDS: Final = {array: _sent_as(array) for _, _, array in _OIDS}


def insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """One row or more, given in the order of the table's columns."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    values = ", ".join("%b" for _ in table.columns)
    text = f'INSERT INTO "{table.name}" ({names}) SELECT * FROM unnest({values})'
    types = map(plain_type, table.columns)
    arrays = [_array(type_, column) for type_, column in zip(types, zip(*rows, strict=True), strict=True)]
    connection.exec_driver_sql(text, tuple(arrays))


def _array(plain: TypeEngine[Any], values: Sequence[Any]) -> _Array:
    element, array = next((element, array) for type_, element, array in _OIDS if isinstance(plain, type_))
    head = _HEAD(1, None in values, element, len(values), 1)
    return _KINDS[array](head + b"".join(encoder_of(plain)(values)))
