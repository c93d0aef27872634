"""request/: the life cycle of 4.3 and 4.4, and the grant that an approval or a ruling makes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from domain.act import Act
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
from domain.families.request.delivery.evolve import DELIVERY_STEPS
from domain.families.request.grant.evolve import GRANT_STEPS
from domain.families.request.grant.state import GrantState, GrantVersion
from domain.families.request.lifecycle import REQUEST
from domain.families.request.negotiation.evolve import NEGOTIATION_STEPS
from domain.families.request.release.evolve import RELEASE_STEPS
from domain.families.request.review.evolve import REVIEW_STEPS
from domain.families.request.state import Filing, Receipt, RequestStatus, Response, Supplement
from domain.state import RequestState, fact_of
from domain.transition import Steps, fits


def evolve_request(state: RequestState | None, act: Act) -> RequestState | None:
    """Return the state after the act. An act that does not fit leaves it unchanged."""
    event = act.event
    if state is None:
        return _submitted(act, event) if isinstance(event, RequestSubmitted) else None
    step = _STEPS.get(type(event))
    if step is None or not fits(REQUEST, event, state.status):
        return state
    return step(state, act, event)


def _submitted(act: Act, event: RequestSubmitted) -> RequestState:
    fact = fact_of(act)
    return RequestState(
        id=act.stream.partition("/")[2],
        requester=act.by,
        provider=event.provider,
        item=event.item,
        in_catalogue=event.item is not None,
        scope=event.scope,
        status=RequestStatus.SUBMITTED,
        status_by=fact,
        submitted=event,
        fact=fact,
    )


def _received(state: RequestState, act: Act, event: RequestReceived) -> RequestState:
    receipt = Receipt(event, fact_of(act))
    if state.receipt is not None:  # the clock runs since the first receipt; this one only names the item
        return state if state.item is not None else replace(state, item=event.item, item_named=receipt)
    return replace(
        state,
        status=RequestStatus.RECEIVED,
        status_by=receipt.fact,
        receipt=receipt,
        item=state.item or event.item,
    )


def _taken_up(state: RequestState, act: Act, _event: RequestAcceptedForReview) -> RequestState:
    fact = fact_of(act)
    return replace(state, status=RequestStatus.UNDER_REVIEW, status_by=fact, taken_up=fact)


def _supplement_asked(state: RequestState, act: Act, _event: RequestSupplementAsked) -> RequestState:
    if state.supplement is not None:  # a supplement is asked for once only (4.3)
        return state
    fact = fact_of(act)
    return replace(state, status=RequestStatus.SUPPLEMENT_ASKED, status_by=fact, supplement=Supplement(fact))


def _supplemented(state: RequestState, act: Act, event: RequestSupplemented) -> RequestState:
    fact = fact_of(act)
    supplement = None if state.supplement is None else replace(state.supplement, supplied=fact)
    scope = event.scope or state.scope
    return replace(state, status=RequestStatus.UNDER_REVIEW, status_by=fact, supplement=supplement, scope=scope)


def _approved(state: RequestState, act: Act, event: RequestApproved) -> RequestState:
    # the ruling has given the grant already
    ruled = (
        state.status is RequestStatus.RULED_SHARE
    )  # the ruling has given the grant; the provider's approval does not change it
    grant = state.grant if ruled else _granted(state.grant, act, event)
    return _answered(state, act, event, grant=grant, status=RequestStatus.APPROVED)


def _partly_approved(state: RequestState, act: Act, event: RequestPartlyApproved) -> RequestState:
    grant = _granted(state.grant, act, event)
    return _answered(state, act, event, grant=grant, status=RequestStatus.PARTLY_APPROVED)


def _refused(state: RequestState, act: Act, event: RequestRefused) -> RequestState:
    return _answered(state, act, event, grant=state.grant, status=RequestStatus.REFUSED)


def _answered(
    state: RequestState,
    act: Act,
    event: RequestApproved | RequestPartlyApproved | RequestRefused,
    *,
    grant: GrantState | None,
    status: RequestStatus,
) -> RequestState:
    fact = fact_of(act)
    responses = (*state.responses, Response(event, fact))
    return replace(state, status=status, status_by=fact, responses=responses, grant=grant)


def _granted(grant: GrantState | None, act: Act, event: RequestApproved | RequestPartlyApproved) -> GrantState:
    effective: datetime = event.oral_given_at or act.time
    version = GrantVersion(
        number=1 if grant is None else grant.current.number + 1,
        scope=event.scope,
        effective=effective,
        basis=fact_of(act),
        classes=frozenset(event.classes),
        oral_given_at=event.oral_given_at,
        emergency_statute=event.emergency_statute,
    )
    return GrantState(versions=(version,)) if grant is None else replace(grant, versions=(*grant.versions, version))


def _withdrawn(state: RequestState, act: Act, _event: RequestWithdrawn) -> RequestState:
    fact = fact_of(act)
    return replace(state, status=RequestStatus.WITHDRAWN, status_by=fact, withdrawn=fact)


def _filed(state: RequestState, act: Act, event: RefusalFiled) -> RequestState:
    fact = fact_of(act)
    filing = Filing(filed_with=event.filed_with, reasons=event.reasons, fact=fact)
    responses = tuple(
        replace(each, filing=filing) if each.fact.key == (event.response.by, event.response.id) else each
        for each in state.responses
    )
    if state.status is not RequestStatus.REFUSED:
        return replace(state, responses=responses)
    return replace(state, responses=responses, status=RequestStatus.REFUSAL_FILED, status_by=fact)


def _acknowledged(state: RequestState, act: Act, event: RefusalAcknowledged) -> RequestState:
    fact = fact_of(act)
    filed = (event.filed.by, event.filed.id)
    responses = tuple(
        replace(each, filing=replace(each.filing, filing_no=event.filing_no, acknowledged=fact))
        if each.filing is not None and each.filing.fact.key == filed
        else each
        for each in state.responses
    )
    return replace(state, responses=responses)


_STEPS: Final[Steps[RequestState]] = {
    RequestReceived: _received,
    RequestAcceptedForReview: _taken_up,
    RequestSupplementAsked: _supplement_asked,
    RequestSupplemented: _supplemented,
    RequestApproved: _approved,
    RequestPartlyApproved: _partly_approved,
    RequestRefused: _refused,
    RequestWithdrawn: _withdrawn,
    RefusalFiled: _filed,
    RefusalAcknowledged: _acknowledged,
    **NEGOTIATION_STEPS,
    **REVIEW_STEPS,
    **GRANT_STEPS,
    **DELIVERY_STEPS,
    **RELEASE_STEPS,
}
