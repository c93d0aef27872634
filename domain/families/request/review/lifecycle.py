"""The life cycle of a secrecy review (law 4.5): where each event is possible, and where it leads."""

from __future__ import annotations

from typing import Final

from domain.families.request.review.state import ReviewStatus as Status
from domain.lifecycle import transitions

REVIEW: Final = transitions(
    {
        "secrecy_review.concluded": ({Status.OPENED, Status.ESCALATED}, None),
        "secrecy_review.escalated": ({Status.UNCERTAIN}, Status.ESCALATED),
    }
)
