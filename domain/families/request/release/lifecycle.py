"""The life cycle of one release (law 4.8): where each event is possible, and where it leads.

A requested consent can still be answered after the release. The answer is a fact, and judgement raises
CONSENT_AFTER_RELEASE.
"""

from __future__ import annotations

from typing import Final

from domain.families.request.release.state import ReleaseStatus as Status
from domain.lifecycle import transitions

RELEASE: Final = transitions(
    {
        "release.consent_given": ({Status.CONSENT_REQUESTED, Status.RELEASED, Status.RETRACTED}, None),
        "release.consent_refused": ({Status.CONSENT_REQUESTED, Status.RELEASED, Status.RETRACTED}, None),
        "release.recorded": ({Status.CONSENT_REQUESTED, Status.CONSENTED, Status.CONSENT_REFUSED}, Status.RELEASED),
        "release.retracted": ({Status.RELEASED}, Status.RETRACTED),
    }
)
