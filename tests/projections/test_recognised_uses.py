"""A use is recognised in the log only where reading it would find the same said, in the same stream and on that day."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from random import Random
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.codec.repeating import NEW_EACH_TIME
from projections.access.repeating import Recognised, UseLines
from replay.log_source import USES, Unread
from tests.support.written import entry_line

AT = datetime(2026, 4, 2, 1, 12, tzinfo=UTC)
NEXT_DAY = datetime(2026, 4, 2, 17, tzinfo=UTC)  # of China


def use(number: int = 0, **data: Any) -> dict[str, Any]:
    members = {"officer": "经办岗-01", "matter_no": f"事项-{number}", "fields": ["name"], "subject_count": number}
    return {
        "specversion": "1.0",
        "id": f"u-{number}",
        "source": "urn:uscc:113200000000000195",
        "type": USES,
        "subject": "request/1",
        "time": f"2026-04-01T09:{number % 60:02}:00+08:00",
        "datacontenttype": "application/json",
        "data": members | {"network": "X"} | data,
    }


def compact(value: Any) -> bytes:
    return orjson.dumps(value)


def spaced(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def escaped(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def entry(record: bytes, at: datetime = AT) -> Unread:
    return Unread(7, "kid", entry_line(record, orjson.loads(record)["subject"], at))


def recognised(lines: UseLines, record: bytes, at: datetime = AT) -> Recognised | None:
    """What is recognised; and then the record is read, as it would be."""
    found = lines.recognise(entry(record, at))
    lines.learn(entry(record, at))
    return found


@pytest.mark.parametrize("write", [compact, spaced, escaped])
def test_a_use_is_recognised_by_what_two_before_it_said(write: Callable[[Any], bytes]) -> None:
    lines = UseLines()
    found = [recognised(lines, write(use(number, matter_no=f"M-{number}"))) for number in range(4)]
    assert found[:2] == [None, None]
    assert found[2] is not None
    assert found[3] is not None
    assert found[2].said == found[3].said
    assert (found[3].stream, found[3].time) == ("request/1", datetime(2026, 4, 1, 1, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    "changes", [{"matter_no": 'a"b'}, {"matter_no": "a\\"}, {"subjects": ["a]"]}, {"officer": "岗"}, {"network": 1}]
)
def test_a_use_is_read_that_says_anything_else_or_ends_where_it_is_not_cut(changes: dict[str, Any]) -> None:
    lines = UseLines()
    for number in range(3):
        recognised(lines, compact(use(number)))
    assert recognised(lines, compact(use(4))) is not None
    assert recognised(lines, compact(use(5, **changes))) is None


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        (b'"2026-04-01T09:04', rb'"\u0032026-04-01T09:04'),
        (b'"2026-04-01T09:04', rb'"2026-04-0\u0031T09:04'),
        (b'"subject_count":4,', b'"subject_count":4.0,'),
        (b'"subject_count":4,"network":"X"}}', b'"subject_count":4,"network":"X","divisions":["110000"]}}'),
    ],
)
def test_a_value_that_does_not_end_where_it_is_cut_or_is_spelled_otherwise_is_read(part: bytes, instead: bytes) -> None:
    lines, line = UseLines(), compact(use(4))
    for number in range(3):
        recognised(lines, compact(use(number)))
    assert line.count(part) == 1
    assert recognised(lines, line.replace(part, instead)) is None
    assert recognised(lines, line) is not None


def test_members_behind_a_number_that_ended_the_data_of_others_are_read() -> None:
    def last(number: int, **more: Any) -> bytes:
        record = use(number)
        rest = {name: value for name, value in record["data"].items() if name != "subject_count"}
        return compact(record | {"data": rest | {"subject_count": number} | more})

    lines = UseLines()
    for number in range(3):
        recognised(lines, last(number))
    assert recognised(lines, last(3)) is not None
    assert recognised(lines, last(4, divisions=["110000"])) is None


def test_lines_in_which_the_time_stands_before_the_id_are_read() -> None:
    def otherwise(number: int) -> bytes:
        record = use(number) | {"time": "2026-04-01T09:00:00+08:00"}
        return compact({"time": record.pop("time")} | record)

    lines = UseLines()
    recognised(lines, compact(use(0)))
    assert [recognised(lines, otherwise(number)) for number in range(1, 5)] == [None] * 4


def test_pseudonyms_may_be_new() -> None:
    lines = UseLines()
    found = [recognised(lines, compact(use(number, subjects=["P-1"] * number))) for number in (1, 0, 2, 3, 40)]
    assert [each is not None for each in found] == [False, False, True, True, False]


@pytest.mark.parametrize("time", ["2026-04-01T01:09:00Z", "2026-04-01T09:09:00+07:00"])
def test_a_time_of_which_the_day_is_not_seen_at_once_is_read(time: str) -> None:
    lines = UseLines()
    for number in range(3):
        recognised(lines, compact(use(number)))
    assert recognised(lines, compact(use() | {"time": time})) is None


def test_the_same_on_another_day_is_something_else() -> None:
    lines = UseLines()
    for number in range(3):
        recognised(lines, compact(use(number)))
    said: set[Hashable] = set()
    for time, at in (
        ("2026-04-01T09:09:00+08:00", AT),
        ("2026-04-02T09:09:00+08:00", AT),
        ("2026-04-01T09:09:00+08:00", NEXT_DAY),
    ):
        found = recognised(lines, compact(use() | {"time": time}), at)
        assert found is not None
        said.add(found.said)
    assert len(said) == 3


def test_another_member_that_is_written_alike_is_not_taken_for_what_is_new() -> None:
    lines = UseLines()
    found = [
        recognised(lines, compact(use() | {"data": {"duty": {"matter_no": f"M-{number}"}, "matter_no": "M"}}))
        for number in range(5)
    ]
    assert found == [None] * 5


_texts = st.sampled_from(
    ["M-1", "", 'say "x"', "a\\", "\\", '","matter_no":"', "]", "},", "é\t", "\x7f", "岗", "\u2028"]
)
_values = st.recursive(
    st.one_of(_texts, st.integers(0, 99), st.booleans(), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from([*NEW_EACH_TIME, "id", "time"]), inner)
    ),
    max_leaves=4,
)
_changes = st.dictionaries(st.sampled_from([*NEW_EACH_TIME, "id", "time", "duty", "officer"]), _values, max_size=3)


@given(st.lists(_changes, min_size=1, max_size=3), st.sampled_from([compact, spaced, escaped]), st.randoms())
@settings(max_examples=300, deadline=None)
def test_what_is_recognised_is_what_reading_finds(
    kinds: list[dict[str, Any]], write: Callable[[Any], bytes], rng: Random
) -> None:
    lines, said = UseLines(), dict[Hashable, set[bytes]]()
    for number in range(16):
        record = use(number, **rng.choice(kinds)) | {"subject": rng.choice(["request/1", "request/1", "request/2"])}
        found = recognised(lines, write(record))
        if found is not None:
            assert (found.stream, found.time) == (record["subject"], datetime.fromisoformat(record["time"]))
            rest = {**record, "id": "", "time": record["time"][:10], "data": {**record["data"]}}
            for name in NEW_EACH_TIME:
                rest["data"].pop(name, None)
            said.setdefault(found.said, set()).add(orjson.dumps(rest))
    assert all(len(each) == 1 for each in said.values())
