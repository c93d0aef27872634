"""use/: one act that cites no request of its signer here, and the acts that follow it (4.6 to 4.8)."""

from __future__ import annotations

from dataclasses import replace

from domain.act import Act
from domain.events import DeliveryRecorded, DestructionRecorded, ReleaseRecorded, ReleaseRetracted, UseRecorded
from domain.families.request.delivery.evolve import after, delivered
from domain.families.request.release.evolve import released, retracted
from domain.state import UseState, fact_of


def evolve_use(state: UseState | None, act: Act) -> UseState | None:
    """Return the state after the act. An act that does not fit leaves it unchanged."""
    return _opened(act) if state is None else _followed(state, act)


def _opened(act: Act) -> UseState | None:
    event, fact = act.event, fact_of(act)
    if not isinstance(event, UseRecorded | DeliveryRecorded | ReleaseRecorded):
        return None
    return UseState(
        id=act.stream.partition("/")[2],
        by=act.by,
        request_id=event.request_id,
        item=event.item,
        fact=fact,
        delivery=delivered(act, event) if isinstance(event, DeliveryRecorded) else None,
        release=released(act, event) if isinstance(event, ReleaseRecorded) else None,
    )


def _followed(state: UseState, act: Act) -> UseState:
    event = act.event
    if isinstance(event, ReleaseRetracted) and state.release is not None:
        if event.release_id != state.release.release_id:
            return state
        return replace(state, release=retracted(state.release, act, event))
    if state.delivery is None:
        return state
    delivery_id = state.delivery.delivery_id
    if isinstance(event, DestructionRecorded):
        named = delivery_id in event.delivery_ids
    else:
        named = getattr(event, "delivery_id", None) == delivery_id
    return replace(state, delivery=after(state.delivery, act, event)) if named else state
