"""request/ and use/: deliveries (4.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from typing import Final

from domain.act import Act
from domain.events import (
    DeliveryAcknowledged,
    DeliveryRecalled,
    DeliveryRecorded,
    DeliveryRejected,
    DestructionRecorded,
    Event,
)
from domain.families.request.delivery.lifecycle import DELIVERY
from domain.families.request.delivery.state import Delivery, DeliveryStatus
from domain.state import RequestState, fact_of
from domain.transition import Steps, add, fits


def delivered(act: Act, event: DeliveryRecorded) -> Delivery:
    """Return the delivery that the act records."""
    return Delivery(event=event, fact=fact_of(act), time=act.time.astimezone(UTC))


def after(delivery: Delivery, act: Act, event: Event) -> Delivery:
    """Return the delivery after the event. It stays unchanged if its life cycle does not allow the event."""
    if not fits(DELIVERY, event, delivery.status):
        return delivery
    fact = fact_of(act)
    match event:
        case DeliveryAcknowledged():
            return replace(delivery, status=DeliveryStatus.ACKNOWLEDGED, answer=event, answered=fact)
        case DeliveryRejected():
            return replace(delivery, status=DeliveryStatus.REJECTED, answer=event, answered=fact)
        case DeliveryRecalled():
            return replace(delivery, status=DeliveryStatus.RECALLED, recalled=fact)
        case DestructionRecorded():
            return replace(delivery, status=DeliveryStatus.DESTROYED, destroyed=fact)
        case _:
            return delivery


def _recorded(state: RequestState, act: Act, event: DeliveryRecorded) -> RequestState:
    if event.delivery_id in state.deliveries:
        return state
    return replace(state, deliveries=add(state.deliveries, event.delivery_id, delivered(act, event)))


def _one(
    state: RequestState, act: Act, event: DeliveryAcknowledged | DeliveryRejected | DeliveryRecalled
) -> RequestState:
    delivery = state.deliveries.get(event.delivery_id)
    if delivery is None:
        return state
    return replace(state, deliveries=add(state.deliveries, event.delivery_id, after(delivery, act, event)))


def _destroyed(state: RequestState, act: Act, event: DestructionRecorded) -> RequestState:
    done: Mapping[str, Delivery] = {
        each: after(state.deliveries[each], act, event) for each in event.delivery_ids if each in state.deliveries
    }
    return replace(state, deliveries={**state.deliveries, **done})


DELIVERY_STEPS: Final[Steps[RequestState]] = {
    DeliveryRecorded: _recorded,
    DeliveryAcknowledged: _one,
    DeliveryRejected: _one,
    DeliveryRecalled: _one,
    DestructionRecorded: _destroyed,
}
