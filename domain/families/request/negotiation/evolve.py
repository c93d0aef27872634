"""request/, outside the catalogue: negotiation and the people's government's ruling (4.4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from domain.act import Act
from domain.events import (
    NegotiationAgreed,
    NegotiationFailed,
    NegotiationOpened,
    NegotiationRoundRecorded,
    RulingIssued,
    RulingSubmitted,
)
from domain.families.request.grant.state import GrantState, GrantVersion
from domain.families.request.negotiation.state import Failure, Negotiation, NegotiationRound
from domain.families.request.state import RequestStatus, Ruling
from domain.state import RequestState, fact_of
from domain.transition import Steps, add


def _opened(state: RequestState, act: Act, _event: NegotiationOpened) -> RequestState:
    fact = fact_of(act)
    return replace(state, status=RequestStatus.NEGOTIATING, status_by=fact, negotiation=Negotiation(opened=fact))


def _round(state: RequestState, act: Act, event: NegotiationRoundRecorded) -> RequestState:
    talks = state.negotiation
    if talks is None or act.by not in (state.requester, state.provider):
        return state
    held = talks.rounds.get(event.round, NegotiationRound(event.round, {}))
    held = NegotiationRound(event.round, add(held.statements, act.by, (event, fact_of(act))))
    return replace(state, negotiation=replace(talks, rounds=add(talks.rounds, event.round, held)))


def _agreed(state: RequestState, act: Act, event: NegotiationAgreed) -> RequestState:
    """Paired: the organs have agreed when both recorded the same text."""
    talks = state.negotiation
    if talks is None or act.by not in (state.requester, state.provider):
        return state
    fact = fact_of(act)
    state = replace(state, negotiation=replace(talks, agreed=add(talks.agreed, act.by, (event, fact))))
    other = state.provider if act.by == state.requester else state.requester
    if other not in talks.agreed or talks.agreed[other][0].record != event.record:
        return state
    return replace(state, status=RequestStatus.AGREED, status_by=fact)


def _failed(state: RequestState, act: Act, event: NegotiationFailed) -> RequestState:
    fact = fact_of(act)
    talks = state.negotiation and replace(state.negotiation, failed=Failure(event, fact))
    return replace(state, status=RequestStatus.NEGOTIATION_FAILED, status_by=fact, negotiation=talks)


def _ruling_submitted(state: RequestState, act: Act, _event: RulingSubmitted) -> RequestState:
    fact = fact_of(act)
    return replace(state, status=RequestStatus.SUBMITTED_FOR_RULING, status_by=fact, ruling_submitted=fact)


def _ruled(state: RequestState, act: Act, event: RulingIssued) -> RequestState:
    """A ruling to share makes the grant itself, with the scope of its operative part, else with the requested scope."""
    fact = fact_of(act)
    state = replace(state, ruling=Ruling(event, fact), status_by=fact)
    if not event.share:
        return replace(state, status=RequestStatus.RULED_NOT_SHARE)
    version = GrantVersion(number=1, scope=event.scope or state.scope, effective=act.time, basis=fact)
    return replace(state, status=RequestStatus.RULED_SHARE, grant=GrantState(versions=(version,)))


NEGOTIATION_STEPS: Final[Steps[RequestState]] = {
    NegotiationOpened: _opened,
    NegotiationRoundRecorded: _round,
    NegotiationAgreed: _agreed,
    NegotiationFailed: _failed,
    RulingSubmitted: _ruling_submitted,
    RulingIssued: _ruled,
}
