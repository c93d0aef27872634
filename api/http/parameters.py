"""Query parameters: one table says what a question takes; it is read from there and documented from there.

An unknown or repeated parameter is refused, never ignored: an answer to another question is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from starlette.requests import Request

from api.http.problems import Problem
from domain.deadlines.calendar import CHINA
from formats import rfc3339
from formats.decimals import LARGEST, decode_decimal
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


@dataclass(frozen=True, slots=True)
class Parameter:
    """``read`` makes the value, or raises ``ValueError`` with a sentence; ``schema`` and ``example`` document it."""

    name: str
    about: str
    read: Callable[[str], Any]
    schema: Mapping[str, Any]
    example: Any
    required: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """The values of the parameters that came."""

    values: Mapping[str, Any] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)


def read_query(request: Request, parameters: Sequence[Parameter]) -> Asked:
    """Every parameter of the request in its one spelling, or the problem that names the first that is not."""
    known = {parameter.name: parameter for parameter in parameters}
    found: dict[str, Any] = {}
    for name, value in request.query_params.multi_items():
        parameter = known.get(name)
        if parameter is None:
            takes = ", ".join(known) or "none"
            raise Problem("PARAMETER_UNKNOWN", f"{name[:80]!r} is no parameter of this question; it takes: {takes}.")
        if name in found:
            raise Problem("PARAMETER_INVALID", f"{name} stands twice.")
        found[name] = _value(parameter, value)
    for parameter in parameters:
        if parameter.required and parameter.name not in found:
            raise Problem("PARAMETER_INVALID", f"{parameter.name} is missing.")
    return Asked(found)


def _value(parameter: Parameter, text: str) -> Any:
    try:
        if not text or len(text) > LONGEST:
            raise ValueError(f"it has 1 to {LONGEST} characters")
        return parameter.read(text)
    except Malformed as fault:
        raise Problem("PARAMETER_INVALID", f"{parameter.name}: {fault.detail}.", fault.next_step) from fault
    except ValueError as fault:
        raise Problem("PARAMETER_INVALID", f"{parameter.name}: {fault}.") from fault


# --- kinds of values


def number(
    name: str, about: str, *, least: int = 0, most: int | None = None, example: int, required: bool = False
) -> Parameter:
    """A plain decimal within bounds."""

    def read(text: str) -> int:
        value = decode_decimal(text, code="PARAMETER_INVALID", what=name)
        if value < least or (most is not None and value > most):
            raise ValueError(f"it is at least {least}" + (f" and at most {most}" if most is not None else ""))
        return value

    schema = {"type": "integer", "minimum": least, "maximum": LARGEST if most is None else most}
    return Parameter(name, about, read, schema, example, required)


def word(name: str, about: str, *, example: str | None, pattern: str = "", required: bool = False) -> Parameter:
    """An identifier as it stands in records."""

    def read(text: str) -> str:
        if _CONTROL.search(text):
            raise ValueError("it holds a control character")
        if pattern and not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError(f"it is not of the form {pattern}")
        return text

    schema = {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": f"^{pattern or WORD}$"}
    return Parameter(name, about, read, schema, example, required)


def flag(name: str, about: str) -> Parameter:
    """`true` or `false`."""

    def read(text: str) -> bool:
        if text not in ("true", "false"):
            raise ValueError("it is true or false")
        return text == "true"

    return Parameter(name, about, read, {"type": "boolean"}, True)


def choice(name: str, about: str, values: Sequence[str], *, example: str) -> Parameter:
    """One of a closed set."""

    def read(text: str) -> str:
        if text not in values:
            raise ValueError(f"it is one of {', '.join(values)}")
        return text

    return Parameter(name, about, read, {"type": "string", "enum": list(values)}, example)


def instant(name: str, about: str, *, ends: bool, example: str) -> Parameter:
    """An RFC 3339 time with offset, or a bare date: where that day begins in Asia/Shanghai, or (``ends``) is over."""
    return Parameter(
        name, about, lambda text: _instant(text, ends=ends), {"type": "string", "pattern": f"^{INSTANT}$"}, example
    )


def _instant(text: str, *, ends: bool) -> datetime:
    if not _DAY.fullmatch(text):
        # A "+" that was not escaped arrives as a space; no time has one.
        return rfc3339.parse(text.replace(" ", "+"))
    day = date.fromisoformat(text) + timedelta(days=1 if ends else 0)
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


def size_or_instant(name: str, about: str, *, example: int) -> Parameter:
    """A tree size, or a time that the ledger turns into the size it had then."""

    def read(text: str) -> int | datetime:
        if text.isascii() and text.isdigit():
            return decode_decimal(text, code="PARAMETER_INVALID", what=name)
        # What was recorded by then, midnight itself belonging to the next day.
        return _instant(text, ends=True) - (_MOMENT if _DAY.fullmatch(text) else timedelta())

    return Parameter(
        name, about, read, {"type": "string", "pattern": f"^(?:0|[1-9][0-9]{{0,17}}|{INSTANT})$"}, str(example)
    )


# --- what stands in a path


def id_of(request: Request) -> str:
    """No id has a control character."""
    given: str = request.path_params["id"]
    if _CONTROL.search(given) or len(given) > LONGEST:
        raise Problem("NOT_FOUND", "Nothing has such an id.")
    return given


def index_of(request: Request) -> int:
    """A plain decimal; with another spelling there is nothing."""
    try:
        return decode_decimal(request.path_params["index"], code="NOT_FOUND", what="the index")
    except Malformed as fault:
        raise Problem("NOT_FOUND", fault.detail, fault.next_step) from fault
