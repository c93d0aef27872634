"""discrepancy/<id>: two sources differ (A11 ¶2, 4.10). The source of record verifies and explains."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.facts import NO_ANNOTATIONS, Annotations, Fact
from domain.families.discrepancy.events import DiscrepancyExplained, DiscrepancyReported, DiscrepancyVerified


class DiscrepancyStatus(StrEnum):
    """UNASSIGNED is absent, because the item's stream holds the source of record."""

    VERIFYING = "VERIFYING"
    VERIFIED = "VERIFIED"
    EXPLAINED = "EXPLAINED"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepancyState:
    """A reported difference, its verifications and explanations."""

    id: str
    reporter: str
    reported: DiscrepancyReported
    fact: Fact
    status: DiscrepancyStatus
    status_by: Fact
    verifications: tuple[tuple[DiscrepancyVerified, Fact], ...] = ()
    explanation: tuple[DiscrepancyExplained, Fact] | None = None
    closed: Fact | None = None
    marks: Annotations = NO_ANNOTATIONS

    @property
    def item(self) -> str:
        return self.reported.item

    def open_at(self, instant: datetime) -> bool:
        """Return whether the discrepancy was open at the instant."""
        return self.fact.time <= instant and (self.closed is None or instant < self.closed.time)
