"""What all matters of the population share: organs, items, days, the grants that are open, the keys to come."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from demo.population.holdings import Item, holdings
from demo.population.organs import Organ, Register, register
from demo.population.records import Pace
from domain.deadlines.calendar import WorkingCalendar

START, END = date(2025, 1, 2), date(2026, 10, 30)
KEPT_ENDED = 200  # grants that ended lately, for uses that come too late

Successor = Callable[[Organ], Mapping[str, str]]  # the public JWK that takes the place of an organ's key


@dataclass(slots=True, kw_only=True)
class Grant:
    """What an organ may use from ``since`` to ``until``, both included; ``fields`` change with agreement and grant."""

    case: str
    requester: Organ
    item: Item
    scope: dict[str, Any]
    delivery: str
    since: date
    until: date
    fields: tuple[str, ...]
    narrowed_on: date | None = None
    paused: tuple[date, date] | None = None

    def narrow(self, on: date, fields: tuple[str, ...]) -> None:
        """From that day on the fields are fewer."""
        self.narrowed_on, self.scope = on, {**self.scope, "fields": list(fields)}

    def fields_on(self, day: date) -> tuple[str, ...]:
        narrow = self.narrowed_on is not None and day >= self.narrowed_on
        return tuple(self.scope["fields"]) if narrow else self.fields

    def open_on(self, day: date) -> bool:
        if self.paused is not None and self.paused[0] <= day <= self.paused[1]:
            return False
        return self.since < day < self.until and self.item.sound_on(day)


@dataclass(slots=True)
class World:
    """``grants`` and ``ended`` are filled by the matters as they go on and read by the uses of each day."""

    seed: int
    calendar: WorkingCalendar
    successor: Successor
    register: Register = field(default_factory=register)
    grants: list[Grant] = field(default_factory=list)
    ended: deque[Grant] = field(default_factory=lambda: deque(maxlen=KEPT_ENDED))
    items: list[Item] = field(init=False)
    days: list[date] = field(init=False)

    def __post_init__(self) -> None:
        self.items = holdings(self.register.organs)
        span = (END - START).days + 1
        self.days = [day for day in (START + timedelta(n) for n in range(span)) if self.calendar.is_working(day)]

    def chance(self, *names: object) -> Random:
        """A source of chance of its own for each matter: none depends on what another does."""
        return Random(":".join(str(name) for name in (self.seed, *names)))  # noqa: S311 - an invented story, no secret

    def pace(self, start: int, *names: object) -> Pace:
        return Pace(self.days, start, self.chance(*names))

    def prune(self, day: date) -> None:
        """Forget what ended long ago: memory holds what is open, and some of what ended lately."""
        for grant in self.grants:
            if grant.until < day:
                self.ended.append(grant)
        self.grants = [grant for grant in self.grants if grant.until >= day]
