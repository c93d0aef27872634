"""The compiled reader never accepts what the careful reader refuses, and makes the same event of what it accepts."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

import orjson
import pytest

from domain.codec.schema import object_schema
from domain.codec.wire import read_event, type_of, write_event
from domain.events import EVENTS, Event
from formats.errors import Malformed
from ledger import ijson
from replay.codec import checked, decode, recorded
from tests.support.payloads import used
from tests.support.random_events import random_object

ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**53 - 1, 2**53, 1.0, 1.5, "", " ", "a b", " a", "a ", "a|", "| a", "A" * 128,
    "A" * 129, "核" * 128, "核" * 129, "文" * 4000, "文" * 4001, "档案", "e\u0301", "\u00e9", "\uac00", "\u1100\u1161",
    "\u0301", "a\u0301", "\ufeff", "\u200b", "\u202e", "\u2028", "\u3000", "\u00a0", "\t", "a\nb", "\U0001f600", "ｆ",
    "113200000000000195", "113200000000000196", "urn:uscc:113200000000000195", "320000", "32000", "३२००००", "0" * 64,
    "A" * 43, "-" * 43, "2026-03-25", "2026-13-01", "0999-01-01", "3000-01-01", "2026-3-25", "2026-03-25 ",
    "2026-03-25T09:12:00Z", "2026-03-25T09:12:00z", "2026-03-25 09:12:00Z", "2026-03-25T09:12:00",
    "2026-03-25T09:12:00-00:00", "2026-03-25T09:12:00.1234567Z", "2026-03-25T09:12:00.9999999+08:00",
    "2026-03-25T09:12:60Z", "2026-03-25T24:00:00Z", "2026-03-25T09:12:00+0800", "0", "00", "1.50", "1.500", "1e2", "-1",
    "request/1", "request/", "nothing/1", "request/a b", "CLASSIFIED", "privacy", [], ["1"], ["1", 1], [["1"]], [{}],
    [None], ["privacy"], ["privacy", "none"], ["档案", "e\u0301"], ["e", "\u0301"], ["x"] * 40, {}, {"a": 1},
    {"kind": "MATTER_CODE", "matter_code": "GX-1"}, {"text": "文"},
)  # fmt: skip
ROUNDS = 25
MUTATIONS = 120


def any_event(name: str, rng: Random) -> Event:
    event = random_object(object_schema(EVENTS[name]), rng)
    assert isinstance(event, Event)
    return event


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a value, as its container and key."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [place for key in keys for place in ((value, key), *places(value[key]))]


def changed(data: dict[str, Any], rng: Random) -> dict[str, Any]:
    """One or two places otherwise, at any depth: another value, none, or a member that is not known."""
    data = copy.deepcopy(data)
    if not data:
        return {"unknown": copy.deepcopy(rng.choice(ODD))}
    for _ in range(rng.randint(1, 2)):
        container, key = rng.choice(places(data) or [(data, data.setdefault("unknown", "unknown"))])
        chance = rng.random()
        if chance < 0.15:
            del container[key]
        elif chance < 0.25 and isinstance(container, dict):
            container[rng.choice(["unknown", "from", "from_", "post", "text"])] = copy.deepcopy(rng.choice(ODD))
        else:
            container[key] = copy.deepcopy(rng.choice(ODD))
    return data


def mutated(text: bytes, rng: Random) -> bytes:
    """A few bytes otherwise, or a part of the text again."""
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(text))
        if rng.random() < 0.3:
            end = min(len(text), at + rng.randrange(40))
            text = text[:end] + text[at:]
        else:
            other = rng.choice([b'"', b",", b" ", b"0", b"1", b".", b"-", b"e", b"\xe4", b"\\", b"\\u4e00", b"a", b"}"])
            text = text[:at] + other + text[at + rng.randint(0, 1) :]
    return text


def accepted_alike(type_: str, data: Any) -> bool:
    """Whether the compiled reader accepts it, and then that the careful reader reads the same."""
    fast, careful = checked(type_, data), read_event(type_, data)
    assert fast is None or fast == careful, data
    assert fast is None or type(fast) is type(careful)
    assert decode(type_, data) == careful
    return fast is not None


@pytest.mark.parametrize("name", EVENTS)
def test_what_is_right_and_what_is_changed_in_it_is_read_as_the_careful_reader_reads_it(name: str) -> None:
    rng = Random(name)
    for _ in range(ROUNDS):
        event = any_event(name, rng)
        right = write_event(event)
        accepted_alike(type_of(event), right)
        for _ in range(8):
            accepted_alike(type_of(event), changed(right, rng))


@pytest.mark.parametrize("name", EVENTS)
def test_what_is_read_from_mutated_text_is_what_the_careful_reader_reads(name: str) -> None:
    rng = Random(name)
    for _ in range(MUTATIONS):
        event = any_event(name, rng)
        text = mutated(orjson.dumps(write_event(event)), rng)
        try:
            data = ijson.read_object(text)
        except Malformed:
            continue
        accepted_alike(type_of(event), data)


@pytest.mark.parametrize("name", sorted(EVENTS.keys() - {"event.corrected", "key.authorised"}))
def test_nearly_all_that_is_right_is_read_by_the_compiled_reader(name: str) -> None:
    rng, right, fast = Random(name), 0, 0
    for _ in range(ROUNDS):
        event = any_event(name, rng)
        data = write_event(event)
        if isinstance(read_event(type_of(event), data), Event):
            right += 1
            fast += accepted_alike(type_of(event), data)
    assert fast == right > 0


@pytest.mark.parametrize("name", EVENTS)
def test_what_is_recorded_is_read_as_it_was_when_it_came(name: str) -> None:
    rng = Random(name)
    for _ in range(ROUNDS):
        event = any_event(name, rng)
        for data in (write_event(event), changed(write_event(event), rng)):
            for stub in (False, True):
                read = read_event(type_of(event), data, stub=stub)
                if isinstance(read, Event):
                    assert recorded(type_of(event), orjson.dumps(data)) == read
                    break


def test_what_cannot_be_an_event_is_not_made_one_though_it_is_in_the_log() -> None:
    right = write_event(used())
    without = {name: value for name, value in right.items() if name != "unit"}
    faulty: tuple[Any, ...] = (right | {"unknown": 1}, without, right | {"fields": 7}, [], None)
    for wrong in faulty:
        assert recorded(type_of(used()), orjson.dumps(wrong)) == read_event(type_of(used()), wrong)


@pytest.mark.parametrize("raw", [None, [], "x", 7, {}])
def test_what_is_no_payload_at_all_is_left_to_the_careful_reader(raw: object) -> None:
    for name in EVENTS:
        assert checked(f"sharing.{name}.v1", raw) is None
    assert checked("sharing.unknown.v1", raw) is None
    assert checked("unknown", raw) is None
