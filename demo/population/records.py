"""Records and actions: the submission of one organ at one time, and the days on which a matter proceeds."""

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

RecordJson = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """The records that one organ signs together. ``rotates``: its next key signs from the following day on."""

    by: Organ
    at: datetime  # instant of the last record
    records: tuple[RecordJson, ...]
    rotates: bool = False


def digest(label: str) -> str:
    """Return a placeholder for the digest of a document that stays with its organ."""
    return hashlib.sha256(label.encode()).hexdigest()


def record(
    organ: Organ, name: str, stream: str, when: datetime, data: Mapping[str, Any], *, tag: str = ""
) -> RecordJson:
    """Return a record.

    Its id follows from its content, so that others can cite it. ``tag`` distinguishes repetitions.
    """
    return {
        "specversion": "1.0",
        "id": record_id(name, stream, tag),
        "source": organ.source,
        "type": f"sharing.{name}.v1",
        "subject": stream,
        "time": when.isoformat(),
        "datacontenttype": "application/json",
        "data": {"post": CLERKS[0], **data},
    }


def record_id(name: str, stream: str, tag: str = "") -> str:
    return ":".join(part for part in (stream.partition("/")[2], name, tag) if part)


def ref(organ: Organ, name: str, stream: str, tag: str = "") -> dict[str, str]:
    """Return the reference by which a later record cites this one."""
    return {"source": organ.source, "id": record_id(name, stream, tag)}


def action(organ: Organ, *records: RecordJson, rotates: bool = False) -> Action:
    last = max(datetime.fromisoformat(each["time"]) for each in records)
    return Action(organ, last, records, rotates)


def act(organ: Organ, name: str, stream: str, when: datetime, data: Mapping[str, Any], *, tag: str = "") -> Action:
    """Return one record, signed alone."""
    return action(organ, record(organ, name, stream, when, data, tag=tag))


def document(number: str, issuer: Organ, day: date) -> dict[str, Any]:
    return {"no": number, "issuer": {"uscc": issuer.uscc}, "date": day.isoformat(), "digest": digest(number)}


class Pace:
    """The working days on which a matter proceeds, at random times."""

    def __init__(self, days: Sequence[date], start: int, chance: Random) -> None:
        self._days = days
        self._place = start
        self._minute = 0
        self.chance = chance

    @property
    def day(self) -> date:
        """Return the present day. Beyond the known days it advances daily; such acts are not recorded."""
        beyond = self._place - len(self._days)
        return self._days[self._place] if beyond < 0 else self._days[-1] + timedelta(days=beyond + 1)

    def next(self, low: int = 1, high: int = 3) -> datetime:
        """Advance by some working days and return the instant."""
        self._place += self.chance.randint(low, high)
        self._minute = self.chance.randint(9 * 60, 15 * 60)
        return self._at()

    def soon(self) -> datetime:
        """Advance by some minutes on the same day and return the instant."""
        self._minute += self.chance.randint(4, 15)
        return self._at()

    def ahead(self, days: int) -> date:
        """Return the day that many calendar days ahead."""
        return self.day + timedelta(days=days)

    def _at(self) -> datetime:
        return datetime.combine(self.day, time(self._minute // 60, self._minute % 60), CHINA)
