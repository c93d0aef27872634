"""dispute/: route A by objection and determination, route B by application and outcome (4.9)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from domain.act import Act
from domain.events import (
    DeterminationIssued,
    DisputeApplied,
    DisputeEscalated,
    DisputeObjectionDecided,
    DisputeObjectionFiled,
    DisputeObjectionIgnored,
    DisputeOpened,
    DisputeOutcomeRecorded,
    DisputeRouted,
    DisputeWithdrawn,
)
from domain.families.dispute.lifecycle import DISPUTE
from domain.families.dispute.state import DisputeStatus
from domain.state import DisputeState, fact_of
from domain.transition import Steps, fits
from domain.vocabulary.codes import EscalationLevel


def evolve_dispute(state: DisputeState | None, act: Act) -> DisputeState | None:
    """Return the state after the act. An act that does not fit leaves it unchanged."""
    event = act.event
    if state is None:
        return _opened(act, event) if isinstance(event, DisputeOpened) else None
    step = _STEPS.get(type(event))
    if step is None or not fits(DISPUTE, event, state.status):
        return state
    return step(state, act, event)


def _opened(act: Act, event: DisputeOpened) -> DisputeState:
    fact = fact_of(act)
    name = act.stream.partition("/")[2]
    status = DisputeStatus.OPENED
    return DisputeState(id=name, opener=act.by, opened=event, fact=fact, status=status, status_by=fact)


def _routed(state: DisputeState, act: Act, event: DisputeRouted) -> DisputeState:
    status = DisputeStatus.ROUTED_A if event.route == "A" else DisputeStatus.ROUTED_B
    return replace(state, status=status, status_by=fact_of(act))


def _objection_filed(state: DisputeState, act: Act, event: DisputeObjectionFiled) -> DisputeState:
    fact = fact_of(act)
    status = DisputeStatus.OBJECTION_TO_ORIGINATOR
    return replace(state, status=status, status_by=fact, objection=fact, originator=event.originator.uscc)


def _objection_over(
    state: DisputeState, act: Act, _event: DisputeObjectionDecided | DisputeObjectionIgnored
) -> DisputeState:
    return replace(state, status=DisputeStatus.OBJECTION_DECIDED, status_by=fact_of(act))


def _escalated(state: DisputeState, act: Act, event: DisputeEscalated) -> DisputeState:
    """Escalate the dispute. If it was determined, it is open again and the interim class holds again."""
    nation = event.to == "NATION" or state.status is DisputeStatus.DETERMINED
    status = DisputeStatus.ESCALATED_NATION if nation else DisputeStatus.ESCALATED_PROVINCE
    to: EscalationLevel = "NATION" if nation else "PROVINCE"
    return replace(state, status=status, status_by=fact_of(act), escalated_to=to, settled=None)


def _determined(state: DisputeState, act: Act, event: DeterminationIssued) -> DisputeState:
    fact = fact_of(act)
    determinations = (*state.determinations, (event, fact))
    status = DisputeStatus.DETERMINED
    return replace(state, status=status, status_by=fact, settled=fact, determinations=determinations)


def _applied(state: DisputeState, act: Act, event: DisputeApplied) -> DisputeState:
    fact = fact_of(act)
    return replace(state, status=DisputeStatus.APPLIED, status_by=fact, application=(event, fact))


def _outcome(state: DisputeState, act: Act, event: DisputeOutcomeRecorded) -> DisputeState:
    fact = fact_of(act)
    status = DisputeStatus.OUTCOME_RECORDED
    return replace(state, status=status, status_by=fact, settled=fact, outcome=(event, fact))


def _withdrawn(state: DisputeState, act: Act, _event: DisputeWithdrawn) -> DisputeState:
    fact = fact_of(act)
    return replace(state, status=DisputeStatus.WITHDRAWN, status_by=fact, settled=fact)


_STEPS: Final[Steps[DisputeState]] = {
    DisputeRouted: _routed,
    DisputeObjectionFiled: _objection_filed,
    DisputeObjectionDecided: _objection_over,
    DisputeObjectionIgnored: _objection_over,
    DisputeEscalated: _escalated,
    DeterminationIssued: _determined,
    DisputeApplied: _applied,
    DisputeOutcomeRecorded: _outcome,
    DisputeWithdrawn: _withdrawn,
}
