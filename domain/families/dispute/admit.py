"""dispute/: competence to decide the class of information (A19 ¶2, 4.9). The ledger's authority never decides it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import AdmissionContext, AdmissionRule, AdmissionRules, Begins
from domain.admission.refusal_texts import invalid, same_organ, wrong_level, wrong_role, wrong_state
from domain.admission.roles import category_only, is_authority_of, of_category, only, stands_for
from domain.events import (
    DeterminationIssued,
    DisputeApplied,
    DisputeEscalated,
    DisputeObjectionDecided,
    DisputeObjectionFiled,
    DisputeObjectionIgnored,
    DisputeOpened,
    DisputeOutcomeRecorded,
    DisputeRouted,
    DisputeWithdrawn,
)
from domain.families.dispute.lifecycle import DISPUTE
from domain.families.dispute.state import DisputeStatus
from domain.state import DisputeState
from formats.refusal import Refusal

ROUTES: Final = {"state_secret": "A", "trade_secret": "B", "privacy": "B"}


def opened(context: AdmissionContext, event: DisputeOpened, _state: None) -> Iterator[Refusal]:
    """dispute.opened: a side of the named request, or the item's provider or an organ that disputes with it.

    Art. 19 knows disputes about a state secret, a trade secret and privacy.
    """
    if event.counterparty == context.act.by:
        yield same_organ("/counterparty", "an organ does not dispute with itself")
    if event.claimed_class not in ROUTES:
        detail = f"Art. 19 knows no dispute about {event.claimed_class}"
        yield invalid("/claimed_class", detail, f"Claim one of {', '.join(ROUTES)}.")
    pair = {context.act.by, event.counterparty}
    if event.request_id is not None:
        request = context.request(event.request_id)
        if request is None or {request.requester, request.provider} != pair:
            detail = f"request {event.request_id} is not one between these two organs"
            yield invalid("/request_id", detail, "Name a request of theirs, or leave it out.")
        return
    item = context.item(event.item)
    if item is None:
        yield invalid("/item", f"{event.item} is not known here", "Name a classified resource.")
    elif item.provider not in pair:
        yield wrong_role(context, f"the provider {item.provider}, or an organ whose counterparty it is")


def route_of(state: DisputeState) -> str | None:
    """Return the route of the claimed class."""
    return ROUTES.get(state.opened.claimed_class)


def _on_route(context: AdmissionContext, state: DisputeState, route: str) -> Iterator[Refusal]:
    if route_of(state) != route:
        detail = f"{state.opened.claimed_class} is claimed: route {route_of(state)}"
        yield wrong_state(context, detail, "Follow the route that the claimed class dictates.")


def _party(context: AdmissionContext, state: DisputeState) -> bool:
    return stands_for(context, state.opener) or stands_for(context, state.opened.counterparty)


def _a_party(context: AdmissionContext, state: DisputeState) -> Iterator[Refusal]:
    if not _party(context, state):
        yield wrong_role(context, f"a party to the dispute ({state.opener}, {state.opened.counterparty})")


def routed(context: AdmissionContext, event: DisputeRouted, state: DisputeState) -> Iterator[Refusal]:
    """dispute.routed: the opener, the operator, or the authority of the opener's division.

    The route is that of the claimed class.
    """
    noting = of_category(context, "OPERATOR") or is_authority_of(context, state.opener)
    if not noting:
        yield from only(context, state.opener, "organ that opened it")
    if event.route != route_of(state):
        detail = f"{state.opened.claimed_class} is claimed"
        yield invalid("/route", detail, f"The route is {route_of(state)}.")


def objection_filed(context: AdmissionContext, _event: DisputeObjectionFiled, state: DisputeState) -> Iterator[Refusal]:
    """dispute.objection_filed: a party, on route A."""
    yield from _on_route(context, state, "A")
    yield from _a_party(context, state)


def objection_decided(
    context: AdmissionContext, _event: DisputeObjectionDecided, state: DisputeState
) -> Iterator[Refusal]:
    """dispute.objection_decided: the organ that classified, or a party, on route A."""
    yield from _on_route(context, state, "A")
    if context.act.by != state.originator:
        yield from _a_party(context, state)


def objection_ignored(
    context: AdmissionContext, _event: DisputeObjectionIgnored, state: DisputeState
) -> Iterator[Refusal]:
    """dispute.objection_ignored: the objecting party, on route A."""
    yield from _on_route(context, state, "A")
    if state.objection is not None:
        yield from only(context, state.objection.by, "objecting party")


def national(state: DisputeState) -> bool:
    """Return whether only the nation may determine: 绝密, or a class fixed by a central organ.

    Source: 实施条例 2024 Art. 26.
    """
    escalated = state.status is DisputeStatus.ESCALATED_NATION
    return escalated or state.opened.fixed_by_central or state.opened.level == "绝密"


def escalated(context: AdmissionContext, event: DisputeEscalated, state: DisputeState) -> Iterator[Refusal]:
    """dispute.escalated: a party, on route A; to the nation if the province is not competent."""
    yield from _on_route(context, state, "A")
    yield from _a_party(context, state)
    if event.to == "PROVINCE" and (national(state) or state.status is DisputeStatus.DETERMINED):
        yield wrong_level(context, "the national secrecy administration", "/data/to")


def determined(context: AdmissionContext, _event: DeterminationIssued, state: DisputeState) -> Iterator[Refusal]:
    """determination.issued: the competent secrecy administration, on route A.

    A bureau of a city or county may not determine. The province may not where the nation is competent.
    """
    yield from _on_route(context, state, "A")
    yield from category_only(context, "SECRECY")
    if not of_category(context, "SECRECY") or context.signer is None:
        return
    competent = ("NATION",) if national(state) else ("PROVINCE", "NATION")
    if context.signer.level not in competent:
        yield wrong_level(context, f"the secrecy administration of level {' or '.join(competent)}")


def applied(context: AdmissionContext, _event: DisputeApplied, state: DisputeState) -> Iterator[Refusal]:
    """dispute.applied: a party, on route B."""
    yield from _on_route(context, state, "B")
    yield from _a_party(context, state)


def outcome_recorded(
    context: AdmissionContext, _event: DisputeOutcomeRecorded, state: DisputeState
) -> Iterator[Refusal]:
    """dispute.outcome_recorded: the State organ, or a party, on route B."""
    yield from _on_route(context, state, "B")
    if not of_category(context, "STATE_ORGAN"):
        yield from _a_party(context, state)


def withdrawn(context: AdmissionContext, _event: DisputeWithdrawn, state: DisputeState) -> Iterator[Refusal]:
    """dispute.withdrawn: the organ that opened it."""
    yield from only(context, state.opener, "organ that opened it")


RULES: Final[AdmissionRules] = {
    DisputeOpened: AdmissionRule(opened, Begins.OPENS),
    DisputeRouted: AdmissionRule(routed, cycle=DISPUTE),
    DisputeObjectionFiled: AdmissionRule(objection_filed, cycle=DISPUTE),
    DisputeObjectionDecided: AdmissionRule(objection_decided, cycle=DISPUTE),
    DisputeObjectionIgnored: AdmissionRule(objection_ignored, cycle=DISPUTE),
    DisputeEscalated: AdmissionRule(escalated, cycle=DISPUTE),
    DeterminationIssued: AdmissionRule(determined, cycle=DISPUTE),
    DisputeApplied: AdmissionRule(applied, cycle=DISPUTE),
    DisputeOutcomeRecorded: AdmissionRule(outcome_recorded, cycle=DISPUTE),
    DisputeWithdrawn: AdmissionRule(withdrawn, cycle=DISPUTE),
}
