"""The newest published checkpoint for everybody: one look at the database at a time, which nobody has to wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from api.http.problems import Problem
from api.http.workers import WorkerGroup, Workers
from ledger.store.outage import is_outage

PATIENCE: Final = 1.0  # seconds; then the note that was read last is given


class NewestCheckpoint:
    """Used on the event loop. A published checkpoint stays true for ever, so an older one only says less."""

    def __init__(self, published: Callable[[], bytes | None]) -> None:
        self._published = published
        self._looking: asyncio.Task[bytes | None] | None = None
        self._last: bytes | None = None

    async def read(self, workers: Workers) -> bytes | None:
        """The note; None: nothing is published yet. Raises Problem DATABASE_AWAY where none was ever read."""
        if self._looking is None:
            self._looking = asyncio.create_task(workers.run(WorkerGroup.LOG, self._published))
            self._looking.add_done_callback(self._ended)
        looking = self._looking
        done, _ = await asyncio.wait((looking,), timeout=PATIENCE)
        if done:
            failure = looking.exception()
            if failure is None:
                return looking.result()
            if not is_outage(failure):
                raise failure
        if self._last is None:
            raise Problem("DATABASE_AWAY", "The database does not answer now.", headers={"Retry-After": "2"})
        return self._last

    def _ended(self, looking: asyncio.Task[bytes | None]) -> None:
        self._looking = None
        if not looking.cancelled() and looking.exception() is None:
            self._last = looking.result() or self._last
