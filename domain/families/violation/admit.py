"""violation/: any party may suspect, only the authority finds (A33, A34, 4.11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import Begins, Case, Rule, Rules
from domain.admission.refusal_texts import invalid, names, out_of_cycle, told, wrong_role
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
from domain.reasons.refusals import Refusal
from domain.state import ViolationState


def suspected(_case: Case, _event: ViolationSuspected, _state: None) -> Iterator[Refusal]:
    """Any registered party may suspect. The check of the signature has established the registration."""
    yield from ()


def competent(case: Case, state: ViolationState) -> Iterator[Refusal]:
    """The authority of the accused organ's division acts. If it is the accused, the government acts in its place."""
    accused = case.party(state.accused)
    if accused is not None and authority_for(case, accused.division) == state.accused:
        yield from government_only(case, accused.division)
    else:
        yield from authority_of(case, state.accused)


def _tracks(case: Case, state: ViolationState) -> Iterator[Refusal]:
    yield from out_of_cycle(case, CORRECTION, state.correction, state.correction_by, "the correction")
    yield from out_of_cycle(case, SANCTION, state.sanction, state.sanction_by, "the sanction")


def by_competent(case: Case, _event: Event, state: ViolationState) -> Iterator[Refusal]:
    """Acts of the competent authority on the file and its two tracks."""
    yield from competent(case, state)
    yield from _tracks(case, state)


def by_accused(case: Case, _event: Event, state: ViolationState) -> Iterator[Refusal]:
    """violation.response_recorded, correction.reported: the accused organ."""
    yield from only(case, state.accused, "accused organ")
    yield from _tracks(case, state)


def ordered(case: Case, event: CorrectionOrdered, state: ViolationState) -> Iterator[Refusal]:
    """correction.ordered: the competent authority; the limit is not over."""
    yield from by_competent(case, event, state)
    if event.limit < day_of(case.act.time):
        yield invalid("/limit", f"{event.limit} had passed when the order was given", "Set a limit that can be met.")


def settled(case: Case, event: CorrectionAccepted | CorrectionRejected, state: ViolationState) -> Iterator[Refusal]:
    """correction.accepted, correction.rejected: the competent authority, on the newest report."""
    yield from by_competent(case, event, state)
    if state.reports and not names(event.report, [state.reports[-1].fact]):
        yield invalid("/report", "not the report under review", f"Name {told(state.reports[-1].fact)}.")


def criticised(case: Case, _event: CriticismNotified, state: ViolationState) -> Iterator[Refusal]:
    """The authority or the government criticises.

    Another organ is admitted (ISSUER_UNUSUAL). The accused organ is not.
    """
    yield from _tracks(case, state)
    if case.act.by == state.accused:
        yield wrong_role(case, "another organ than the accused")


def disciplined(case: Case, _event: DisciplineOutcomeRecorded, state: ViolationState) -> Iterator[Refusal]:
    """discipline.outcome_recorded: the appointing organ."""
    yield from category_only(case, "APPOINTING")
    yield from _tracks(case, state)


def crime_referred(case: Case, _event: CrimeReferred, state: ViolationState) -> Iterator[Refusal]:
    """crime.referred: the appointing organ or the competent authority."""
    if not of_category(case, "APPOINTING"):
        yield from competent(case, state)


RULES: Final[Rules] = {
    ViolationSuspected: Rule(suspected, Begins.OPENS),
    ViolationResponseRecorded: Rule(by_accused, cycle=VIOLATION),
    ViolationDismissed: Rule(by_competent, cycle=VIOLATION),
    ViolationFound: Rule(by_competent, cycle=VIOLATION),
    ViolationSeriousFound: Rule(by_competent, cycle=VIOLATION),
    ViolationClosed: Rule(by_competent, cycle=VIOLATION),
    CorrectionOrdered: Rule(ordered, cycle=VIOLATION),
    CorrectionReported: Rule(by_accused, cycle=VIOLATION),
    CorrectionAccepted: Rule(settled, cycle=VIOLATION),
    CorrectionRejected: Rule(settled, cycle=VIOLATION),
    CriticismNotified: Rule(criticised, cycle=VIOLATION),
    DisciplineReferred: Rule(by_competent, cycle=VIOLATION),
    DisciplineOutcomeRecorded: Rule(disciplined, cycle=VIOLATION),
    CrimeReferred: Rule(crime_referred, cycle=VIOLATION),
}
