"""Instants as in RFC 3339 §5.6: date, `T`, time, offset. A time without its offset is not an instant."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

from formats.errors import Malformed

# Years 1000–2999, so that no offset leads beyond the range of ``datetime``. Nine digits because Java prints
# nanoseconds.
_LOCAL = r"[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?"
MOMENT = _LOCAL + r"(?:Z|[+-]\d\d:[0-5]\d)"
"""The form of an instant. Only parsing checks the ranges."""

_LOOKS_SO = re.compile(MOMENT, re.ASCII)
_WITHOUT_OFFSET = re.compile(_LOCAL, re.ASCII)
_UNKNOWN = "-00:00"  # RFC 3339 §4.3: the offset is unknown


def parse(text: str, *, pointer: str | None = None) -> datetime:
    """Parse an instant and keep its offset. Digits beyond the microsecond are dropped. Raises Malformed."""
    if not _LOOKS_SO.fullmatch(text):
        raise fault(text, pointer=pointer)
    return read(text, pointer=pointer)


def read(text: str, *, pointer: str | None = None) -> datetime:
    """Parse a text that matches `MOMENT`. Raises Malformed for a date or time out of range."""
    if text.endswith(_UNKNOWN):
        raise fault(text, pointer=pointer)
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise _invalid(str(error), pointer) from None


def fault(text: str, *, pointer: str | None = None) -> Malformed:
    """Return the fault of a text that does not match `MOMENT`, or has the unknown offset."""
    if text.endswith(_UNKNOWN) or _WITHOUT_OFFSET.fullmatch(text):
        detail = "the time does not say its offset from UTC, so it names no moment"
        return Malformed("TIME_WITHOUT_OFFSET", detail, next_step="Add the offset, as in +08:00.", pointer=pointer)
    return _invalid("not of the form 2026-03-25T09:12:00+08:00", pointer)


@lru_cache(maxsize=64)  # the entries of a batch share one instant
def format_milliseconds(moment: datetime) -> str:
    """Return UTC with exactly three digits of fraction and `Z`, the form of all times that the ledger writes."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def _invalid(why: str, pointer: str | None) -> Malformed:
    detail = f"not a moment of RFC 3339: {why}"
    return Malformed("TIME_INVALID", detail, next_step="Write it as in 2026-03-25T09:12:00+08:00.", pointer=pointer)
