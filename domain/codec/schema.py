"""What a payload looks like, read off the event classes once: the codec and the reference are both built from this."""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from domain.vocabulary.values import Filled, Form

_PLAIN: dict[Any, Form] = {
    dt.date: Form.DATE,
    dt.datetime: Form.TS,
    Decimal: Form.DECIMAL,
    int: Form.INT,
    bool: Form.BOOL,
}


_SHAPES: dict[type, ObjectSchema] = {}


@dataclass(frozen=True, slots=True)
class Scalar:
    form: Form


@dataclass(frozen=True, slots=True)
class Code:
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    element: Shape
    filled: bool


@dataclass(frozen=True, slots=True)
class FreeObject:
    """A free object: member names to JSON values (the ``changes`` of a correction)."""


@dataclass(frozen=True, slots=True)
class Member:
    """``name`` on the wire, ``attribute`` on the class. Required and nullable is law.md's "or none"."""

    name: str
    attribute: str
    shape: Shape
    required: bool
    nullable: bool


@dataclass(frozen=True, slots=True)
class ObjectSchema:
    """An object made into ``cls``; of ``exactly_one`` of these members one, and only one, is present."""

    cls: type
    members: tuple[Member, ...]
    exactly_one: tuple[str, ...]


Shape = Scalar | Code | ListOf | FreeObject | ObjectSchema


def object_schema(cls: type) -> ObjectSchema:
    """The members in the order of the class, a base class's first."""
    if cls not in _SHAPES:
        hints = get_type_hints(cls, include_extras=True)
        members = tuple(_member(each, hints[each.name]) for each in dataclasses.fields(cls))
        _SHAPES[cls] = ObjectSchema(cls=cls, members=members, exactly_one=getattr(cls, "exactly_one", ()))
    return _SHAPES[cls]


def texts(shape: Shape, at: str = "") -> Iterator[str]:
    """The places of free text, as paths with ``*`` for every place of a list."""
    match shape:
        case Scalar(form=Form.TEXT):
            yield at
        case ListOf(element=of):
            yield from texts(of, f"{at}/*")
        case ObjectSchema(members=members):
            for member in members:
                yield from texts(member.shape, f"{at}/{member.name}" if at else member.name)


def withheld(shape: Shape) -> object:
    """The value in the class for a required text that the stub rule keeps out; None for a shape that is no text."""
    match shape:
        case Scalar(form=Form.TEXT):
            return ""
        case ListOf(element=Scalar(form=Form.TEXT)):
            return ()
        case _:
            return None


def _member(field: dataclasses.Field[Any], hint: Any) -> Member:
    inner, nullable = _without_none(hint)
    required = field.default is dataclasses.MISSING
    # A trailing underscore only keeps a name clear of Python's keywords.
    name = field.name.removesuffix("_")
    return Member(name, field.name, _shape(inner), required=required, nullable=nullable and required)


def _without_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    (inner,) = (each for each in get_args(hint) if each is not types.NoneType)
    return inner, True


def _shape(hint: Any, *, filled: bool = False) -> Shape:
    if hint in _PLAIN:
        return Scalar(_PLAIN[hint])
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        inner, mark = parts
        return Scalar(mark) if isinstance(mark, Form) else _shape(inner, filled=mark is Filled.YES)
    if origin is Literal:
        return Code(parts)
    if origin is tuple:
        return ListOf(_shape(parts[0]), filled)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return object_schema(hint)
    return FreeObject()
