"""dispute/<id>: a dispute on state secret (route A), or on trade secret or privacy (route B). A19 ¶2, 4.9."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.facts import NO_ANNOTATIONS, Annotations, Fact
from domain.families.dispute.events import DeterminationIssued, DisputeApplied, DisputeOpened, DisputeOutcomeRecorded
from domain.vocabulary.codes import EscalationLevel, Route
from domain.vocabulary.sensitivity import STATE_SECRET


class DisputeStatus(StrEnum):
    OPENED = "OPENED"
    ROUTED_A = "ROUTED_A"
    OBJECTION_TO_ORIGINATOR = "OBJECTION_TO_ORIGINATOR"
    OBJECTION_DECIDED = "OBJECTION_DECIDED"
    ESCALATED_PROVINCE = "ESCALATED_PROVINCE"
    ESCALATED_NATION = "ESCALATED_NATION"
    DETERMINED = "DETERMINED"
    ROUTED_B = "ROUTED_B"
    APPLIED = "APPLIED"
    OUTCOME_RECORDED = "OUTCOME_RECORDED"
    WITHDRAWN = "WITHDRAWN"


SETTLED = frozenset({DisputeStatus.DETERMINED, DisputeStatus.OUTCOME_RECORDED, DisputeStatus.WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeState:
    """A dispute and its steps.

    ``opened.claimed_class`` is the stricter class, in force from ``fact.time`` until ``settled``.
    """

    id: str
    opener: str
    opened: DisputeOpened
    fact: Fact
    status: DisputeStatus
    status_by: Fact
    objection: Fact | None = None
    originator: str | None = None
    escalated_to: EscalationLevel | None = None
    determinations: tuple[tuple[DeterminationIssued, Fact], ...] = ()
    application: tuple[DisputeApplied, Fact] | None = None
    outcome: tuple[DisputeOutcomeRecorded, Fact] | None = None
    settled: Fact | None = None
    marks: Annotations = NO_ANNOTATIONS

    @property
    def item(self) -> str:
        return self.opened.item

    @property
    def route(self) -> Route:
        """Return the route of the dispute.

        A: the secrecy administration determines. B: a party applies to the competent State organ.
        """
        return "A" if self.opened.claimed_class == STATE_SECRET else "B"

    def open_at(self, instant: datetime) -> bool:
        """Return whether the dispute was open at the instant."""
        return self.fact.time <= instant and (self.settled is None or instant < self.settled.time)
