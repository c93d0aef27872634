"""Writes docs/reference/events.md from the event classes; a test fails when the page is not current."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, get_args, get_origin

from domain.codec.cross_field import MISSING_CODES
from domain.codec.form_texts import FORM_TEXTS
from domain.codec.schema import Code, FreeObject, ListOf, Member, ObjectSchema, Scalar, Shape, object_schema
from domain.codec.wire import PREFIX, VERSION
from domain.events import EVENTS, Event
from domain.reasons.refusals import CODES
from domain.vocabulary import codes

PAGE = Path(__file__).parent / "reference" / "events.md"

INTRODUCTION = f"""\
# Events

Written by `python -m docs.generate_events` from the classes in `domain/events`; do not edit.

A record's `type` is `{PREFIX}<event>{VERSION}`, its `subject` the stream, its `time` when the fact happened, and its
`data` the members below, beside `post` (the acting post), which every event carries.

How `data` is read:
- An unknown member is refused (FIELD_UNKNOWN). A member marked *optional* is left out when there is nothing to say,
  never null. A member marked *or null* is always there. Every other one is required, and neither absent nor empty
  (FIELD_MISSING); only a list marked *may be empty* can be `[]`.
- All faults of a record are reported at once, each with an RFC 6901 pointer.
- A span (`from` … `to`, `valid_from` … `valid_to`, `effective_from` … `effective_to`) does not end before it begins.
- *Two posts*: `second_post` is another post of the same organ (SECOND_POST_MISSING). *Paired*: requester and provider
  each record it with the same digest (or scope), and it takes effect with the second.
- Share type 3 comes with a statute (STATUTE_MISSING); network CLASSIFIED of a use or delivery with the system's level;
  a request names an item or describes what it needs; only an abolished organ is without successor.
- On an item whose class in force, or claimed class, is state secret, every `text` is left out, also where it is
  otherwise required (CONTENT_FORBIDDEN). So is what cannot be read: nobody knows what it carries.
- "May sign" is a summary in the words of the register's roles; admission decides. Articles are those of Order 85 unless
  another law is named; Arts 7 to 35 are read from a translation (`text_status: reconstructed`).
- Purpose codes are a list that each division publishes, not part of this page.
"""


def page() -> str:
    return "\n".join([INTRODUCTION, *_forms(), *_values(), *_codes(), *_refusals(), *_events()])


def _forms() -> Iterator[str]:
    yield "## Forms\n"
    yield from _table(("form", "written as"), ((f"`{form}`", text) for form, text in FORM_TEXTS.items()))


def _values() -> Iterator[str]:
    yield "## Objects\n"
    yield from _table(("object", "members"), ((f"`{cls.cls.__name__}`", _inline(cls)) for cls in _objects()))


def _codes() -> Iterator[str]:
    yield "## Codes\n"
    rows = ((f"`{name}`", " ".join(f"`{each}`" for each in values)) for values, name in _code_names().items())
    yield from _table(("set", "codes"), rows)


def _refusals() -> Iterator[str]:
    yield "## Refusals\n"
    yield from _table(("code", "中文", "English"), ((f"`{code}`", title.zh, title.en) for code, title in CODES.items()))


def _events() -> Iterator[str]:
    subject = ""
    for name, cls in EVENTS.items():
        if cls.__module__ != subject:
            subject = cls.__module__
            yield f"## {_subject(subject)}\n"
        yield f"### {name}\n"
        yield f"{cls.__doc__}\n"
        yield from _facts(cls)
        yield ""
        yield from _table(("member", "type", ""), (_row(cls, each) for each in _own_members(cls)))


def _facts(cls: type[Event]) -> Iterator[str]:
    every = "any, that of the event" if len(cls.families) > 2 else ", ".join(f"`{each}/`" for each in cls.families)
    yield f"- Stream: {every}"
    yield f"- May sign: {cls.signed_by}" + (" · two posts" if cls.two_posts else "") + (" · paired" * cls.paired)
    if cls.law:
        yield f"- Law: {', '.join(cls.law)}"


def _own_members(cls: type[Event]) -> tuple[Member, ...]:
    return tuple(each for each in object_schema(cls).members if each.name != "post")


def _row(cls: type[Event], member: Member) -> tuple[str, str, str]:
    if_absent = (each[member.name] for of, each in MISSING_CODES.items() if issubclass(cls, of) and member.name in each)
    code = next(if_absent, "")
    return f"`{member.name}`", _type(member.shape), _presence(member) + (f"absent: {code}" if code else "")


def _presence(member: Member) -> str:
    if member.nullable:
        return "or null"
    return "" if member.required else "optional"


def _type(shape: Shape) -> str:
    match shape:
        case Scalar(form=form):
            return f"`{form}`"
        case Code():
            return f"`{_code_names()[shape.values]}`"
        case ListOf(element=of, filled=filled):
            return f"{_type(of)}[]" + ("" if filled else " may be empty")
        case FreeObject():
            return "object: member → new value"
        case ObjectSchema(cls=cls):
            return f"`{cls.__name__}`"


def _inline(shape: ObjectSchema) -> str:
    members = "; ".join(
        f"`{each.name}`{'' if each.required or each.name in shape.exactly_one else '?'}: {_type(each.shape)}"
        for each in shape.members
    )
    return members + (f" — exactly one of {', '.join(shape.exactly_one)}" if shape.exactly_one else "")


def _objects() -> Iterable[ObjectSchema]:
    found: dict[type, ObjectSchema] = {}

    def walk(shape: Shape) -> None:
        match shape:
            case ListOf(element=of):
                walk(of)
            case ObjectSchema(cls=cls, members=members):
                if not issubclass(cls, Event):
                    found[cls] = shape
                for member in members:
                    walk(member.shape)

    for cls in EVENTS.values():
        walk(object_schema(cls))
    return sorted(found.values(), key=lambda shape: shape.cls.__name__)


def _code_names() -> dict[tuple[str, ...], str]:
    return {get_args(alias): name for name, alias in vars(codes).items() if get_origin(alias) is Literal}


def _subject(module: str) -> str:
    documented = __import__(module, fromlist=["__doc__"]).__doc__ or ""
    return documented.strip().splitlines()[0].removesuffix(".")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    body = [f"| {' | '.join(row)} |" for row in rows]
    if body:
        yield f"| {' | '.join(head)} |"
        yield "|" + "---|" * len(head)
        yield from body
        yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
