"""agreement/: both organs sign one text (A19 ¶1, 4.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import Begins, Case, Rule, Rules
from domain.admission.refusal_texts import invalid, names, same_organ, told, wrong_role, wrong_state
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
from domain.reasons.refusals import Refusal
from domain.state import AgreementState, RequestState


def proposed(case: Case, event: AgreementProposed, _state: None) -> Iterator[Refusal]:
    """agreement.proposed: either organ; the named requests are between the two; no effect before the day of the act."""
    if event.requester == event.provider:
        yield same_organ("/provider", "the same organ is on both sides of the agreement")
    if not (stands_for(case, event.requester) or stands_for(case, event.provider)):
        yield wrong_role(case, "one of its two organs")
    for place, name in enumerate(event.requests):
        request = case.request(name)
        if request is None or not _between(case, request, event):
            detail = f"request {name} is not one of {event.requester} to {event.provider}"
            yield invalid(f"/requests/{place}", detail, "Name requests between these two organs.")
    yield from _not_before_its_day(case, event)


def _between(case: Case, request: RequestState, event: AgreementProposed) -> bool:
    def same(now: str, then: str) -> bool:
        party = case.party(then)
        return now == then or (party is not None and party.succeeded_by(now) is not None)

    return same(event.requester, request.requester) and same(event.provider, request.provider)


def _not_before_its_day(case: Case, event: AgreementProposed | AgreementAmendmentProposed) -> Iterator[Refusal]:
    day = day_of(case.act.time)
    if event.effective_from < day:
        yield _backdated("/data/effective_from", f"{event.effective_from} lies before the proposal's own day, {day}")


def _backdated(pointer: str, detail: str) -> Refusal:
    return Refusal("EFFECT_BACKDATED", pointer, detail, "Propose an effect from now on.")


def signed(case: Case, event: AgreementSigned, state: AgreementState) -> Iterator[Refusal]:
    """agreement.signed: each organ once, over the number and digest of the current version."""
    yield from _sides(case, state)
    yield from _signature(case, event, state.current)


def _sides(case: Case, state: AgreementState) -> Iterator[Refusal]:
    if case.act.by not in state.organs:
        yield wrong_role(case, f"{state.requester} or {state.provider}")


def _signature(case: Case, event: AgreementSigned | AgreementAmended, version: AgreementVersion) -> Iterator[Refusal]:
    if event.version != version.number:
        detail = f"version {version.number} is the one to sign"
        yield invalid("/version", detail, f"Sign version {version.number}, or propose another.")
    elif event.text_digest != version.text_digest:
        detail = f"{told(version.fact)} proposes another text"
        yield Refusal("DIGEST_MISMATCH", "/data/text_digest", detail, "Compare the texts and sign the one proposed.")
    signature = version.signatures.get(case.act.by)
    if signature is not None:
        yield wrong_state(case, f"this organ signed in {told(signature)}", "Wait for the other organ.")


def amendment_proposed(case: Case, event: AgreementAmendmentProposed, state: AgreementState) -> Iterator[Refusal]:
    """agreement.amendment_proposed: either organ; the next version number; no effect before the day of the act."""
    yield from _sides(case, state)
    yield from _not_expired(case, state)
    if event.version != state.current.number + 1:
        detail = f"version {state.current.number} is the last that both signed"
        yield invalid("/version", detail, f"Propose version {state.current.number + 1}.")
    yield from _not_before_its_day(case, event)


def amended(case: Case, event: AgreementAmended, state: AgreementState) -> Iterator[Refusal]:
    """agreement.amended: each organ once, over the proposed text.

    An effect before the second signature is refused, because acts until then were done under the old text.
    """
    yield from _sides(case, state)
    if state.amendment is None:
        return
    yield from _signature(case, event, state.amendment)
    second = bool(state.amendment.signatures.keys() - {case.act.by})
    if second and state.amendment.effective_from < day_of(case.act.time):
        detail = f"the amendment was to take effect on {state.amendment.effective_from}, before this second signature"
        yield _backdated("/data/version", detail)


def suspended(case: Case, _event: AgreementSuspended, state: AgreementState) -> Iterator[Refusal]:
    """agreement.suspended: the provider."""
    yield from only(case, state.provider, "provider")
    yield from _not_expired(case, state)


def resumed(case: Case, event: AgreementResumed, state: AgreementState) -> Iterator[Refusal]:
    """agreement.resumed: the provider; the suspension in force is named."""
    yield from only(case, state.provider, "provider")
    yield from _not_expired(case, state)
    if state.suspension is not None and not names(event.suspended, [state.suspension.fact]):
        yield invalid("/suspended", "not the suspension in force", f"Name {told(state.suspension.fact)}.")


def terminated(case: Case, _event: AgreementTerminated, state: AgreementState) -> Iterator[Refusal]:
    """agreement.terminated: either organ."""
    yield from _sides(case, state)
    yield from _not_expired(case, state)


def succeeded(case: Case, event: AgreementSucceeded, state: AgreementState) -> Iterator[Refusal]:
    """agreement.succeeded: a successor organ for itself; the next version number.

    The stream of its predecessor must record the succession.
    """
    yield from _not_expired(case, state)
    predecessor = case.party(event.predecessor)
    if event.predecessor not in state.organs:
        yield invalid("/predecessor", "no side of this agreement", f"Name {' or '.join(sorted(state.organs))}.")
    elif predecessor is not None and predecessor.succeeded_by(case.act.by) is None:
        yield wrong_role(case, f"an organ to which the functions of {event.predecessor} passed")
    if case.act.by in state.organs:
        yield same_organ("/predecessor", "the successor is on the other side already")
    if event.version != state.current.number + 1:
        yield invalid("/version", f"version {state.current.number} is the last", "Give the next version.")


def _not_expired(case: Case, state: AgreementState) -> Iterator[Refusal]:
    """EXPIRED comes with time and without a record. There is no tacit renewal."""
    in_force = state.status not in (AgreementStatus.PROPOSED, AgreementStatus.SIGNED_BY_ONE)
    if in_force and case.act.time >= state.current.expires:
        detail = f"the agreement is EXPIRED since the end of {state.current.effective_to}"
        yield wrong_state(case, detail, "Propose a new agreement.")


RULES: Final[Rules] = {
    AgreementProposed: Rule(proposed, Begins.OPENS),
    AgreementSigned: Rule(signed, cycle=AGREEMENT),
    AgreementAmendmentProposed: Rule(amendment_proposed, cycle=AGREEMENT),
    AgreementAmended: Rule(amended, cycle=AGREEMENT),
    AgreementSuspended: Rule(suspended, cycle=AGREEMENT),
    AgreementResumed: Rule(resumed, cycle=AGREEMENT),
    AgreementTerminated: Rule(terminated, cycle=AGREEMENT),
    AgreementSucceeded: Rule(succeeded, cycle=AGREEMENT),
}
