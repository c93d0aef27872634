"""All sequences of actions in the order of their days. Memory holds the running ones, not those to come."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import chain

from demo.population import offices, upkeep
from demo.population.holdings import PopulationItem
from demo.population.matters import Actions
from demo.population.plots import SCENARIO_BY_MATTER, matter_of
from demo.population.records import CHINA, Action
from demo.population.world import END, PopulationState

FIRST = 8  # the first working day with matters, because the catalogue is published then
_CLOSE = datetime.combine(END, time(17, 30), CHINA)  # no later act is recorded


class Schedule:
    """The order of all actions.

    ``matters`` is the number of share requests. The number of other actions grows with it. ``kids``: uscc → kid of the
    organ's first key.
    """

    def __init__(self, world: PopulationState, matters: int, kids: Mapping[str, str]) -> None:
        self._world = world
        self._matters = matters
        self._kids = kids

    def by_day(self) -> Iterator[tuple[date, list[Action]]]:
        """Yield every working day with its actions, in the order of time. A day may have none."""
        running: list[tuple[datetime, int, Action, Actions]] = []
        starting = self._lives()
        upcoming = next(starting, None)
        number = 0
        for place, day in enumerate(self._world.days):
            while upcoming is not None and upcoming[0] <= place:
                number += 1
                _advance(running, number, upcoming[1])
                upcoming = next(starting, None)
            today: list[Action] = []
            while running and running[0][0].date() <= day:
                _, which, deed, life = heapq.heappop(running)
                today.append(deed)
                _advance(running, which, life)
            yield day, today

    def _lives(self) -> Iterator[tuple[int, Actions]]:
        """Yield each sequence with the working day on which it starts, in that order."""
        return heapq.merge(self._of_matters(), self._around(), key=lambda life: life[0])

    def _of_matters(self) -> Iterator[tuple[int, Actions]]:
        span = len(self._world.days) - FIRST - 1
        for number in range(self._matters):
            start = FIRST + number * span // self._matters
            matter, plot = matter_of(self._world, number, start)
            yield start, plot(matter)

    def _around(self) -> Iterator[tuple[int, Actions]]:
        lives = chain(self._of_items(), self._of_organs(), self._now_and_then())
        yield from sorted(lives, key=lambda life: life[0])

    def _of_items(self) -> Iterable[tuple[int, Actions]]:
        world = self._world
        # The changes of an item keep pace with its matters, within the limit of 20 working days each.
        every = max(5, min(400, 400 * len(world.items) // self._matters))
        compared = comparable(world.items)
        for number, item in enumerate(world.items):
            if item in compared:
                continue
            start = FIRST + number % 40
            yield start, upkeep.changes(item, world.pace(start, "changes", number), every=every)
            if number % 8 == 0:
                yield start, upkeep.entry(world, item, world.pace(start, "entry", number))
        yield FIRST, upkeep.republished(world, world.pace(FIRST, "catalogue"))

    def _of_organs(self) -> Iterable[tuple[int, Actions]]:
        world = self._world
        for number, organ in enumerate(world.register.organs):
            start = FIRST + 60 + number * 7
            if number % 3 == 0:
                yield start, offices.key(world, organ, self._kids[organ.uscc], world.pace(start, "key", number))
            if number % 10 == 0:
                yield FIRST, offices.posts(organ, world.pace(FIRST, "posts", number))
            if number % 4 == 1:
                yield FIRST, offices.node(organ, world.pace(FIRST, "node", number))
            if number % 20 == 7:
                yield FIRST, offices.renamed(world, organ, world.pace(FIRST, "name", number))
        monitoring = world.register.monitoring
        pace = world.pace(FIRST, "key", "monitoring")
        yield FIRST, offices.key(world, monitoring, self._kids[monitoring.uscc], pace)
        yield FIRST, offices.rules(world, world.pace(FIRST, "rules"))
        yield FIRST, offices.reports(world, world.pace(FIRST, "reports"))

    def _now_and_then(self) -> Iterable[tuple[int, Actions]]:
        """Yield some discrepancies, demands, incidents and inspections, in proportion to the matters."""
        world, decks = self._world, max(1, self._matters // len(SCENARIO_BY_MATTER))
        organs, items = world.register.organs, comparable(world.items)
        span = len(world.days) - FIRST - 30
        for number in range(3 * decks):
            start = FIRST + number * span // (3 * decks)
            chance = world.chance("occasion", number)
            item, organ = items[chance.randrange(len(items))], organs[chance.randrange(len(organs))]
            if organ != item.provider:
                pace = world.pace(start, "discrepancy", number)
                yield start, upkeep.discrepancy(world, number, item, organ, pace)
                yield start, upkeep.demand(world, number, item, organ, world.pace(start, "demand", number))
            if number % 3 == 0:
                yield start, offices.incident(number, organ, world.pace(start, "incident", number))
                yield start, offices.inspection(world, number, organ, world.pace(start, "inspection", number))


def comparable(items: Sequence[PopulationItem]) -> Sequence[PopulationItem]:
    """Return the items whose data other organs compare with their own.

    These items have no other changes: the update after a discrepancy carries every open change, and a change is carried
    once only.
    """
    return items[::3]


def _advance(running: list[tuple[datetime, int, Action, Actions]], number: int, life: Actions) -> None:
    """Queue the sequence's next action. A sequence beyond the period ends."""
    deed = next(life, None)
    if deed is not None and deed.at <= _CLOSE:
        heapq.heappush(running, (deed.at, number, deed, life))
