"""request/ and use/: releases (4.8). Unlawful ones are recorded too, so only stream and signer are checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import AdmissionContext, AdmissionRule, AdmissionRules, Begins
from domain.admission.refusal_texts import describe, invalid, out_of_cycle, wrong_state
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
from domain.state import RequestState, UseState
from formats.refusal import Refusal


def released(
    context: AdmissionContext, event: ReleaseRecorded, state: RequestState | UseState | None
) -> Iterator[Refusal]:
    yield from placed(context, event.request_id, state)
    yield from not_the_requester(context, state)
    if isinstance(state, RequestState) and event.release_id in state.releases:
        release = state.releases[event.release_id]
        yield from out_of_cycle(context, RELEASE, release.status, release.status_by, f"release {event.release_id}")


def retracted(context: AdmissionContext, event: ReleaseRetracted, state: RequestState | UseState) -> Iterator[Refusal]:
    """release.retracted: the releasing organ, for a release of this stream."""
    if isinstance(state, RequestState):
        yield from requester_only(context, state)
        release = state.releases.get(event.release_id)
    else:
        yield from only(context, state.by, "releasing organ")
        known = state.release is not None and state.release.release_id == event.release_id
        release = state.release if known else None
    if release is None:
        yield invalid("/release_id", f"no release {event.release_id} in this stream", "Name the release.")
    else:
        yield from out_of_cycle(context, RELEASE, release.status, release.status_by, f"release {event.release_id}")


def consent_requested(
    context: AdmissionContext, event: ReleaseConsentRequested, state: RequestState
) -> Iterator[Refusal]:
    """release.consent_requested: the requester; a new release id."""
    yield from requester_only(context, state)
    known = state.releases.get(event.release_id)
    if known is not None:
        detail = f"release {event.release_id} is {known.status} since {describe(known.status_by)}"
        yield wrong_state(context, detail, "Give the new release its own id.")


def consent_answered(
    context: AdmissionContext, event: ReleaseConsentGiven | ReleaseConsentRefused, state: RequestState
) -> Iterator[Refusal]:
    """release.consent_given, release.consent_refused: the provider, once per request for consent."""
    yield from provider_only(context, state)
    release = state.releases.get(event.release_id)
    if release is None or release.requested is None:
        yield invalid("/release_id", f"no consent to {event.release_id} was asked for", "Name the release.")
    elif not awaits_consent(release):
        answer = release.consented or release.consent_refused or release.status_by
        yield wrong_state(context, f"answered already by {describe(answer)}")


RULES: Final[AdmissionRules] = {
    ReleaseRecorded: AdmissionRule(released, Begins.EITHER),
    ReleaseRetracted: AdmissionRule(retracted),
    ReleaseConsentRequested: AdmissionRule(consent_requested),
    ReleaseConsentGiven: AdmissionRule(consent_answered),
    ReleaseConsentRefused: AdmissionRule(consent_answered),
}
