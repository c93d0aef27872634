"""request/: acts on a grant (4.12), charges (A16), ratification (5.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import AdmissionContext, AdmissionRule, AdmissionRules
from domain.admission.refusal_texts import describe, digest_mismatch, invalid, names, wider, wrong_role, wrong_state
from domain.admission.roles import either_side, of_category, provider_only, requester_only, stands_for
from domain.events import (
    ChargeReported,
    GrantNarrowed,
    GrantNoticeReceived,
    GrantResumed,
    GrantRevoked,
    GrantSuspended,
    RatificationRecorded,
)
from domain.families.request.grant.evolve import open_narrowing
from domain.families.request.grant.state import GrantNarrowing, GrantRevocation, GrantSuspension
from domain.state import RequestState, end_of
from formats.refusal import Refusal


def _no_live_grant(context: AdmissionContext, state: RequestState) -> Iterator[Refusal]:
    grant = state.grant
    if grant is None:
        yield wrong_state(context, "no approval or ruling has given a grant")
    elif grant.revocation is not None:
        yield wrong_state(context, f"the grant is REVOKED since {describe(grant.revocation.fact)}")
    elif context.act.time >= end_of(grant.current.scope.term.to):
        yield wrong_state(context, f"the grant is EXPIRED since the end of {grant.current.scope.term.to}")


def suspended(context: AdmissionContext, _event: GrantSuspended, state: RequestState) -> Iterator[Refusal]:
    """grant.suspended: the provider, for a live grant that is not suspended."""
    yield from provider_only(context, state)
    yield from _no_live_grant(context, state)
    if state.grant is not None and state.grant.suspension is not None:
        yield wrong_state(context, f"the grant is SUSPENDED since {describe(state.grant.suspension.fact)}")


def resumed(context: AdmissionContext, event: GrantResumed, state: RequestState) -> Iterator[Refusal]:
    """grant.resumed: the provider; the suspension in force is named."""
    yield from provider_only(context, state)
    yield from _no_live_grant(context, state)
    suspension = state.grant.suspension if state.grant is not None else None
    if suspension is None:
        yield wrong_state(context, "the grant is not suspended")
    elif not names(event.suspended, [suspension.fact]):
        yield invalid("/suspended", "not the suspension in force", f"Name {describe(suspension.fact)}.")


def narrowed(context: AdmissionContext, event: GrantNarrowed, state: RequestState) -> Iterator[Refusal]:
    """grant.narrowed: with a ground the provider alone; without one both organs record the same scope."""
    yield from provider_only(context, state) if event.ground is not None else either_side(context, state)
    yield from _no_live_grant(context, state)
    if state.grant is None:
        return
    yield from wider(event.scope, state.grant.current.scope, "the grant")
    first = open_narrowing(state.grant)
    if event.ground is None and first is not None:
        if first.fact.by == context.act.by:
            yield wrong_state(context, f"{describe(first.fact)} still waits for the other organ's statement")
        elif first.scope != event.scope:
            yield digest_mismatch("/scope", first.fact)


def revoked(context: AdmissionContext, _event: GrantRevoked, state: RequestState) -> Iterator[Refusal]:
    """grant.revoked: the provider, for a live grant."""
    yield from provider_only(context, state)
    yield from _no_live_grant(context, state)


def notice_received(context: AdmissionContext, event: GrantNoticeReceived, state: RequestState) -> Iterator[Refusal]:
    """grant.notice_received: the requester, or the operator of the platform; once per change."""
    if not (stands_for(context, state.requester) or (of_category(context, "OPERATOR") and event.how == "PLATFORM")):
        yield wrong_role(context, f"the requester {state.requester}, or the operator for a receipt on the platform")
    grant = state.grant
    changes: tuple[GrantSuspension | GrantNarrowing | GrantRevocation, ...] = ()
    if grant is not None:
        changes = (*grant.suspensions, *grant.narrowings, *grant.revocations)
    change = next((each for each in changes if names(event.notice, [each.fact])), None)
    if change is None:
        detail = "no suspension, narrowing or revocation of this grant"
        yield invalid("/notice", detail, "Name the record of the change that was notified.")
    elif change.notice is not None:
        yield wrong_state(context, f"notice was received by {describe(change.notice)}", "Nothing more is needed.")


def charged(context: AdmissionContext, event: ChargeReported, state: RequestState) -> Iterator[Refusal]:
    """charge.reported: the requester."""
    yield from requester_only(context, state)
    if event.delivery_id is not None and event.delivery_id not in state.deliveries:
        yield invalid("/delivery_id", "no such delivery in this request", "Name the delivery, or leave it out.")


def ratified(context: AdmissionContext, _event: RatificationRecorded, state: RequestState) -> Iterator[Refusal]:
    """ratification.recorded: the provider. It does not change a verdict (5.4)."""
    yield from provider_only(context, state)


RULES: Final[AdmissionRules] = {
    GrantSuspended: AdmissionRule(suspended),
    GrantResumed: AdmissionRule(resumed),
    GrantNarrowed: AdmissionRule(narrowed),
    GrantRevoked: AdmissionRule(revoked),
    GrantNoticeReceived: AdmissionRule(notice_received),
    ChargeReported: AdmissionRule(charged),
    RatificationRecorded: AdmissionRule(ratified),
}
