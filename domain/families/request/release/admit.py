"""request/ and use/: releases (4.8). Unlawful ones are recorded too, so only stream and signer are checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import Begins, Case, Rule, Rules
from domain.admission.refusal_texts import invalid, out_of_cycle, told, wrong_state
from domain.admission.roles import only, provider_only, requester_only
from domain.events import (
    ReleaseConsentGiven,
    ReleaseConsentRefused,
    ReleaseConsentRequested,
    ReleaseRecorded,
    ReleaseRetracted,
)
from domain.families.request.placement import placed
from domain.families.request.release.evolve import awaits_consent
from domain.families.request.release.lifecycle import RELEASE
from domain.families.request.use.admit import not_the_requester
from domain.reasons.refusals import Refusal
from domain.state import RequestState, UseState


def released(case: Case, event: ReleaseRecorded, state: RequestState | UseState | None) -> Iterator[Refusal]:
    yield from placed(case, event.request_id, state)
    yield from not_the_requester(case, state)
    if isinstance(state, RequestState) and event.release_id in state.releases:
        release = state.releases[event.release_id]
        yield from out_of_cycle(case, RELEASE, release.status, release.status_by, f"release {event.release_id}")


def retracted(case: Case, event: ReleaseRetracted, state: RequestState | UseState) -> Iterator[Refusal]:
    """release.retracted: the releasing organ, for a release of this stream."""
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
    """release.consent_requested: the requester; a new release id."""
    yield from requester_only(case, state)
    known = state.releases.get(event.release_id)
    if known is not None:
        detail = f"release {event.release_id} is {known.status} since {told(known.status_by)}"
        yield wrong_state(case, detail, "Give the new release its own id.")


def consent_answered(
    case: Case, event: ReleaseConsentGiven | ReleaseConsentRefused, state: RequestState
) -> Iterator[Refusal]:
    """release.consent_given, release.consent_refused: the provider, once per request for consent."""
    yield from provider_only(case, state)
    release = state.releases.get(event.release_id)
    if release is None or release.requested is None:
        yield invalid("/release_id", f"no consent to {event.release_id} was asked for", "Name the release.")
    elif not awaits_consent(release):
        answer = release.consented or release.consent_refused or release.status_by
        yield wrong_state(case, f"answered already by {told(answer)}")


RULES: Final[Rules] = {
    ReleaseRecorded: Rule(released, Begins.EITHER),
    ReleaseRetracted: Rule(retracted),
    ReleaseConsentRequested: Rule(consent_requested),
    ReleaseConsentGiven: Rule(consent_answered),
    ReleaseConsentRefused: Rule(consent_answered),
}
