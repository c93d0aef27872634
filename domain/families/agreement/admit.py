"""agreement/: both organs sign one text (A19 ¶1, 4.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import AdmissionContext, AdmissionRule, AdmissionRules, Begins
from domain.admission.refusal_texts import describe, invalid, names, same_organ, wrong_role, wrong_state
from domain.admission.roles import only, stands_for
from domain.deadlines.calendar import day_of
from domain.events import (
    AgreementAmended,
    AgreementAmendmentProposed,
    AgreementProposed,
    AgreementResumed,
    AgreementSigned,
    AgreementSucceeded,
    AgreementSuspended,
    AgreementTerminated,
)
from domain.families.agreement.lifecycle import AGREEMENT
from domain.families.agreement.state import AgreementStatus, AgreementVersion
from domain.state import AgreementState, RequestState
from formats.refusal import Refusal


def proposed(context: AdmissionContext, event: AgreementProposed, _state: None) -> Iterator[Refusal]:
    """agreement.proposed: either organ; the named requests are between the two; no effect before the day of the act."""
    if event.requester == event.provider:
        yield same_organ("/provider", "the same organ is on both sides of the agreement")
    if not (stands_for(context, event.requester) or stands_for(context, event.provider)):
        yield wrong_role(context, "one of its two organs")
    for place, name in enumerate(event.requests):
        request = context.request(name)
        if request is None or not _between(context, request, event):
            detail = f"request {name} is not one of {event.requester} to {event.provider}"
            yield invalid(f"/requests/{place}", detail, "Name requests between these two organs.")
    yield from _not_before_its_day(context, event)


def _between(context: AdmissionContext, request: RequestState, event: AgreementProposed) -> bool:
    def same(now: str, then: str) -> bool:
        party = context.party(then)
        return now == then or (party is not None and party.succeeded_by(now) is not None)

    return same(event.requester, request.requester) and same(event.provider, request.provider)


def _not_before_its_day(
    context: AdmissionContext, event: AgreementProposed | AgreementAmendmentProposed
) -> Iterator[Refusal]:
    day = day_of(context.act.time)
    if event.effective_from < day:
        yield _backdated("/data/effective_from", f"{event.effective_from} lies before the proposal's own day, {day}")


def _backdated(pointer: str, detail: str) -> Refusal:
    return Refusal("EFFECT_BACKDATED", pointer, detail, "Propose an effect from now on.")


def signed(context: AdmissionContext, event: AgreementSigned, state: AgreementState) -> Iterator[Refusal]:
    """agreement.signed: each organ once, over the number and digest of the current version."""
    yield from _sides(context, state)
    yield from _signature(context, event, state.current)


def _sides(context: AdmissionContext, state: AgreementState) -> Iterator[Refusal]:
    if context.act.by not in state.organs:
        yield wrong_role(context, f"{state.requester} or {state.provider}")


def _signature(
    context: AdmissionContext, event: AgreementSigned | AgreementAmended, version: AgreementVersion
) -> Iterator[Refusal]:
    if event.version != version.number:
        detail = f"version {version.number} is the one to sign"
        yield invalid("/version", detail, f"Sign version {version.number}, or propose another.")
    elif event.text_digest != version.text_digest:
        detail = f"{describe(version.fact)} proposes another text"
        yield Refusal("DIGEST_MISMATCH", "/data/text_digest", detail, "Compare the texts and sign the one proposed.")
    signature = version.signatures.get(context.act.by)
    if signature is not None:
        yield wrong_state(context, f"this organ signed in {describe(signature)}", "Wait for the other organ.")


def amendment_proposed(
    context: AdmissionContext, event: AgreementAmendmentProposed, state: AgreementState
) -> Iterator[Refusal]:
    """agreement.amendment_proposed: either organ; the next version number; no effect before the day of the act."""
    yield from _sides(context, state)
    yield from _not_expired(context, state)
    if event.version != state.current.number + 1:
        detail = f"version {state.current.number} is the last that both signed"
        yield invalid("/version", detail, f"Propose version {state.current.number + 1}.")
    yield from _not_before_its_day(context, event)


def amended(context: AdmissionContext, event: AgreementAmended, state: AgreementState) -> Iterator[Refusal]:
    """agreement.amended: each organ once, over the proposed text.

    An effect before the second signature is refused, because acts until then were done under the old text.
    """
    yield from _sides(context, state)
    if state.amendment is None:
        return
    yield from _signature(context, event, state.amendment)
    second = bool(state.amendment.signatures.keys() - {context.act.by})
    if second and state.amendment.effective_from < day_of(context.act.time):
        detail = f"the amendment was to take effect on {state.amendment.effective_from}, before this second signature"
        yield _backdated("/data/version", detail)


def suspended(context: AdmissionContext, _event: AgreementSuspended, state: AgreementState) -> Iterator[Refusal]:
    """agreement.suspended: the provider."""
    yield from only(context, state.provider, "provider")
    yield from _not_expired(context, state)


def resumed(context: AdmissionContext, event: AgreementResumed, state: AgreementState) -> Iterator[Refusal]:
    """agreement.resumed: the provider; the suspension in force is named."""
    yield from only(context, state.provider, "provider")
    yield from _not_expired(context, state)
    if state.suspension is not None and not names(event.suspended, [state.suspension.fact]):
        yield invalid("/suspended", "not the suspension in force", f"Name {describe(state.suspension.fact)}.")


def terminated(context: AdmissionContext, _event: AgreementTerminated, state: AgreementState) -> Iterator[Refusal]:
    """agreement.terminated: either organ."""
    yield from _sides(context, state)
    yield from _not_expired(context, state)


def succeeded(context: AdmissionContext, event: AgreementSucceeded, state: AgreementState) -> Iterator[Refusal]:
    """agreement.succeeded: a successor organ for itself; the next version number.

    The stream of its predecessor must record the succession.
    """
    yield from _not_expired(context, state)
    predecessor = context.party(event.predecessor)
    if event.predecessor not in state.organs:
        yield invalid("/predecessor", "no side of this agreement", f"Name {' or '.join(sorted(state.organs))}.")
    elif predecessor is not None and predecessor.succeeded_by(context.act.by) is None:
        yield wrong_role(context, f"an organ to which the functions of {event.predecessor} passed")
    if context.act.by in state.organs:
        yield same_organ("/predecessor", "the successor is on the other side already")
    if event.version != state.current.number + 1:
        yield invalid("/version", f"version {state.current.number} is the last", "Give the next version.")


def _not_expired(context: AdmissionContext, state: AgreementState) -> Iterator[Refusal]:
    """EXPIRED comes with time and without a record. There is no tacit renewal."""
    in_force = state.status not in (AgreementStatus.PROPOSED, AgreementStatus.SIGNED_BY_ONE)
    if in_force and context.act.time >= state.current.expires:
        detail = f"the agreement is EXPIRED since the end of {state.current.effective_to}"
        yield wrong_state(context, detail, "Propose a new agreement.")


RULES: Final[AdmissionRules] = {
    AgreementProposed: AdmissionRule(proposed, Begins.OPENS),
    AgreementSigned: AdmissionRule(signed, cycle=AGREEMENT),
    AgreementAmendmentProposed: AdmissionRule(amendment_proposed, cycle=AGREEMENT),
    AgreementAmended: AdmissionRule(amended, cycle=AGREEMENT),
    AgreementSuspended: AdmissionRule(suspended, cycle=AGREEMENT),
    AgreementResumed: AdmissionRule(resumed, cycle=AGREEMENT),
    AgreementTerminated: AdmissionRule(terminated, cycle=AGREEMENT),
    AgreementSucceeded: AdmissionRule(succeeded, cycle=AGREEMENT),
}
