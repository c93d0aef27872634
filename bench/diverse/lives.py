"""Acts other than uses: matters that go on while uses arrive, each step signed by the organ whose turn it is.

A step can be sent when the one before it is in the log: `Lives` says which steps an organ can take, and after which
submission.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final

from bench.diverse.scene import GRANTS, Scene
from demo.population.matters import PURPOSES, Actions, Matter
from demo.population.organs import Organ
from demo.population.plots import SCENARIO_BY_MATTER
from demo.population.records import Pace, RecordJson

_BEGIN: Final = timedelta(hours=23)  # before now
_MOST: Final = timedelta(minutes=3)  # for what takes some working days in the demo, a day of it
NOTHING: Final = -1 << 30


class ShortPace(Pace):
    """A matter within a day: minutes take the place of working days, and nothing lies ahead of ``now``."""

    def __init__(self, now: datetime, pace: Pace) -> None:
        super().__init__([], 0, pace.chance)
        self._now = now
        self._when = now - _BEGIN + timedelta(minutes=self.chance.randrange(600))

    @property
    def day(self) -> date:
        return self._when.date()

    def next(self, low: int = 1, high: int = 3) -> datetime:
        return self._on(self.chance.randint(low, high) * _MOST)

    def soon(self) -> datetime:
        return self._on(timedelta(seconds=self.chance.randint(20, 200)))

    def _on(self, by: timedelta) -> datetime:
        self._when = min(self._when + by, self._now)
        return self._when


@dataclass(frozen=True, slots=True)
class Step:
    """The next record of a life, by whom, and the number of the submission that must be in the log before it.

    ``NOTHING`` must, where the step before it was recorded at the founding, or there is none.
    """

    by: Organ
    record: RecordJson
    life: Iterator[tuple[Organ, RecordJson]]
    after: int


@dataclass(slots=True)
class Lives:
    """All matters that have begun and not ended, by the organ that acts next. ``begun`` counts them."""

    scene: Scene
    now: datetime
    begun: int = 0
    _ready: dict[str, deque[Step]] = field(init=False)
    _organs: dict[str, Organ] = field(init=False)

    def __post_init__(self) -> None:
        self._organs = {organ.uscc: organ for organ in self.scene.everybody}
        self._ready = {uscc: deque() for uscc in self._organs}

    def wait_for(self, organ: Organ, count: int, until: int) -> bool:
        """Whether so many matters wait for the organ whose last step was in submission ``until`` or before."""
        waiting = self._ready[organ.uscc]
        return len(waiting) >= count and waiting[count - 1].after <= until

    def steps(self, organ: Organ, count: int, number: int, until: int) -> list[Step]:
        """The next records of an organ, at most ``count``, for submission ``number``, in an order that can be admitted.

        A matter goes on within the submission as long as the same organ acts; the oldest come first.
        """
        taken: list[Step] = []
        waiting = self._ready[organ.uscc]
        while len(taken) < count and waiting and waiting[0].after <= until:
            step: Step | None = waiting.popleft()
            while step is not None and step.by == organ and len(taken) < count:
                taken.append(step)
                step = self._following(step.life, number)
            self._put(step)
        return taken

    def begin(self, requester: Organ, number: int) -> Step:
        """A new matter of the requester: its first record, taken into submission ``number``.

        Some matters begin with an act of another organ: they wait for that one, and the next is begun.
        """
        while True:
            life = self._life(requester)
            first = next(life)
            if first[0] == requester:
                self._put(self._following(life, number))
                return Step(*first, life, number)
            self._put(Step(*first, life, NOTHING))

    def underway(self, requester: Organ, count: int) -> Iterator[tuple[Organ, RecordJson]]:
        """A new matter's first records, at most ``count``; the rest is ready to be sent, whatever was sent before."""
        life = self._life(requester)
        yield from islice(life, count)
        self._put(self._following(life, NOTHING))

    def _put(self, step: Step | None) -> None:
        if step is not None:
            self._ready[step.by.uscc].append(step)

    def _following(self, life: Iterator[tuple[Organ, RecordJson]], number: int) -> Step | None:
        found = next(life, None)
        return None if found is None else Step(*found, life, number)

    def _life(self, requester: Organ) -> Iterator[tuple[Organ, RecordJson]]:
        """One record after the other."""
        number = GRANTS + self.begun
        self.begun += 1
        for deed in self._plot(requester, number):
            for record in deed.records:
                yield deed.by, record

    def _plot(self, requester: Organ, number: int) -> Actions:
        world = self.scene.world
        plot, sensitive = SCENARIO_BY_MATTER[number % len(SCENARIO_BY_MATTER)]
        chance = world.chance("matter", number)
        items = [item for item in self.scene.disputed if item.provider != requester]
        fitting = [item for item in items if sensitive in (None, item.sensitive)]
        pace = ShortPace(self.now, world.pace(0, "life", number))
        return plot(Matter(world, number, requester, chance.choice(fitting), pace, chance.choice(PURPOSES)))
