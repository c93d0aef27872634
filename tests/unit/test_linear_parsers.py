"""Every parser of what others send takes time in proportion to its input: 4 MiB of its worst case end within seconds.

A quadratic step would take minutes to hours on these texts, so the bounds are generous: they hold on a busy machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.codec.decode import MAX_FAULTS
from domain.codec.wire import read_event, type_of, write_event
from formats import base64url
from formats.errors import Malformed
from ledger import ijson
from ledger.errors import SubmissionFailed
from ledger.keys.jws import parse_jws
from ledger.notes.note import parse_note
from ledger.records.entry import parse_entry
from ledger.records.record import MAX_LINE, parse_record
from ledger.records.submission import MAX_BYTES, MAX_LINES, parse_and_verify_submission
from replay.codec import checked
from tests.support.payloads import used

SIZE = 4 * 1024 * 1024
SECONDS = 15.0  # of this thread's processor time


def filled(begin: bytes, part: bytes, end: bytes, size: int = SIZE) -> bytes:
    return begin + part * ((size - len(begin) - len(end)) // len(part)) + end


def members(size: int) -> bytes:
    """An object of many members, the last of which repeats the first."""
    names = b",".join(b'"%07d":0' % number for number in range(size // 12))
    return b"{%b,%b}" % (names, b'"0000000":0')


TEXTS: dict[str, Callable[[int], bytes]] = {
    "many members": members,
    "one member again and again": lambda size: filled(b"{", b'"a":0,', b'"a":0}', size),
    "brackets": lambda size: filled(b"", b"[", b"", size),
    "brackets closed at once": lambda size: filled(b'{"a":[', b"[],", b"[]]}", size),
    "brackets in strings": lambda size: filled(b'{"a":[', b'"[{",', b'""]}', size),
    "an unclosed string of escapes": lambda size: filled(b"[" * 40 + b'"', b'\\"', b"\\", size),
    "escapes": lambda size: filled(b'{"a":"', b"\\u0041", b'"}', size),
    "half pairs": lambda size: filled(b'{"a":"', b"\\ud800", b'"}', size),
    "control characters": lambda size: filled(b'{"a":[', b'"\\u0001",', b'""]}', size),
    "C1 controls": lambda size: filled(b'{"a":"', b"\xc2\x80", b'"}', size),
    "escaped colons": lambda size: filled(b'{"a":"', b"\\u003a", b'"}', size),
    "one number": lambda size: filled(b'{"a":', b"9", b"}", size),
    "one fraction": lambda size: filled(b'{"a":0.', b"7", b"}", size),
    "one exponent": lambda size: filled(b'{"a":1e', b"9", b"}", size),
    "fractions": lambda size: filled(b'{"a":[', b"0.10000000000000000555,", b"0]}", size),
    "spaces": lambda size: filled(b'{"a":', b" ", b"0}", size),
    "no UTF-8": lambda size: filled(b'{"a":"', b"\xff", b'"}', size),
    "nothing that begins": lambda size: filled(b"", b"\xef\xbb\xbf", b"", size),
}


def within(seconds: float, work: Callable[[], object]) -> None:
    start = time.thread_time()
    with suppress(Malformed, SubmissionFailed):
        work()
    assert time.thread_time() - start < seconds


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_an_object_of_four_mebibytes(text: Callable[[int], bytes]) -> None:
    whole = text(SIZE)
    within(SECONDS, lambda: ijson.read_object(whole))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_record_lines_of_four_mebibytes(text: Callable[[int], bytes]) -> None:
    line = text(MAX_LINE - 200)
    head = b'{"specversion":"1.0","id":"1","source":"urn:uscc:113200000000000195","type":"sharing.use.recorded.v1",'
    record = b'%b"subject":"request/1","time":"2026-03-25T09:12:00Z","datacontenttype":"application/json","data":%b}'

    def read() -> None:
        for each in (line, record % (head, line)) * (SIZE // MAX_LINE // 2):
            with suppress(Malformed):
                parse_record(each)

    within(SECONDS, read)


@pytest.mark.parametrize("body", [b"\n" * SIZE, b"{}\n" * MAX_LINES, b"{" * MAX_BYTES, members(MAX_BYTES)])
@pytest.mark.parametrize("jws", ["", "." * SIZE, "A" * SIZE, "A.A." + "A" * SIZE])
def test_a_submission(body: bytes, jws: str) -> None:
    now = datetime(2026, 3, 25, tzinfo=UTC)
    within(SECONDS, lambda: parse_and_verify_submission(body, jws, audience="a", find_key=lambda _: None, now=now))


def test_signatures_notes_and_entries() -> None:
    header = base64url.encode(filled(b"{", b'"a":0,', b'"a":0}'))
    within(SECONDS, lambda: parse_jws(f"{header}.{header}.{header}"))
    for begin, part in ((b"", b"\n"), (b"a\n\n", "— a AAAA\n".encode()), (b"a\n\n", b"\xe2"), (b"", b"\n\n")):
        note = filled(begin, part, b"")
        within(SECONDS, lambda note=note: parse_note(note))  # type: ignore[misc]
    for part in (b'"', b"\\", b'{"ledger":"', b"0"):
        line = filled(b'{"ledger":"a","index":0,', part, b'"}')
        within(SECONDS, lambda line=line: parse_entry(line))  # type: ignore[misc]


RIGHT = write_event(used())
COUNT = SIZE // 8
PAYLOADS: dict[str, Callable[[], dict[str, Any]]] = {
    "unknown members": lambda: RIGHT | {f"{number:07}": 0 for number in range(COUNT)},
    "wrong fields": lambda: RIGHT | {"fields": [""] * COUNT},
    "right and wrong fields": lambda: RIGHT | {"fields": [*map(str, range(COUNT)), " "]},
    "wrong objects": lambda: RIGHT | {"duty": {str(number): {} for number in range(COUNT)}},
    "a long text": lambda: RIGHT | {"purpose_text": "核" * SIZE},
    "a long id": lambda: RIGHT | {"matter_no": "e\u0301" * SIZE},
    "combining marks": lambda: RIGHT | {"subjects": ["e" + "\u0301\u0316" * 60] * (SIZE // 121)},
}


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
@pytest.mark.parametrize("stub", [False, True])
def test_a_payload(payload: Callable[[], dict[str, Any]], *, stub: bool) -> None:
    data = payload()
    within(SECONDS, lambda: read_event(type_of(used()), data, stub=stub))
    within(SECONDS, lambda: checked(type_of(used()), data))


def test_no_more_faults_are_listed_than_a_reader_will_read() -> None:
    for name in ("unknown members", "wrong fields", "wrong objects"):
        faults = read_event(type_of(used()), PAYLOADS[name]())
        assert isinstance(faults, tuple)
        assert len(faults) == MAX_FAULTS, name
