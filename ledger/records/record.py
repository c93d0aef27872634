"""A record: one CloudEvents 1.0 event as one JSON line, kept and hashed exactly as it was received.

Here is its shape only. The check digit of `source`, what a `type` demands of `data`, and who may say it, are law.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any

import msgspec
import orjson

from formats import rfc3339
from formats.errors import Malformed
from ledger import ijson

MAX_LINE = 32 * 1024
# An entry holds the line as a JSON string, where some bytes become two. Leaves 1 535 of 65 535 bytes for the rest.
MAX_ESCAPED_LINE = 64_000

SOURCE_PREFIX = "urn:uscc:"
# GB 32100-2015: digits and capitals without I, O, S, V, Z. Not I, O, S … so that nothing is read for another sign.
USCC = "[0-9A-HJ-NP-RTUW-Y]{18}"
# The characters of an RFC 3986 path segment that need no escape there, nor in JSON.
_SEGMENT = r"[A-Za-z0-9._~!$&'()*+,;=:@-]"
ID = _SEGMENT + "{1,128}"


class Record(msgspec.Struct, frozen=True, gc=False):
    """What a line says. `line` is what was received; everything else was read from it.

    Only `line` is kept of the data: read, it takes six times the memory, and of thousands of records that wait to be
    recorded no processor's cache holds it. To read it when it is wanted takes less time than to fetch it from there.
    """

    line: bytes
    id: str
    source: str
    type: str
    subject: str  # the stream
    time: datetime  # when it happened, as its source claims; with offset

    @property
    def uscc(self) -> str:
        """The source's unified social credit code."""
        return self.source[len(SOURCE_PREFIX) :]

    @property
    def data(self) -> dict[str, Any]:
        """Read again each time."""
        data: dict[str, Any] = orjson.loads(self.line)["data"]
        return data


# The CloudEvents attributes but `time` and `data`; each must be present, and no other. No form admits a line feed.
_TEXTS: Mapping[str, tuple[str, str]] = {
    "specversion": (r"1\.0", '"1.0"'),
    "id": (ID, "1 to 128 characters of A-Z a-z 0-9 . _ ~ ! $ & ' ( ) * + , ; = : @ -"),
    "source": (SOURCE_PREFIX + USCC, '"urn:uscc:" and the 18 characters of a unified social credit code'),
    "type": (r"sharing(?:\.[a-z][a-z0-9_]{0,63}){1,4}\.v[1-9][0-9]{0,3}", 'a type, as in "sharing.use.recorded.v1"'),
    "subject": (rf"[a-z][a-z_]{{0,31}}/(?:{_SEGMENT}|/){{1,200}}", 'a stream, as in "request/2026-0001"'),
    "datacontenttype": ("application/json", '"application/json"'),
}
_MEMBERS = frozenset(_TEXTS) | {"time", "data"}
# All of them and the time at once.
_texts = itemgetter(*_TEXTS, "time")
_all_fit = re.compile("\n".join([*(pattern for pattern, _ in _TEXTS.values()), rfc3339.MOMENT]), re.ASCII).fullmatch


def parse_record(line: bytes) -> Record:
    """The record that a line (without its newline) is, or `Malformed` for its first fault."""
    check_length(line)
    value = ijson.read_object(line)
    if b"\r" in line or b"\n" in line:  # JSON whitespace, but here the sign of CRLF or of a record over several lines
        detail = "the line holds a carriage return or line feed; lines end in LF alone, and CRLF leaves a CR behind"
        raise Malformed("LINE_BREAK", detail, next_step="End lines with LF only, and write each record on one line.")
    try:
        fits = len(value) == len(_MEMBERS) and _all_fit("\n".join(_texts(value)))
        data = value["data"]
    except (KeyError, TypeError):
        fits = None
    if not fits or type(data) is not dict:
        raise _wrong(value)
    moment = rfc3339.read(value["time"], pointer="/time")
    return Record(line, value["id"], value["source"], value["type"], value["subject"], moment)


def check_length(line: bytes) -> None:
    if not line:
        raise Malformed("LINE_EMPTY", "the line is empty", next_step="Remove the empty line.")
    if len(line) > MAX_LINE:
        raise _too_long(f"the line has {len(line)} bytes; at most {MAX_LINE} are taken")
    # TAB outside strings is the only control character that valid JSON can hold here, and it too becomes two bytes.
    if len(line) > MAX_ESCAPED_LINE // 2 and len(line) + sum(map(line.count, (b'"', b"\\", b"\t"))) > MAX_ESCAPED_LINE:
        raise _too_long(f"the line, escaped as a JSON string, has more than {MAX_ESCAPED_LINE} bytes")


def _too_long(detail: str) -> Malformed:
    return Malformed("LINE_TOO_LONG", detail, next_step="Send documents as digests, or split the record.")


def _wrong(value: dict[str, Any]) -> Malformed:
    """Which member is at fault: one missing, one too many, or one of another form."""
    missing = sorted(_MEMBERS - value.keys())
    if missing:
        detail, next_step = f"missing: {', '.join(missing)}", f"Add {' and '.join(missing)}."
        return Malformed("MEMBER_MISSING", detail, next_step=next_step, pointer=ijson.pointer_to(missing[0]))
    unknown = value.keys() - _MEMBERS
    if unknown:
        detail = "a record has eight members and no other: " + ", ".join(sorted(_MEMBERS))
        next_step, pointer = "Remove the member, or move it into data.", ijson.pointer_to(min(unknown))
        return Malformed("MEMBER_UNKNOWN", detail, next_step=next_step, pointer=pointer)
    for name, (pattern, form) in _TEXTS.items():
        if not isinstance(value[name], str) or not re.fullmatch(pattern, value[name], re.ASCII):
            return _invalid(name, form)
    if not isinstance(value["time"], str):
        return _invalid("time", "a text")
    if not isinstance(value["data"], dict):
        return _invalid("data", "an object")
    return rfc3339.fault(value["time"], pointer="/time")


def _invalid(name: str, form: str) -> Malformed:
    pointer = ijson.pointer_to(name)
    return Malformed("MEMBER_INVALID", f"{name} is not {form}", next_step=f"Make {name} {form}.", pointer=pointer)
