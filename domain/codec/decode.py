"""Shape → reader. A reader returns the value, or every fault with a pointer relative to it; nothing is guessed."""

from __future__ import annotations

import datetime as dt
import marshal
from collections.abc import Callable, Iterable
from functools import cache
from itertools import chain, islice
from typing import Any, cast

from domain.codec.scalars import EMPTY, Decoder, FieldErrors, field_error, invalid, scalar_decoder
from domain.codec.schema import Code, FreeObject, ListOf, Member, ObjectSchema, Scalar, Shape, withheld
from domain.vocabulary.values import Duty, Form

MAX_FAULTS = 100  # of one object or list: the first ones, since a line of unknown members would give thousands
REMEMBERED = 4096  # values
REMEMBERED_BYTES = 512  # of one value

# Members that bound a span: the second may not lie before the first.
SPANS = (("from", "to"), ("valid_from", "valid_to"), ("effective_from", "effective_to"), ("earliest", "latest"))

CrossFieldCheck = Callable[[dict[str, object]], FieldErrors | None]

_NOT_AN_OBJECT = invalid("an object is needed", "Write a JSON object.")
_NOT_A_LIST = invalid("a list is needed", "Write a JSON array.")
_NULL = invalid("null is not a value here", "Leave an optional member out.")
_ABSENT = field_error("FIELD_MISSING", "the member is required", "State it.")
_UNKNOWN = field_error("FIELD_UNKNOWN", "no such member is defined here", "Remove it, or correct its name.")
_FORBIDDEN = field_error(
    "CONTENT_FORBIDDEN", "no text on what is, or is claimed to be, a state secret", "Leave the text out of the ledger."
)


@cache
def decoder(shape: Shape, *, stub: bool = False) -> Decoder:
    """With ``stub``, every text is forbidden and none is missed (the stub rule)."""
    match shape:
        case Scalar(form=Form.TEXT) if stub:
            return _forbidden
        case Scalar(form=form):
            return scalar_decoder(form)
        case Code(values=values):
            return _code_decoder(values)
        case ListOf(element=Scalar(form=Form.TEXT)) if stub:
            return _forbidden
        case ListOf(element=of, filled=filled):
            return _list_decoder(decoder(of, stub=stub), filled=filled)
        case FreeObject():
            return _read_members
        case ObjectSchema(cls=cls):
            read = _object_decoder(shape, stub=stub)
            return _remembering(read) if cls is Duty else read


def _forbidden(_raw: object) -> object:
    return _FORBIDDEN


def _code_decoder(values: tuple[str, ...]) -> Decoder:
    known = {value: value for value in values}
    wrong = invalid(f"not one of {', '.join(values)}", "Use one of these codes.")

    def read(raw: object) -> object:
        return known.get(raw, wrong) if type(raw) is str else wrong

    return read


def _list_decoder(element: Decoder, *, filled: bool) -> Decoder:
    def read(raw: object) -> object:
        if type(raw) is not list:
            return _NOT_A_LIST
        if filled and not raw:
            return EMPTY
        values = tuple(map(element, raw))
        return _collected(enumerate(values)) if FieldErrors in map(type, values) else values

    return read


def _read_members(raw: object) -> object:
    if type(raw) is not dict:
        return _NOT_AN_OBJECT
    return raw or EMPTY


def _or_null(read: Decoder) -> Decoder:
    return lambda raw: None if raw is None else read(raw)


def _unknown(_raw: object) -> object:
    return _UNKNOWN


class _Decoders(dict[str, Decoder]):
    """By member name; a name that is not there reads as a fault."""

    def __missing__(self, name: str) -> Decoder:
        return _unknown


def _object_decoder(shape: ObjectSchema, *, stub: bool) -> Decoder:
    """Reads the members that are there, then asks what is missing, then what must hold between them."""
    readers = _Decoders({each.name: _member_reader(each, stub=stub) for each in shape.members})
    texts = {each.name: _unwritten(each) for each in shape.members if stub and each.required and _is_text(each)}
    required = frozenset(each.name for each in shape.members if each.required).difference(texts)
    renamed = [(each.name, each.attribute) for each in shape.members if each.name != each.attribute]
    check = _choice(shape.exactly_one) if shape.exactly_one else _order(shape)
    make: Callable[..., object] = shape.cls

    def read(raw: object) -> object:
        if type(raw) is not dict:
            return _NOT_AN_OBJECT
        values = {name: readers[name](value) for name, value in raw.items()}
        if FieldErrors in map(type, values.values()) or not required <= raw.keys():
            return _faults(raw, values, required)
        wrong = check(values) if check else None
        if wrong:
            return wrong
        if texts:
            values = texts | values
        for name, attribute in renamed:
            if name in values:
                values[attribute] = values.pop(name)
        return make(**values)

    return read


def _remembering(read: Decoder) -> Decoder:
    """An organ states the same few duty bases use after use; a value that is frozen can be handed out again."""
    seen: dict[bytes, object] = {}

    def remembered(raw: object) -> object:
        # Version 2 writes no back references: the bytes are equal only for equal JSON values in the same order, and
        # 1, 1.0 and true are told apart.
        key = marshal.dumps(cast(Any, raw), 2)
        value = seen.get(key)
        if value is None:
            value = read(raw)
            if len(key) <= REMEMBERED_BYTES:
                if len(seen) >= REMEMBERED:
                    seen.clear()
                seen[key] = value
        return value

    return remembered


def _member_reader(member: Member, *, stub: bool) -> Decoder:
    """Of the value under the member's name, at its place."""
    read = decoder(member.shape, stub=stub)
    return _or_null(read) if member.nullable else read


def _is_text(member: Member) -> bool:
    return withheld(member.shape) is not None


def _unwritten(member: Member) -> object:
    return None if member.nullable else withheld(member.shape)


def _faults(raw: dict[str, object], values: dict[str, object], required: frozenset[str]) -> FieldErrors:
    """Faults of the members that are there, in their order, then of those that are not."""
    named = ((name, _NULL if raw[name] is None and value is not _UNKNOWN else value) for name, value in values.items())
    there = ((name, value) for name, value in named if isinstance(value, FieldErrors))
    absent: Iterable[tuple[str, object]] = ((name, _ABSENT) for name in sorted(required.difference(raw)))
    return _collected(chain(there, absent))


def _collected(parts: Iterable[tuple[str | int, object]]) -> FieldErrors:
    found = (each for key, value in parts if isinstance(value, FieldErrors) for each in value.under(key))
    return FieldErrors(islice(found, MAX_FAULTS))


def _choice(names: tuple[str, ...]) -> CrossFieldCheck:
    def check(values: dict[str, object]) -> FieldErrors | None:
        count = sum(name in values for name in names)
        if count == 1:
            return None
        detail = f"exactly one of {', '.join(names)} is needed, {count} are given"
        return field_error("FIELD_INVALID" if count else "FIELD_MISSING", detail, "Keep the one that applies.")

    return check


def _order(shape: ObjectSchema) -> CrossFieldCheck | None:
    """A span that ends before it begins is no span (both ends may be one day)."""
    names = {each.name for each in shape.members}
    spans = [span for span in SPANS if names.issuperset(span)]

    def check(values: dict[str, object]) -> FieldErrors | None:
        for first, second in spans:
            begins, ends = cast(dt.date | None, values.get(first)), cast(dt.date | None, values.get(second))
            if begins is not None and ends is not None and ends < begins:
                wrong = invalid(f"{ends} lies before {begins}", "State an end that is not before the beginning.")
                return FieldErrors(wrong.under(second))
        return None

    return check if spans else None
