"""Who takes part and what is granted before anything is measured: 51 organs, 400 posts, wide items, 120 grants."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any, Final

from demo.population.founding import opening
from demo.population.holdings import PopulationItem
from demo.population.matters import PURPOSES, Actions, Matter
from demo.population.organs import CLERKS, Organ
from demo.population.records import CHINA, Action, act
from demo.population.sharing import Sharing
from demo.population.world import Grant, PopulationState
from domain.rules.bundled import load_calendar

POSTS, GRANTS = 400, 120
UNITS: Final = ("业务一处", "业务二处", "业务三处", "业务四处")
PURPOSES_OF_A_GRANT, FIELDS_OF_A_GRANT, FIELDS_OF_AN_ITEM = 3, 20, 24
_POSTS_OF_EVERY_ORGAN = 4  # the responsible one, two clerks, a reviewer: registered by the opening
_POSTS_ON, _GRANTS_FROM = 3, 8  # working days: when further posts are filled, when the first request is submitted
_FIELD_WORDS: Final = (
    "登记", "参保", "许可", "处罚", "补贴", "婚姻", "户籍", "住所", "法人", "股权", "缴费", "资产",
)  # fmt: skip
_FIELD_KINDS: Final = ("编号", "日期", "状态", "类别", "金额")


@dataclass(frozen=True, slots=True)
class Officer:
    """A post and the unit that it belongs to."""

    post: str
    unit: str


class WideMatter(Matter):
    """A request whose scope is as wide as a grant's: many fields, several purposes, duties and units."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The first five are those that every plot of the demo delivers."""
        first, rest = self.item.fields[:5], self.item.fields[5:FIELDS_OF_A_GRANT]
        return first + tuple(self.world.chance("wide", self.number).sample(rest, len(rest)))

    def scope(self, day: Any, fields: tuple[str, ...] | None = None, *, stub: bool = False) -> dict[str, Any]:
        scope = Matter.scope(self, day, fields or self.fields, stub=stub)
        first = PURPOSES.index(self.purpose)
        purposes = [PURPOSES[(first + n) % len(PURPOSES)] for n in range(PURPOSES_OF_A_GRANT)]
        scope["purposes"] = [{"code": code} if stub else {"code": code, "text": text} for code, text in purposes]
        line = self.requester.line
        scope["duty_bases"] = [{"kind": "MATTER_CODE", "matter_code": f"SX-{line:02d}{code}"} for code, _ in purposes]
        scope["users"] = {"units": list(UNITS)}
        return scope


def delivered(matter: Matter, fields: tuple[str, ...]) -> Actions:
    """The usual way from a request to its first delivery."""
    yield from matter.asked()
    yield matter.taken_up()
    yield matter.approved()
    share = Sharing(matter, fields)
    yield from share.protected()
    yield from share.delivered()


@dataclass(slots=True)
class Scene:
    """The same for the same seed. ``grants`` and what they rest on are there once ``granted`` has been read."""

    seed: int
    world: PopulationState = field(init=False)

    def __post_init__(self) -> None:
        self.world = PopulationState(self.seed, load_calendar(), _no_successor)
        self.world.items = [self._widened(item) for item in self.world.items]

    def _widened(self, item: PopulationItem) -> PopulationItem:
        names = [f"{word}{kind}" for word in _FIELD_WORDS for kind in _FIELD_KINDS]
        return replace(item, fields=tuple(self.world.chance("fields", item.code).sample(names, FIELDS_OF_AN_ITEM)))

    @property
    def organs(self) -> tuple[Organ, ...]:
        """Those that share and use."""
        return self.world.register.organs

    @property
    def deciding(self) -> tuple[Organ, ...]:
        """Authorities, governments and offices: they act in the matters of others and use nothing."""
        return tuple(organ for organ in self.everybody if organ not in self.organs)

    @property
    def everybody(self) -> tuple[Organ, ...]:
        return tuple(self.world.register.everybody())

    @property
    def undisputed(self) -> list[PopulationItem]:
        """The items of the grants: no matter that goes on touches them, so every use is judged as it was meant."""
        return self.world.items[::2]

    @property
    def disputed(self) -> list[PopulationItem]:
        """The items of all other matters, among which are disputes and changes of class."""
        return self.world.items[1::2]

    @property
    def grants(self) -> list[Grant]:
        return self.world.grants[:GRANTS]

    def officers(self, organ: Organ) -> tuple[Officer, ...]:
        """Those whose posts use what is shared."""
        further = POSTS - _POSTS_OF_EVERY_ORGAN * len(self.everybody)
        place, number = self.organs.index(organ), len(self.organs)
        count = further // number + (place < further % number)
        more = (Officer(f"经办岗-{3 + n:02d}", UNITS[n % len(UNITS)]) for n in range(count))
        return (*(Officer(post, UNITS[0]) for post in CLERKS), *more)

    def opened(self, keys: Mapping[str, Mapping[str, Any]]) -> Iterator[Action]:
        """All organs with their keys and posts, and the catalogue; in the order of time. ``keys``: by code."""
        deeds = [*opening(self.world, keys), *self._further_posts()]
        yield from sorted(deeds, key=lambda deed: deed.at)

    def _further_posts(self) -> Iterator[Action]:
        when = datetime.combine(self.world.days[_POSTS_ON], time(9), CHINA)
        for organ in self.organs:
            for officer in self.officers(organ)[len(CLERKS) :]:
                data = {
                    "officer": officer.post,
                    "unit": officer.unit,
                    "responsible": False,
                    "from": when.date().isoformat(),
                }
                yield act(organ, "party.officer_appointed", f"party/{organ.uscc}", when, data, tag=officer.post[-2:])

    def granted(self) -> Iterator[Action]:
        """What leads to the grants, in the order of time."""
        lives = (self._granted(number) for number in range(GRANTS))
        yield from heapq.merge(*lives, key=lambda deed: deed.at)

    def _granted(self, number: int) -> Actions:
        """Every organ that shares has grants: they take turns."""
        requester = self.organs[number % len(self.organs)]
        chance = self.world.chance("grant", number)
        item = chance.choice([item for item in self.undisputed if item.provider != requester])
        pace = self.world.pace(_GRANTS_FROM + number % 10, "granted", number)
        matter = WideMatter(self.world, number, requester, item, pace, chance.choice(PURPOSES), 360)
        yield from delivered(matter, matter.fields)


def _no_successor(organ: Organ) -> Mapping[str, str]:
    raise AssertionError(f"{organ.name} replaces its key: no life of this population does")
