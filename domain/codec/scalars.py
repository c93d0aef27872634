"""The written forms of single values: one spelling each, read strictly. Every reader returns the value, or
``FieldErrors``.

The limits are this project's own: the law has none. They keep a record readable and an index small.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Final

from domain.event import FAMILIES
from domain.vocabulary import uscc
from domain.vocabulary.values import URN, Form
from formats import base64url, rfc3339
from formats.errors import Malformed
from formats.refusal import Refusal

ID_LENGTH = 128
TEXT_LENGTH = 4000
STREAM_LENGTH = ID_LENGTH + len("discrepancy/")
INT_LIMIT = 2**53  # beyond it JSON readers disagree about the number (RFC 8259 §6)

Decoder = Callable[[object], object]


class FieldErrors(tuple[Refusal, ...]):
    """What is wrong with a value; the pointers are relative to it."""

    __slots__ = ()

    def under(self, key: str | int) -> Iterable[Refusal]:
        """The same faults, seen from the object or list that holds the value (RFC 6901 §3)."""
        step = str(key).replace("~", "~0").replace("/", "~1")
        return (replace(each, pointer=f"/{step}{each.pointer}") for each in self)


def field_error(code: str, detail: str, next_step: str, pointer: str = "") -> FieldErrors:
    return FieldErrors((Refusal(code, pointer, detail, next_step),))


def invalid(detail: str, next_step: str) -> FieldErrors:
    return field_error("FIELD_INVALID", detail, next_step)


EMPTY = field_error("FIELD_MISSING", "the value is empty", "State it, or leave an optional member out.")

# Controls save tab and line ends, separators that break lines, bidirectional overrides, halves of surrogate pairs.
_UNFIT_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# The characters of an identifier, so that no two of them look the same: a restricted profile of Unicode Technical
# Standard 39. Visible ASCII and the space, unified ideographs, 〇 and 々, brackets and the dot of document numbers.
# So no full-width or compatibility form, no radical, no digit of another script, nothing invisible; no dash or comma
# that looks like an ideograph.
_ID_CLASS: Final = " -~·〇々《》「」【】〔〕\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ebef\U00030000-\U000323af"
NOT_IN_ID: Final = re.compile(f"[^{_ID_CLASS}]")
_DATE = re.compile(r"[12]\d{3}-\d\d-\d\d", re.ASCII)
_DECIMAL = re.compile(r"(?:0|[1-9]\d{0,11})(?:\.\d{1,2})?", re.ASCII)


def _text(raw: str) -> object:
    if not raw or raw.isspace():
        return EMPTY
    unfit = _UNFIT_IN_TEXT.search(raw)
    if unfit:
        return invalid(f"U+{ord(unfit.group()):04X} cannot stand in a text", "Remove the character.")
    return raw


@lru_cache(maxsize=16384)
def _id(raw: str) -> object:
    if not raw:
        return EMPTY
    if raw[0] == " " or raw[-1] == " " or "  " in raw:
        return invalid("an identifier has single spaces, and none at either end", "Remove the spaces.")
    found = NOT_IN_ID.search(raw)
    return raw if found is None else _refused_character(found.group())


def _refused_character(char: str) -> FieldErrors:
    """An identifier that looks like another one would pass for it: a second post for the first."""
    usual = unicodedata.normalize("NFKC", char)
    name = f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()
    if usual != char and not NOT_IN_ID.search(usual):
        return invalid(f"{name} cannot stand in an identifier", f"Write {usual!r}.")
    return invalid(f"{name} cannot stand in an identifier", "Use ASCII, Chinese characters and ·《》「」【】〔〕.")


def _uscc(raw: str) -> object:
    wrong = uscc.fault(raw)
    return raw if wrong is None else invalid(wrong, "Check the code against the organ's certificate.")


def _source(raw: str) -> object:
    if not raw.startswith(URN):
        return invalid(f"a source begins with {URN}", f"Write {URN} and the organ's code.")
    read = _uscc(raw[len(URN) :])
    return read if isinstance(read, FieldErrors) else raw


def _div(raw: str) -> object:
    if len(raw) == 6 and raw.isascii() and raw.isdigit():
        return raw
    return invalid("a division has six digits", "Use the code of GB/T 2260, as in 320000.")


def _digest(raw: str) -> object:
    if len(raw) == 64 and not raw.strip("0123456789abcdef"):
        return raw
    return invalid("a digest is SHA-256 in 64 lower-case hexadecimal digits", "Write the digest in lower-case hex.")


def _key_bytes(raw: str) -> object:
    try:
        whole = base64url.decode(raw, what="the member")
    except Malformed:
        whole = b""
    if len(whole) == 32:
        return raw
    return invalid("not 32 bytes in base64url without padding", "Copy the member from the public key's JWK.")


@lru_cache(maxsize=4096)
def _date(raw: str) -> object:
    if _DATE.fullmatch(raw):
        try:
            return dt.date.fromisoformat(raw)
        except ValueError as error:
            return invalid(f"no such day: {error}", "Write a day of the calendar.")
    return invalid("a date is written as in 2026-03-25", "Write year, month and day with hyphens.")


@lru_cache(maxsize=4096)
def _ts(raw: str) -> object:
    try:
        return rfc3339.parse(raw)
    except Malformed as fault:
        return invalid(fault.detail, fault.next_step)


def _decimal(raw: str) -> object:
    if _DECIMAL.fullmatch(raw):
        return Decimal(raw)
    return invalid("an amount is a decimal text of at most two places", 'Write it as in "0" or "1200.50".')


# The id part of a stream: what names the thing. All others take an identifier without spaces.
_ID_PARTS = {"party": Form.USCC, "statistics": Form.USCC, "authority": Form.DIV}


@lru_cache(maxsize=16384)
def _stream(raw: str) -> object:
    """A stream name splits at its first "/" only, because resource codes contain more of them."""
    family, slash, part = raw.partition("/")
    if not slash or family not in FAMILIES:
        return invalid(f"no stream family is named {family!r}", f"Use one of: {', '.join(FAMILIES)}.")
    read = scalar_decoder(_ID_PARTS.get(family, Form.ID))(part)
    if isinstance(read, FieldErrors):
        return FieldErrors(replace(each, detail=f"after {family}/: {each.detail}") for each in read)
    if " " in part:
        return invalid("a stream's name has no space", "Choose an identifier without spaces.")
    return raw


_STRINGS: dict[Form, Callable[[str], object]] = {
    Form.TEXT: _text,
    Form.ID: _id,
    Form.POST: _id,
    Form.ITEM: _id,
    Form.STREAM: _stream,
    Form.USCC: _uscc,
    Form.SOURCE: _source,
    Form.DIV: _div,
    Form.DIGEST: _digest,
    Form.KEY_BYTES: _key_bytes,
    Form.DATE: _date,
    Form.TS: _ts,
    Form.DECIMAL: _decimal,
}
_LONGEST = {Form.TEXT: TEXT_LENGTH, Form.STREAM: STREAM_LENGTH}
_NOT_A_STRING = invalid("a string is needed", "Write the value as a JSON string.")
_NOT_AN_INT = invalid("a whole number from 0 is needed", "Write a JSON number without sign, point or exponent.")
_NOT_A_BOOL = invalid("true or false is needed", "Write true or false, without quotes.")


def _int(raw: object) -> object:
    # bool is a subclass of int; true is no number.
    return raw if type(raw) is int and 0 <= raw < INT_LIMIT else _NOT_AN_INT


def _bool(raw: object) -> object:
    return raw if raw is True or raw is False else _NOT_A_BOOL


def scalar_decoder(form: Form) -> Decoder:
    """The strict reader of one form."""
    if form is Form.INT:
        return _int
    if form is Form.BOOL:
        return _bool
    of_string = _STRINGS[form]
    return _read_id if of_string is _id else _string_decoder(of_string, _LONGEST.get(form, ID_LENGTH))


def _string_decoder(of_string: Callable[[str], object], longest: int) -> Decoder:
    """The length is looked at first, so that nothing long is ever remembered."""

    def read(raw: object) -> object:
        if type(raw) is not str:
            return _NOT_A_STRING
        return of_string(raw) if len(raw) <= longest else _too_long(raw, longest)

    return read


def _too_long(raw: str, longest: int) -> FieldErrors:
    return invalid(f"the value has {len(raw)} characters, at most {longest} are taken", "Shorten it.")


def _read_id(raw: object) -> object:
    if type(raw) is not str:
        return _NOT_A_STRING
    if len(raw) > ID_LENGTH:
        return _too_long(raw, ID_LENGTH)
    # Pseudonyms and numbers are new in every record: they would only push out what the memory of ``_id`` is for.
    return raw if raw.isalnum() and raw.isascii() else _id(raw)
