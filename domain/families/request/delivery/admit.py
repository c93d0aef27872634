"""request/ and use/: deliveries (4.6). The provider records them; the requester acknowledges, rejects or destroys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import AdmissionContext, AdmissionRule, AdmissionRules, Begins
from domain.admission.refusal_texts import describe, digest_mismatch, invalid, out_of_cycle, same_organ, wrong_state
from domain.admission.roles import only, provider_only, requester_only, stands_for
from domain.events import (
    DeliveryAcknowledged,
    DeliveryRecalled,
    DeliveryRecorded,
    DeliveryRejected,
    DestructionRecorded,
)
from domain.families.request.delivery.lifecycle import DELIVERY
from domain.families.request.delivery.state import Delivery
from domain.families.request.placement import placed
from domain.state import RequestState, UseState
from formats.refusal import Refusal

Home = RequestState | UseState


def recorded(context: AdmissionContext, event: DeliveryRecorded, state: Home | None) -> Iterator[Refusal]:
    """delivery.recorded: the provider, never the requester; a new delivery id."""
    yield from placed(context, event.request_id or _implied(context), state)
    if event.requester == context.act.by:
        yield same_organ("/requester", "an organ does not deliver to itself (A3)")
    if not isinstance(state, RequestState):
        return
    if not stands_for(context, state.provider) and stands_for(context, state.requester):
        yield from provider_only(context, state)
    if event.requester != state.requester and not _succeeded(context, state.requester, event.requester):
        detail = f"the requester of {state.id} is {state.requester}"
        yield invalid("/requester", detail, "Name the requester, or record a delivery without request.")
    known = state.deliveries.get(event.delivery_id)
    if known is not None:
        detail = f"delivery {event.delivery_id} was recorded by {describe(known.fact)}"
        yield wrong_state(context, detail, "Give the new delivery its own id.")


def _implied(context: AdmissionContext) -> str | None:
    """Return the request of the stream. A delivery in a request's stream is for that request, even without its id."""
    family, _, name = context.act.stream.partition("/")
    return name if family == "request" else None


def _succeeded(context: AdmissionContext, organ: str, signer: str) -> bool:
    party = context.party(organ)
    return party is not None and party.succeeded_by(signer) is not None


def _delivery(state: Home, delivery_id: str) -> Delivery | None:
    if isinstance(state, RequestState):
        return state.deliveries.get(delivery_id)
    return state.delivery if state.delivery is not None and state.delivery.delivery_id == delivery_id else None


def _by_requester(context: AdmissionContext, state: Home) -> Iterator[Refusal]:
    if isinstance(state, RequestState):
        yield from requester_only(context, state)
    elif state.delivery is not None:
        yield from only(context, state.delivery.event.requester, "requester")


def _possible(context: AdmissionContext, state: Home, delivery_id: str, pointer: str) -> Iterator[Refusal]:
    delivery = _delivery(state, delivery_id)
    if delivery is None:
        yield invalid(pointer, f"no delivery {delivery_id} in this stream", "Name a delivery recorded here.")
        return
    since = delivery.destroyed or delivery.recalled or delivery.answered or delivery.fact
    yield from out_of_cycle(context, DELIVERY, delivery.status, since, f"delivery {delivery_id}")


def acknowledged(context: AdmissionContext, event: DeliveryAcknowledged, state: Home) -> Iterator[Refusal]:
    """delivery.acknowledged: the requester, with the same content digest."""
    yield from _by_requester(context, state)
    yield from _possible(context, state, event.delivery_id, "/delivery_id")
    delivery = _delivery(state, event.delivery_id)
    if delivery is not None and delivery.event.content != event.content:
        yield digest_mismatch("/content", delivery.fact)


def rejected(context: AdmissionContext, event: DeliveryRejected, state: Home) -> Iterator[Refusal]:
    """delivery.rejected: the requester."""
    yield from _by_requester(context, state)
    yield from _possible(context, state, event.delivery_id, "/delivery_id")


def recalled(context: AdmissionContext, event: DeliveryRecalled, state: Home) -> Iterator[Refusal]:
    """delivery.recalled: the delivering organ."""
    if isinstance(state, RequestState):
        yield from provider_only(context, state)
    else:
        yield from only(context, state.by, "delivering organ")
    yield from _possible(context, state, event.delivery_id, "/delivery_id")


def destroyed(context: AdmissionContext, event: DestructionRecorded, state: Home) -> Iterator[Refusal]:
    """destruction.recorded: the requester, for deliveries of this stream."""
    yield from _by_requester(context, state)
    for place, delivery_id in enumerate(event.delivery_ids):
        yield from _possible(context, state, delivery_id, f"/delivery_ids/{place}")


RULES: Final[AdmissionRules] = {
    DeliveryRecorded: AdmissionRule(recorded, Begins.EITHER),
    DeliveryAcknowledged: AdmissionRule(acknowledged),
    DeliveryRejected: AdmissionRule(rejected),
    DeliveryRecalled: AdmissionRule(recalled),
    DestructionRecorded: AdmissionRule(destroyed),
}
