"""Every event of every class reads back from what was written; the values are drawn from the codec's own shapes."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.codec.cross_field import cross_field_errors
from domain.codec.decode import SPANS
from domain.codec.schema import Code, FreeObject, ListOf, ObjectSchema, Scalar, Shape, object_schema, withheld
from domain.codec.wire import read_event, type_of, write_event
from domain.events import EVENTS, Event
from domain.vocabulary import uscc
from domain.vocabulary.values import Form

IDS = st.text("abcXYZ019-_.:经办岗处", min_size=1, max_size=12)
DATES = st.dates(dt.date(1000, 1, 1), dt.date(2999, 12, 31))
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
CODES = st.text(uscc.ALPHABET, min_size=17, max_size=17).map(lambda first: first + uscc.check_character(first))
FORMS: dict[Form, st.SearchStrategy[Any]] = {
    Form.TEXT: st.text('说明 free text，\n\t"\\/', min_size=1, max_size=12).filter(lambda text: not text.isspace()),
    Form.ID: IDS,
    Form.POST: IDS,
    Form.ITEM: IDS,
    Form.STREAM: IDS.map("request/{}".format) | CODES.map("party/{}".format),
    Form.USCC: CODES,
    Form.SOURCE: CODES.map("urn:uscc:{}".format),
    Form.DIV: st.sampled_from(["320000", "320100", "320583"]),
    Form.DIGEST: st.binary(min_size=32, max_size=32).map(bytes.hex),
    Form.KEY_BYTES: st.just("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
    Form.DATE: DATES,
    Form.TS: st.datetimes(dt.datetime(1000, 1, 1), dt.datetime(2999, 12, 31), timezones=OFFSETS),  # noqa: DTZ001
    Form.DECIMAL: st.decimals(0, 10**12 - 1, places=2),
    Form.INT: st.integers(0, 2**53 - 1),
    Form.BOOL: st.booleans(),
}
JSON = st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=4) | st.lists(st.integers(), max_size=2)


def values(shape: Shape, *, stub: bool) -> st.SearchStrategy[Any]:
    match shape:
        case Scalar(form=form):
            return FORMS[form]
        case Code(values=codes):
            return st.sampled_from(codes)
        case ListOf(element=of, filled=filled):
            return st.lists(values(of, stub=stub), min_size=int(filled), max_size=3).map(tuple)
        case FreeObject() if stub:
            return st.fixed_dictionaries({"subject_count": st.integers(0, 9)})
        case FreeObject():
            return st.dictionaries(IDS, JSON, min_size=1, max_size=2)
        case ObjectSchema():
            return objects(shape, stub=stub)


def objects(shape: ObjectSchema, *, stub: bool) -> st.SearchStrategy[Any]:
    drawn: dict[str, st.SearchStrategy[Any]] = {}
    for member in shape.members:
        text = withheld(member.shape) is not None
        if stub and text:
            drawn[member.attribute] = st.just(
                withheld(member.shape) if member.required and not member.nullable else None
            )
            continue
        value = values(member.shape, stub=stub)
        optional = member.nullable or not member.required
        drawn[member.attribute] = st.none() | value if optional else value
    choices = [name for name in shape.exactly_one if not (stub and name == "text")]
    return st.fixed_dictionaries(drawn).flatmap(lambda made: chosen(shape, made, choices, stub=stub))


def chosen(shape: ObjectSchema, made: dict[str, Any], choices: list[str], *, stub: bool) -> st.SearchStrategy[Any]:
    """Of several alternatives one; the ends of a span in their order."""
    for first, second in (("from_", "to"), *SPANS[1:]):
        if isinstance(made.get(first), dt.date) and isinstance(made.get(second), dt.date):
            made[first], made[second] = sorted((made[first], made[second]))
    if not choices:
        return st.just(shape.cls(**made))
    shapes = {member.name: member.shape for member in shape.members}
    none = dict.fromkeys(shape.exactly_one)
    return st.sampled_from(choices).flatmap(
        lambda name: values(shapes[name], stub=stub).map(lambda one: shape.cls(**made | none | {name: one}))
    )


@pytest.mark.parametrize("stub", [False, True], ids=["whole", "stub"])
@pytest.mark.parametrize("name", EVENTS)
def test_every_event_reads_back_from_what_was_written(name: str, stub: bool) -> None:
    @settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(values(object_schema(EVENTS[name]), stub=stub))
    def reads_back(event: Event) -> None:
        if cross_field_errors(event):
            return
        data = json.loads(json.dumps(write_event(event)))
        assert read_event(type_of(event), data, stub=stub) == event

    reads_back()
