"""The state that all matters of the population share: organs, items, days, open grants, future keys."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from demo.population.holdings import PopulationItem, holdings
from demo.population.organs import Organ, OrganRegister, organ_register
from demo.population.records import Pace
from domain.deadlines.calendar import WorkingCalendar

START, END = date(2025, 1, 2), date(2026, 10, 30)
KEPT_ENDED = 200  # number of recently ended grants kept for uses that come too late

SuccessorKeys = Callable[[Organ], Mapping[str, str]]  # returns the public JWK that replaces the organ's key


@dataclass(slots=True, kw_only=True)
class Grant:
    """The right of use from ``since`` to ``until``, both included. ``fields`` change with agreement and grant."""

    case: str
    requester: Organ
    item: PopulationItem
    scope: dict[str, Any]
    delivery: str
    since: date
    until: date
    fields: tuple[str, ...]
    narrowed_on: date | None = None
    paused: tuple[date, date] | None = None

    def narrow(self, day: date, fields: tuple[str, ...]) -> None:
        """Reduce the fields from that day on."""
        self.narrowed_on, self.scope = day, {**self.scope, "fields": list(fields)}

    def fields_on(self, day: date) -> tuple[str, ...]:
        narrow = self.narrowed_on is not None and day >= self.narrowed_on
        return tuple(self.scope["fields"]) if narrow else self.fields

    def open_on(self, day: date) -> bool:
        if self.paused is not None and self.paused[0] <= day <= self.paused[1]:
            return False
        return self.since < day < self.until and self.item.sound_on(day)


@dataclass(slots=True)
class PopulationState:
    """The shared state. The matters fill ``grants`` and ``ended``; the uses of each day read them."""

    seed: int
    calendar: WorkingCalendar
    successor: SuccessorKeys
    register: OrganRegister = field(default_factory=organ_register)
    grants: list[Grant] = field(default_factory=list)
    ended: deque[Grant] = field(default_factory=lambda: deque(maxlen=KEPT_ENDED))
    items: list[PopulationItem] = field(init=False)
    days: list[date] = field(init=False)

    def __post_init__(self) -> None:
        self.items = holdings(self.register.organs)
        span = (END - START).days + 1
        self.days = [day for day in (START + timedelta(n) for n in range(span)) if self.calendar.is_working(day)]

    def chance(self, *names: object) -> Random:
        """Return a random generator per name, so that no matter depends on another."""
        return Random(":".join(str(name) for name in (self.seed, *names)))  # noqa: S311 - an invented story, no secret

    def pace(self, start: int, *names: object) -> Pace:
        return Pace(self.days, start, self.chance(*names))

    def prune(self, day: date) -> None:
        """Drop grants that ended long ago. Open grants and some recently ended ones stay."""
        for grant in self.grants:
            if grant.until < day:
                self.ended.append(grant)
        self.grants = [grant for grant in self.grants if grant.until >= day]
