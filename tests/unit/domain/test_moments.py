"""An instant that notes its comparisons: within the bounds, and only there, they all come out the same."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.judgement.validity import TracedDay, TracedInstant, ValidityInterval
from domain.state import start_of
from tests.support.casebook import at

BASE = datetime(2026, 6, 15, 16, 0, tzinfo=UTC)
STEP = datetime.resolution
AROUND = [BASE + count * STEP for count in range(-2, 3)]
COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge]
Comparison = Callable[[object, object], bool]


def within(bounds: ValidityInterval, instant: datetime) -> bool:
    return bounds.since <= instant < bounds.until


@pytest.mark.parametrize("compare", COMPARISONS)
@pytest.mark.parametrize("instant", AROUND)
def test_a_noting_instant_compares_as_the_instant_does_and_knows_for_how_long(
    compare: Comparison, instant: datetime
) -> None:
    for left in (True, False):
        bounds = ValidityInterval()
        moment = TracedInstant.of(instant, bounds)
        outcome = compare(moment, BASE) if left else compare(BASE, moment)
        for other in AROUND:
            same = (compare(other, BASE) if left else compare(BASE, other)) == outcome
            assert within(bounds, other) == same


@pytest.mark.parametrize("compare", COMPARISONS)
@pytest.mark.parametrize("day", [date(2026, 6, 14), date(2026, 6, 15), date(2026, 6, 16)])
def test_a_noting_day_bounds_the_instant_at_midnight_in_china(compare: Comparison, day: date) -> None:
    for left in (True, False):
        bounds = ValidityInterval()
        noting = TracedDay.of(day, bounds)
        bound = date(2026, 6, 15)
        outcome = compare(noting, bound) if left else compare(bound, noting)
        for count in range(-2, 3):
            other = date(2026, 6, 15) + timedelta(days=count)
            same = (compare(other, bound) if left else compare(bound, other)) == outcome
            assert within(bounds, start_of(other)) == same
            assert within(bounds, start_of(other) + timedelta(days=1) - STEP) == same


def test_several_comparisons_leave_what_they_have_in_common() -> None:
    bounds = ValidityInterval()
    moment = TracedInstant.of(at("2026-06-15"), bounds)
    assert at("2026-06-01") <= moment < at("2026-07-01")
    assert moment >= at("2026-06-10")
    assert moment < at("2026-06-20")
    assert (bounds.since, bounds.until) == (at("2026-06-10"), at("2026-06-20"))


def test_a_noting_instant_is_the_same_instant_in_utc() -> None:
    moment = TracedInstant.of(at("2026-06-15T00:30"), ValidityInterval())
    assert moment == at("2026-06-15T00:30")
    assert (moment.day, moment.hour) == (14, 16)
