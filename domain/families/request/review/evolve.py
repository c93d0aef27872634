"""request/: secrecy reviews, each organ its own (4.5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from domain.act import Act
from domain.events import SecrecyReviewConcluded, SecrecyReviewEscalated, SecrecyReviewOpened
from domain.families.request.review.lifecycle import REVIEW
from domain.families.request.review.state import Review, ReviewStatus
from domain.state import RequestState, fact_of
from domain.transition import Steps, add, fits


def _opened(state: RequestState, act: Act, event: SecrecyReviewOpened) -> RequestState:
    key = (act.by, event.review_id)
    if key in state.reviews:
        return state
    review = Review(review_id=event.review_id, organ=act.by, status=ReviewStatus.OPENED, opened=fact_of(act))
    return replace(state, reviews=add(state.reviews, key, review))


def _escalated(state: RequestState, act: Act, event: SecrecyReviewEscalated) -> RequestState:
    key = (act.by, event.review_id)
    review = state.reviews.get(key)
    if review is None or not fits(REVIEW, event, review.status):
        return state
    review = replace(review, status=ReviewStatus.ESCALATED, escalated=fact_of(act))
    return replace(state, reviews=add(state.reviews, key, review))


def _concluded(state: RequestState, act: Act, event: SecrecyReviewConcluded) -> RequestState:
    key = (act.by, event.review_id)
    review = state.reviews.get(key)
    if review is None or not fits(REVIEW, event, review.status):
        return state
    status, fact = ReviewStatus(event.result), fact_of(act)
    unclear = fact if status is ReviewStatus.UNCERTAIN else review.unclear
    review = replace(review, status=status, concluded=fact, conclusion=event, unclear=unclear)
    return replace(state, reviews=add(state.reviews, key, review))


REVIEW_STEPS: Final[Steps[RequestState]] = {
    SecrecyReviewOpened: _opened,
    SecrecyReviewEscalated: _escalated,
    SecrecyReviewConcluded: _concluded,
}
