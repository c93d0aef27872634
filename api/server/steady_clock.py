"""Whether the machine's clock may be believed: compared with the time that has passed since it was read before.

A clock that jumps ahead for one moment would keep `recorded_at` there for as long as it was ahead, because entries
never go back in time, and acts dated then would be admitted. So nothing is recorded while the clock is ahead of the
time that has passed. A clock that has gone back records nothing wrong: `recorded_at` waits for it, and that is
reported.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from typing import Final

from api.server.machine_clock import Clock, machine_clock

STEADY: Final = 1.0  # seconds; smaller differences are the clock being kept right, which is taken over


def elapsed() -> float:
    """Seconds since the machine was started, those of its sleep included: no setting of the clock changes them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class ClockJumped(Exception):
    """The machine's clock may not be believed now."""


class SteadyClock:
    """The machine's clock, watched. Safe to use from any thread. ``allowed``: seconds by which it may jump."""

    def __init__(
        self, machine: Clock = machine_clock, passed: Callable[[], float] = elapsed, *, allowed: float = 300.0
    ) -> None:
        self._machine = machine
        self._passed = passed
        self.allowed = allowed
        self._lock = threading.Lock()
        self._base = (machine(), passed())  # guarded

    def __call__(self) -> dt.datetime:
        return self._machine()

    def recording(self) -> dt.datetime:
        """The instant of what is recorded now. Raises ClockJumped for one that is ahead of the time that has passed."""
        now = self._machine()
        ahead = self.jump(now)
        if ahead > self.allowed:
            raise ClockJumped(_ahead(ahead))
        return now

    def jump(self, now: dt.datetime | None = None) -> float:
        """Seconds by which the clock is ahead of the time that has passed; below 0 it has gone back."""
        with self._lock:
            now, passed = now or self._machine(), self._passed()
            begun, counted = self._base
            ahead = (now - begun).total_seconds() - (passed - counted)
            if abs(ahead) < STEADY:
                self._base = now, passed
            return ahead

    @property
    def fault(self) -> str | None:
        """Why nothing may be recorded now; None while the clock is steady, or behind."""
        ahead = self.jump()
        return _ahead(ahead) if ahead > self.allowed else None

    @property
    def report(self) -> str | None:
        """What an operator has to know of the clock; None while it is steady."""
        behind = -self.jump()
        return f"the machine's clock went back by {behind:.0f} s" if behind > self.allowed else self.fault


def _ahead(seconds: float) -> str:
    return f"the machine's clock is {seconds:.0f} s ahead of the time that has passed; nothing is recorded by it"
