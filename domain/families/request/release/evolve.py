"""request/ and use/: consents and releases (4.8)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from domain.act import Act
from domain.events import (
    ReleaseConsentGiven,
    ReleaseConsentRefused,
    ReleaseConsentRequested,
    ReleaseRecorded,
    ReleaseRetracted,
)
from domain.families.request.release.lifecycle import RELEASE
from domain.families.request.release.state import ReleaseState, ReleaseStatus
from domain.state import RequestState, fact_of
from domain.transition import Steps, add, fits


def released(act: Act, event: ReleaseRecorded, before: ReleaseState | None = None) -> ReleaseState:
    """Return the release, with the consent requested before it, if any."""
    fact = fact_of(act)
    if before is None:
        status = ReleaseStatus.RELEASED
        return ReleaseState(release_id=event.release_id, status=status, status_by=fact, release=event, released=fact)
    if not fits(RELEASE, event, before.status):
        return before
    return replace(before, status=ReleaseStatus.RELEASED, status_by=fact, release=event, released=fact)


def retracted(release: ReleaseState, act: Act, event: ReleaseRetracted) -> ReleaseState:
    """Return the release with its retraction."""
    if not fits(RELEASE, event, release.status):
        return release
    fact = fact_of(act)
    return replace(release, status=ReleaseStatus.RETRACTED, status_by=fact, retracted=fact)


def _requested(state: RequestState, act: Act, event: ReleaseConsentRequested) -> RequestState:
    if event.release_id in state.releases:
        return state
    fact = fact_of(act)
    release = ReleaseState(
        release_id=event.release_id,
        status=ReleaseStatus.CONSENT_REQUESTED,
        status_by=fact,
        requested=event,
        requested_by=fact,
    )
    return _with(state, release)


def _answered(state: RequestState, act: Act, event: ReleaseConsentGiven | ReleaseConsentRefused) -> RequestState:
    release = state.releases.get(event.release_id)
    if release is None or not awaits_consent(release):
        return state
    fact = fact_of(act)
    if isinstance(event, ReleaseConsentGiven):
        status, answered = ReleaseStatus.CONSENTED, replace(release, consent=event, consented=fact)
    else:
        status, answered = ReleaseStatus.CONSENT_REFUSED, replace(release, consent_refused=fact)
    if release.status is ReleaseStatus.CONSENT_REQUESTED:
        answered = replace(answered, status=status, status_by=fact)
    return _with(state, answered)


def awaits_consent(release: ReleaseState) -> bool:
    """Return whether the consent was requested and not answered, even if the release has happened."""
    return release.requested is not None and release.consented is None and release.consent_refused is None


def _recorded(state: RequestState, act: Act, event: ReleaseRecorded) -> RequestState:
    return _with(state, released(act, event, state.releases.get(event.release_id)))


def _retracted(state: RequestState, act: Act, event: ReleaseRetracted) -> RequestState:
    release = state.releases.get(event.release_id)
    return state if release is None else _with(state, retracted(release, act, event))


def _with(state: RequestState, release: ReleaseState) -> RequestState:
    return replace(state, releases=add(state.releases, release.release_id, release))


RELEASE_STEPS: Final[Steps[RequestState]] = {
    ReleaseConsentRequested: _requested,
    ReleaseConsentGiven: _answered,
    ReleaseConsentRefused: _answered,
    ReleaseRecorded: _recorded,
    ReleaseRetracted: _retracted,
}
