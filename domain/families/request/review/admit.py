"""request/: secrecy reviews (A19 ¶1): each organ opens and concludes its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import AdmissionContext, AdmissionRule, AdmissionRules
from domain.admission.refusal_texts import describe, invalid, out_of_cycle, wrong_state
from domain.admission.roles import either_side
from domain.events import SecrecyReviewConcluded, SecrecyReviewEscalated, SecrecyReviewOpened
from domain.families.request.review.lifecycle import REVIEW
from domain.families.request.review.state import ReviewStatus
from domain.state import RequestState
from formats.refusal import Refusal


def opened(context: AdmissionContext, event: SecrecyReviewOpened, state: RequestState) -> Iterator[Refusal]:
    """secrecy_review.opened: either organ for itself; a new review id."""
    yield from either_side(context, state)
    review = state.reviews.get((context.act.by, event.review_id))
    if review is not None:
        yield wrong_state(
            context, f"this review was opened by {describe(review.opened)}", "Give the new review its own id."
        )


def escalated(context: AdmissionContext, event: SecrecyReviewEscalated, state: RequestState) -> Iterator[Refusal]:
    """secrecy_review.escalated: the reviewing organ."""
    yield from _own_review(context, event, state)


def concluded(context: AdmissionContext, event: SecrecyReviewConcluded, state: RequestState) -> Iterator[Refusal]:
    """secrecy_review.concluded: the reviewing organ. An escalated review needs a decision."""
    yield from _own_review(context, event, state)
    review = state.reviews.get((context.act.by, event.review_id))
    if review is not None and review.status is ReviewStatus.ESCALATED and event.result == "UNCERTAIN":
        yield invalid("/result", "the review was escalated because it was uncertain", "State what was decided.")


def _own_review(
    context: AdmissionContext, event: SecrecyReviewEscalated | SecrecyReviewConcluded, state: RequestState
) -> Iterator[Refusal]:
    yield from either_side(context, state)
    review = state.reviews.get((context.act.by, event.review_id))
    if review is None:
        detail = f"{context.act.by} opened no review {event.review_id} here"
        yield invalid("/review_id", detail, "Record secrecy_review.opened first.")
    else:
        what = f"review {event.review_id}"
        yield from out_of_cycle(context, REVIEW, review.status, review.concluded or review.opened, what)


RULES: Final[AdmissionRules] = {
    SecrecyReviewOpened: AdmissionRule(opened),
    SecrecyReviewEscalated: AdmissionRule(escalated),
    SecrecyReviewConcluded: AdmissionRule(concluded),
}
