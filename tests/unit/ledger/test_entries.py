"""An entry line: one spelling, read and written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.errors import Malformed
from ledger.records import entry as entries
from ledger.records import record as records
from ledger.records.entry import Entry
from tests.support import mutations, vectors

GOLDEN = vectors.received(vectors.golden("entry"), "line")
ENTRY = entries.parse_entry(GOLDEN)
DIGESTS = st.binary(min_size=32, max_size=32).map(bytes.hex)
NUMBERS = st.integers(0, 2**40)


def entry_of(record: str, *, index: int = 1, stream: str = "use/1", ledger: str = "l") -> Entry:
    moment = datetime(2026, 3, 25, 1, 12, 3, 120_000, tzinfo=UTC)
    return Entry(ledger, index, stream, 0, entries.NO_PREVIOUS, moment, "cd" * 32, 0, 1, record)


@pytest.mark.parametrize("case", vectors.cases("entry"))
def test_a_line_in_its_one_spelling_is_read_and_any_other_refused(case: dict[str, Any]) -> None:
    line = vectors.received(case, "line")
    if case["code"] is None:
        assert entries.build_entry(entries.parse_entry(line)) == line
        return
    with pytest.raises(Malformed) as refused:
        entries.parse_entry(line)
    assert refused.value.code == case["code"]


def test_an_entry_says_what_its_line_says() -> None:
    value = orjson.loads(GOLDEN)
    assert list(value) == list(Entry.__struct_fields__)
    for name in value:
        if name != "recorded_at":
            assert getattr(ENTRY, name) == value[name]
    assert ENTRY.recorded_at == datetime(2026, 3, 25, 1, 12, 31, 120_000, tzinfo=UTC)
    assert records.parse_record(ENTRY.record.encode()).id == "u-1"


def test_every_flipped_bit_gives_no_entry_or_a_line_that_is_the_one_spelling_of_another() -> None:
    for line in mutations.flipped_bits(GOLDEN):
        try:
            entry = entries.parse_entry(line)
        except Malformed:
            continue
        assert entry != ENTRY
        assert entries.build_entry(entry) == line


@pytest.mark.parametrize("character", [chr(code) for code in range(0x21, 0x7F)])
def test_a_stream_that_a_record_may_name_can_stand_in_an_entry(character: str) -> None:
    record = {
        "specversion": "1.0",
        "id": "r",
        "source": "urn:uscc:113200000000000195",
        "type": "sharing.use.recorded.v1",
        "subject": f"use/a{character}b",
        "time": "2026-03-25T09:12:00+08:00",
        "datacontenttype": "application/json",
        "data": {},
    }
    try:
        named = records.parse_record(orjson.dumps(record)).subject
    except Malformed:
        assert character in '"#%/<>?[\\]^`{|}', "no other is refused"
        return
    entry = entry_of("{}", stream=named)
    assert entries.parse_entry(entries.build_entry(entry)) == entry


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_malformed(line: bytes) -> None:
    with pytest.raises(Malformed):
        entries.parse_entry(line)


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    NUMBERS,
    NUMBERS,
    DIGESTS,
    st.integers(0, 2**44),
)
def test_what_is_built_is_read_back_whole(
    record: str, index: int, position: int, digest: str, milliseconds: int
) -> None:
    moment = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    index, position = max(index, position), min(index, position)
    previous = digest if position else entries.NO_PREVIOUS
    entry = Entry("ledger.example.cn/js", index, "request/1", position, previous, moment, digest, 2, 3, record)
    line = entries.build_entry(entry)
    assert entries.parse_entry(line) == entry
    assert orjson.loads(line)["record"] == record
    assert b"\n" not in line


def test_an_entry_that_no_bundle_can_hold_is_refused() -> None:
    room = entries.MAX_ENTRY - len(entries.build_entry(entry_of("")))
    assert len(entries.build_entry(entry_of("x" * room))) == entries.MAX_ENTRY
    with pytest.raises(Malformed) as refused:
        entries.build_entry(entry_of("x" * (room + 1)))
    assert refused.value.code == "ENTRY_TOO_LONG"
    with pytest.raises(Malformed) as refused:
        entries.parse_entry(b"x" * (entries.MAX_ENTRY + 1))
    assert refused.value.code == "ENTRY_TOO_LONG"


def test_any_record_that_is_taken_fits_into_an_entry() -> None:
    frame = entries.build_entry(entry_of("", index=2**63 - 1, stream="s" * 233, ledger="l" * 255))
    assert len(frame) + records.MAX_ESCAPED_LINE <= entries.MAX_ENTRY


def test_a_moment_finer_than_a_millisecond_is_our_own_error() -> None:
    moment = datetime(2026, 3, 25, 1, 12, 3, 120_001, tzinfo=UTC)
    with pytest.raises(AssertionError):
        entries.build_entry(Entry("l", 1, "use/1", 0, entries.NO_PREVIOUS, moment, "cd" * 32, 0, 1, "{}"))
