"""Each organ's own secrecy review (Art. 19). Stream request/<id>."""

from __future__ import annotations

from domain.event import Event, event
from domain.vocabulary.codes import ReviewResult, SecrecyLevel
from domain.vocabulary.values import Id, Post, Text, UsccOrText


@event("secrecy_review.opened", streams=("request",), law=("A19 ¶1",), signed_by="requester, provider")
class SecrecyReviewOpened(Event):
    """An organ reviews for itself whether the matter is secret."""

    review_id: Id
    reviewer: Post


@event(
    "secrecy_review.escalated",
    streams=("request",),
    law=("A19 ¶1", "实施条例 2024 Art. 25"),
    signed_by="the reviewing organ",
)
class SecrecyReviewEscalated(Event):
    """The review is uncertain. The record states a provisional level and the organ it was reported to."""

    review_id: Id
    provisional_level: SecrecyLevel
    to: UsccOrText


@event("secrecy_review.concluded", streams=("request",), law=("A19 ¶1",), signed_by="the reviewing organ")
class SecrecyReviewConcluded(Event):
    """The result of the review."""

    review_id: Id
    result: ReviewResult
    level: SecrecyLevel | None = None
    period: Text | None = None
    knowledge_scope: Text | None = None
    conditions: Text | None = None
