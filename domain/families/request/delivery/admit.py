"""request/ and use/: deliveries (4.6). The provider records them; the requester acknowledges, rejects or destroys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import Begins, Case, Rule, Rules
from domain.admission.refusal_texts import digest_mismatch, invalid, out_of_cycle, same_organ, told, wrong_state
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
from domain.reasons.refusals import Refusal
from domain.state import RequestState, UseState

Home = RequestState | UseState


def recorded(case: Case, event: DeliveryRecorded, state: Home | None) -> Iterator[Refusal]:
    """delivery.recorded: the provider, never the requester; a new delivery id."""
    yield from placed(case, event.request_id or _implied(case), state)
    if event.requester == case.act.by:
        yield same_organ("/requester", "an organ does not deliver to itself (A3)")
    if not isinstance(state, RequestState):
        return
    if not stands_for(case, state.provider) and stands_for(case, state.requester):
        yield from provider_only(case, state)
    if event.requester != state.requester and not _succeeded(case, state.requester, event.requester):
        detail = f"the requester of {state.id} is {state.requester}"
        yield invalid("/requester", detail, "Name the requester, or record a delivery without request.")
    known = state.deliveries.get(event.delivery_id)
    if known is not None:
        detail = f"delivery {event.delivery_id} was recorded by {told(known.fact)}"
        yield wrong_state(case, detail, "Give the new delivery its own id.")


def _implied(case: Case) -> str | None:
    """Return the request of the stream. A delivery in a request's stream is for that request, even without its id."""
    family, _, name = case.act.stream.partition("/")
    return name if family == "request" else None


def _succeeded(case: Case, organ: str, by: str) -> bool:
    party = case.party(organ)
    return party is not None and party.succeeded_by(by) is not None


def _delivery(state: Home, delivery_id: str) -> Delivery | None:
    if isinstance(state, RequestState):
        return state.deliveries.get(delivery_id)
    return state.delivery if state.delivery is not None and state.delivery.delivery_id == delivery_id else None


def _by_requester(case: Case, state: Home) -> Iterator[Refusal]:
    if isinstance(state, RequestState):
        yield from requester_only(case, state)
    elif state.delivery is not None:
        yield from only(case, state.delivery.event.requester, "requester")


def _possible(case: Case, state: Home, delivery_id: str, pointer: str) -> Iterator[Refusal]:
    delivery = _delivery(state, delivery_id)
    if delivery is None:
        yield invalid(pointer, f"no delivery {delivery_id} in this stream", "Name a delivery recorded here.")
        return
    since = delivery.destroyed or delivery.recalled or delivery.answered or delivery.fact
    yield from out_of_cycle(case, DELIVERY, delivery.status, since, f"delivery {delivery_id}")


def acknowledged(case: Case, event: DeliveryAcknowledged, state: Home) -> Iterator[Refusal]:
    """delivery.acknowledged: the requester, with the same content digest."""
    yield from _by_requester(case, state)
    yield from _possible(case, state, event.delivery_id, "/delivery_id")
    delivery = _delivery(state, event.delivery_id)
    if delivery is not None and delivery.event.content != event.content:
        yield digest_mismatch("/content", delivery.fact)


def rejected(case: Case, event: DeliveryRejected, state: Home) -> Iterator[Refusal]:
    """delivery.rejected: the requester."""
    yield from _by_requester(case, state)
    yield from _possible(case, state, event.delivery_id, "/delivery_id")


def recalled(case: Case, event: DeliveryRecalled, state: Home) -> Iterator[Refusal]:
    """delivery.recalled: the delivering organ."""
    if isinstance(state, RequestState):
        yield from provider_only(case, state)
    else:
        yield from only(case, state.by, "delivering organ")
    yield from _possible(case, state, event.delivery_id, "/delivery_id")


def destroyed(case: Case, event: DestructionRecorded, state: Home) -> Iterator[Refusal]:
    """destruction.recorded: the requester, for deliveries of this stream."""
    yield from _by_requester(case, state)
    for place, delivery_id in enumerate(event.delivery_ids):
        yield from _possible(case, state, delivery_id, f"/delivery_ids/{place}")


RULES: Final[Rules] = {
    DeliveryRecorded: Rule(recorded, Begins.EITHER),
    DeliveryAcknowledged: Rule(acknowledged),
    DeliveryRejected: Rule(rejected),
    DeliveryRecalled: Rule(recalled),
    DestructionRecorded: Rule(destroyed),
}
