"""Uses, the bulk of the population: nineteen of twenty follow the grant, the twentieth departs from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from demo.population.organs import CLERKS, Organ
from demo.population.records import CHINA, Action, RecordJson
from demo.population.world import Grant, PopulationState

LINES = 1_000  # records in one submission
BATCH = 100  # uses per organ and day, where there are enough
ODD_EVERY = 20  # one of so many uses departs from the grant


def use_of(grant: Grant, when: datetime, name: str) -> RecordJson:
    """Return one use within the grant."""
    scope = grant.scope
    purpose, (duty,) = scope["purposes"][0], scope["duty_bases"]
    post = CLERKS[when.minute % len(CLERKS)]
    data = {
        "post": post,
        "request_id": grant.case,
        "unit": grant.requester.unit,
        "officer": post,
        "system": f"系统-{grant.requester.line:02d}",
        "purpose_code": purpose["code"],
        "purpose_text": purpose["text"],
        "duty": duty,
        "matter_no": f"事项-{name}",
        "item": grant.item.code,
        "fields": list(grant.fields_on(when.date())),
        "subject_count": 1,
        "divisions": scope["subjects"]["divisions"],
        "network": "GOV_EXTRANET",
        "channel": "PLATFORM",
        "delivery_id": grant.delivery,
    }
    return {
        "specversion": "1.0",
        "id": f"{grant.case}:use:{name}",
        "source": grant.requester.source,
        "type": "sharing.use.recorded.v1",
        "subject": f"request/{grant.case}",
        "time": when.isoformat(),
        "datacontenttype": "application/json",
        "data": data,
    }


Odd = Callable[[RecordJson, Grant], None]


def _elsewhere(used: RecordJson, request: str | None) -> None:
    """Move the use to a stream of its own: it cites no request, or an unknown one (4.7)."""
    used["subject"] = f"use/{used['id']}"
    used["data"]["request_id"] = request
    del used["data"]["delivery_id"]


def _set(**members: Any) -> Odd:
    return lambda used, _: used["data"].update(members)


def _at(used: RecordJson, day: date) -> None:
    used["time"] = datetime.combine(day, datetime.fromisoformat(used["time"]).timetz()).isoformat()


def _long_ago(used: RecordJson, grant: Grant) -> None:
    """Date the use days before its record, as after a line failure, but after the delivery."""
    day = datetime.fromisoformat(used["time"]).date() - timedelta(days=12)
    _at(used, max(day, grant.since + timedelta(days=1)))


def _before_delivery(used: RecordJson, grant: Grant) -> None:
    """Date the use before the delivery."""
    _at(used, grant.since - timedelta(days=1))


# The departures from the grant, taken in turn.
ODD: tuple[Odd, ...] = (
    _set(purpose_code="P99", purpose_text="信用评级"),
    _set(fields=["统一编号", "联系电话"]),
    _set(divisions=["110000"]),
    _set(unit="业务九处"),
    _set(duty={"kind": "MATTER_CODE", "matter_code": "SX-9999"}),
    _set(purpose_code=None, purpose_text=None),
    lambda used, _: _elsewhere(used, None),
    lambda used, _: _elsewhere(used, f"外部-{used['id'][:8]}"),
    _long_ago,
    _set(emergency_statute={"law": "突发事件应对法", "article": "52"}),
    _set(duty=None),
    _before_delivery,
)
TOO_LATE, TROUBLED = (
    len(ODD),
    len(ODD) + 1,
)  # two more kinds: under a grant that has ended, of an item that is stale or in doubt


@dataclass(slots=True)
class UsesOfDay:
    """The planned number of uses, spread over the days on which a grant is open."""

    world: PopulationState
    total: int
    made: int = 0
    odd: int = 0
    chance: Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = self.world.chance("uses")

    def of(self, day: date, days_left: int) -> Iterator[Action]:
        """Yield the uses of a day, by requester, up to a thousand per action. ``days_left`` includes this day."""
        open_now = [grant for grant in self.world.grants if grant.open_on(day)]
        number_today = -(-(self.total - self.made) // days_left)
        if not open_now or not number_today:
            return
        open_now = self._busy(open_now, number_today)
        by: dict[str, tuple[Organ, list[RecordJson]]] = {}
        for number in range(number_today):
            used, organ = self._one(open_now, day, number)
            records = by.setdefault(organ.uscc, (organ, []))[1]
            records.append(used)
            if len(records) == LINES:
                yield _together(*by.pop(organ.uscc))
        for each in by.values():
            yield _together(*each)

    def _busy(self, open_now: list[Grant], number_today: int) -> list[Grant]:
        """Return the grants of the organs at work on that day. Their number allows each organ a full batch."""
        organs = sorted({grant.requester.uscc for grant in open_now})
        per_organ = max(1, number_today // BATCH)
        if len(organs) > per_organ:
            organs = self.chance.sample(organs, per_organ)
        chosen = set(organs)
        return [grant for grant in open_now if grant.requester.uscc in chosen]

    def _one(self, open_now: list[Grant], day: date, number: int) -> tuple[RecordJson, Organ]:
        self.made += 1
        grant = open_now[self.chance.randrange(len(open_now))]
        minute = 8 * 60 + 30 + self.chance.randrange(9 * 60)
        when = datetime.combine(day, time(minute // 60, minute % 60), CHINA)
        name = f"{day:%y%m%d}-{number}"
        if self.made % ODD_EVERY:
            return use_of(grant, when, name), grant.requester
        kind = self.odd % (TROUBLED + 1)
        self.odd += 1
        others = self._others(kind, day)
        if others:
            grant = others[self.chance.randrange(len(others))]
        used = use_of(grant, when, name)
        if kind < TOO_LATE:
            ODD[kind](used, grant)
        return used, grant.requester

    def _others(self, kind: int, day: date) -> Sequence[Grant]:
        """Return the grants for a use of this kind, if not an open one. On some days there are none."""
        if kind == TOO_LATE:
            return self.world.ended
        if kind == TROUBLED:
            return [each for each in self.world.grants if each.since < day < each.until and not each.item.sound_on(day)]
        return ()


def _together(organ: Organ, records: list[RecordJson]) -> Action:
    return Action(organ, datetime.fromisoformat(records[-1]["time"]), tuple(records))
