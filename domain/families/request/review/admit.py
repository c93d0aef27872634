"""request/: secrecy reviews (A19 ¶1): each organ opens and concludes its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import Case, Rule, Rules
from domain.admission.refusal_texts import invalid, out_of_cycle, told, wrong_state
from domain.admission.roles import either_side
from domain.events import SecrecyReviewConcluded, SecrecyReviewEscalated, SecrecyReviewOpened
from domain.families.request.review.lifecycle import REVIEW
from domain.families.request.review.state import ReviewStatus
from domain.reasons.refusals import Refusal
from domain.state import RequestState


def opened(case: Case, event: SecrecyReviewOpened, state: RequestState) -> Iterator[Refusal]:
    """secrecy_review.opened: either organ for itself; a new review id."""
    yield from either_side(case, state)
    review = state.reviews.get((case.act.by, event.review_id))
    if review is not None:
        yield wrong_state(case, f"this review was opened by {told(review.opened)}", "Give the new review its own id.")


def escalated(case: Case, event: SecrecyReviewEscalated, state: RequestState) -> Iterator[Refusal]:
    """secrecy_review.escalated: the reviewing organ."""
    yield from _own_review(case, event, state)


def concluded(case: Case, event: SecrecyReviewConcluded, state: RequestState) -> Iterator[Refusal]:
    """secrecy_review.concluded: the reviewing organ. An escalated review needs a decision."""
    yield from _own_review(case, event, state)
    review = state.reviews.get((case.act.by, event.review_id))
    if review is not None and review.status is ReviewStatus.ESCALATED and event.result == "UNCERTAIN":
        yield invalid("/result", "the review was escalated because it was uncertain", "State what was decided.")


def _own_review(
    case: Case, event: SecrecyReviewEscalated | SecrecyReviewConcluded, state: RequestState
) -> Iterator[Refusal]:
    yield from either_side(case, state)
    review = state.reviews.get((case.act.by, event.review_id))
    if review is None:
        detail = f"{case.act.by} opened no review {event.review_id} here"
        yield invalid("/review_id", detail, "Record secrecy_review.opened first.")
    else:
        what = f"review {event.review_id}"
        yield from out_of_cycle(case, REVIEW, review.status, review.concluded or review.opened, what)


RULES: Final[Rules] = {
    SecrecyReviewOpened: Rule(opened),
    SecrecyReviewEscalated: Rule(escalated),
    SecrecyReviewConcluded: Rule(concluded),
}
