"""violation/: the file, and its two tracks once a violation is found (4.11)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from domain.act import Act
from domain.events import (
    CorrectionAccepted,
    CorrectionOrdered,
    CorrectionRejected,
    CorrectionReported,
    CrimeReferred,
    CriticismNotified,
    DisciplineOutcomeRecorded,
    DisciplineReferred,
    Event,
    ViolationClosed,
    ViolationDismissed,
    ViolationFound,
    ViolationResponseRecorded,
    ViolationSeriousFound,
    ViolationSuspected,
)
from domain.families.violation.lifecycle import CORRECTION, SANCTION, VIOLATION
from domain.families.violation.state import (
    CorrectionOrder,
    CorrectionReport,
    CorrectionStatus,
    SanctionStatus,
    ViolationStatus,
)
from domain.state import ViolationState, fact_of
from domain.transition import Steps, add, fits


def evolve_violation(state: ViolationState | None, act: Act) -> ViolationState | None:
    """Return the state after the act. An act that does not fit leaves it unchanged."""
    event = act.event
    if state is None:
        return _suspected(act, event) if isinstance(event, ViolationSuspected) else None
    step = _STEPS.get(type(event))
    return step(state, act, event) if step is not None and possible(state, event) else state


def possible(state: ViolationState, event: Event) -> bool:
    """Return whether the file's status allows the event, and the status of each track that the event belongs to."""
    tracks = ((VIOLATION, state.status), (CORRECTION, state.correction), (SANCTION, state.sanction))
    return all(fits(cycle, event, status) for cycle, status in tracks)


def _suspected(act: Act, event: ViolationSuspected) -> ViolationState:
    fact = fact_of(act)
    return ViolationState(
        id=act.stream.partition("/")[2],
        accused=event.accused,
        limb=event.limb,
        evidence=event.evidence,
        finding=event.finding,
        statement=event.statement,
        fact=fact,
        status=ViolationStatus.SUSPECTED,
        status_by=fact,
    )


def _responded(state: ViolationState, act: Act, event: ViolationResponseRecorded) -> ViolationState:
    return replace(state, responses=add(state.responses, event.statement, fact_of(act)))


def _dismissed(state: ViolationState, act: Act, _event: ViolationDismissed) -> ViolationState:
    fact = fact_of(act)
    return replace(state, status=ViolationStatus.DISMISSED, status_by=fact, dismissed=fact)


def _found(state: ViolationState, act: Act, event: ViolationFound) -> ViolationState:
    fact = fact_of(act)
    return replace(state, status=ViolationStatus.FOUND, status_by=fact, found=event, found_by=fact)


def _ordered(state: ViolationState, act: Act, event: CorrectionOrdered) -> ViolationState:
    fact = fact_of(act)
    order = CorrectionOrder(event=event, limit=event.limit, fact=fact)
    return replace(state, correction=CorrectionStatus.CORRECTION_ORDERED, correction_by=fact, order=order)


def _reported(state: ViolationState, act: Act, event: CorrectionReported) -> ViolationState:
    fact = fact_of(act)
    reports = (*state.reports, CorrectionReport(event=event, fact=fact))
    return replace(state, correction=CorrectionStatus.CORRECTION_REPORTED, correction_by=fact, reports=reports)


def _accepted(state: ViolationState, act: Act, _event: CorrectionAccepted) -> ViolationState:
    fact = fact_of(act)
    reports = (*state.reports[:-1], *(replace(each, accepted=fact) for each in state.reports[-1:]))
    return replace(state, correction=CorrectionStatus.CORRECTED, correction_by=fact, reports=reports)


def _rejected(state: ViolationState, act: Act, event: CorrectionRejected) -> ViolationState:
    """The report is rejected, so the order applies again, with a new limit if one is set."""
    fact = fact_of(act)
    reports = (*state.reports[:-1], *(replace(each, rejected=fact) for each in state.reports[-1:]))
    order = state.order if state.order is None else replace(state.order, limit=event.limit or state.order.limit)
    status = CorrectionStatus.CORRECTION_ORDERED
    return replace(state, correction=status, correction_by=fact, reports=reports, order=order)


def _serious(state: ViolationState, act: Act, _event: ViolationSeriousFound) -> ViolationState:
    return replace(state, sanction=SanctionStatus.SERIOUS, sanction_by=fact_of(act))


def _criticised(state: ViolationState, act: Act, event: CriticismNotified) -> ViolationState:
    fact = fact_of(act)
    criticisms = (*state.criticisms, (event, fact))
    return replace(state, sanction=SanctionStatus.CRITICISED, sanction_by=fact, criticisms=criticisms)


def _referred(state: ViolationState, act: Act, _event: DisciplineReferred) -> ViolationState:
    return replace(state, sanction=SanctionStatus.REFERRED_DISCIPLINE, sanction_by=fact_of(act))


def _disciplined(state: ViolationState, act: Act, event: DisciplineOutcomeRecorded) -> ViolationState:
    fact = fact_of(act)
    outcomes = (*state.outcomes, (event, fact))
    return replace(state, sanction=SanctionStatus.DISCIPLINED, sanction_by=fact, outcomes=outcomes)


def _crime(state: ViolationState, act: Act, _event: CrimeReferred) -> ViolationState:
    return replace(state, referred_crime=state.referred_crime or fact_of(act))


def _closed(state: ViolationState, act: Act, _event: ViolationClosed) -> ViolationState:
    fact = fact_of(act)
    return replace(state, status=ViolationStatus.CLOSED, status_by=fact, closed=fact)


_STEPS: Final[Steps[ViolationState]] = {
    ViolationResponseRecorded: _responded,
    ViolationDismissed: _dismissed,
    ViolationFound: _found,
    CorrectionOrdered: _ordered,
    CorrectionReported: _reported,
    CorrectionAccepted: _accepted,
    CorrectionRejected: _rejected,
    ViolationSeriousFound: _serious,
    CriticismNotified: _criticised,
    DisciplineReferred: _referred,
    DisciplineOutcomeRecorded: _disciplined,
    CrimeReferred: _crime,
    ViolationClosed: _closed,
}
