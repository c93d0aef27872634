"""Worker threads, in one bounded group for each purpose, so that no group can make another one wait.

Each thread holds at most one database connection, so the groups together need no more than the engine's pool gives
(``ledger.store.engine``).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import Final, ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

from api.http.problems import Problem

P = ParamSpec("P")
T = TypeVar("T")


class WorkerGroup(StrEnum):
    """``value`` is the name in messages."""

    HEALTH = "health"
    LOG = "public log"
    READS = "reads"
    WAITS = "long waits"  # a caller's ``at_least`` or ``Prefer: wait``
    KEYS = "key look-ups"
    SUBMISSIONS = "submissions"  # parsing, which needs no connection


THREADS: Final = {
    WorkerGroup.HEALTH: 2,
    WorkerGroup.LOG: 4,
    WorkerGroup.READS: 16,
    WorkerGroup.WAITS: 16,
    WorkerGroup.KEYS: 2,
    WorkerGroup.SUBMISSIONS: 2,
}
MOST_WAITING: Final = 16  # requests that wait for each thread of their group; the next one gets 503


class Workers:
    """One per process; used on its event loop."""

    def __init__(self) -> None:
        self._limiters = {group: CapacityLimiter(count) for group, count in THREADS.items()}

    async def run(self, group: WorkerGroup, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call the function in a thread of the group. Raises Problem OVERLOADED where too many wait for one."""
        limiter = self._limiters[group]
        if limiter.statistics().tasks_waiting >= MOST_WAITING * THREADS[group]:
            detail = f"Too many requests wait for the {group} of this server."
            raise Problem("OVERLOADED", detail, headers={"Retry-After": "1"})
        return await to_thread.run_sync(partial(function, *args, **kwargs), limiter=limiter)
