"""request/, outside the catalogue: negotiation, then a ruling. The authority submits, the government decides (4.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import Case, Rule, Rules
from domain.admission.refusal_texts import digest_mismatch, told, wrong_level, wrong_state
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
from domain.reasons.refusals import Refusal
from domain.state import RequestState
from domain.vocabulary.divisions import common_division


def _talks(case: Case, state: RequestState) -> Iterator[Refusal]:
    yield from either_side(case, state)
    yield from _outside_catalogue(case, state)


def _outside_catalogue(case: Case, state: RequestState) -> Iterator[Refusal]:
    if state.in_catalogue:
        detail = "the item is in the catalogue, so its refusal is a matter of Art. 33"
        yield wrong_state(case, detail, "Report the refusal to the authority as a suspected violation.")


def opened(case: Case, _event: NegotiationOpened, state: RequestState) -> Iterator[Refusal]:
    """negotiation.opened: either organ, outside the catalogue."""
    yield from _talks(case, state)


def round_recorded(case: Case, event: NegotiationRoundRecorded, state: RequestState) -> Iterator[Refusal]:
    """negotiation.round_recorded: each organ once per round, with the same record."""
    yield from _talks(case, state)
    held = state.negotiation.rounds.get(event.round) if state.negotiation is not None else None
    for by, (stated, fact) in held.statements.items() if held is not None else ():
        if by == case.act.by:
            yield wrong_state(case, f"this organ recorded round {event.round} in {told(fact)}")
        elif stated.record != event.record:
            yield digest_mismatch("/record", fact)


def agreed(case: Case, event: NegotiationAgreed, state: RequestState) -> Iterator[Refusal]:
    """negotiation.agreed: each organ once, with the same record and scope."""
    yield from _talks(case, state)
    for by, (stated, fact) in state.negotiation.agreed.items() if state.negotiation is not None else ():
        if by == case.act.by:
            yield wrong_state(case, f"this organ stated its agreement in {told(fact)}")
            continue
        if stated.record != event.record:
            yield digest_mismatch("/record", fact)
        if stated.scope != event.scope:
            yield digest_mismatch("/scope", fact)


def failed(case: Case, _event: NegotiationFailed, state: RequestState) -> Iterator[Refusal]:
    """negotiation.failed: either organ, outside the catalogue."""
    yield from _talks(case, state)


def _level(case: Case, state: RequestState) -> str | None:
    """Return the lowest division that covers both parties (3.3)."""
    requester, provider = case.party(state.requester), case.party(state.provider)
    if requester is None or provider is None:
        return None
    return common_division(requester.division, provider.division)


def ruling_submitted(case: Case, event: RulingSubmitted, state: RequestState) -> Iterator[Refusal]:
    """ruling.submitted: the authority of the lowest division that covers both parties, to its government."""
    yield from _outside_catalogue(case, state)
    division = _level(case, state)
    if division is None:
        return
    yield from authority_only(case, division)
    if event.to not in (division, seat(case, division)):
        yield wrong_level(case, f"the people's government of {division}", "/data/to")


def ruling_issued(case: Case, _event: RulingIssued, state: RequestState) -> Iterator[Refusal]:
    """ruling.issued: the government of that division, never the authority (A13 ¶1)."""
    yield from _outside_catalogue(case, state)
    division = _level(case, state)
    if division is not None:
        yield from government_only(case, division)


RULES: Final[Rules] = {
    NegotiationOpened: Rule(opened, cycle=REQUEST),
    NegotiationRoundRecorded: Rule(round_recorded, cycle=REQUEST),
    NegotiationAgreed: Rule(agreed, cycle=REQUEST),
    NegotiationFailed: Rule(failed, cycle=REQUEST),
    RulingSubmitted: Rule(ruling_submitted, cycle=REQUEST),
    RulingIssued: Rule(ruling_issued, cycle=REQUEST),
}
