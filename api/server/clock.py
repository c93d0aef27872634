"""The ledger's clock: the machine's, or on a ledger founded as demo a scripted one that does not advance until it is
moved.
"""

from __future__ import annotations

import datetime as dt

from api.http.problems import Problem
from api.server.machine_clock import Clock, machine_clock
from ledger.store.store import Store


class LedgerClock:
    """Gives ``recorded_at``, admission's now and every "today".

    The scripted time is kept with the head, so it survives a restart.
    """

    def __init__(self, store: Store, machine: Clock = machine_clock) -> None:
        self._store = store
        self._machine = machine
        head = store.head()
        self.demo = head.demo
        self._scripted = head.demo_clock if head.demo else None

    def __call__(self) -> dt.datetime:
        return self._scripted or self._machine()

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
