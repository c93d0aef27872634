"""request/: the provider's acts on a grant, and the requester's notice of them (4.12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final, TypeVar

from domain.act import Act
from domain.events import (
    ChargeReported,
    GrantNarrowed,
    GrantNoticeReceived,
    GrantResumed,
    GrantRevoked,
    GrantSuspended,
    RatificationRecorded,
)
from domain.families.request.grant.state import (
    GrantNarrowing,
    GrantRevocation,
    GrantState,
    GrantSuspension,
    GrantVersion,
    Ratification,
)
from domain.state import Fact, RequestState, fact_of
from domain.transition import Steps

Change = TypeVar("Change", GrantSuspension, GrantNarrowing, GrantRevocation)


def _suspended(state: RequestState, act: Act, event: GrantSuspended) -> RequestState:
    grant = state.grant
    if grant is None or grant.suspension is not None or grant.revocation is not None:
        return state
    suspension = GrantSuspension(
        cause=event.cause,
        effect=event.effect,
        fact=fact_of(act),
        dispute=event.dispute,
        agreement=event.agreement,
    )
    return replace(state, grant=replace(grant, suspensions=(*grant.suspensions, suspension)))


def _resumed(state: RequestState, act: Act, event: GrantResumed) -> RequestState:
    grant = state.grant
    if grant is None or grant.suspension is None:
        return state
    resumed = replace(grant.suspension, resumed=fact_of(act), resumed_effect=event.effect)
    return replace(state, grant=replace(grant, suspensions=(*grant.suspensions[:-1], resumed)))


def _narrowed(state: RequestState, act: Act, event: GrantNarrowed) -> RequestState:
    """With a ground: in effect as stated. Paired: in effect with the second organ's record of the same scope."""
    grant = state.grant
    if grant is None or grant.revocation is not None:
        return state
    fact = fact_of(act)
    narrowing = GrantNarrowing(
        scope=event.scope,
        cause=event.cause,
        ground=event.ground,
        statute=event.statute,
        effect=event.effect,
        fact=fact,
    )
    if event.ground is not None:
        return replace(state, grant=_in_effect(grant, narrowing, event.effect, fact))
    first = open_narrowing(grant)
    if first is None or first.fact.by == act.by:
        return replace(state, grant=replace(grant, narrowings=(*grant.narrowings, narrowing)))
    if first.scope != event.scope:
        return state
    rest = tuple(each for each in grant.narrowings if each is not first)
    effect = max(first.effect, event.effect, act.time)
    return replace(state, grant=_in_effect(replace(grant, narrowings=rest), replace(first, paired=fact), effect, fact))


def open_narrowing(grant: GrantState) -> GrantNarrowing | None:
    """Return the newest narrowing that still lacks the other organ's record."""
    last = grant.narrowings[-1] if grant.narrowings else None
    return last if last is not None and last.ground is None and last.paired is None else None


def _in_effect(grant: GrantState, narrowing: GrantNarrowing, effect: datetime, basis: Fact) -> GrantState:
    number = grant.current.number + 1
    version = GrantVersion(
        number=number,
        scope=narrowing.scope,
        effective=effect,
        basis=basis,
        classes=grant.current.classes,
    )
    narrowings = (*grant.narrowings, replace(narrowing, version=number))
    return replace(grant, versions=(*grant.versions, version), narrowings=narrowings)


def _revoked(state: RequestState, act: Act, event: GrantRevoked) -> RequestState:
    grant = state.grant
    if grant is None or grant.revocation is not None:
        return state
    revocation = GrantRevocation(
        cause=event.cause,
        ground=event.ground,
        statute=event.statute,
        breach=event.breach,
        effect=event.effect,
        fact=fact_of(act),
    )
    return replace(state, grant=replace(grant, revocations=(*grant.revocations, revocation)))


def _noticed(state: RequestState, act: Act, event: GrantNoticeReceived) -> RequestState:
    """Set the notice of the change. Only the first notice counts."""
    grant = state.grant
    if grant is None:
        return state
    of, fact = (event.notice.by, event.notice.id), fact_of(act)
    grant = replace(
        grant,
        suspensions=_with_notice(grant.suspensions, of, fact),
        narrowings=_with_notice(grant.narrowings, of, fact),
        revocations=_with_notice(grant.revocations, of, fact),
    )
    return replace(state, grant=grant)


def _with_notice(changes: tuple[Change, ...], of: tuple[str, str], fact: Fact) -> tuple[Change, ...]:
    return tuple(
        replace(each, notice=fact) if each.fact.key == of and each.notice is None else each for each in changes
    )


def _charged(state: RequestState, act: Act, event: ChargeReported) -> RequestState:
    return replace(state, charges=(*state.charges, (event.delivery_id, fact_of(act))))


def _ratified(state: RequestState, act: Act, event: RatificationRecorded) -> RequestState:
    ratification = Ratification(uses=event.uses, reason=event.reason, fact=fact_of(act))
    return replace(state, ratifications=(*state.ratifications, ratification))


GRANT_STEPS: Final[Steps[RequestState]] = {
    GrantSuspended: _suspended,
    GrantResumed: _resumed,
    GrantNarrowed: _narrowed,
    GrantRevoked: _revoked,
    GrantNoticeReceived: _noticed,
    ChargeReported: _charged,
    RatificationRecorded: _ratified,
}
