"""Payloads as events by compiled decoders: the one fast reader, of what comes in and of what is in the log.

For each event class msgspec compiles a decoder of a structure that mirrors the class: the same members under their
names on the wire, no others, with the codes and lengths of ``domain.codec.schema``. What it accepts is held to the
forms that a decoder cannot express, and then becomes the event. Whatever is not plainly right is None here: the careful
reader (``domain.codec.wire.read_event``) then says every fault with its pointer. This reader never accepts what the
careful one refuses, and makes the same event of the rest.

The payloads given here are JSON values that ``ledger.ijson`` parsed: no member name occurs twice, and every number is
the one that was written.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import chain
from operator import attrgetter
from typing import Annotated, Any, Final, Literal, NamedTuple, Union

import msgspec

from domain.codec.cross_field import cross_field_errors
from domain.codec.decode import SPANS
from domain.codec.scalars import ID_LENGTH, INT_LIMIT, NOT_IN_ID, TEXT_LENGTH, Decoder, FieldErrors, scalar_decoder
from domain.codec.schema import Code, FreeObject, ListOf, Member, ObjectSchema, Scalar, Shape, object_schema
from domain.codec.wire import class_of, read_event
from domain.events import Event
from domain.vocabulary.values import Form
from formats.refusal import Refusal

REMEMBERED: Final = 512  # objects of one shape: a payload of 32 KiB could be one object
_LENGTHS: Final = {Form.ID: ID_LENGTH, Form.POST: ID_LENGTH, Form.ITEM: ID_LENGTH, Form.TEXT: TEXT_LENGTH}
_FINER_THAN_MICROSECONDS: Final = re.compile(r"\.[0-9]{7}")


def decode(type_: str, data: object, *, stub: bool = False) -> Event | tuple[Refusal, ...]:
    """The event of a record that comes in, or all faults with pointers into the record (``read_event``)."""
    event = None if stub else checked(type_, data)
    return read_event(type_, data, stub=stub) if event is None else event


def checked(type_: str, data: object) -> Event | None:
    """The event, if ``data`` is plainly a right payload of the type; None: the careful reader decides."""
    codec = _codec_of(type_)
    if codec is None:
        return None
    try:
        payload = msgspec.convert(data, codec.mirror)
    except msgspec.ValidationError:
        return None
    ids: list[str] = []
    texts: list[str] = []
    if not codec.forms.hold(payload, ids, texts) or not (_are_identifiers(ids) and _are_printable(texts)):
        return None
    event = _made(codec, payload)
    return None if cross_field_errors(event) else event


def recorded(type_: str, data: bytes | msgspec.Raw) -> Event | tuple[Refusal, ...]:
    """The event of a payload in the log, as JSON text. It was checked before it came there, so only what it takes to
    make the event is looked at; a stub (law.md, the stub rule) lacks texts that are required elsewhere.
    """
    codec = _codec_of(type_)
    if codec is not None:
        try:
            payload = codec.decode(data)
        except msgspec.ValidationError:
            pass
        else:
            if not codec.has_instants or codec.forms.hold(payload, [], []):
                return _made(codec, payload)
    value = msgspec.json.decode(data)
    event = read_event(type_, value)
    if isinstance(event, Event):
        return event
    stub = read_event(type_, value, stub=True)
    return stub if isinstance(stub, Event) else event


class _Codec(NamedTuple):
    made: type[Event]
    mirror: type[msgspec.Struct]
    decode: Callable[[bytes | msgspec.Raw], msgspec.Struct]
    forms: _Forms
    has_instants: bool


@cache
def _codec_of(type_: str) -> _Codec | None:
    """Compiled when the first such record comes: most processes meet few types."""
    made = class_of(type_)
    if made is None:
        return None
    shape = object_schema(made)
    if not all(map(_is_expressible, _parts(shape))):
        return None
    mirror = _mirror(shape)
    has_instants = any(each == Scalar(Form.TS) for each in _parts(shape))
    return _Codec(made, mirror, msgspec.json.Decoder(mirror).decode, _forms(shape), has_instants)


def _made(codec: _Codec, payload: msgspec.Struct) -> Event:
    return msgspec.convert(payload, codec.made, from_attributes=True)


def _is_expressible(shape: Shape) -> bool:
    """Not so are free objects, and spans between instants: their order is not that of their texts."""
    if isinstance(shape, ObjectSchema):
        days = {each.name for each in shape.members if each.shape == Scalar(Form.DATE)}
        return all(days.issuperset(span) for span in _spans(shape))
    return not isinstance(shape, FreeObject)


def _spans(shape: ObjectSchema) -> list[tuple[str, str]]:
    names = {each.name for each in shape.members}
    return [span for span in SPANS if names.issuperset(span)]


def _parts(shape: Shape) -> list[Shape]:
    """The shape and every shape in it."""
    match shape:
        case ListOf(element=of):
            return [shape, *_parts(of)]
        case ObjectSchema(members=members):
            return [shape, *chain.from_iterable(_parts(each.shape) for each in members)]
        case _:
            return [shape]


# --- the mirror: what a decoder can express


@cache
def _mirror(shape: ObjectSchema) -> type[msgspec.Struct]:
    made = shape.cls
    defaults = {each.name: each.default for each in dataclasses.fields(made)}
    fields: list[Any] = [
        (each.attribute, _hint(each)) if each.required else (each.attribute, _hint(each), defaults[each.attribute])
        for each in shape.members
    ]
    names = {each.attribute: each.name for each in shape.members}
    return msgspec.defstruct(
        made.__name__,
        fields,
        kw_only=True,
        gc=False,
        frozen=True,
        forbid_unknown_fields=True,
        rename=names,
        module=__name__,
    )


def _hint(member: Member) -> Any:
    """An optional member is left out and never null; a required one may be."""
    hint = _type_of(member.shape)
    return Union[hint, None] if member.nullable else hint  # noqa: UP007 - of types made at run time


def _type_of(shape: Shape) -> Any:
    match shape:
        case Scalar(form=Form.INT):
            return Annotated[int, msgspec.Meta(ge=0, lt=INT_LIMIT)]
        case Scalar(form=Form.BOOL):
            return bool
        case Scalar(form=form):
            return Annotated[str, msgspec.Meta(min_length=1, max_length=_LENGTHS.get(form))]
        case Code(values=values):
            return Literal[values]
        case ListOf(element=of, filled=filled):
            return Annotated[tuple[_type_of(of), ...], msgspec.Meta(min_length=int(filled))]  # type: ignore[misc]
        case ObjectSchema():
            return _mirror(shape)
        case FreeObject():
            raise AssertionError("a free object has no mirror")


# --- the forms: what a decoder cannot express


def _are_identifiers(ids: list[str]) -> bool:
    """Whether each is an identifier without a space: the careful reader decides about those with one."""
    joined = "".join(ids)
    return " " not in joined and NOT_IN_ID.search(joined) is None


def _are_printable(texts: list[str]) -> bool:
    """Whether each is a text without odd characters: printable, no space at either end."""
    joined = "|".join(texts)
    if not joined:
        return True
    if not joined.isprintable():
        return False
    # A text may itself have a bar beside a space: then the careful reader decides.
    return " " not in joined or not (" " in (joined[0], joined[-1]) or "| " in joined or " |" in joined)


class _Forms(NamedTuple):
    """What must hold of the members of one mirror, by attribute."""

    ids: Callable[[Any], tuple[str | None, ...]]
    id_lists: tuple[Callable[[Any], tuple[str, ...] | None], ...]
    texts: Callable[[Any], tuple[str | None, ...]]
    text_lists: tuple[Callable[[Any], tuple[str, ...] | None], ...]
    scalars: tuple[tuple[Callable[[Any], Any], Decoder], ...]  # of other forms, with the reader that knows each
    scalar_lists: tuple[tuple[Callable[[Any], Any], Decoder], ...]
    objects: tuple[tuple[Callable[[Any], Any], Callable[[Any], bool]], ...]
    object_lists: tuple[tuple[Callable[[Any], Any], Callable[[Any], bool]], ...]
    spans: tuple[Callable[[Any], tuple[str | None, str | None]], ...]
    exactly_one: tuple[Callable[[Any], Any], ...]

    def hold(self, value: Any, ids: list[str], texts: list[str]) -> bool:
        """Whether they do; ``ids`` and ``texts`` are given the identifiers and texts, which are looked at together."""
        ids.extend(filter(None, self.ids(value)))
        texts.extend(filter(None, self.texts(value)))
        for get in self.id_lists:
            ids.extend(get(value) or ())
        for get in self.text_lists:
            texts.extend(get(value) or ())
        for get, read in self.scalars:
            scalar = get(value)
            if scalar is not None and type(read(scalar)) is FieldErrors:
                return False
        for get, read in self.scalar_lists:
            if any(type(read(each)) is FieldErrors for each in get(value) or ()):
                return False
        for get, holds in self.objects:
            part = get(value)
            if part is not None and not holds(part):
                return False
        for get, holds in self.object_lists:
            if not all(map(holds, get(value) or ())):
                return False
        return (not self.spans and not self.exactly_one) or self._fit_together(value)

    def _fit_together(self, value: Any) -> bool:
        if self.exactly_one and sum(get(value) is not None for get in self.exactly_one) != 1:
            return False
        ends = (get(value) for get in self.spans)
        # Days in their one spelling sort as text.
        return all(begin is None or end is None or begin <= end for begin, end in ends)


@cache
def _forms(shape: ObjectSchema) -> _Forms:
    by_name = {each.name: each for each in shape.members}
    spans = _spans(shape)
    assert not any(by_name[name].nullable for name in shape.exactly_one), "null would be a choice too"

    def getters(fits: Callable[[Shape], bool]) -> list[Callable[[Any], Any]]:
        return [attrgetter(each.attribute) for each in shape.members if fits(each.shape)]

    def pairs(
        fits: Callable[[Shape], bool], of: Callable[[Shape], Any]
    ) -> tuple[tuple[Callable[[Any], Any], Any], ...]:
        return tuple((attrgetter(each.attribute), of(each.shape)) for each in shape.members if fits(each.shape))

    def lists_of(fits: Callable[[Shape], bool]) -> tuple[Callable[[Any], Any], ...]:
        return tuple(getters(lambda each: isinstance(each, ListOf) and fits(each.element)))

    return _Forms(
        ids=_tuple_getter([each.attribute for each in shape.members if _is_id(each.shape)]),
        id_lists=lists_of(_is_id),
        texts=_tuple_getter([each.attribute for each in shape.members if _is_text(each.shape)]),
        text_lists=lists_of(_is_text),
        scalars=pairs(_is_scalar, _reader_of),
        scalar_lists=pairs(lambda each: isinstance(each, ListOf) and _is_scalar(each.element), _reader_of),
        objects=pairs(lambda each: isinstance(each, ObjectSchema), _holder),
        object_lists=pairs(lambda each: isinstance(each, ListOf) and isinstance(each.element, ObjectSchema), _holder),
        spans=tuple(attrgetter(*(by_name[name].attribute for name in span)) for span in spans),
        exactly_one=tuple(attrgetter(by_name[name].attribute) for name in shape.exactly_one),
    )


def _tuple_getter(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _is_id(shape: Shape) -> bool:
    return isinstance(shape, Scalar) and shape.form in _LENGTHS and shape.form is not Form.TEXT


def _is_text(shape: Shape) -> bool:
    return isinstance(shape, Scalar) and shape.form is Form.TEXT


def _is_scalar(shape: Shape) -> bool:
    return isinstance(shape, Scalar) and shape.form not in _LENGTHS and shape.form not in (Form.INT, Form.BOOL)


@cache
def _holder(shape: Shape) -> Callable[[Any], bool]:
    """Of one object inside a payload. An organ states the same few duty bases and provisions use after use."""
    inner = shape.element if isinstance(shape, ListOf) else shape
    assert isinstance(inner, ObjectSchema), "only objects have members"
    forms = _forms(inner)

    @lru_cache(maxsize=REMEMBERED)
    def holds(value: Any) -> bool:
        ids: list[str] = []
        texts: list[str] = []
        return forms.hold(value, ids, texts) and _are_identifiers(ids) and _are_printable(texts)

    return holds


def _reader_of(shape: Shape) -> Decoder:
    inner = shape.element if isinstance(shape, ListOf) else shape
    assert isinstance(inner, Scalar), "only leaves have a form"
    return _read_instant if inner.form is Form.TS else scalar_decoder(inner.form)


def _read_instant(raw: object) -> object:
    """The careful reader cuts what is finer than a microsecond off, msgspec rounds it."""
    read = scalar_decoder(Form.TS)(raw)
    return FieldErrors() if isinstance(raw, str) and _FINER_THAN_MICROSECONDS.search(raw) else read
