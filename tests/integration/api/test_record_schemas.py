"""The JSON Schemas of records: valid, complete, and never stricter than the ledger's own readers."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator
from jsonschema_rs import Draft202012Validator as FastValidator

from api.http.record_schemas import TYPES, record_references, schema_of
from domain.codec.cross_field import cross_field_errors
from domain.codec.decode import decoder
from domain.codec.json_schema import data_schema
from domain.codec.schema import object_schema
from domain.codec.wire import check_stream, read_event, write_event
from domain.event import Event, event
from domain.events import EventCorrected
from domain.vocabulary.values import Text
from formats.errors import Malformed
from ledger.records.entry import parse_entry
from ledger.records.record import parse_record
from tests.integration.api.conftest import Ledger
from tests.support.random_events import random_object

ROUNDS = 25
# Values to put in the place of others, at any depth.
ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**53 - 1, 2**53, 1.0, 1.5, "", " ", "\t", "\ufeff", "a b", " a", "a ", "a\n",
    "A" * 128, "A" * 129, "档" * 4000, "档" * 4001, "😀" * 128, "e\u0301", "a\u00a0", "a\u2028b", "1132000000000001950",
    "113200000000000195", "113200000000000196", "urn:uscc:113200000000000195", "320000", "32000", "٣٢٠٠٠٠", "a" * 64,
    "A" * 64, "A" * 43, "A" * 42 + "B", "2026-03-25", "2026-13-01", "0999-01-01", "2026-03-25T09:12:00+08:00",
    "2026-03-25T09:12:00", "2026-03-25T09:12:00-00:00", "2026-03-25T09:12:00.1234567890Z", "1.50", "1.500", "-1", "01",
    "CLASSIFIED", "3", "privacy", "request/1", "request/a b", "nothing/1", "party/1", "request/", [], [""], ["1"],
    ["1", 1], [["1"]], [{}], [None], ["1"] * 40, {}, {"a": 1}, {"a": None}, {"uscc": "113200000000000195"},
    {"uscc": "113200000000000195", "text": "x"}, {"text": "x"}, {"law": "L", "article": "1"},
)  # fmt: skip


def whole(made: type[Event], type: str, data: dict[str, Any]) -> dict[str, Any]:
    """A record of the event, in the first family that may hold it."""
    family = made.families[0]
    part = {"party": "113200000000000195", "statistics": "113200000000000195", "authority": "320000"}.get(family, "1")
    return {
        "specversion": "1.0",
        "id": "1",
        "source": "urn:uscc:113200000000000195",
        "type": type,
        "subject": f"{family}/{part}",
        "time": "2026-03-25T09:12:00+08:00",
        "datacontenttype": "application/json",
        "data": data,
    }


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every member and element of a value, the value itself not counted."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*path, key)
        yield from places(each, (*path, key))


def mutated(record: dict[str, Any], rng: Random) -> dict[str, Any]:
    """One or two places replaced or removed, or an unknown member added."""
    record = copy.deepcopy(record)
    for _ in range(rng.randint(1, 2)):
        *way, last = rng.choice(list(places(record)))
        holder: Any = record
        for key in way:
            holder = holder[key]
        choice = rng.random()
        if choice < 0.3:
            del holder[last]
        elif choice < 0.4 and isinstance(holder, dict):
            holder["unknown"] = rng.choice(ODD)
        else:
            holder[last] = copy.deepcopy(rng.choice(ODD))
        if not record:
            return record
    return record


def without_texts(made: type[Event], data: dict[str, Any], rng: Random) -> dict[str, Any]:
    """The data as a stub has it: members are removed until the stub reader refuses no text."""
    for _ in range(200):
        read = read_event(type_of(made), data, stub=True)
        if isinstance(read, Event):
            return data
        forbidden = [each.pointer for each in read if each.code == "CONTENT_FORBIDDEN" and each.pointer != "/data"]
        if not forbidden:
            return data
        *way, last = forbidden[0].split("/")[2:]
        holder: Any = data
        for key in way:
            holder = holder[int(key)] if isinstance(holder, list) else holder[key]
        del holder[last]
    raise AssertionError("a stub has no end of texts")


def mutations(type: str, count: int) -> Iterator[dict[str, Any]]:
    """Records of the type, one in four of them without texts, each mutated."""
    made, rng = TYPES[type], Random(f"mutated {type}")
    for number in range(count):
        data = json.loads(json.dumps(write_event(random_object(object_schema(made), rng))))
        yield mutated(whole(made, type, without_texts(made, data, rng) if number % 4 == 0 else data), rng)


def type_of(made: type[Event]) -> str:
    return next(type for type, each in TYPES.items() if each is made)


def accepted(record: dict[str, Any]) -> bool:
    """Whether the readers accept the line, under the stub rule or not."""
    try:
        parsed = parse_record(json.dumps(record, ensure_ascii=False).encode())
    except Malformed:
        return False
    readings = [read_event(parsed.type, parsed.data, stub=stub) for stub in (False, True)]
    return any(isinstance(event, Event) and not check_stream(event, parsed.subject) for event in readings)


def test_there_is_a_schema_for_each_of_the_127_acts_and_each_is_one() -> None:
    assert len(TYPES) == len(record_references()) == 128
    for type in TYPES:
        schema = schema_of(type)
        Draft202012Validator.check_schema(schema)
        assert schema["$id"] == record_references()[type]["schema"] == f"/schemas/{type}.json"
        assert len(schema["description"]) > len(record_references()[type]["description"]) > 10


@pytest.mark.parametrize("type", TYPES)
def test_every_event_is_valid_whole_and_as_a_stub(type: str) -> None:
    made, rng = TYPES[type], Random(type)
    valid = Draft202012Validator(schema_of(type), format_checker=Draft202012Validator.FORMAT_CHECKER)
    stubs = 0
    for _ in range(ROUNDS):
        event = random_object(object_schema(made), rng)
        assert isinstance(event, Event)
        data = json.loads(json.dumps(write_event(event)))
        if not cross_field_errors(event) and isinstance(read_event(type, data), Event):
            assert list(valid.iter_errors(whole(made, type, data))) == []
        stub = without_texts(made, data, rng)
        if isinstance(read_event(type, stub, stub=True), Event):
            stubs += 1
            assert list(valid.iter_errors(whole(made, type, stub))) == []
    assert stubs or made is EventCorrected  # its drawn change is a text


@pytest.mark.parametrize("type", TYPES)
def test_what_a_schema_refuses_the_readers_refuse_too(type: str) -> None:
    valid = FastValidator(schema_of(type))
    stricter = [each for each in mutations(type, 200) if accepted(each) and not valid.is_valid(each)]
    assert stricter == []


def test_nine_tenths_of_what_the_readers_refuse_a_schema_refuses() -> None:
    """The rest have a wrong check character, no day of the calendar, a span ending too early, another normal form."""
    refused = caught = 0
    for type in TYPES:
        valid = FastValidator(schema_of(type))
        for record in mutations(type, 20):
            if not accepted(record):
                refused += 1
                caught += not valid.is_valid(record)
    assert refused > 1500
    assert caught / refused > 0.9, f"{caught} of {refused}"


@pytest.mark.parametrize("back_end", ["sqlite"], indirect=True)
def test_every_record_of_the_demo_s_year_is_valid(story_ledger: Ledger) -> None:
    valid = {type: FastValidator(schema_of(type)) for type in TYPES}
    records = [orjson.loads(parse_entry(each.line).record) for each in story_ledger.runtime.store.entries(0, 10_000)]
    assert len(records) > 500
    assert [record for record in records if not valid[record["type"]].is_valid(record)] == []


def test_a_required_text_is_missed_where_another_text_shows_that_the_record_is_no_stub() -> None:
    type = "sharing.agreement.proposed.v1"
    rng = Random(7)
    data = json.loads(json.dumps(write_event(random_object(object_schema(TYPES[type]), rng))))
    data["scope"]["purposes"] = [{"code": "1", "text": "说明"}, {"code": "2"}]
    valid = FastValidator(schema_of(type))
    assert not valid.is_valid(whole(TYPES[type], type, data))
    data["scope"]["purposes"][1]["text"] = "说明"
    assert valid.is_valid(whole(TYPES[type], type, data))


@event("test.said", streams=("request",), law=(), signed_by="nobody")
class Said(Event):
    """Two texts, of which the first may be null."""

    first: Text | None
    second: Text


@pytest.mark.parametrize("data", [{"post": "岗", "first": None}, {"post": "岗", "first": None, "second": "x"}])
def test_null_is_no_text_that_asks_for_others(data: dict[str, Any]) -> None:
    schema, definitions = data_schema(Said)
    readings = [decoder(object_schema(Said), stub=stub)(data) for stub in (False, True)]
    assert any(isinstance(each, Said) for each in readings)
    assert FastValidator({**schema, "$defs": definitions}).is_valid(data)
