"""The uniform population as the bench measures it: what it is founded on, sends and asks."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

from api.server.data_dir import DataDir
from api.server.settings import Settings
from bench.founding import found
from bench.population import CASES, UseLoad
from bench.wire import Request
from demo.story.cast import uscc
from demo.story.opening import AUTHORITY


class Uniform:
    """Seven departments with 21 grants, whose uses say the same but for id, time, post and matter."""

    name = "uniform"

    def __init__(self) -> None:
        self._uses: UseLoad

    @property
    def reader(self) -> str:
        return uscc(AUTHORITY)

    def found(self, settings: Settings) -> DataDir:
        directory = found(settings)
        self._uses = UseLoad(directory)
        return directory

    def requests(self, count: int, of: int) -> list[Request]:
        return self._uses.requests(count, of)

    def questions(self, size: int, count: int) -> Iterator[Mapping[str, str]]:
        """Of an officer, each of another item, department, verdict, time or tree size."""
        pick = random.Random(85)
        for number in range(count):
            case = pick.choice(CASES)
            yield (
                {"item": case.item},
                {"requester": uscc(case.requester), "verdict": "UNAUTHORIZED"},
                {"provider": uscc(case.provider), "purpose": case.purpose[0]},
                {"item": case.item, "reason": "PURPOSE_MISMATCH"},
                {"requester": uscc(case.requester), "as_of": str(pick.randrange(size // 2, size))},
                {"post": "经办岗-02", "from": "2026-04-01T09:20:00+08:00", "to": "2026-04-01T09:40:00+08:00"},
            )[number % 6]
