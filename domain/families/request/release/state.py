"""A release (4.8): consent requested and given, the release, its retraction. One ``release_id`` joins them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.facts import Fact
from domain.families.request.release.events import ReleaseConsentGiven, ReleaseConsentRequested, ReleaseRecorded


class ReleaseStatus(StrEnum):
    CONSENT_REQUESTED = "CONSENT_REQUESTED"
    CONSENTED = "CONSENTED"
    CONSENT_REFUSED = "CONSENT_REFUSED"
    RELEASED = "RELEASED"
    RETRACTED = "RETRACTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseState:
    """One release. A consent given after the release is kept too: judgement raises CONSENT_AFTER_RELEASE."""

    release_id: str
    status: ReleaseStatus
    status_by: Fact
    requested: ReleaseConsentRequested | None = None
    requested_by: Fact | None = None
    consent: ReleaseConsentGiven | None = None
    consented: Fact | None = None
    consent_refused: Fact | None = None
    release: ReleaseRecorded | None = None
    released: Fact | None = None
    retracted: Fact | None = None
