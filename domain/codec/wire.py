"""Record ⇄ event: ``data`` of a record becomes a value of its class, or every reason why it cannot.

Strict: an unknown member is refused, an optional one is left out and never null, a required one is neither absent nor
empty. A record type is ``sharing.<event>.v1``. When a payload changes, its new version gets a type of its own, and the
older type's entry in the table of readers becomes one that rewrites the old data for the new reader (upcasting); the
recorded bytes stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import cast

from domain.codec.cross_field import cross_field_errors, missing_code
from domain.codec.decode import decoder
from domain.codec.encode import Encoder, encoder
from domain.codec.scalars import Decoder, FieldErrors, scalar_decoder
from domain.codec.schema import object_schema, texts
from domain.events import EVENTS, Event, EventCorrected
from domain.vocabulary.values import Form
from formats.refusal import Refusal

PREFIX = "sharing."
VERSION = ".v1"

# Where an event holds free text, as paths ("scope/purposes/*/text"): what the stub rule keeps out of the ledger.
TEXT_FIELDS: Mapping[type[Event], tuple[str, ...]] = MappingProxyType(
    {cls: tuple(texts(object_schema(cls))) for cls in EVENTS.values()}
)

_CLASSES: Mapping[str, type[Event]] = {f"{PREFIX}{name}{VERSION}": cls for name, cls in EVENTS.items()}
_READ_STREAM = scalar_decoder(Form.STREAM)
_WRITERS: Mapping[type[Event], Encoder] = {cls: encoder(object_schema(cls)) for cls in EVENTS.values()}


_OPAQUE = Refusal(
    "CONTENT_FORBIDDEN",
    "/data",
    "what cannot be read as a stub may carry content of a state secret",
    "Send nothing but the members defined here, with ids, codes, dates and digests.",
)


def type_of(event: Event) -> str:
    """The record type an event is written under."""
    return f"{PREFIX}{event.event_name}{VERSION}"


def class_of(name: str) -> type[Event] | None:
    """The event class of a record type."""
    return _CLASSES.get(name)


def read_event(type: str, data: object, *, stub: bool = False) -> Event | tuple[Refusal, ...]:
    """The event, or all faults with pointers into the record.

    With ``stub`` (the item's class in force, or the claimed one, is state secret) every text is refused as
    CONTENT_FORBIDDEN, and none is missed: a required text is then ``""``, an empty tuple or None in the event. So is
    a record with any part that cannot be read: nobody knows what it carries.
    """
    cls = _CLASSES.get(type)
    if cls is None:
        return (_unknown(type), *([_OPAQUE] if stub else []))
    event = _reader_of(type, stub)(data)
    if not isinstance(event, Event):
        faults = tuple(_in_record(cast(FieldErrors, event), cls))
        unread = stub and any(each.code in ("FIELD_UNKNOWN", "FIELD_INVALID") for each in faults)
        return (*faults, _OPAQUE) if unread else faults
    if stub and isinstance(event, EventCorrected):
        forbidden = tuple(_in_record(_texts_in(event.changes)))
        if forbidden:
            return forbidden
    incoherent = tuple(cross_field_errors(event))
    return tuple(_in_record(incoherent)) if incoherent else event


def write_event(event: Event) -> dict[str, object]:
    """The ``data`` that reads back as this event."""
    return cast(dict[str, object], _WRITERS[type(event)](event))


def check_stream(event: Event, subject: str) -> tuple[Refusal, ...]:
    """Whether the record's ``subject`` names a stream that may hold such an event."""
    read = _READ_STREAM(subject)
    if isinstance(read, FieldErrors):
        return tuple(replace(each, pointer="/subject") for each in read)
    family = subject.partition("/")[0]
    if family in event.families:
        return ()
    allowed = ", ".join(f"{each}/" for each in event.families)
    detail = f"{event.event_name} cannot stand in {family}/"
    return (Refusal("FIELD_INVALID", "/subject", detail, f"Record it in {allowed}."),)


def correct(event: Event, changes: Mapping[str, object], *, stub: bool = False) -> Event | tuple[Refusal, ...]:
    """The event with the members that an ``event.corrected`` states otherwise; pointers lead to its ``changes``."""
    read = read_event(type_of(event), write_event(event) | dict(changes), stub=stub)
    if isinstance(read, Event):
        return read
    return tuple(replace(each, pointer=each.pointer.replace("/data", "/data/changes", 1)) for each in read)


def _texts_in(changes: Mapping[str, object]) -> Iterable[Refusal]:
    """A correction brings no text in either: each value must be what a stub may hold under that name."""
    readers = _stub_members()
    for name, value in changes.items():
        if all(isinstance(read(value), FieldErrors) for read in readers.get(name, ())):
            detail, next_step = "no member that a stub may hold", "Correct ids, codes, dates and digests only."
            yield Refusal("CONTENT_FORBIDDEN", f"/changes/{name}", detail, next_step)


@cache
def _stub_members() -> Mapping[str, tuple[Decoder, ...]]:
    """By member name, the readers of every event that has such a member; null says nothing."""
    decoders: dict[str, tuple[Decoder, ...]] = {}
    for cls in EVENTS.values():
        for member in object_schema(cls).members:
            decoders[member.name] = (*decoders.get(member.name, ()), decoder(member.shape, stub=True))
    return decoders


@cache
def _reader_of(type: str, stub: bool) -> Decoder:
    """Made when the first such record comes: most processes meet few of them."""
    return decoder(object_schema(_CLASSES[type]), stub=stub)


def _unknown(type: str) -> Refusal:
    name = type.removeprefix(PREFIX).rpartition(".v")[0]
    if name in EVENTS:
        detail, next_step = f"{name} is known here as {PREFIX}{name}{VERSION}, not as {type}", "Send the known version."
    else:
        detail, next_step = f"no event has the type {type!r}", "Use a type of the event reference."
    return Refusal("TYPE_UNKNOWN", "/type", detail, next_step)


def _in_record(faults: Iterable[Refusal], cls: type[Event] | None = None) -> Iterable[Refusal]:
    for each in faults:
        code = each.code
        if cls is not None and code == "FIELD_MISSING":
            code = missing_code(cls, each.pointer.removeprefix("/"))
        yield replace(each, code=code, pointer=f"/data{each.pointer}")
