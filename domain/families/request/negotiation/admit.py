"""request/, outside the catalogue: negotiation, then a ruling. The authority submits, the government decides (4.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import AdmissionContext, AdmissionRule, AdmissionRules
from domain.admission.refusal_texts import describe, digest_mismatch, wrong_level, wrong_state
from domain.admission.roles import authority_only, either_side, government_only, seat
from domain.events import (
    NegotiationAgreed,
    NegotiationFailed,
    NegotiationOpened,
    NegotiationRoundRecorded,
    RulingIssued,
    RulingSubmitted,
)
from domain.families.request.lifecycle import REQUEST
from domain.state import RequestState
from domain.vocabulary.divisions import common_division
from formats.refusal import Refusal


def _talks(context: AdmissionContext, state: RequestState) -> Iterator[Refusal]:
    yield from either_side(context, state)
    yield from _outside_catalogue(context, state)


def _outside_catalogue(context: AdmissionContext, state: RequestState) -> Iterator[Refusal]:
    if state.in_catalogue:
        detail = "the item is in the catalogue, so its refusal is a matter of Art. 33"
        yield wrong_state(context, detail, "Report the refusal to the authority as a suspected violation.")


def opened(context: AdmissionContext, _event: NegotiationOpened, state: RequestState) -> Iterator[Refusal]:
    """negotiation.opened: either organ, outside the catalogue."""
    yield from _talks(context, state)


def round_recorded(
    context: AdmissionContext, event: NegotiationRoundRecorded, state: RequestState
) -> Iterator[Refusal]:
    """negotiation.round_recorded: each organ once per round, with the same record."""
    yield from _talks(context, state)
    held = state.negotiation.rounds.get(event.round) if state.negotiation is not None else None
    for by, (stated, fact) in held.statements.items() if held is not None else ():
        if by == context.act.by:
            yield wrong_state(context, f"this organ recorded round {event.round} in {describe(fact)}")
        elif stated.record != event.record:
            yield digest_mismatch("/record", fact)


def agreed(context: AdmissionContext, event: NegotiationAgreed, state: RequestState) -> Iterator[Refusal]:
    """negotiation.agreed: each organ once, with the same record and scope."""
    yield from _talks(context, state)
    for by, (stated, fact) in state.negotiation.agreed.items() if state.negotiation is not None else ():
        if by == context.act.by:
            yield wrong_state(context, f"this organ stated its agreement in {describe(fact)}")
            continue
        if stated.record != event.record:
            yield digest_mismatch("/record", fact)
        if stated.scope != event.scope:
            yield digest_mismatch("/scope", fact)


def failed(context: AdmissionContext, _event: NegotiationFailed, state: RequestState) -> Iterator[Refusal]:
    """negotiation.failed: either organ, outside the catalogue."""
    yield from _talks(context, state)


def _level(context: AdmissionContext, state: RequestState) -> str | None:
    """Return the lowest division that covers both parties (3.3)."""
    requester, provider = context.party(state.requester), context.party(state.provider)
    if requester is None or provider is None:
        return None
    return common_division(requester.division, provider.division)


def ruling_submitted(context: AdmissionContext, event: RulingSubmitted, state: RequestState) -> Iterator[Refusal]:
    """ruling.submitted: the authority of the lowest division that covers both parties, to its government."""
    yield from _outside_catalogue(context, state)
    division = _level(context, state)
    if division is None:
        return
    yield from authority_only(context, division)
    if event.to not in (division, seat(context, division)):
        yield wrong_level(context, f"the people's government of {division}", "/data/to")


def ruling_issued(context: AdmissionContext, _event: RulingIssued, state: RequestState) -> Iterator[Refusal]:
    """ruling.issued: the government of that division, never the authority (A13 ¶1)."""
    yield from _outside_catalogue(context, state)
    division = _level(context, state)
    if division is not None:
        yield from government_only(context, division)


RULES: Final[AdmissionRules] = {
    NegotiationOpened: AdmissionRule(opened, cycle=REQUEST),
    NegotiationRoundRecorded: AdmissionRule(round_recorded, cycle=REQUEST),
    NegotiationAgreed: AdmissionRule(agreed, cycle=REQUEST),
    NegotiationFailed: AdmissionRule(failed, cycle=REQUEST),
    RulingSubmitted: AdmissionRule(ruling_submitted, cycle=REQUEST),
    RulingIssued: AdmissionRule(ruling_issued, cycle=REQUEST),
}
