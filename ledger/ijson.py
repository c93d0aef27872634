"""JSON text as we take it from others: RFC 8259, held to the part that every reader understands alike (RFC 7493).

1. UTF-8 without a byte order mark; the text is one object.
2. No member name stands twice in one object, at any depth.
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

import orjson

from formats.errors import Malformed

MAX_DEPTH = 32
MAX_INTEGER = 2**53 - 1  # RFC 7493 §2.2

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# The two ways such a character can stand in JSON that a parser took: as it is, or escaped. (An escaped backslash before
# it is a false alarm, which costs a second look.)
_RAW = re.compile(rb"\x7f|\xc2[\x80-\x9f]")
_ESCAPED = re.compile(rb"\\(?:[bf]|u(?:00[0189]|007[fF]|[dD][89a-fA-F]))")
# Possessive, and an unclosed string runs to the end: linear in the text whatever it holds.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.?)*+(?:"|\Z)', re.DOTALL)


# Without any of these a text has no escape, and no control character but TAB and LF: neither as it is (0x7f, and 0xc2,
# which begins 0x80 to 0x9f in UTF-8) nor escaped. (Those below 0x20 no JSON string holds as they are.)
_SUSPECT = (b"\x7f", b"\xc2", b"\\", b"\r")


def is_plain(text: bytes) -> bool:
    """Whether no part of `text` needs a look at its characters. To be asked of many texts at once."""
    return not any(byte in text for byte in _SUSPECT)


def read_object(text: bytes, *, plain: bool = False) -> dict[str, Any]:
    """The object that `text` is. What the fast reader takes is read again, slowly, unless it is plainly right. `plain`:
    it is part of a text that `is_plain`.
    """
    if text.count(b"{") + text.count(b"[") > MAX_DEPTH:
        _check_depth(text)
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        _examine(text)
        raise _not_json(error.msg, error.pos) from None
    if not _is_respelled(text, value) or (not plain and _may_hide_control(text)):
        _examine(text)
    if type(value) is not dict:
        raise Malformed("NOT_AN_OBJECT", "the JSON text is not an object", next_step="Write one JSON object.")
    return value


def pointer_to(*names: str | int) -> str:
    """RFC 6901. A name that is no Unicode text is shown escaped, so that the pointer itself can be written anywhere."""
    tokens = (str(name).encode("utf-8", "backslashreplace").decode() for name in names)
    return "".join("/" + token.replace("~", "~0").replace("/", "~1") for token in tokens)


def _is_respelled(text: bytes, value: object) -> bool:
    """Whether we would write what was read exactly so: then no name stands twice, and the reader changed no number."""
    try:
        return orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER) == text
    except orjson.JSONEncodeError:
        return False


def _may_hide_control(text: bytes) -> bool:
    raw = (b"\x7f" in text or b"\xc2" in text) and _RAW.search(text)
    return bool(raw or (b"\\" in text and _ESCAPED.search(text)))


def _check_depth(text: bytes) -> None:
    """Before any parser recurses. Brackets inside strings do not count."""
    depth = 0
    for bracket in re.findall(rb"[\[\]{}]", _STRING.sub(b"", text)):
        depth += 1 if bracket in b"[{" else -1
        if depth > MAX_DEPTH:
            raise Malformed(
                "TOO_DEEP", f"the JSON text nests deeper than {MAX_DEPTH} levels", next_step="Flatten the data."
            )


def _not_json(why: str, position: int) -> Malformed:
    return Malformed(
        "NOT_JSON",
        f"not JSON (RFC 8259) at character {position + 1}: {why}",
        next_step="Write the line with a JSON library.",
    )


@dataclass(frozen=True, slots=True)
class _Fault:
    """Stands in the read value where the fault is, so that a walk finds its pointer."""

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
        names = [name for name, _ in pairs]
        twice = next(name for position, name in enumerate(names) if name in names[:position])
        return self._fault(
            "DUPLICATE_KEY", "a member name stands twice in one object", "Write each member once.", twice
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
        raise _not_json(error.msg, error.pos) from None
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
