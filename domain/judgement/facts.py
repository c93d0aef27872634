"""The facts of a judgement, as known at one log position, and the interface of their sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain.deadlines.calendar import WorkingCalendar
from domain.facts import NO_ANNOTATIONS
from domain.state import (
    AgreementState,
    Annotations,
    AuthorityState,
    DiscrepancyState,
    DisputeState,
    ItemState,
    PartyState,
    RequestState,
    State,
    StatisticsState,
    ViolationState,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that a judgement may cite.

    ``parties`` holds, by code, each organ that acts, is named or was succeeded. ``request`` is the request that the act
    cites, or that of its stream. ``unknown`` names cited streams that the ledger does not know. ``marks`` are those of
    the act's own stream. ``agreements`` name the request. ``disputes`` and ``discrepancies`` concern the item, or are
    the act's own stream. ``violations`` cite the release. ``reopened_at`` is the instant at which the request was
    reopened for this answer.
    """

    calendar: WorkingCalendar
    parties: Mapping[str, PartyState]
    request: RequestState | None = None
    item: ItemState | None = None
    agreements: tuple[AgreementState, ...] = ()
    disputes: tuple[DisputeState, ...] = ()
    discrepancies: tuple[DiscrepancyState, ...] = ()
    violations: tuple[ViolationState, ...] = ()
    statistics: StatisticsState | None = None
    authority: AuthorityState | None = None  # of the accused organ's division
    reopened_at: datetime | None = None
    marks: Annotations = NO_ANNOTATIONS
    unknown: frozenset[str] = frozenset()
    compromises: bool = field(init=False)  # whether a key of any of the parties was ever reported as compromised

    def __post_init__(self) -> None:
        keys = (key for party in self.parties.values() for key in party.keys.values())
        object.__setattr__(self, "compromises", any(key.compromised is not None for key in keys))


class Sources(Protocol):
    """The source of facts. A name is the part of a stream id after the first "/"."""

    def state(self, stream: str) -> State | None:
        """Return the state of a stream, or None."""
        ...

    def stream_of(self, party: str, record_id: str) -> str | None:
        """Return the stream of a record by signer and record id, or None."""
        ...

    def agreements_of(self, request: str) -> Iterable[str]:
        """Return the names of the agreements that name the request."""
        ...

    def disputes_of(self, item: str) -> Iterable[str]:
        """Return the names of the disputes about the item."""
        ...

    def discrepancies_of(self, item: str) -> Iterable[str]:
        """Return the names of the discrepancies of the item."""
        ...

    def violations_citing(self, party: str, record_id: str) -> Iterable[str]:
        """Return the names of the violation files that cite the record."""
        ...
