"""The JSON Schema (draft 2020-12) of an event's ``data``, made from the same classes as the reader.

The schema refuses nothing that `domain.codec.wire.read_event` accepts, with or without the stub rule. It accepts more:
check characters, days of the calendar, spans and Unicode normal form cannot be said in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from domain.codec.form_texts import FORM_TEXTS
from domain.codec.scalars import ID_LENGTH, INT_LIMIT, STREAM_LENGTH, TEXT_LENGTH
from domain.codec.schema import Code, FreeObject, ListOf, Member, ObjectSchema, Scalar, Shape, object_schema, withheld
from domain.event import FAMILIES
from domain.events import (
    CatalogueEntryAmended,
    CatalogueEntryProposed,
    DeliveryRecorded,
    Event,
    PartySucceeded,
    RequestSubmitted,
    ResourceClassified,
    UseRecorded,
)
from domain.vocabulary import uscc
from domain.vocabulary.values import URN, Form

Schema = dict[str, Any]

# Patterns are ECMA-262 (draft 2020-12 §6.4), which do not match a whole text unless they are anchored.
_USCC = f"[{uscc.ALPHABET}]{{{uscc.LENGTH}}}"
_UNFIT_IN_TEXT = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069"
# All of the basic plane but what ``domain.codec.scalars`` takes; beyond it the engines disagree about ranges.
_UNFIT_IN_ID = (
    r"\u0000-\u001f\u007f-\u00b6\u00b8-\u3004\u3006\u3008\u3009\u300e\u300f\u3012\u3013\u3016-\u33ff"
    r"\u4dc0-\u4dff\ua000-\ud7ff\ue000-\uffff"
)
_ID: Schema = {
    "type": "string",
    "maxLength": ID_LENGTH,
    "pattern": rf"^[^ {_UNFIT_IN_ID}]+(?: [^ {_UNFIT_IN_ID}]+)*$",
}


def _matching(pattern: str, **more: object) -> Schema:
    return {"type": "string", "pattern": f"^{pattern}$", **more}


_FORMS: Mapping[Form, Schema] = MappingProxyType(
    {
        Form.TEXT: {
            "type": "string",
            "maxLength": TEXT_LENGTH,
            "pattern": rf"^[ \t\r\n]*[^ \t\r\n{_UNFIT_IN_TEXT}][^{_UNFIT_IN_TEXT}]*$",
        },
        Form.ID: _ID,
        Form.POST: _ID,
        Form.ITEM: _ID,
        Form.STREAM: _matching(f"(?:{'|'.join(FAMILIES)})/[^ {_UNFIT_IN_ID}]+", maxLength=STREAM_LENGTH),
        Form.USCC: _matching(_USCC),
        Form.SOURCE: _matching(URN + _USCC),
        Form.DIV: _matching("[0-9]{6}"),
        Form.DIGEST: _matching("[0-9a-f]{64}"),
        Form.KEY_BYTES: _matching("[A-Za-z0-9_-]{43}"),
        Form.DATE: _matching("[12][0-9]{3}-[0-9]{2}-[0-9]{2}", format="date"),
        Form.TS: _matching(
            r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-5][0-9])",
            format="date-time",
        ),
        Form.DECIMAL: _matching(r"(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,2})?"),
        Form.INT: {"type": "integer", "format": "int64", "minimum": 0, "maximum": INT_LIMIT - 1},
        Form.BOOL: {"type": "boolean"},
    }
)


def _where(member: str, value: Schema, then: Schema) -> Schema:
    return {"if": {"required": [member], "properties": {member: value}}, "then": then}


_LEVEL_OF_CLASSIFIED = _where("network", {"const": "CLASSIFIED"}, {"required": ["system_level"]})
_STATUTE_OF_TYPE_3 = _where("share_type", {"const": "3"}, {"required": ["statute"]})
_SUCCESSOR = _where("mode", {"not": {"const": "ABOLISHED"}}, {"properties": {"successors": {"minItems": 1}}})

# `domain.codec.cross_field`, as far as a schema can say it: that two posts differ cannot be said.
_CROSS_FIELD: Mapping[type[Event], Schema] = MappingProxyType(
    {
        UseRecorded: _LEVEL_OF_CLASSIFIED,
        DeliveryRecorded: _LEVEL_OF_CLASSIFIED,
        ResourceClassified: _STATUTE_OF_TYPE_3,
        CatalogueEntryProposed: _STATUTE_OF_TYPE_3,
        CatalogueEntryAmended: _STATUTE_OF_TYPE_3,
        PartySucceeded: _SUCCESSOR,
        RequestSubmitted: {"anyOf": [{"required": ["item"]}, {"required": ["description"]}]},
    }
)


def data_schema(made: type[Event]) -> tuple[Schema, dict[str, Schema]]:
    """The schema of ``data``, and the definitions that it names as ``#/$defs/<name>``."""
    shape = object_schema(made)
    definitions: dict[str, Schema] = {}
    conditions = [*_texts_together(shape), *([_CROSS_FIELD[made]] if made in _CROSS_FIELD else [])]
    whole = _object(shape, definitions)
    return whole | ({"allOf": conditions} if conditions else {}), dict(sorted(definitions.items()))


