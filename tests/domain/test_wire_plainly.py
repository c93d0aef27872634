"""The reader made for a payload's shape reads what the careful reader reads, and refuses what that one refuses."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

import pytest

from domain.codec.decode import event_reader, reader
from domain.codec.plainly import plain_reader
from domain.codec.schema import object_shape
from domain.codec.wire import read_event, recall_event, type_of, write_event
from domain.events import EVENTS, Event, UseRecorded
from tests.support.anyevents import any_object
from tests.support.payloads import used

ODD: tuple[Any, ...] = (
    None, True, 0, 1, -1, 2**53, 1.0, 1.5, "", " ", "a b", " a", "a ", "A" * 128, "A" * 129, "档案", "e\u0301", "a\x00",
    "113200000000000195", "113200000000000196", "320000", "32000", [], ["1"], ["1", 1], [["1"]], [{}], [None], {},
    {"a": 1}, ["档案", "e\u0301"], ["x"] * 40, "2026-03-25", "2026-13-01", "CLASSIFIED", "privacy", ["privacy"],
    ["privacy", "none"],
)  # fmt: skip
ROUNDS = 25


def changed(data: dict[str, Any], rng: Random) -> dict[str, Any]:
    """One or two members otherwise: another value, none, or one that is not known."""
    data = copy.deepcopy(data)
    for _ in range(rng.randint(1, 2)):
        name = rng.choice([*data, "unknown", "post", "fields", "divisions"])
        if rng.random() < 0.2:
            data.pop(name, None)
        else:
            data[name] = rng.choice(ODD)
    return data


@pytest.mark.parametrize("name", EVENTS)
def test_what_is_right_and_what_is_changed_in_it_is_read_as_the_careful_reader_reads_it(name: str) -> None:
    shape = object_shape(EVENTS[name])
    rng, plainly, carefully = Random(name), event_reader(shape), reader(shape)
    for _ in range(ROUNDS):
        event = any_object(shape, rng)
        assert isinstance(event, Event)
        right = write_event(event)
        assert plainly(right) == carefully(right)
        wrong = changed(right, rng)
        assert plainly(wrong) == carefully(wrong), wrong
        assert type(plainly(wrong)) is type(carefully(wrong))


@pytest.mark.parametrize("name", EVENTS)
def test_what_is_recorded_is_recalled_as_it_was_read(name: str) -> None:
    shape, rng = object_shape(EVENTS[name]), Random(name)
    for _ in range(ROUNDS):
        event = any_object(shape, rng)
        assert isinstance(event, Event)
        right = write_event(event)
        read = read_event(type_of(event), right)
        if isinstance(read, Event):
            assert recall_event(type_of(event), right) == read


def test_what_cannot_be_an_event_is_not_recalled_as_one() -> None:
    right = write_event(used())
    without = {name: value for name, value in right.items() if name != "unit"}
    faulty: tuple[Any, ...] = (right | {"unknown": 1}, without, right | {"fields": 7}, [], None)
    for wrong in faulty:
        assert recall_event(type_of(used()), wrong) == read_event(type_of(used()), wrong)


@pytest.mark.parametrize("raw", [None, [], "x", 7, {}])
def test_what_is_no_payload_at_all_is_refused_alike(raw: object) -> None:
    shape = object_shape(UseRecorded)
    assert event_reader(shape)(raw) == reader(shape)(raw)


def test_a_usual_use_never_meets_the_careful_reader() -> None:
    shape = object_shape(UseRecorded)

    def careful(_raw: object) -> object:
        raise AssertionError("asked")

    read = plain_reader(shape, careful, {member.name: reader(member.shape) for member in shape.members})
    assert read(write_event(used())) == used()
    with pytest.raises(AssertionError, match="asked"):
        read(write_event(used()) | {"subject_count": -1})
