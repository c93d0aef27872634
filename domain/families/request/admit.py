"""request/: submitted, received, supplemented, taken up, withdrawn (4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import Begins, Case, Rule, Rules
from domain.admission.refusal_texts import invalid, missing, same_organ, told, wrong_role, wrong_state
from domain.admission.roles import of_category, provider_only, requester_only, stands_for
from domain.events import (
    RequestAcceptedForReview,
    RequestReceived,
    RequestSubmitted,
    RequestSupplementAsked,
    RequestSupplemented,
    RequestWithdrawn,
)
from domain.families.request.state import RequestStatus
from domain.lifecycles import REQUEST
from domain.reasons.refusals import Refusal
from domain.state import RequestState


def submitted(case: Case, event: RequestSubmitted, _state: None) -> Iterator[Refusal]:
    if event.provider == case.act.by:
        yield same_organ("/provider", "requester and provider are one organ: its units do not share (A3)")
    if event.item is None:
        return
    if event.description is not None:
        detail = "a description is for what no catalogue entry offers"
        yield invalid("/description", detail, "Leave the description out, or the item.")
    item = case.item(event.item)
    if item is None or not item.ever_published:
        detail = f"no entry for {event.item} was ever published"
        yield invalid("/item", detail, "Describe what is needed instead (out of catalogue, 4.4).")


def received(case: Case, event: RequestReceived, state: RequestState) -> Iterator[Refusal]:
    """By the provider; by the operator for a receipt of the platform; by the requester with a signed-for proof."""
    if not stands_for(case, state.provider):
        yield from _received_by_another(case, event, state)
    if state.status is not RequestStatus.SUBMITTED and (state.item is not None or not stands_for(case, state.provider)):
        yield wrong_state(case, f"received already by {told(state.receipt.fact)}" if state.receipt else "too late")
    elif state.in_catalogue:
        if event.item not in (None, state.item):
            yield invalid("/item", f"the request is for {state.item}", "Leave the item out, or name the same.")
    else:
        yield from _item_given(case, event, state)


def _received_by_another(case: Case, event: RequestReceived, state: RequestState) -> Iterator[Refusal]:
    if of_category(case, "OPERATOR"):
        if event.how != "PLATFORM":
            yield wrong_role(case, "the provider, or the operator for a receipt on the platform")
    elif stands_for(case, state.requester):
        if event.proof is None:
            yield missing("/proof", "the requester's word needs the signed-for proof", "Name the document.")
    else:
        yield wrong_role(case, f"the provider {state.provider}, the operator, or the requester with proof")


def _item_given(case: Case, event: RequestReceived, state: RequestState) -> Iterator[Refusal]:
    """Out of catalogue the provider classifies what is asked for and then names it here (4.4)."""
    if event.item is None:
        if stands_for(case, state.provider):
            yield missing("/item", "asked for by description", "Classify the resource, then name its code here.")
        return
    item = case.item(event.item)
    if item is None or item.provider != state.provider:
        detail = f"{state.provider} has not classified {event.item}"
        yield invalid("/item", detail, "Record resource.classified first.")


def supplement_asked(case: Case, _event: RequestSupplementAsked, state: RequestState) -> Iterator[Refusal]:
    yield from provider_only(case, state)
    if state.supplement is not None:
        detail = f"a supplement was asked for by {told(state.supplement.asked)}, and only one may be"
        yield wrong_state(case, detail, "Answer the request.")


def supplemented(case: Case, _event: RequestSupplemented, state: RequestState) -> Iterator[Refusal]:
    yield from requester_only(case, state)


def taken_up(case: Case, _event: RequestAcceptedForReview, state: RequestState) -> Iterator[Refusal]:
    yield from provider_only(case, state)


def withdrawn(case: Case, _event: RequestWithdrawn, state: RequestState) -> Iterator[Refusal]:
    yield from requester_only(case, state)


RULES: Final[Rules] = {
    RequestSubmitted: Rule(submitted, Begins.OPENS),
    RequestReceived: Rule(received, cycle=REQUEST),
    RequestSupplementAsked: Rule(supplement_asked, cycle=REQUEST),
    RequestSupplemented: Rule(supplemented, cycle=REQUEST),
    RequestAcceptedForReview: Rule(taken_up, cycle=REQUEST),
    RequestWithdrawn: Rule(withdrawn, cycle=REQUEST),
}
