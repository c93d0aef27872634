"""JSON text as we take it from others: RFC 8259, held to the part that all readers read the same way (RFC 7493).

1. UTF-8 without a byte order mark; the text is one object.
2. No member name occurs twice in one object, at any depth.
3. An integer lies within ±(2^53 − 1), so that a browser reads the same number; any other number is a finite double.
4. No string or name holds a lone surrogate or a control character (Unicode Cc) except TAB, LF and CR, escaped or not:
   databases and XML cannot hold them, and a terminal obeys them.
5. At most 32 levels of nesting.

Details name places, never contents: a refused text may hold what must not be stored anywhere, logs included.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import orjson

from formats.errors import Malformed

MAX_DEPTH = 32
MAX_INTEGER = 2**53 - 1  # RFC 7493 §2.2

_decode = msgspec.json.Decoder().decode

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# The two ways to write such a character in JSON that a parser took: as it is, or escaped. (An escaped backslash before
# it is a false alarm, which costs a second look.)
_RAW = re.compile(rb"\x7f|\xc2[\x80-\x9f]")
_ESCAPED = re.compile(rb"\\(?:[bf]|u(?:00[0189]|007[fF]|[dD][89a-fA-F]))")
_ESCAPED_COLON = b"\\u003"  # or one of its neighbours, which costs a second look
# Possessive, and an unclosed string runs to the end: linear in the text whatever it holds.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.?)*+(?:"|\Z)', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_AS_SQUARE = bytes.maketrans(b"{}", b"[]")
_SUSPECT = (b"\x7f", b"\xc2", b"\\")  # a text with none of these bytes hides no such character


def read_object(text: bytes) -> dict[str, Any]:
    """The JSON object that `text` encodes, or `Malformed` for its first fault. Linear in the length of `text`.

    1. Parse once, with a parser that keeps integers exact and lets the last of two equal member names win.
    2. Write the value again. A name that occurred twice is written once, so the two texts then differ in their number
       of colons; an integer beyond ±(2^53 − 1) cannot be written.
    3. Only if (1) or (2) fails, or an escape may hide a control character, parse slowly to find the fault's place.
    """
    if text.count(b"{") + text.count(b"[") > MAX_DEPTH:
        _check_depth(text)
    try:
        value = _decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        _examine(text)
        raise _not_json(f"as every parser reads it: {error}") from None
    if not _is_plainly_right(text, value):
        _examine(text)
    if type(value) is not dict:
        raise Malformed("NOT_AN_OBJECT", "the JSON text is not an object", next_step="Write one JSON object.")
    return value


def pointer_to(*names: str | int) -> str:
    """RFC 6901. A name that is no Unicode text is shown escaped, so that the pointer itself can be written anywhere."""
    tokens = (str(name).encode("utf-8", "backslashreplace").decode() for name in names)
    return "".join("/" + token.replace("~", "~0").replace("/", "~1") for token in tokens)


def _is_plainly_right(text: bytes, value: object) -> bool:
    """Step (2). A colon of a string occurs in both texts, except one that the text writes as an escape; each member has
    one more. So the counts are equal only if no member was lost.
    """
    try:
        written = orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER)
    except orjson.JSONEncodeError:
        return False
    if written != text and (text.count(b":") != written.count(b":") or _ESCAPED_COLON in text):
        return False
    return not (any(byte in written for byte in _SUSPECT) and _may_hide_control(written))


def _may_hide_control(text: bytes) -> bool:
    return bool(_RAW.search(text) or _ESCAPED.search(text))


def _check_depth(text: bytes) -> None:
    """Before any parser recurses. Brackets inside strings do not count.

    To remove every closed pair that holds nothing takes one level off; a text of at most 32 levels is then empty.
    """
    brackets = _STRING.sub(b"", text).translate(_AS_SQUARE, _NO_BRACKETS)
    for _ in range(MAX_DEPTH):
        brackets = brackets.replace(b"[]", b"")
    if b"[]" in brackets or brackets.count(b"[") > MAX_DEPTH:
        detail = f"the JSON text nests deeper than {MAX_DEPTH} levels"
        raise Malformed("TOO_DEEP", detail, next_step="Flatten the data.")


def _not_json(why: str) -> Malformed:
    return Malformed("NOT_JSON", f"not JSON (RFC 8259) {why}", next_step="Write the line with a JSON library.")


@dataclass(frozen=True, slots=True)
class _Fault:
    """Marks in the read value where the fault is, so that a walk finds its pointer."""

    code: str
    detail: str
    next_step: str
    name: str | None = None  # the member at fault, where this stands for its object


class _Examiner:
    """One slow reading, by the standard library's decoder, that marks what it may not take."""

    def __init__(self) -> None:
        self.found = False

    def read(self, text: str) -> object:
        return json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_int=self._integer,
            parse_float=self._double,
            parse_constant=self._constant,
        ).decode(text)

    def _fault(self, *fault: str) -> _Fault:
        self.found = True
        return _Fault(*fault)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Fault:
        value = dict(pairs)
        if len(value) == len(pairs):
            return value
        met: set[str] = set()
        twice = next(name for name, _ in pairs if name in met or met.add(name))  # type: ignore[func-returns-value]
        return self._fault(
            "DUPLICATE_KEY", "a member name occurs twice in one object", "Write each member once.", twice
        )

    def _integer(self, digits: str) -> int | _Fault:
        if len(digits) <= 17 and abs(int(digits)) <= MAX_INTEGER:
            return int(digits)
        return self._fault("NUMBER_INVALID", "an integer lies outside ±(2^53 − 1)", "Send large numbers as text.")

    def _double(self, digits: str) -> float | _Fault:
        value = float(digits)
        return value if math.isfinite(value) else self._constant(digits)

    def _constant(self, _: str) -> _Fault:
        return self._fault(
            "NUMBER_INVALID", "NaN, Infinity or a number beyond a double", "Leave out what is not a number."
        )


def _examine(text: bytes) -> None:
    """Raise the text's first fault with its place; say nothing if it has none."""
    try:
        decoded = text.decode()
    except UnicodeDecodeError as error:
        detail = f"not UTF-8 at byte {error.start + 1}"
        raise Malformed("NOT_UTF8", detail, next_step="Encode the text as UTF-8, not as GBK or UTF-16.") from None
    if decoded.startswith("\ufeff"):
        detail = "the text begins with a byte order mark, which RFC 8259 §8.1 forbids"
        raise Malformed("BYTE_ORDER_MARK", detail, next_step="Save it as UTF-8 without a byte order mark.")
    examiner = _Examiner()
    try:
        value = examiner.read(decoded)
    except json.JSONDecodeError as error:
        raise _not_json(f"at character {error.pos + 1}: {error.msg}") from None
    if examiner.found or _may_hide_control(text):
        for fault, names in _faults(value, ()):
            raise Malformed(fault.code, fault.detail, next_step=fault.next_step, pointer=pointer_to(*names))


def _faults(value: object, names: tuple[str | int, ...]) -> Iterator[tuple[_Fault, tuple[str | int, ...]]]:
    if isinstance(value, _Fault):
        yield value, names if value.name is None else (*names, value.name)
    elif isinstance(value, str):
        if _FORBIDDEN.search(value):
            yield _CONTROL, names
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _faults(item, (*names, position))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _faults(name, (*names, name))
            yield from _faults(item, (*names, name))


_CONTROL = _Fault(
    "TEXT_INVALID",
    "a text holds a control character or half of a surrogate pair",
    "Remove the character from the text.",
)
