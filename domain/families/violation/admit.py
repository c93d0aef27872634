"""violation/: any party may suspect, only the authority finds (A33, A34, 4.11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import AdmissionContext, AdmissionRule, AdmissionRules, Begins
from domain.admission.refusal_texts import describe, invalid, names, out_of_cycle, wrong_role
from domain.admission.roles import (
    authority_for,
    authority_of,
    category_only,
    government_only,
    of_category,
    only,
)
from domain.deadlines.calendar import day_of
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
from domain.state import ViolationState
from formats.refusal import Refusal


def suspected(_case: AdmissionContext, _event: ViolationSuspected, _state: None) -> Iterator[Refusal]:
    """Any registered party may suspect. The check of the signature has established the registration."""
    yield from ()


def competent(context: AdmissionContext, state: ViolationState) -> Iterator[Refusal]:
    """The authority of the accused organ's division acts. If it is the accused, the government acts in its place."""
    accused = context.party(state.accused)
    if accused is not None and authority_for(context, accused.division) == state.accused:
        yield from government_only(context, accused.division)
    else:
        yield from authority_of(context, state.accused)


def _tracks(context: AdmissionContext, state: ViolationState) -> Iterator[Refusal]:
    yield from out_of_cycle(context, CORRECTION, state.correction, state.correction_by, "the correction")
    yield from out_of_cycle(context, SANCTION, state.sanction, state.sanction_by, "the sanction")


def by_competent(context: AdmissionContext, _event: Event, state: ViolationState) -> Iterator[Refusal]:
    """Acts of the competent authority on the file and its two tracks."""
    yield from competent(context, state)
    yield from _tracks(context, state)


def by_accused(context: AdmissionContext, _event: Event, state: ViolationState) -> Iterator[Refusal]:
    """violation.response_recorded, correction.reported: the accused organ."""
    yield from only(context, state.accused, "accused organ")
    yield from _tracks(context, state)


def ordered(context: AdmissionContext, event: CorrectionOrdered, state: ViolationState) -> Iterator[Refusal]:
    """correction.ordered: the competent authority; the limit is not over."""
    yield from by_competent(context, event, state)
    if event.limit < day_of(context.act.time):
        yield invalid("/limit", f"{event.limit} had passed when the order was given", "Set a limit that can be met.")


def settled(
    context: AdmissionContext, event: CorrectionAccepted | CorrectionRejected, state: ViolationState
) -> Iterator[Refusal]:
    """correction.accepted, correction.rejected: the competent authority, on the newest report."""
    yield from by_competent(context, event, state)
    if state.reports and not names(event.report, [state.reports[-1].fact]):
        yield invalid("/report", "not the report under review", f"Name {describe(state.reports[-1].fact)}.")


def criticised(context: AdmissionContext, _event: CriticismNotified, state: ViolationState) -> Iterator[Refusal]:
    """The authority or the government criticises.

    Another organ is admitted (ISSUER_UNUSUAL). The accused organ is not.
    """
    yield from _tracks(context, state)
    if context.act.by == state.accused:
        yield wrong_role(context, "another organ than the accused")


def disciplined(
    context: AdmissionContext, _event: DisciplineOutcomeRecorded, state: ViolationState
) -> Iterator[Refusal]:
    """discipline.outcome_recorded: the appointing organ."""
    yield from category_only(context, "APPOINTING")
    yield from _tracks(context, state)


def crime_referred(context: AdmissionContext, _event: CrimeReferred, state: ViolationState) -> Iterator[Refusal]:
    """crime.referred: the appointing organ or the competent authority."""
    if not of_category(context, "APPOINTING"):
        yield from competent(context, state)


RULES: Final[AdmissionRules] = {
    ViolationSuspected: AdmissionRule(suspected, Begins.OPENS),
    ViolationResponseRecorded: AdmissionRule(by_accused, cycle=VIOLATION),
    ViolationDismissed: AdmissionRule(by_competent, cycle=VIOLATION),
    ViolationFound: AdmissionRule(by_competent, cycle=VIOLATION),
    ViolationSeriousFound: AdmissionRule(by_competent, cycle=VIOLATION),
    ViolationClosed: AdmissionRule(by_competent, cycle=VIOLATION),
    CorrectionOrdered: AdmissionRule(ordered, cycle=VIOLATION),
    CorrectionReported: AdmissionRule(by_accused, cycle=VIOLATION),
    CorrectionAccepted: AdmissionRule(settled, cycle=VIOLATION),
    CorrectionRejected: AdmissionRule(settled, cycle=VIOLATION),
    CriticismNotified: AdmissionRule(criticised, cycle=VIOLATION),
    DisciplineReferred: AdmissionRule(by_competent, cycle=VIOLATION),
    DisciplineOutcomeRecorded: AdmissionRule(disciplined, cycle=VIOLATION),
    CrimeReferred: AdmissionRule(crime_referred, cycle=VIOLATION),
}
