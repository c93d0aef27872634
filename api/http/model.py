"""What every answer is made of: strict, frozen models, and the leaf types that say how a value is written.

A model is the JSON, its description and what a client reads. A member that may be withheld or unknown is null; a member
that is there only when it applies is ``Absent``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, TypeVar

from annotated_types import Ge, Le
from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, PlainSerializer, WithJsonSchema
from pydantic_core import CoreSchema

from formats import rfc3339

T = TypeVar("T")

LARGEST: Final = 2**53 - 1  # RFC 7493 §2.2: the integers that every reader of JSON holds exactly


class Model(BaseModel):
    """Base of all answers. A row of a projection fills it by the names of its attributes."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True, validate_by_name=True)


class _NeverNull:
    """A member that is left out where there is nothing to say, so that its schema needs no null."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        described = handler(schema)
        (kind,) = [each for each in described["anyOf"] if each != {"type": "null"}]
        kept = {name: value for name, value in described.items() if name != "anyOf"}
        return {**kept, **kind}


def _is_none(value: object) -> bool:
    return value is None


# ``demo: Absent[bool] = None``: not in the JSON where it is None.
Absent = Annotated[T | None, _NeverNull(), Field(exclude_if=_is_none)]

Whole = Annotated[
    int,
    Ge(0),
    Le(LARGEST),
    WithJsonSchema({"type": "integer", "format": "int64", "minimum": 0, "maximum": LARGEST}),
]
# A sum: exact as text where it is beyond what every reader of JSON holds.
Total = Annotated[
    int,
    Ge(0),
    PlainSerializer(lambda total: total if total <= LARGEST else str(total)),
    WithJsonSchema(
        {
            "type": ["integer", "string"],
            "format": "int64",
            "minimum": 0,
            "maximum": LARGEST,
            "pattern": "^[0-9]{16,}$",
        }
    ),
]
Number = Annotated[
    int,
    Ge(-LARGEST),
    Le(LARGEST),
    WithJsonSchema({"type": "integer", "format": "int64", "minimum": -LARGEST, "maximum": LARGEST}),
]
Moment = Annotated[
    datetime,
    PlainSerializer(rfc3339.format_milliseconds),
    WithJsonSchema({"type": "string", "format": "date-time", "description": "RFC 3339, UTC, milliseconds."}),
]
SignedTime = Annotated[
    datetime,
    PlainSerializer(datetime.isoformat),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "description": "When it happened, by its signer's word and offset."}
    ),
]
Hash = Annotated[str, Field(pattern="^[A-Za-z0-9+/]{43}=$", description="32 bytes in base64.")]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="32 bytes in lower-case hex.")]
OrganCode = Annotated[str, Field(description="Unified social credit code.")]
EntryIndex = Annotated[Whole, Field(description="An entry's place in the log.")]
# The record's data, or a part of it, as it was signed.
Data = Annotated[
    dict[str, Any],
    WithJsonSchema(
        {"type": "object", "description": "As it was signed: docs/reference/events.md says it for each event."}
    ),
]
Withheld = Annotated[
    list[str],
    Field(description="Pointers (RFC 6901) to members that are null because they are not for this caller."),
]
Demo = Annotated[
    Absent[bool], Field(description="True on a ledger that was founded as a demo: 演示数据.", examples=[True])
]
