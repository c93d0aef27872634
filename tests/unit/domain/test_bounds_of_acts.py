"""Instants, days and counts that no act can mean are refused; spans of any length are counted at once."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

import pytest

from api.http.model import LARGEST, Model, Total
from domain.act import Act
from domain.admission.bounds import BOUNDED, FIRST_ACT, FIRST_DAY, LARGEST_COUNT, LAST_DAY, out_of_bounds
from domain.codec.schema import object_schema
from domain.deadlines.calendar import CHINA, FAR, WORKING
from domain.events import UseRecorded
from domain.rules.bundled import load_calendar
from tests.support.random_events import random_object

CALENDAR = load_calendar()


def test_a_span_is_counted_as_its_days_are() -> None:
    chance = Random(7)
    for _ in range(200):
        start = date(chance.randint(2004, 2040), chance.randint(1, 12), chance.randint(1, 28))
        end = start + timedelta(days=chance.randint(-10, 900))
        days = [start + timedelta(days=number + 1) for number in range((end - start).days)]
        counted = sum(CALENDAR._look_up(day)[0] in WORKING for day in days)
        assert CALENDAR.working_days_between(start, end) == counted, (start, end)


@pytest.mark.parametrize("year", [1, 1000, 2999, 9999])
def test_a_span_from_or_to_any_year_costs_no_more_than_another(year: int) -> None:
    far, near = date(year, 6, 1), date(2026, 6, 1)
    began = time.process_time()
    for number in range(100):
        CALENDAR.working_days_between(*sorted((far, near + timedelta(days=number))))
    assert time.process_time() - began < 1.0


def test_beyond_the_known_years_weekdays_are_counted() -> None:
    year = max(CALENDAR.years) + FAR + 5
    monday = next(day for day in (date(year, 3, number) for number in range(1, 8)) if day.weekday() == 0)
    assert CALENDAR.working_days_between(monday, monday + timedelta(days=7)) == 5
    assert CALENDAR.working_days_between(monday, monday + timedelta(days=700)) == 500


def an_act() -> Act:
    """A use with plausible values."""
    use = random_object(object_schema(UseRecorded), Random(3))
    at = datetime(2026, 3, 1, 12, tzinfo=CHINA)
    return Act(
        event=replace(use, subject_count=3),
        by="b",
        id="1",
        stream="use/b/1",
        time=at,
        recorded_at=at,
        index=9,
        position=0,
    )


def test_an_act_before_the_year_2000_is_refused() -> None:
    act = an_act()
    assert [each.pointer for each in out_of_bounds(replace(act, time=FIRST_ACT - timedelta(seconds=1)))] == ["/time"]
    assert list(out_of_bounds(replace(act, time=FIRST_ACT))) == []


def test_a_count_that_no_delivery_can_have_is_refused() -> None:
    act = an_act()
    assert isinstance(act.event, UseRecorded)
    large = replace(act, event=replace(act.event, subject_count=LARGEST_COUNT + 1))
    (refusal,) = out_of_bounds(large)
    assert (refusal.code, refusal.pointer) == ("FIELD_INVALID", "/data/subject_count")


@pytest.mark.parametrize("day", [FIRST_DAY - timedelta(days=1), LAST_DAY + timedelta(days=1)])
def test_a_day_outside_of_the_bounds_is_refused_wherever_it_is(day: date) -> None:
    looked_at = 0
    for cls, found in BOUNDED.items():
        for path in found:
            if len(path) != 1:
                continue
            event = random_object(object_schema(cls), Random(1))
            value = getattr(event, path[0][0])
            if isinstance(value, date) and not isinstance(value, datetime):
                looked_at += 1
                act = replace(an_act(), event=replace(event, **{path[0][0]: day}))
                assert f"/data/{path[0][1]}" in [each.pointer for each in out_of_bounds(act)], cls
    assert looked_at > 5


def test_a_sum_beyond_what_json_holds_is_exact_text() -> None:
    class Answer(Model):
        total: Total

    assert Answer(total=20_000 * LARGEST).model_dump_json() == f'{{"total":"{20_000 * LARGEST}"}}'
    assert Answer(total=LARGEST).model_dump_json() == f'{{"total":{LARGEST}}}'
