"""What o'clock it is outside of any ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

Clock = Callable[[], dt.datetime]


def machine_clock() -> dt.datetime:
    """What the machine says, in UTC."""
    return dt.datetime.now(dt.UTC)
