"""Secrecy reviews (A19 ¶1): each organ its own, in the stream of the request."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.facts import Fact
from domain.families.request.review.events import SecrecyReviewConcluded


class ReviewStatus(StrEnum):
    OPENED = "OPENED"
    UNCERTAIN = "UNCERTAIN"
    ESCALATED = "ESCALATED"
    CLEARED = "CLEARED"
    CLEARED_WITH_CONDITIONS = "CLEARED_WITH_CONDITIONS"
    BLOCKED = "BLOCKED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One review. ``concluded`` is the newest conclusion.

    An UNCERTAIN conclusion is kept as ``unclear``, and another one follows it.
    """

    review_id: str
    organ: str
    status: ReviewStatus
    opened: Fact
    unclear: Fact | None = None
    escalated: Fact | None = None
    concluded: Fact | None = None
    conclusion: SecrecyReviewConcluded | None = None
