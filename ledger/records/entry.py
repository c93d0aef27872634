"""An entry: what the log stores at an index, one JSON line written once by the ledger and kept verbatim.

`{"ledger","index","stream","position","previous","recorded_at","submission","leaf","of","record"}`, in this order and
without spaces, non-ASCII as UTF-8; `record` is the received line as a JSON string. A line has one spelling, so an entry
read and written again gives the same bytes. Its hash is the RFC 6962 leaf hash of the line.
"""

from __future__ import annotations

import re
from datetime import datetime

import msgspec
import orjson

from formats import rfc3339
from formats.errors import Malformed

MAX_ENTRY = 65_535  # c2sp.org/tlog-tiles: an entry's length is a u16
NO_PREVIOUS = "0" * 64  # at position 0

_NUMBER = b"(0|[1-9][0-9]{0,18})"
_DIGEST = b"([0-9a-f]{64})"
_ORIGIN = rb"([!#-*,-\[\]-~]{1,255})"  # visible ASCII without " \ and +, which no key name in a note holds
_STREAM = (
    rb"([!#-\[\]-~]{1,255})"  # visible ASCII without " and \: every subject of a record (ledger.records.record) fits
)
_LINE = re.compile(
    rb'\{"ledger":"%(origin)b","index":%(number)b,"stream":"%(stream)b","position":%(number)b,"previous":"%(digest)b",'
    rb'"recorded_at":"([12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z)","submission":"%(digest)b",'
    rb'"leaf":%(number)b,"of":%(number)b,"record":(".*")\}'
    % {b"origin": _ORIGIN, b"stream": _STREAM, b"number": _NUMBER, b"digest": _DIGEST},
)


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A record, and what the ledger adds to it."""

    ledger: str  # the origin
    index: int
    stream: str
    position: int  # within the stream
    previous: str  # hex leaf hash of the stream's entry before this one, NO_PREVIOUS at position 0
    recorded_at: datetime  # UTC, whole milliseconds
    submission: str  # hex SHA-256 of the compact JWS
    leaf: int  # this record's leaf in the submission's tree …
    of: int  # … of so many
    record: str  # the line as received


class EntryWriter:
    """Writes the entries of one submission: what they share is written out once."""

    def __init__(self, ledger: str, recorded_at: datetime, submission: str, size: int) -> None:
        assert recorded_at.microsecond % 1000 == 0, "recorded_at is kept to the millisecond"
        moment = rfc3339.format_milliseconds(recorded_at)
        self._begin = f'{{"ledger":"{ledger}","index":'
        self._middle = f'","recorded_at":"{moment}","submission":"{submission}","leaf":'
        self._end = f',"of":{size},"record":'

    def line(self, index: int, stream: str, position: int, previous: str, leaf: int, record: str) -> bytes:
        """The line, without LF. Its parts were checked where they came from; only the length can still be wrong."""
        head = (
            f'{self._begin}{index},"stream":"{stream}","position":{position},"previous":"{previous}'
            f"{self._middle}{leaf}{self._end}"
        )
        line = b"%b%b}" % (head.encode(), orjson.dumps(record))
        if len(line) > MAX_ENTRY:
            raise _too_long(len(line))
        return line


def build_entry(entry: Entry) -> bytes:
    """The line of an entry by itself."""
    writer = EntryWriter(entry.ledger, entry.recorded_at, entry.submission, entry.of)
    return writer.line(entry.index, entry.stream, entry.position, entry.previous, entry.leaf, entry.record)


def parse_entry(line: bytes) -> Entry:
    """The entry that a stored line is. Another spelling of the same entry is no entry."""
    if len(line) > MAX_ENTRY:
        raise _too_long(len(line))
    match = _LINE.fullmatch(line)
    if match is None:
        raise _malformed("the line does not have the ten members of an entry in their one spelling")
    ledger, index, stream, position, previous, recorded_at, submission, leaf, of, record = match.groups()
    try:
        text, moment = orjson.loads(record), datetime.fromisoformat(recorded_at.decode())
    except ValueError as error:
        raise _malformed(f"a member cannot be read: {error}") from None
    if orjson.dumps(text) != record:
        raise _malformed("the record is not written in the one spelling of a JSON string")
    entry = Entry(
        ledger=ledger.decode(),
        index=int(index),
        stream=stream.decode(),
        position=int(position),
        previous=previous.decode(),
        recorded_at=moment,
        submission=submission.decode(),
        leaf=int(leaf),
        of=int(of),
        record=text,
    )
    if (
        entry.leaf >= entry.of
        or entry.position > entry.index
        or (entry.position == 0) != (entry.previous == NO_PREVIOUS)
    ):
        raise _malformed(
            "its numbers contradict each other: leaf < of, position ≤ index, previous zero only at position 0"
        )
    return entry


def _malformed(detail: str) -> Malformed:
    next_step = "Compare the line with a copy of the log, and run verify."
    return Malformed("ENTRY_MALFORMED", detail, next_step=next_step)


def _too_long(size: int) -> Malformed:
    detail = f"the entry has {size} bytes; at most {MAX_ENTRY} fit into a bundle"
    return Malformed("ENTRY_TOO_LONG", detail, next_step="Shorten the record: send documents as digests.")
