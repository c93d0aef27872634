"""request/: submitted, received, supplemented, accepted for review, withdrawn (4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import AdmissionContext, AdmissionRule, AdmissionRules, Begins
from domain.admission.refusal_texts import describe, invalid, missing, names, same_organ, wider, wrong_role, wrong_state
from domain.admission.roles import authority_of, of_category, provider_only, requester_only, stands_for
from domain.events import (
    RefusalAcknowledged,
    RefusalFiled,
    RequestAcceptedForReview,
    RequestApproved,
    RequestPartlyApproved,
    RequestReceived,
    RequestRefused,
    RequestSubmitted,
    RequestSupplementAsked,
    RequestSupplemented,
    RequestWithdrawn,
)
from domain.families.request.lifecycle import REOPENABLE, REQUEST
from domain.families.request.state import RequestStatus
from domain.state import RequestState
from domain.vocabulary.values import Scope
from formats.refusal import Refusal


def submitted(context: AdmissionContext, event: RequestSubmitted, _state: None) -> Iterator[Refusal]:
    """request.submitted: any organ. It names a published item or describes the information, never both."""
    if event.provider == context.act.by:
        yield same_organ("/provider", "requester and provider are one organ: its units do not share (A3)")
    if event.item is None:
        return
    if event.description is not None:
        detail = "a description is for what no catalogue entry offers"
        yield invalid("/description", detail, "Leave the description out, or the item.")
    item = context.item(event.item)
    if item is None or not item.ever_published:
        detail = f"no entry for {event.item} was ever published"
        yield invalid("/item", detail, "Describe what is needed instead (out of catalogue, 4.4).")


def received(context: AdmissionContext, event: RequestReceived, state: RequestState) -> Iterator[Refusal]:
    """request.received: the provider, the operator of the platform, or the requester with a signed proof."""
    if not stands_for(context, state.provider):
        yield from _received_by_another(context, event, state)
    if state.status is not RequestStatus.SUBMITTED and (
        state.item is not None or not stands_for(context, state.provider)
    ):
        yield wrong_state(
            context, f"received already by {describe(state.receipt.fact)}" if state.receipt else "too late"
        )
    elif state.in_catalogue:
        if event.item not in (None, state.item):
            yield invalid("/item", f"the request is for {state.item}", "Leave the item out, or name the same.")
    else:
        yield from _item_given(context, event, state)


def _received_by_another(context: AdmissionContext, event: RequestReceived, state: RequestState) -> Iterator[Refusal]:
    if of_category(context, "OPERATOR"):
        if event.how != "PLATFORM":
            yield wrong_role(context, "the provider, or the operator for a receipt on the platform")
    elif stands_for(context, state.requester):
        if event.proof is None:
            yield missing("/proof", "the requester's word needs the signed-for proof", "Name the document.")
    else:
        yield wrong_role(context, f"the provider {state.provider}, the operator, or the requester with proof")


def _item_given(context: AdmissionContext, event: RequestReceived, state: RequestState) -> Iterator[Refusal]:
    """Outside the catalogue the provider classifies the requested information and then names the item here (4.4)."""
    if event.item is None:
        if stands_for(context, state.provider):
            yield missing("/item", "asked for by description", "Classify the resource, then name its code here.")
        return
    item = context.item(event.item)
    if item is None or item.provider != state.provider:
        detail = f"{state.provider} has not classified {event.item}"
        yield invalid("/item", detail, "Record resource.classified first.")


def supplement_asked(
    context: AdmissionContext, _event: RequestSupplementAsked, state: RequestState
) -> Iterator[Refusal]:
    """request.supplement_asked: the provider, once."""
    yield from provider_only(context, state)
    if state.supplement is not None:
        detail = f"a supplement was asked for by {describe(state.supplement.asked)}, and only one may be"
        yield wrong_state(context, detail, "Answer the request.")


def supplemented(context: AdmissionContext, _event: RequestSupplemented, state: RequestState) -> Iterator[Refusal]:
    """request.supplemented: the requester."""
    yield from requester_only(context, state)


def taken_up(context: AdmissionContext, _event: RequestAcceptedForReview, state: RequestState) -> Iterator[Refusal]:
    """request.accepted_for_review: the provider."""
    yield from provider_only(context, state)


def withdrawn(context: AdmissionContext, _event: RequestWithdrawn, state: RequestState) -> Iterator[Refusal]:
    """request.withdrawn: the requester."""
    yield from requester_only(context, state)


def approved(context: AdmissionContext, event: RequestApproved, state: RequestState) -> Iterator[Refusal]:
    """request.approved: the provider; the scope lies within the requested one.

    The approval cites the ruling or the agreement that it follows, and the act that reopened the request.
    """
    yield from provider_only(context, state)
    yield from _reopened(context, event, state)
    yield from _cites_what_it_rests_on(event, state)
    yield from wider(event.scope, _limit(state), "what was asked for")


def partly_approved(context: AdmissionContext, event: RequestPartlyApproved, state: RequestState) -> Iterator[Refusal]:
    """request.partly_approved: the provider; no field is both granted and refused."""
    yield from provider_only(context, state)
    yield from _reopened(context, event, state)
    yield from wider(event.scope, _limit(state), "what was asked for")
    granted = set(event.scope.fields)
    for place, part in enumerate(event.refused):
        both = granted.intersection(part.fields or ())
        if both:
            detail = f"{', '.join(sorted(both))} both granted and refused"
            yield invalid(f"/refused/{place}/fields", detail, "Take them out of the one or the other.")


def refused(context: AdmissionContext, event: RequestRefused, state: RequestState) -> Iterator[Refusal]:
    """request.refused: the provider."""
    yield from provider_only(context, state)
    yield from _reopened(context, event, state)


def _reopened(
    context: AdmissionContext, event: RequestApproved | RequestPartlyApproved | RequestRefused, state: RequestState
) -> Iterator[Refusal]:
    """An answered request is answered again only for a cause: a correction order, a determination, an outcome."""
    if state.status in REOPENABLE and event.reopened_by is None:
        detail = f"answered already by {describe(state.responses[-1].fact)}"
        yield wrong_state(context, detail, "Cite in reopened_by what reopens it.", "/data/reopened_by")


def _cites_what_it_rests_on(event: RequestApproved, state: RequestState) -> Iterator[Refusal]:
    if state.status is RequestStatus.AGREED and state.negotiation is not None:
        agreed = [fact for _, fact in state.negotiation.agreed.values()]
        if event.negotiation is None or not names(event.negotiation, agreed):
            yield invalid("/negotiation", "does not cite the agreement reached", "Cite its negotiation.agreed.")
    ruling = state.ruling.fact if state.ruling is not None and state.status is RequestStatus.RULED_SHARE else None
    if ruling is not None and (event.ruling is None or not names(event.ruling, [ruling])):
        yield invalid("/ruling", "does not cite the ruling", f"Cite {describe(ruling)}.")


def _limit(state: RequestState) -> Scope:
    """Return the widest scope that may be approved: the one ruled or agreed on, else the requested one."""
    if state.status is RequestStatus.RULED_SHARE and state.ruling is not None:
        return state.ruling.event.scope or state.scope
    if state.status is RequestStatus.AGREED and state.negotiation is not None:
        return next(iter(state.negotiation.agreed.values()))[0].scope
    return state.scope


def filed(context: AdmissionContext, event: RefusalFiled, state: RequestState) -> Iterator[Refusal]:
    """refusal.filed: the provider, once per refusal."""
    yield from provider_only(context, state)
    refusals = [each for each in state.responses if each.refuses]
    if not names(event.response, [each.fact for each in refusals]):
        detail = "the response named is no refusal of this request"
        yield invalid("/response", detail, "Name the record of request.refused or request.partly_approved.")
    for each in refusals:
        if each.filing is not None and names(event.response, [each.fact]):
            yield wrong_state(context, f"filed already by {describe(each.filing.fact)}", "Nothing more is needed.")


def acknowledged(context: AdmissionContext, event: RefusalAcknowledged, state: RequestState) -> Iterator[Refusal]:
    """refusal.acknowledged: the authority of the provider's division, once per filing."""
    yield from authority_of(context, state.provider)
    filings = [each.filing for each in state.responses if each.filing is not None]
    filing = next((each for each in filings if names(event.filed, [each.fact])), None)
    if filing is None:
        yield invalid("/filed", "no such filing in this request", "Name the record of refusal.filed.")
    elif filing.acknowledged is not None:
        yield wrong_state(
            context, f"acknowledged already by {describe(filing.acknowledged)}", "Nothing more is needed."
        )


RULES: Final[AdmissionRules] = {
    RequestSubmitted: AdmissionRule(submitted, Begins.OPENS),
    RequestReceived: AdmissionRule(received, cycle=REQUEST),
    RequestSupplementAsked: AdmissionRule(supplement_asked, cycle=REQUEST),
    RequestSupplemented: AdmissionRule(supplemented, cycle=REQUEST),
    RequestAcceptedForReview: AdmissionRule(taken_up, cycle=REQUEST),
    RequestWithdrawn: AdmissionRule(withdrawn, cycle=REQUEST),
    RequestApproved: AdmissionRule(approved, cycle=REQUEST),
    RequestPartlyApproved: AdmissionRule(partly_approved, cycle=REQUEST),
    RequestRefused: AdmissionRule(refused, cycle=REQUEST),
    RefusalFiled: AdmissionRule(filed, cycle=REQUEST),
    RefusalAcknowledged: AdmissionRule(acknowledged, cycle=REQUEST),
}
