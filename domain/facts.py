"""What every state remembers of an act, and the instants that a bare date of the law stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from domain.act import Act
from domain.deadlines.calendar import CHINA

NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Fact:
    """The circumstances of the act that made something so: enough to judge by it, to doubt it, to find its entry."""

    index: int
    time: datetime
    recorded_at: datetime
    by: str
    id: str
    event: str
    post: str
    kid: str

    @property
    def key(self) -> tuple[str, str]:
        """Signer and record id: what a ``ref`` names."""
        return (self.by, self.id)


def fact_of(act: Act) -> Fact:
    event = act.event
    return Fact(act.index, act.time, act.recorded_at, act.by, act.id, event.event_name, event.post, act.kid)


@dataclass(frozen=True, slots=True)
class Correction:
    """``event.corrected``: the values that should have stood in the event; the event itself stays as it is."""

    changes: Mapping[str, Any]
    reason: str | None
    fact: Fact


@dataclass(frozen=True, slots=True)
class Marks:
    """What the signers of a stream's own events said about them later, by (signer, record id); nothing is edited."""

    corrected: Mapping[tuple[str, str], tuple[Correction, ...]] = field(default_factory=lambda: NOTHING)
    reaffirmed: Mapping[tuple[str, str], Fact] = field(default_factory=lambda: NOTHING)
    disowned: Mapping[tuple[str, str], Fact] = field(default_factory=lambda: NOTHING)

    def stands(self, fact: Fact) -> bool:
        """Whether its signer did not disown it: a disowned event stays visible and has no force."""
        return not self.disowned or fact.key not in self.disowned


UNMARKED: Final = Marks()


@lru_cache(maxsize=4096)  # asked anew for every use, of the same few days
def start_of(day: date) -> datetime:
    """A day begins at 00:00 +08:00. Kept in UTC, where instants compare fastest."""
    return datetime(day.year, day.month, day.day, tzinfo=CHINA).astimezone(UTC)


def end_of(day: date) -> datetime:
    """A day ends at 24:00 +08:00; the instant itself belongs to the next day."""
    return start_of(day) + timedelta(days=1)
