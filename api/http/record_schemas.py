"""The JSON Schema (draft 2020-12) of a whole record of each type, at `/schemas/<type>.json`.

A sender validates a record before it signs it. A record that a schema refuses is refused by the ledger too; of those
that it accepts, admission may still refuse some.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path
from fastapi import Query as InQuery
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.http.model import Model
from api.http.parameters import PATH_TEXT, Query
from api.http.problems import Problem
from api.http.responses import JSON, REVALIDATE, tagged
from api.http.routes import public
from domain.codec.json_schema import data_schema
from domain.codec.scalars import STREAM_LENGTH
from domain.codec.wire import PREFIX, VERSION
from domain.event import Event
from domain.events import EVENTS
from formats import rfc3339
from ledger.records.record import ID, SOURCE_PREFIX, USCC

DRAFT = "https://json-schema.org/draft/2020-12/schema"
MEDIA_TYPE = "application/schema+json"
TYPES: Mapping[str, type[Event]] = {f"{PREFIX}{name}{VERSION}": made for name, made in EVENTS.items()}

_READING = (
    "A required text may be absent only where the item is, or is claimed to be, a state secret: then every text is. "
    "Check characters, days of the calendar, the order of the ends of a span and Unicode normal form C are checked by "
    "the ledger only, as is who may sign."
)


class RecordType(Model):
    """A type of record."""

    type: str = Field(description="As in the record's `type`.")
    schema_: str = Field(alias="schema", description="The address of its JSON Schema.")
    description: str = Field(description="The act, in one or two sentences.")


class RecordTypeList(Model):
    """Every type of record."""

    schemas: list[RecordType]


Type = Annotated[str, PATH_TEXT, Path(description="A type of record.", examples=["sharing.use.recorded.v1"])]

router = APIRouter()


def address_of(type: str) -> str:
    return f"/schemas/{type}.json"


@cache
def schema_of(type: str) -> dict[str, Any]:
    """The schema of a record of this type; `KeyError` where no event has it."""
    made = TYPES[type]
    data, definitions = data_schema(made)
    return {
        "$schema": DRAFT,
        "$id": address_of(type),
        "title": made.event_name,
        "description": f"{_sentence(made)} {' '.join(_facts(made))} {_READING}",
        "type": "object",
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "pattern": f"^{ID}$"},
            "source": {"type": "string", "pattern": f"^{SOURCE_PREFIX}{USCC}$"},
            "type": {"const": type},
            "subject": {
                "type": "string",
                "pattern": f"^(?:{'|'.join(made.families)})/[^ ]+$",
                "maxLength": STREAM_LENGTH,
            },
            "time": {"type": "string", "format": "date-time", "pattern": f"^{rfc3339.MOMENT}$"},
            "datacontenttype": {"const": "application/json"},
            "data": data,
        },
        "required": ["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def record_references() -> dict[str, dict[str, str]]:
    """By type of record: the address of its schema, and what the act is. For the description of `submitRecords`."""
    return {type: {"schema": address_of(type), "description": _sentence(made)} for type, made in TYPES.items()}


def _sentence(made: type[Event]) -> str:
    return " ".join((made.__doc__ or "").split())


def _facts(made: type[Event]) -> list[str]:
    """Who may sign, by how many, under which articles, in which streams."""
    facts = [f"May sign: {made.signed_by}."]
    if made.two_posts:
        facts.append("A second, different post of the organ stands behind it.")
    if made.paired:
        facts.append("Both organs record it; it takes effect with the second.")
    if made.law:
        facts.append(f"Law: {', '.join(made.law)}.")
    return [*facts, f"Streams: {', '.join(f'{each}/' for each in made.families)}."]


@public(
    router,
    "/schemas",
    id="listRecordSchemas",
    tag="description",
    about="Every type of record, with the address of its JSON Schema.",
    finds="All types, in the order of the event reference.",
    answer=RecordTypeList,
    codes=("PARAMETER_UNKNOWN",),
)
def list_record_schemas(request: Request, _: Annotated[Query, InQuery()]) -> Response:
    """One call gives a client every type that this server knows."""
    found = RecordTypeList.model_validate(
        {"schemas": [{"type": type, **reference} for type, reference in record_references().items()]}
    )
    return tagged(request, found.model_dump_json(by_alias=True).encode(), JSON, REVALIDATE)


@public(
    router,
    "/schemas/{type}.json",
    id="getRecordSchema",
    tag="description",
    about="The JSON Schema (draft 2020-12) of a record of this type, to validate a record before it is signed.",
    finds="The schema. A record that it refuses is refused by the ledger too.",
    content={MEDIA_TYPE: {"type": "object", "required": ["$schema", "$id"]}},
    codes=("NOT_FOUND", "PARAMETER_UNKNOWN"),
)
def get_record_schema(request: Request, type: Type, _: Annotated[Query, InQuery()]) -> Response:
    """Admission may refuse a record that the schema accepts: who may sign, and when, is no matter of form."""
    if type not in TYPES:
        raise Problem("NOT_FOUND", "No record has this type.")
    return tagged(request, orjson.dumps(schema_of(type)), MEDIA_TYPE, REVALIDATE)
