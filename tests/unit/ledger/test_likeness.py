"""Lines that say the same are read as if each were read whole, and told to be alike only when they are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from random import Random
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats.errors import Malformed
from ledger.records.likeness import KINDS, AlikeLines, News
from ledger.records.record import MAX_LINE, Record, parse_record

TYPE = "sharing.use.recorded.v1"
NAMES = ("matter_no", "subject_count", "subjects")


def is_right(news: Mapping[str, Any]) -> bool:
    return news.get("matter_no", "") != "WRONG"


NEWS = {TYPE: News(NAMES, is_right)}


def record(number: int = 0, **data: Any) -> dict[str, Any]:
    members = {"post": "经办岗-01", "matter_no": f"事项-{number}", "fields": ["name"], "subject_count": number}
    return {
        "specversion": "1.0",
        "id": f"u-{number}",
        "source": "urn:uscc:113200000000000195",
        "type": TYPE,
        "subject": "request/1",
        "time": f"2026-03-25T09:{number % 60:02}:00+08:00",
        "datacontenttype": "application/json",
        "data": {name: value for name, value in (members | data).items() if value is not ...},
    }


def compact(value: Any) -> bytes:
    return orjson.dumps(value)


def spaced(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def escaped(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def whole(line: bytes) -> Record | str:
    try:
        return parse_record(line)
    except Malformed as fault:
        return fault.code


def alike(lines: Iterable[bytes], news: Mapping[str, News] = NEWS) -> list[int | None]:
    """The numbers of lines, each of which is read as if alone, or refused as if alone."""
    lines = list(lines)
    reader = AlikeLines(news)
    numbers: list[int | None] = []
    for line in lines:
        expected = whole(line)
        if isinstance(expected, str):
            with pytest.raises(Malformed) as refused:
                reader.read(line)
            assert refused.value.code == expected
            continue
        read = reader.read(line)
        assert replace(read, alike=None) == expected
        numbers.append(read.alike)
    return numbers


# --- what is told to be alike


@pytest.mark.parametrize("write", [compact, spaced, escaped])
def test_lines_are_alike_that_differ_in_nothing_but_what_is_new(write: Callable[[Any], bytes]) -> None:
    assert alike(write(record(number)) for number in range(5)) == [1] * 5


def test_each_kind_of_lines_has_a_number_of_its_own() -> None:
    posts = ["岗-1", "岗-2", "岗-1", "岗-2", "岗-1", "岗-2"]
    assert alike(compact(record(number, post=post)) for number, post in enumerate(posts)) == [1, 2] * 3


@pytest.mark.parametrize(
    "changes",
    [
        {"fields": ["name", "phone"]},
        {"post": "岗"},
        {"unit": "处"},
        {"fields": ...},
        {"subject_count": ...},
        {"duty": 1},
    ],
)
def test_a_line_that_says_anything_else_is_not_alike(changes: dict[str, Any]) -> None:
    *ours, other = alike(compact(record(number, **(changes if number == 4 else {}))) for number in range(5))
    assert ours == [1] * 4
    assert other != 1


def test_only_records_of_a_type_with_news_are_numbered() -> None:
    assert alike((compact(record(number)) for number in range(3)), {}) == [None] * 3


def test_news_that_is_not_right_is_not_alike_except_in_the_first_which_nobody_compares() -> None:
    assert alike(compact(record(number, matter_no="WRONG")) for number in range(4)) == [1, None, None, None]
    matters = ["M-1", "M-2", "WRONG", "M-4"]
    assert alike(compact(record(matter_no=matter)) for matter in matters) == [1, 1, None, 1]


def test_a_list_may_be_new() -> None:
    lists: list[list[str]] = [["P-1"], ["P-1", "P-2"], [], ["]"], ["P-3"]]
    assert alike(compact(record(subjects=each)) for each in lists) == [1, 1, 1, 2, 1]


def test_members_that_stand_in_some_lines_only_are_cut_where_they_stand() -> None:
    """The first lines do not have the list; with it, lines begin to be told anew."""
    lists = [..., ..., ["P-1"], ["P-2"], ["P-3"], ..., ..., ...]
    numbers = alike(compact(record(subjects=each, network="X")) for each in lists)
    assert numbers[:2] == [1, 1]
    assert len(set(numbers[2:5])) == 1
    assert len(set(numbers[5:])) == 1
    assert len(set(numbers)) == 3


def test_members_may_stand_in_any_order() -> None:
    def shuffled(number: int) -> bytes:
        members = list(record(number).items())
        return compact({"data": dict(reversed(members[-1][1].items()))} | dict(reversed(members)))

    assert alike(map(shuffled, range(4))) == [1] * 4


def test_lines_in_which_the_time_stands_before_the_id_are_read_whole() -> None:
    def otherwise(number: int) -> bytes:
        members = record(number) | {"time": "2026-03-25T09:00:00+08:00"}
        return compact({"time": members.pop("time")} | members)

    numbers = alike([compact(record(0)), *(otherwise(number) for number in range(1, 5))])
    assert numbers == [1, 2, None, None, None]


def test_the_first_of_a_kind_is_no_pattern_if_it_was_not_cut_where_its_values_end() -> None:
    """What stands between its number and the bracket that ends the number of others are other members."""

    def last(number: int, more: str) -> bytes:
        members = {"matter_no": "M", "subject_count": number}
        return compact(record() | {"id": f"u-{number}", "data": members}).replace(b"}}", more.encode() + b"}}")

    assert alike([last(1, ""), last(2, ',"post":"P"'), last(3, ""), last(4, "")])[1:] == [None] * 3
    assert alike([last(2, ',"post":"P"'), last(1, ""), last(3, ""), last(4, "")]) == [1, 2, None, None]


def test_a_list_that_is_spelled_otherwise_elsewhere_is_not_taken_for_the_member() -> None:
    line = compact({"data": record()["data"]} | record())
    lines = [
        line.replace(b'"data":{', b'"data":{"duty":{"subjects":%b},"subjects": ["~"],' % text)
        for text in (rb'["\u007e"]', rb'["\u007e"]', b'["~" ]', b'["Q"]')
    ]
    numbers = [number for number in alike(lines) if number is not None]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("count", ["5.0", "5 ", "-5", "1" * 23 + ".0", "1" * 16])
def test_a_count_that_is_no_plain_number_is_not_taken_for_one(count: str) -> None:
    asked: list[Mapping[str, Any]] = []
    news = {TYPE: News(NAMES, lambda each: not asked.append(each))}
    written = (compact(record(number)) for number in range(4))
    alike((re.sub(rb'_count":[0-9]+', b'_count":' + count.encode(), line) for line in written), news)
    assert all(each.get("subject_count", 5) == 5 and type(each.get("subject_count", 5)) is int for each in asked)
    assert count == "5 " or not any("subject_count" in each for each in asked)


def test_much_that_is_wrong_is_not_looked_at_one_by_one() -> None:
    asked: list[Mapping[str, Any]] = []
    news = {TYPE: News(NAMES, lambda each: not asked.append(each))}
    alike((compact(record(number, subjects=[""] * 2_000)) for number in range(4)), news)
    assert all(len(each.get("subjects", ())) <= 32 for each in asked)


def test_long_lines_are_not_learned() -> None:
    assert alike(compact(record(number, text="x" * 4_096)) for number in range(4)) == [None] * 4


def test_more_kinds_than_can_be_kept_are_read_whole() -> None:
    lines = [compact(record(number, post=f"岗-{number % (KINDS + 10)}")) for number in range(2 * (KINDS + 10))]
    numbers = alike(lines)
    assert numbers[:KINDS] == numbers[KINDS + 10 : -10] == list(range(1, KINDS + 1))
    assert numbers[-10:] == [None] * 10


# --- what must never be taken for a member


@pytest.mark.parametrize(
    "disguise",
    [
        lambda number: (
            {"data": {"id": f"u-{number}"}} | {key: value for key, value in record().items() if key != "data"}
        ),
        lambda number: record(0, duty={"matter_no": f"M-{number}"}, matter_no="M"),
        lambda number: record() | {"data": {"duty": {"matter_no": f"M-{number}"}, "matter_no": "M"}},
        lambda number: record(0, duty={"time": f"2026-03-25T09:0{number}:00+08:00"}),
        lambda number: record(0, text=f'"id":"u-{number}"'),
    ],
)
def test_a_member_of_the_same_name_elsewhere_is_not_the_member(disguise: Callable[[int], dict[str, Any]]) -> None:
    def nested_first(number: int) -> bytes:
        made = disguise(number)
        data = made.pop("data")
        return compact({"data": data} | made)

    for write in (compact, lambda made: compact({"data": made["data"]} | made)):
        numbers = alike(write(disguise(number)) for number in range(5))
        assert len(set(numbers) - {None}) == len([number for number in numbers if number is not None])
    alike(nested_first(number) for number in range(5))


BASE = compact(record(7, subjects=["P-1"], last=1))
ODD: tuple[tuple[bytes, bytes], ...] = (
    (b'"u-7"', b'"u-\\u0037"'),
    (b'"u-7"', b'"u 7"'),
    (b'"u-7"', b'""'),
    (b'"u-7"', b'"' + b"u" * 129 + b'"'),
    (b'"u-7"', b'"u-7","id":"u-8"'),
    (b'"u-7"', b"7"),
    (b"09:07", b"24:07"),
    (b"2026-03-25", b"2026-02-30"),
    (b"+08:00", b"-00:00"),
    (b"+08:00", b""),
    (b"+08:00", b"+08:00\\n"),
    ("事项-7".encode(), b"\xe4\xba"),
    ("事项-7".encode(), b"a\x00b"),
    ("事项-7".encode(), b"a\x7fb"),
    ("事项-7".encode(), "a\x85b".encode()),
    ("事项-7".encode(), b"a\tb"),
    ("事项-7".encode(), b"a\rb"),
    ("事项-7".encode(), b"a\nb"),
    ("事项-7".encode(), b"a\\"),
    ("事项-7".encode(), b'a\\",\\"item'),
    ("事项-7".encode(), b"\\ud800"),
    ("事项-7".encode(), b"\xed\xa0\x80"),
    ("事项-7".encode(), b"x" * MAX_LINE),
    ("事项-7".encode(), b'a","matter_no":"b'),
    ('"事项-7"'.encode(), b"null"),
    (b'count":7', b'count":07'),
    (b'count":7', b'count":-7'),
    (b'count":7', b'count":7.0'),
    (b'count":7', b'count":7e400'),
    (b'count":7', b'count":9007199254740992'),
    (b'count":7', b'count":9007199254740991'),
    (b'count":7', b'count":true'),
    (b'count":7', b'count":[7]'),
    (b'count":7', b'count":{"a":{}}'),
    (b'count":7', b'count":7,"count":7'),
    (b'count":7', b'count": 7'),
    (b'["P-1"]', b'["P-1", "P-2"]'),
    (b'["P-1"]', b'["P-1",]'),
    (b'["P-1"]', b"[1]"),
    (b'["P-1"]', b'[["P-1"]]'),
    (b'["P-1"]', b"[" * 40 + b"]" * 40),
    (b'["P-1"]', b'[{"a":1}]'),
    (b'["P-1"]', b'["a]b"]'),
    (b'["P-1"]', b'["P-1"'),
    (b'["P-1"]', b'["a\\u0001"]'),
    (b'["P-1"]', b'"P-1"'),
    (b'"last":1', b'"last":1,"last":1'),
    (b"}}", b"}"),
    (b"}}", b"}}}"),
    (b"}}", b"}} "),
)


@pytest.mark.parametrize(("part", "instead"), ODD)
@pytest.mark.parametrize("others", ["plain", "not plain"])
def test_an_odd_line_among_alike_ones_is_read_or_refused_as_if_alone(part: bytes, instead: bytes, others: str) -> None:
    assert BASE.count(part) == 1
    last = 1 if others == "plain" else "\\"
    usual = [compact(record(number, subjects=["P"], last=last)) for number in range(3)]
    odd = compact(record(7, subjects=["P-1"], last=last)).replace(part, instead)
    alike([*usual, odd, *usual, odd, odd])
    alike([odd, odd, odd, *usual])


# --- any lines at all

_words = st.sampled_from(["M-1", "事项", "", "WRONG", 'say "id":"x"', "a\\b", "]", "}", ",", "\x7f", "\x85", "é", "id"])
_values = st.recursive(
    st.one_of(
        _words, st.integers(-2, 2**53), st.booleans(), st.none(), st.floats(allow_nan=False, allow_infinity=False)
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from([*NAMES, "id", "time"]), inner)
    ),
    max_leaves=4,
)
_changes = st.dictionaries(st.sampled_from([*NAMES, "id", "time", "duty", "post"]), _values, max_size=3)


@given(st.lists(_changes, min_size=1, max_size=3), st.sampled_from([compact, spaced, escaped]), st.randoms())
@settings(max_examples=300, deadline=None)
def test_lines_with_anything_in_them_are_read_as_if_alone(
    kinds: list[dict[str, Any]], write: Callable[[Any], bytes], rng: Random
) -> None:
    lines = [write(record(number, **rng.choice(kinds))) for number in range(12)]
    for _ in range(4):
        line = bytearray(rng.choice(lines))
        for _ in range(rng.randrange(3)):
            place = rng.randrange(len(line))
            line[place : place + rng.randrange(3)] = rng.choice(
                [b'"', b",", b"}", b"]", b"\\", b"1", b":", b"\xff", b" "]
            )
        lines.insert(rng.randrange(len(lines)), bytes(line))
    alike(lines)


@given(st.lists(_changes, min_size=1, max_size=3), st.randoms())
@settings(max_examples=200, deadline=None)
def test_lines_with_one_number_say_the_same_save_their_news(kinds: list[dict[str, Any]], rng: Random) -> None:
    lines = [compact(record(number, **rng.choice(kinds))) for number in range(12)]
    reader, said = AlikeLines(NEWS), dict[int, set[bytes]]()
    for line in lines:
        try:
            read = reader.read(line)
        except Malformed:
            continue
        rest = orjson.loads(line)
        for name in ("id", "time"):
            del rest[name]
        for name in NAMES:
            rest["data"].pop(name, None)
        if read.alike is not None:
            said.setdefault(read.alike, set()).add(orjson.dumps(rest))
    assert all(len(each) == 1 for each in said.values())
