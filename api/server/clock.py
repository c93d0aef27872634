"""The ledger's clock: the machine's, or on a ledger founded as demo a scripted one that does not advance until it is
moved.
"""

from __future__ import annotations

import datetime as dt

from api.http.problems import Problem
from api.server.machine_clock import Clock
from api.server.steady_clock import SteadyClock
from ledger.store.store import Store


class LedgerClock:
    """Gives ``recorded_at``, admission's now and every "today".

    The scripted time is kept with the head, so it survives a restart.
    """

    def __init__(self, store: Store, machine: Clock | None = None) -> None:
        self._store = store
        self._machine = SteadyClock() if machine is None else machine
        head = store.head()
        self.demo = head.demo
        self._scripted = head.demo_clock if head.demo else None

    def __call__(self) -> dt.datetime:
        return self._scripted or self._machine()

    def recording(self) -> dt.datetime:
        """The instant of what is recorded now. Raises ClockJumped while the machine's clock may not be believed."""
        if self._scripted is not None:
            return self._scripted
        return self._machine.recording() if isinstance(self._machine, SteadyClock) else self._machine()

    @property
    def fault(self) -> str | None:
        """Why nothing may be recorded by this clock now; None while it may."""
        return None if self.demo or not isinstance(self._machine, SteadyClock) else self._machine.fault

    @property
    def report(self) -> str | None:
        """What is wrong with the machine's clock; None while nothing is."""
        if self.demo or not isinstance(self._machine, SteadyClock):
            return None
        last = self._store.head().recorded_at
        behind = 0.0 if last is None else (last - self._machine()).total_seconds()
        if behind > self._machine.allowed:
            return f"the machine's clock is {behind:.0f} s behind the last entry"
        return self._machine.report

    def move(self, to: dt.datetime) -> None:
        """Sets the scripted time; only forward, and only where the founding record says demo."""
        if not self.demo:
            raise Problem("CLOCK_NOT_SCRIPTED", "This ledger was not founded as a demo.")
        with self._store.writing() as transaction:
            now = transaction.head.demo_clock  # another process may have moved it
            if now is not None and to < now:
                raise Problem("CLOCK_BACKWARDS", f"The clock is at {now.isoformat()}.")
            transaction.set_demo_clock(to)
        self._scripted = to
