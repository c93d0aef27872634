"""The life cycle of violation/ (law 4.11): where each event is possible, and where it leads.

The file has one table. After a violation is found, correction and sanction are two tracks beside each other, each with
its own table.
"""

from __future__ import annotations

from typing import Final

from domain.families.violation.state import CorrectionStatus, SanctionStatus, ViolationStatus
from domain.lifecycle import transitions

VIOLATION: Final = transitions(
    {
        "violation.response_recorded": ({ViolationStatus.SUSPECTED}, None),
        "violation.dismissed": ({ViolationStatus.SUSPECTED}, ViolationStatus.DISMISSED),
        "violation.found": ({ViolationStatus.SUSPECTED}, ViolationStatus.FOUND),
        "correction.ordered": ({ViolationStatus.FOUND}, None),
        "correction.reported": ({ViolationStatus.FOUND}, None),
        "correction.accepted": ({ViolationStatus.FOUND}, None),
        "correction.rejected": ({ViolationStatus.FOUND}, None),
        "violation.serious_found": ({ViolationStatus.FOUND}, None),
        "criticism.notified": ({ViolationStatus.FOUND}, None),
        "discipline.referred": ({ViolationStatus.FOUND}, None),
        "discipline.outcome_recorded": ({ViolationStatus.FOUND}, None),
        "crime.referred": ({ViolationStatus.SUSPECTED, ViolationStatus.FOUND, ViolationStatus.CLOSED}, None),
        "violation.closed": ({ViolationStatus.FOUND}, ViolationStatus.CLOSED),
    }
)
CORRECTION: Final = transitions(
    {
        "correction.ordered": ({CorrectionStatus.NONE}, CorrectionStatus.CORRECTION_ORDERED),
        "correction.reported": ({CorrectionStatus.CORRECTION_ORDERED}, CorrectionStatus.CORRECTION_REPORTED),
        "correction.accepted": ({CorrectionStatus.CORRECTION_REPORTED}, CorrectionStatus.CORRECTED),
        "correction.rejected": ({CorrectionStatus.CORRECTION_REPORTED}, CorrectionStatus.CORRECTION_ORDERED),
    }
)
SANCTION: Final = transitions(
    {
        "violation.serious_found": ({SanctionStatus.NONE}, SanctionStatus.SERIOUS),
        "criticism.notified": ({SanctionStatus.SERIOUS}, SanctionStatus.CRITICISED),
        "discipline.referred": (
            {SanctionStatus.SERIOUS, SanctionStatus.CRITICISED},
            SanctionStatus.REFERRED_DISCIPLINE,
        ),
        "discipline.outcome_recorded": ({SanctionStatus.REFERRED_DISCIPLINE}, SanctionStatus.DISCIPLINED),
    }
)
