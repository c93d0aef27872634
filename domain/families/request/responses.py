"""request/: the provider's answers, and the filing of refusals with the authority (A13 ¶2, A18 ¶2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import Case, Rule, Rules
from domain.admission.refusal_texts import invalid, names, told, wider, wrong_state
from domain.admission.roles import authority_of, provider_only
from domain.events import RefusalAcknowledged, RefusalFiled, RequestApproved, RequestPartlyApproved, RequestRefused
from domain.families.request.state import RequestStatus
from domain.lifecycles import REOPENABLE, REQUEST
from domain.reasons.refusals import Refusal
from domain.state import RequestState
from domain.vocabulary.values import Scope


def approved(case: Case, event: RequestApproved, state: RequestState) -> Iterator[Refusal]:
    yield from provider_only(case, state)
    yield from _reopened(case, event, state)
    yield from _cites_what_it_rests_on(event, state)
    yield from wider(event.scope, _limit(state), "what was asked for")


def partly_approved(case: Case, event: RequestPartlyApproved, state: RequestState) -> Iterator[Refusal]:
    yield from provider_only(case, state)
    yield from _reopened(case, event, state)
    yield from wider(event.scope, _limit(state), "what was asked for")
    granted = set(event.scope.fields)
    for place, part in enumerate(event.refused):
        both = granted.intersection(part.fields or ())
        if both:
            detail = f"{', '.join(sorted(both))} both granted and refused"
            yield invalid(f"/refused/{place}/fields", detail, "Take them out of the one or the other.")


def refused(case: Case, event: RequestRefused, state: RequestState) -> Iterator[Refusal]:
    yield from provider_only(case, state)
    yield from _reopened(case, event, state)


def _reopened(
    case: Case, event: RequestApproved | RequestPartlyApproved | RequestRefused, state: RequestState
) -> Iterator[Refusal]:
    """An answered request is answered again only for a cause: a correction order, a determination, an outcome."""
    if state.status in REOPENABLE and event.reopened_by is None:
        detail = f"answered already by {told(state.responses[-1].fact)}"
        yield wrong_state(case, detail, "Cite in reopened_by what reopens it.", "/data/reopened_by")


def _cites_what_it_rests_on(event: RequestApproved, state: RequestState) -> Iterator[Refusal]:
    if state.status is RequestStatus.AGREED and state.negotiation is not None:
        agreed = [fact for _, fact in state.negotiation.agreed.values()]
        if event.negotiation is None or not names(event.negotiation, agreed):
            yield invalid("/negotiation", "does not cite the agreement reached", "Cite its negotiation.agreed.")
    ruling = state.ruling.fact if state.ruling is not None and state.status is RequestStatus.RULED_SHARE else None
    if ruling is not None and (event.ruling is None or not names(event.ruling, [ruling])):
        yield invalid("/ruling", "does not cite the ruling", f"Cite {told(ruling)}.")


def _limit(state: RequestState) -> Scope:
    """The widest that may be approved: the scope ruled or agreed on, else the one asked for."""
    if state.status is RequestStatus.RULED_SHARE and state.ruling is not None:
        return state.ruling.event.scope or state.scope
    if state.status is RequestStatus.AGREED and state.negotiation is not None:
        return next(iter(state.negotiation.agreed.values()))[0].scope
    return state.scope


def filed(case: Case, event: RefusalFiled, state: RequestState) -> Iterator[Refusal]:
    yield from provider_only(case, state)
    refusals = [each for each in state.responses if each.refuses]
    if not names(event.response, [each.fact for each in refusals]):
        detail = "the response named is no refusal of this request"
        yield invalid("/response", detail, "Name the record of request.refused or request.partly_approved.")
    for each in refusals:
        if each.filing is not None and names(event.response, [each.fact]):
            yield wrong_state(case, f"filed already by {told(each.filing.fact)}", "Nothing more is needed.")


def acknowledged(case: Case, event: RefusalAcknowledged, state: RequestState) -> Iterator[Refusal]:
    yield from authority_of(case, state.provider)
    filings = [each.filing for each in state.responses if each.filing is not None]
    filing = next((each for each in filings if names(event.filed, [each.fact])), None)
    if filing is None:
        yield invalid("/filed", "no such filing in this request", "Name the record of refusal.filed.")
    elif filing.acknowledged is not None:
        yield wrong_state(case, f"acknowledged already by {told(filing.acknowledged)}", "Nothing more is needed.")


RULES: Final[Rules] = {
    RequestApproved: Rule(approved, cycle=REQUEST),
    RequestPartlyApproved: Rule(partly_approved, cycle=REQUEST),
    RequestRefused: Rule(refused, cycle=REQUEST),
    RefusalFiled: Rule(filed, cycle=REQUEST),
    RefusalAcknowledged: Rule(acknowledged, cycle=REQUEST),
}
