"""A clock that jumps ahead records nothing, one that goes back is reported, and both pass."""

from __future__ import annotations

import datetime as dt

import pytest

from api.server.steady_clock import ClockJumped, SteadyClock

BEGUN = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


class Machine:
    """A machine whose time passes, and whose clock is set, when a test says so."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.set_by = 0.0

    def clock(self) -> dt.datetime:
        return BEGUN + dt.timedelta(seconds=self.passed + self.set_by)

    def steady(self) -> SteadyClock:
        return SteadyClock(self.clock, lambda: self.passed, allowed=300)


def test_time_that_passes_is_no_jump() -> None:
    machine = Machine()
    clock = machine.steady()
    machine.passed = 400 * 86_400.0
    assert (clock.fault, clock.report, clock.recording()) == (None, None, machine.clock())


@pytest.mark.parametrize(("seconds", "steady"), [(299, True), (301, False), (400 * 86_400, False)])
def test_a_clock_that_jumps_ahead_is_not_recorded_by(seconds: float, steady: bool) -> None:
    machine = Machine()
    clock = machine.steady()
    machine.set_by = seconds
    assert (clock.fault is None) is steady
    if not steady:
        with pytest.raises(ClockJumped, match=f"{seconds} s ahead"):
            clock.recording()
    machine.set_by = 0
    assert clock.recording() == BEGUN


def test_a_clock_that_is_kept_right_in_small_steps_may_wander() -> None:
    machine = Machine()
    clock = machine.steady()
    for _ in range(1000):
        machine.passed += 60
        machine.set_by += 0.9
        assert clock.fault is None
    assert machine.set_by > 300


def test_a_clock_that_went_back_is_reported_and_records() -> None:
    machine = Machine()
    clock = machine.steady()
    machine.set_by = -3600
    assert clock.fault is None
    assert clock.report == "the machine's clock went back by 3600 s"
    assert clock.recording() == BEGUN - dt.timedelta(hours=1)
