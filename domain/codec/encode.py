"""Shape → writer: the JSON value that the reader of the same shape takes. What a stub left out stays out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import cast

from domain.codec.schema import Code, FreeObject, ListOf, ObjectSchema, Scalar, Shape, withheld
from domain.vocabulary.values import Form

Encoder = Callable[[object], object]


@cache
def encoder(shape: Shape) -> Encoder:
    match shape:
        case Scalar(form=Form.DATE | Form.TS):
            return lambda value: cast(dt.date, value).isoformat()
        case Scalar(form=Form.DECIMAL):
            return lambda value: format(cast(Decimal, value), "f")
        case Scalar() | Code():
            return _same
        case ListOf(element=of):
            write = encoder(of)
            return lambda value: [write(each) for each in cast(tuple[object, ...], value)]
        case FreeObject():
            return lambda value: dict(cast(Mapping[str, object], value))
        case ObjectSchema():
            return _object_encoder(shape)


def _same(value: object) -> object:
    return value


def _object_encoder(shape: ObjectSchema) -> Encoder:
    members = tuple(
        (each.name, attrgetter(each.attribute), encoder(each.shape), each.nullable, withheld(each.shape))
        for each in shape.members
    )

    def write(value: object) -> object:
        written: dict[str, object] = {}
        for name, get, write_member, nullable, absent in members:
            part = get(value)
            if part is None:
                if nullable:
                    written[name] = None
            elif part != absent:
                written[name] = write_member(part)
        return written

    return write
