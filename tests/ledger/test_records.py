"""A record line: what is taken, what is refused, with which code and where."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.errors import Malformed
from ledger.records import record as records
from tests.support import vectors

GOLDEN = vectors.received(vectors.golden("record"), "line")


def outcome(line: bytes) -> bytes | str:
    try:
        return records.parse_record(line).line
    except Malformed:
        return "Malformed"


def with_data(data: object) -> bytes:
    return orjson.dumps({**orjson.loads(GOLDEN), "data": data})


@pytest.mark.parametrize("case", vectors.cases("record"))
def test_a_line_is_taken_or_refused_with_its_code_and_place(case: dict[str, Any]) -> None:
    line = vectors.received(case, "line")
    if case["code"] is None:
        assert records.parse_record(line).line == line
        return
    with pytest.raises(Malformed) as refused:
        records.parse_record(line)
    assert (refused.value.code, refused.value.pointer) == (case["code"], case["pointer"])
    assert refused.value.next_step.endswith(".")


def test_a_record_says_what_its_line_says() -> None:
    record = records.parse_record(GOLDEN)
    assert record.line is GOLDEN
    assert (record.id, record.source, record.uscc) == (
        "0199c1de-0001",
        "urn:uscc:113200000000000195",
        "113200000000000195",
    )
    assert (record.type, record.subject) == ("sharing.use.recorded.v1", "request/2026-0001")
    assert record.time == datetime(2026, 3, 25, 9, 12, tzinfo=timezone(timedelta(hours=8)))
    assert record.time.utcoffset() == timedelta(hours=8)
    assert record.data == orjson.loads(GOLDEN)["data"]


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_malformed(line: bytes) -> None:
    with pytest.raises(Malformed):
        records.parse_record(line)


@given(st.integers(0, len(GOLDEN) - 1), st.integers(0, 255))
def test_a_golden_line_with_one_byte_changed_is_a_record_or_malformed(place: int, byte: int) -> None:
    line = GOLDEN[:place] + bytes([byte]) + GOLDEN[place + 1 :]
    assert outcome(line) in (line, "Malformed")


def test_a_line_of_the_largest_size_is_taken_and_one_byte_more_is_not() -> None:
    room = records.MAX_LINE - len(with_data({"text": ""}))
    assert len(records.parse_record(with_data({"text": "x" * room})).line) == records.MAX_LINE
    with pytest.raises(Malformed) as refused:
        records.parse_record(with_data({"text": "x" * (room + 1)}))
    assert refused.value.code == "LINE_TOO_LONG"


@pytest.mark.parametrize("text", ["\\" * 16_000, '"' * 16_000])
def test_a_line_that_doubles_when_it_is_escaped_into_an_entry_is_too_long(text: str) -> None:
    line = with_data({"text": text})
    assert len(line) <= records.MAX_LINE
    with pytest.raises(Malformed) as refused:
        records.parse_record(line)
    assert refused.value.code == "LINE_TOO_LONG"


def test_whitespace_that_doubles_when_it_is_escaped_counts_too() -> None:
    line = GOLDEN[:-1] + b"\t" * (records.MAX_LINE - len(GOLDEN)) + b"}"
    with pytest.raises(Malformed) as refused:
        records.parse_record(line)
    assert refused.value.code == "LINE_TOO_LONG"


@pytest.mark.parametrize("member", [*sorted(orjson.loads(GOLDEN)), "秘"])
def test_a_refusal_never_repeats_what_the_line_says(member: str) -> None:
    line = orjson.dumps({**orjson.loads(GOLDEN), member: ["涉密内容"]})
    with pytest.raises(Malformed) as refused:
        records.parse_record(line)
    assert "涉密" not in refused.value.detail + refused.value.next_step
