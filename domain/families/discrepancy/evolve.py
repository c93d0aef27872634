"""discrepancy/: reported, verified, explained, closed (4.10)."""

from __future__ import annotations

from dataclasses import replace

from domain.act import Act
from domain.events import DiscrepancyClosed, DiscrepancyExplained, DiscrepancyReported, DiscrepancyVerified
from domain.families.discrepancy.lifecycle import DISCREPANCY
from domain.families.discrepancy.state import DiscrepancyStatus
from domain.state import DiscrepancyState, fact_of
from domain.transition import fits


def evolve_discrepancy(state: DiscrepancyState | None, act: Act) -> DiscrepancyState | None:
    """Return the state after the act. An act that does not fit leaves it unchanged."""
    event, fact = act.event, fact_of(act)
    if state is None:
        if not isinstance(event, DiscrepancyReported):
            return None
        name = act.stream.partition("/")[2]
        status = DiscrepancyStatus.VERIFYING
        return DiscrepancyState(id=name, reporter=act.by, reported=event, fact=fact, status=status, status_by=fact)
    if not fits(DISCREPANCY, event, state.status):
        return state
    match event:
        case DiscrepancyVerified():
            verifications = (*state.verifications, (event, fact))
            return replace(state, status=DiscrepancyStatus.VERIFIED, status_by=fact, verifications=verifications)
        case DiscrepancyExplained():
            explanation = (event, fact)
            return replace(state, status=DiscrepancyStatus.EXPLAINED, status_by=fact, explanation=explanation)
        case DiscrepancyClosed():
            return replace(state, status=DiscrepancyStatus.CLOSED, status_by=fact, closed=fact)
        case _:
            return state
