"""Cursors: the place where a page ended, bound to the question, the tree size and the instant of the question.

A cursor is no secret and grants nothing: a caller that changes one gets another page of the rows that it may see, or an
error.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from formats import base64url
from formats.errors import Malformed

CursorPlace = tuple[int | str, ...]
_FINGERPRINT: Final = 12
_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Cursor:
    """``instant`` in microseconds; ``place`` is the sort key of the last row given out."""

    as_of: int
    instant: int
    question: str
    place: CursorPlace

    def text(self) -> str:
        return base64url.encode(orjson.dumps([self.as_of, self.instant, self.question, *self.place]))


def fingerprint(question: Sequence[Any]) -> str:
    """The identity of a question, to which a cursor is bound: its name and all its filters."""
    return hashlib.sha256(orjson.dumps(list(question), default=str)).hexdigest()[:_FINGERPRINT]


def open_cursor(text: str, question: Sequence[Any], *, place: Sequence[type]) -> Cursor:
    """The cursor that ``text`` was made from, for the same question and a place of these types."""
    parts = _parts(text)
    if len(parts) != 3 + len(place) or not all(map(_is, parts, (int, int, str, *place))):
        raise _malformed("the cursor is none of this ledger's")
    as_of, at, asked, *where = parts
    if asked != fingerprint(question):
        raise _malformed("the cursor belongs to another question, or to other filters")
    return Cursor(as_of, at, asked, tuple(where))


def _parts(text: str) -> list[Any]:
    try:
        parts = orjson.loads(base64url.decode(text[:_LONGEST], what="the cursor"))
    except orjson.JSONDecodeError:
        raise _malformed("the cursor is none of this ledger's") from None
    return parts if isinstance(parts, list) else []


def _is(part: object, kind: type) -> bool:
    return type(part) is kind and (kind is not int or abs(part) < 1 << 62)  # type: ignore[arg-type]


def _malformed(detail: str) -> Malformed:
    return Malformed("CURSOR_INVALID", detail, next_step="Ask again without a cursor.", pointer="cursor")
