"""request/ and use/: uses (4.7) and releases (4.8). Lawful or not, they are recorded: place and signer are checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import Begins, Case, Rule, Rules
from domain.admission.refusal_texts import invalid, out_of_cycle, told, wrong_role, wrong_state
from domain.admission.roles import only, provider_only, requester_only, stands_for
from domain.events import (
    ReleaseConsentGiven,
    ReleaseConsentRefused,
    ReleaseConsentRequested,
    ReleaseRecorded,
    ReleaseRetracted,
    UseRecorded,
)
from domain.families.request.placement import placed
from domain.families.request.release.evolve import awaits_consent
from domain.lifecycles import RELEASE
from domain.reasons.refusals import Refusal
from domain.state import RequestState, UseState


def used(case: Case, event: UseRecorded, state: RequestState | UseState | None) -> Iterator[Refusal]:
    # The one act that comes by the thousand: its common case is decided by three comparisons.
    if type(state) is RequestState and case.act.by == state.requester and state.id == event.request_id:
        return
    yield from placed(case, event.request_id, state)
    yield from _not_the_requester(case, state)


def _not_the_requester(case: Case, state: RequestState | UseState | None) -> Iterator[Refusal]:
    if isinstance(state, RequestState) and stands_for(case, state.provider) and not stands_for(case, state.requester):
        yield wrong_role(case, f"the requester {state.requester}")


def released(case: Case, event: ReleaseRecorded, state: RequestState | UseState | None) -> Iterator[Refusal]:
    yield from placed(case, event.request_id, state)
    yield from _not_the_requester(case, state)
    if isinstance(state, RequestState) and event.release_id in state.releases:
        release = state.releases[event.release_id]
        yield from out_of_cycle(case, RELEASE, release.status, release.status_by, f"release {event.release_id}")


def retracted(case: Case, event: ReleaseRetracted, state: RequestState | UseState) -> Iterator[Refusal]:
    if isinstance(state, RequestState):
        yield from requester_only(case, state)
        release = state.releases.get(event.release_id)
    else:
        yield from only(case, state.by, "releasing organ")
        known = state.release is not None and state.release.release_id == event.release_id
        release = state.release if known else None
    if release is None:
        yield invalid("/release_id", f"no release {event.release_id} in this stream", "Name the release.")
    else:
        yield from out_of_cycle(case, RELEASE, release.status, release.status_by, f"release {event.release_id}")


def consent_requested(case: Case, event: ReleaseConsentRequested, state: RequestState) -> Iterator[Refusal]:
    yield from requester_only(case, state)
    known = state.releases.get(event.release_id)
    if known is not None:
        detail = f"release {event.release_id} is {known.status} since {told(known.status_by)}"
        yield wrong_state(case, detail, "Give the new release its own id.")


def consent_answered(
    case: Case, event: ReleaseConsentGiven | ReleaseConsentRefused, state: RequestState
) -> Iterator[Refusal]:
    yield from provider_only(case, state)
    release = state.releases.get(event.release_id)
    if release is None or release.requested is None:
        yield invalid("/release_id", f"no consent to {event.release_id} was asked for", "Name the release.")
    elif not awaits_consent(release):
        answer = release.consented or release.consent_refused or release.status_by
        yield wrong_state(case, f"answered already by {told(answer)}")


RULES: Final[Rules] = {
    UseRecorded: Rule(used, Begins.EITHER),
    ReleaseRecorded: Rule(released, Begins.EITHER),
    ReleaseRetracted: Rule(retracted),
    ReleaseConsentRequested: Rule(consent_requested),
    ReleaseConsentGiven: Rule(consent_answered),
    ReleaseConsentRefused: Rule(consent_answered),
}
