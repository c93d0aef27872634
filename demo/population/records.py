"""Records and deeds: what one organ signs at one time; and the pace at which a matter goes on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from random import Random
from typing import Any

from demo.population.organs import CLERKS, REVIEWER, Organ

CHINA = timezone(timedelta(hours=8))
SECOND = {"second_post": REVIEWER}

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Deed:
    """What one organ signs together. ``rotates``: its next key signs from the following day on."""

    by: Organ
    at: datetime  # when the last of it happened
    records: tuple[Record, ...]
    rotates: bool = False


def digest(label: str) -> str:
    """A stand-in for the digest of a document that stays with its organ."""
    return hashlib.sha256(label.encode()).hexdigest()


def record(by: Organ, name: str, stream: str, when: datetime, data: Mapping[str, Any], *, tag: str = "") -> Record:
    """Its id says what it is, so that others can cite it; ``tag`` tells repetitions apart."""
    return {
        "specversion": "1.0",
        "id": record_id(name, stream, tag),
        "source": by.source,
        "type": f"sharing.{name}.v1",
        "subject": stream,
        "time": when.isoformat(),
        "datacontenttype": "application/json",
        "data": {"post": CLERKS[0], **data},
    }


def record_id(name: str, stream: str, tag: str = "") -> str:
    return ":".join(part for part in (stream.partition("/")[2], name, tag) if part)


def ref(by: Organ, name: str, stream: str, tag: str = "") -> dict[str, str]:
    """How a later record cites an earlier one."""
    return {"source": by.source, "id": record_id(name, stream, tag)}


def deed(by: Organ, *records: Record, rotates: bool = False) -> Deed:
    last = max(datetime.fromisoformat(each["time"]) for each in records)
    return Deed(by, last, records, rotates)


def act(by: Organ, name: str, stream: str, when: datetime, data: Mapping[str, Any], *, tag: str = "") -> Deed:
    """One record, signed alone."""
    return deed(by, record(by, name, stream, when, data, tag=tag))


def document(number: str, issuer: Organ, day: date) -> dict[str, Any]:
    return {"no": number, "issuer": {"uscc": issuer.uscc}, "date": day.isoformat(), "digest": digest(number)}


class Pace:
    """The days on which a matter goes on: working days, one after the other, at times of its own chance."""

    def __init__(self, days: Sequence[date], start: int, chance: Random) -> None:
        self._days = days
        self._place = start
        self._minute = 0
        self.chance = chance

    @property
    def day(self) -> date:
        """Beyond the known days it goes on day by day; nothing of that is recorded any more."""
        beyond = self._place - len(self._days)
        return self._days[self._place] if beyond < 0 else self._days[-1] + timedelta(days=beyond + 1)

    def next(self, low: int = 1, high: int = 3) -> datetime:
        """Some working days later."""
        self._place += self.chance.randint(low, high)
        self._minute = self.chance.randint(9 * 60, 15 * 60)
        return self._at()

    def soon(self) -> datetime:
        """On the same day, some minutes later."""
        self._minute += self.chance.randint(4, 15)
        return self._at()

    def ahead(self, days: int) -> date:
        """The day so many calendar days from now."""
        return self.day + timedelta(days=days)

    def _at(self) -> datetime:
        return datetime.combine(self.day, time(self._minute // 60, self._minute % 60), CHINA)
