"""Facts: the part of an act that every state keeps. Instants: the bounds of a date in law."""

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
    """The circumstances of an act, as far as judgement, doubts about keys and citations need them."""

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
        """Return signer and record id, the members of a ``ref``."""
        return (self.by, self.id)


def fact_of(act: Act) -> Fact:
    """Return the fact of an act."""
    event = act.event
    return Fact(act.index, act.time, act.recorded_at, act.by, act.id, event.event_name, event.post, act.kid)


@dataclass(frozen=True, slots=True)
class Correction:
    """``event.corrected``: the corrected values. The event itself stays unchanged."""

    changes: Mapping[str, Any]
    reason: str | None
    fact: Fact


@dataclass(frozen=True, slots=True)
class Annotations:
    """The later statements of signers about their own events in a stream, by (signer, record id)."""

    corrected: Mapping[tuple[str, str], tuple[Correction, ...]] = field(default_factory=lambda: NOTHING)
    reaffirmed: Mapping[tuple[str, str], Fact] = field(default_factory=lambda: NOTHING)
    disowned: Mapping[tuple[str, str], Fact] = field(default_factory=lambda: NOTHING)

    def not_disowned(self, fact: Fact) -> bool:
        """Return whether the signer has not disowned the fact. A disowned event stays visible and has no force."""
        return not self.disowned or fact.key not in self.disowned


NO_ANNOTATIONS: Final = Annotations()


@lru_cache(maxsize=4096)  # every use asks for the same few days
def start_of(day: date) -> datetime:
    """Return 00:00 +08:00 of the day, in UTC, because instants of one zone compare fastest."""
    return datetime(day.year, day.month, day.day, tzinfo=CHINA).astimezone(UTC)


def end_of(day: date) -> datetime:
    """Return 24:00 +08:00 of the day. The instant itself belongs to the next day."""
    return start_of(day) + timedelta(days=1)