def _texts_together(shape: ObjectSchema) -> Iterator[Schema]:
    """A record with any text is no stub, so that it has all the texts that are required of it.

    Where no text is, only the ledger knows whether the item is a state secret: the schema accepts both.
    """
    required = _required_texts(shape)
    if required is not None:
        yield {"if": _no_text(shape), "else": required}


def _no_text(shape: Shape) -> Schema | bool | None:
    """Matches a value without a text at any place; None where none is possible."""
    match shape:
        case Scalar(form=Form.TEXT) | ListOf(element=Scalar(form=Form.TEXT)):
            return False
        case ListOf(element=of):
            inner = _no_text(of)
            return None if inner is None else {"items": inner}
        case ObjectSchema(members=members):
            found = {each.name: _no_text(each.shape) for each in members}
            # null is no text: a stub states it where a text is "or none".
            nulls = {each.name: {"type": "null"} for each in members if each.nullable and found[each.name] is False}
            kept = {name: inner for name, inner in (found | nulls).items() if inner is not None}
            return {"properties": kept} if kept else None
        case _:
            return None


def _required_texts(shape: Shape) -> Schema | None:
    """Demands each required text, at every place; None where there is none."""
    match shape:
        case ListOf(element=of):
            inner = _required_texts(of)
            return None if inner is None else {"items": inner}
        case ObjectSchema(members=members):
            required = [each.name for each in members if each.required and withheld(each.shape) is not None]
            found = {each.name: _required_texts(each.shape) for each in members}
            kept = {name: inner for name, inner in found.items() if inner is not None}
            if not required and not kept:
                return None
            return ({"required": required} if required else {}) | ({"properties": kept} if kept else {})
        case _:
            return None


def _object(shape: ObjectSchema, definitions: dict[str, Schema]) -> Schema:
    required = [each.name for each in shape.members if each.required and withheld(each.shape) is None]
    made: Schema = {
        "type": "object",
        "properties": {each.name: _member(each, definitions) for each in shape.members},
        "required": required,
        "additionalProperties": False,
    }
    if shape.exactly_one:
        made["oneOf"] = [{"required": [name]} for name in shape.exactly_one]
    return made


def _member(member: Member, definitions: dict[str, Schema]) -> Schema:
    schema = _schema(member.shape, definitions)
    return {"anyOf": [schema, {"type": "null"}]} if member.nullable else schema


def _schema(shape: Shape, definitions: dict[str, Schema]) -> Schema:
    match shape:
        case Scalar(form=form):
            definitions.setdefault(form.value, {**_FORMS[form], "description": FORM_TEXTS[form]})
            return {"$ref": f"#/$defs/{form.value}"}
        case Code(values=values):
            return {"enum": list(values)}
        case ListOf(element=of, filled=filled):
            return {"type": "array", "items": _schema(of, definitions), **({"minItems": 1} if filled else {})}
        case FreeObject():
            return {"type": "object", "minProperties": 1}
        case ObjectSchema(cls=made):
            if made.__name__ not in definitions:
                definitions[made.__name__] = _object(shape, definitions) | _described(made)
            return {"$ref": f"#/$defs/{made.__name__}"}


def _described(made: type) -> Schema:
    documented = (made.__doc__ or "").strip()
    # A dataclass without a docstring is given its signature as one.
    return {} if documented.startswith(f"{made.__name__}(") else {"description": documented}
