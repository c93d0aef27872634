"""How this process uses the Python interpreter: settings that are the process's own, made once at its start."""

from __future__ import annotations

import gc
import sys
from typing import Final

_COLLECT_AFTER: Final = (20_000, 20, 50)  # objects; collections of the youngest; of the middle generation
_TURN: Final = 0.000_5  # seconds


def work_in_batches() -> None:
    """For a process that takes records, or projects them, by the thousand.

    The collector looks for cycles whenever some hundred objects more were made than freed. A batch makes tens of
    thousands, which go without its help; and what was loaded at the start never goes. It is told so: a fifth of the
    server's time.

    Threads have the interpreter in turns of half a millisecond instead of 5 ms. Who writes to a database wants it for a
    moment between two waits, some twenty times a batch, and each time waited a whole turn of those who read or judge:
    an eighth of what can be recorded in a second. Shorter turns gain nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)
    sys.setswitchinterval(_TURN)
