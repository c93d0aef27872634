"""The part of an event that stays visible when its free text is not for the caller: ids, codes, dates, digests, and the
purpose.

A withheld member is ``null``, and its pointer is listed, so that the reader sees that a text exists and where.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.codec.wire import TEXT_FIELDS, write_event
from domain.events import Event

# The reason of an act and the issuer of a document are shown to every caller that sees the row (experience: purpose and
# duty).
SHOWN = frozenset({"purpose_text", "purposes", "duty", "duty_bases", "issuer"})
# These are no texts, but they reveal as much: pseudonyms of persons, and the values of a correction.
ALSO_WITHHELD = ("subjects", "changes")
# Of a state secret the names of its parts are withheld too, because the names of information items show its subject.
NAMES = ("fields", "items")


def unredacted(event: Event) -> tuple[dict[str, Any], list[str]]:
    """The event's data as it was signed."""
    return write_event(event), []


def without_texts(event: Event) -> tuple[dict[str, Any], list[str]]:
    """The data without free text, and the pointers (RFC 6901, within ``data``) of the members withheld."""
    data: dict[str, Any] = write_event(event)
    present = [name for name in ALSO_WITHHELD if not isinstance(data.get(name), dict) or name == "changes"]
    return data, redact(data, (*TEXT_FIELDS[type(event)], *present))


def as_stub(event: Event) -> tuple[dict[str, Any], list[str]]:
    """The data of an event about a state secret: ids, organs, dates, codes and digests, and no text."""
    data: dict[str, Any] = write_event(event)
    withheld: list[str] = []
    telling = [name for name in (*NAMES, *ALSO_WITHHELD) if name in data]
    for path in (*TEXT_FIELDS[type(event)], *telling):
        _redact(data, path.split("/"), "", withheld)
    return data, withheld


def has_texts(event: Event, *, stub: bool = False) -> bool:
    """Whether any member of the event would be withheld."""
    return bool((as_stub if stub else without_texts)(event)[1])


def redact(data: dict[str, Any], paths: Iterable[str], *, stub: bool = False) -> list[str]:
    """Puts ``null`` where the paths lead, except at the purpose. Returns the pointers of the members withheld.
    ``stub``: also at the purpose, and where parts are named.
    """
    withheld: list[str] = []
    for path in (*paths, *((name for name in NAMES if name in data) if stub else ())):
        steps = path.split("/")
        if stub or SHOWN.isdisjoint(steps):
            _redact(data, steps, "", withheld)
    return withheld


def _redact(place: Any, steps: list[str], pointer: str, withheld: list[str]) -> None:
    if place is None:  # a member that may be null is null
        return
    head, *rest = steps
    places = range(len(place)) if head == "*" else [head] if head in place else []
    for each in places:
        if rest:
            _redact(place[each], rest, f"{pointer}/{each}", withheld)
        elif place[each] is not None:
            place[each] = None
            withheld.append(f"{pointer}/{each}")
