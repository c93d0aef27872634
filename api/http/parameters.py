"""Query and path parameters: each kind of value has one spelling, by which it is read and as which it is described.

A model of a question lists its parameters; an unknown or repeated one is refused, never ignored: an answer to another
question is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from inspect import get_annotations
from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from api.http.model import LARGEST
from domain.deadlines.calendar import CHINA
from formats import rfc3339
from formats.decimals import decode_decimal
from formats.errors import Malformed

_DAY = re.compile(r"[12]\d{3}-\d\d-\d\d", re.ASCII)
# For the description: what a day, an instant and an identifier look like, so that whoever follows it is understood.
_MONTHS = (
    "(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8])"
)
_OFFSET = "(?:Z|[+](?:0[0-9]|1[0-4]):[0-5][0-9]|-(?:0[1-9]|1[0-2]):[0-5][0-9])"
_TIMES = "T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,9})?" + _OFFSET
INSTANT = f"[12][0-9]{{3}}-(?:{_MONTHS})(?:{_TIMES})?"
_CONTROL = re.compile("[\\x00-\\x1f\\x7f-\\x9f]")
WORD = "[^\\u0000-\\u001f\\u007f-\\u009f]+"
_MOMENT = timedelta(microseconds=1)
LONGEST = 256  # characters of a value; no identifier is longer
FAULT = "parameter"  # the type of pydantic's error that carries a sentence of ours


class Query(BaseModel):
    """Base of the parameters of a route; by itself the query of a route that takes none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def names(cls) -> list[str]:
        """As they are written: its own first, then those that it shares with other questions."""
        own = cls.own_names()
        written = [info.alias or name for name, info in cls.model_fields.items()]
        return [*own, *(name for name in written if name not in own)]

    @classmethod
    def own_names(cls) -> list[str]:
        """Those that no base of it has."""
        own = get_annotations(cls)
        return [info.alias or name for name, info in cls.model_fields.items() if name in own]


@dataclass(frozen=True, slots=True)
class Parameter:
    """Metadata of a member: ``read`` makes the value, or raises ``ValueError`` with a sentence; ``schema`` describes
    what it takes. Used in ``Annotated``, in the place of whatever pydantic makes of the type.
    """

    read: Callable[[str], Any]
    schema: Mapping[str, Any]

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return dict(self.schema)

    def _read(self, text: str) -> Any:
        try:
            return self.read(text)
        except Malformed as fault:
            raise _fault(fault.detail, fault.next_step) from fault
        except ValueError as fault:
            raise _fault(str(fault), None) from fault


def _fault(detail: str, next_step: str | None) -> PydanticCustomError:
    return PydanticCustomError(FAULT, "{detail}", {"detail": detail, "next_step": next_step})


def _bounded(read: Callable[[str], Any]) -> Callable[[str], Any]:
    def reading(text: str) -> Any:
        if not text or len(text) > LONGEST:
            raise ValueError(f"it has 1 to {LONGEST} characters")
        return read(text)

    return reading


# --- kinds of values


def number(name: str, *, least: int = 0, most: int | None = None) -> Parameter:
    """A plain decimal within bounds."""
    largest = LARGEST if most is None else most

    def read(text: str) -> int:
        value = decode_decimal(text, code="PARAMETER_INVALID", what=name)
        if value < least or (most is not None and value > most):
            raise ValueError(f"it is at least {least}" + (f" and at most {most}" if most is not None else ""))
        if value > largest:
            raise ValueError(f"it is at most {largest}")
        return value

    return Parameter(_bounded(read), {"type": "integer", "format": "int64", "minimum": least, "maximum": largest})


def word(pattern: str = "") -> Parameter:
    """An identifier as it stands in records."""

    def read(text: str) -> str:
        if _CONTROL.search(text):
            raise ValueError("it holds a control character")
        if pattern and not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError(f"it is not of the form {pattern}")
        return text

    schema = {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": f"^{pattern or WORD}$"}
    return Parameter(_bounded(read), schema)


def flag() -> Parameter:
    """`true` or `false`."""

    def read(text: str) -> bool:
        if text not in ("true", "false"):
            raise ValueError("it is true or false")
        return text == "true"

    return Parameter(_bounded(read), {"type": "boolean"})


def choice(values: Sequence[str]) -> Parameter:
    """One of a closed set."""

    def read(text: str) -> str:
        if text not in values:
            raise ValueError(f"it is one of {', '.join(values)}")
        return text

    return Parameter(_bounded(read), {"type": "string", "enum": [str(each) for each in values]})


def instant(*, ends: bool) -> Parameter:
    """An RFC 3339 time with offset, or a bare date: where that day begins in Asia/Shanghai, or (``ends``) is over."""
    return Parameter(_bounded(lambda text: _instant(text, ends=ends)), {"type": "string", "pattern": f"^{INSTANT}$"})


def _instant(text: str, *, ends: bool) -> datetime:
    if not _DAY.fullmatch(text):
        # A "+" that was not escaped arrives as a space; no time has one.
        return rfc3339.parse(text.replace(" ", "+"))
    day = date.fromisoformat(text) + timedelta(days=1 if ends else 0)
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


def size_or_instant(name: str) -> Parameter:
    """A tree size, or a time that the ledger turns into the size it had then."""

    def read(text: str) -> int | datetime:
        if text.isascii() and text.isdigit():
            return decode_decimal(text, code="PARAMETER_INVALID", what=name)
        # What was recorded by then, midnight itself belonging to the next day.
        return _instant(text, ends=True) - (_MOMENT if _DAY.fullmatch(text) else timedelta())

    return Parameter(_bounded(read), {"type": "string", "pattern": f"^(?:0|[1-9][0-9]{{0,17}}|{INSTANT})$"})


# --- what stands in a path


def _path_id(text: str) -> str:
    """No id has a control character."""
    if _CONTROL.search(text) or len(text) > LONGEST:
        raise ValueError("Nothing has such an id.")
    return text


def _path_index(text: str) -> int:
    """A plain decimal; with another spelling there is nothing."""
    return decode_decimal(text, code="NOT_FOUND", what="the index")


_ID_SCHEMA = {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": f"^{WORD}$"}
PATH_ID = Parameter(_path_id, _ID_SCHEMA)
PATH_TEXT = Parameter(str, _ID_SCHEMA)  # what its route reads by itself
PATH_INDEX = Parameter(_path_index, {"type": "integer", "format": "int64", "minimum": 0, "maximum": LARGEST})
