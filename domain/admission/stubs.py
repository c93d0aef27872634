"""The stub rule (4): what is, or is claimed to be, a state secret enters an ordinary ledger without any text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from domain.admission.world import World
from domain.sensitivity import STATE_SECRET
from domain.states import (
    AgreementState,
    DemandState,
    DiscrepancyState,
    DisputeState,
    ItemState,
    RequestState,
    UseState,
)

REFUSED_AS: Final = "STATE_SECRET"
CLAIMS: Final = ("classes", "class_at_receipt", "classes_acknowledged", "claimed_class")


def stub_required(stream: str, data: object, world: World) -> bool:
    """Whether a record is to be read as a stub (``domain.wire.read_event(…, stub=True)``); asked before it is read.

    So it is if the record itself claims the class, if its stream does, or if the item that either names has it.
    """
    if not isinstance(data, Mapping):
        return False
    if any(STATE_SECRET in claimed for claimed in map(data.get, CLAIMS) if isinstance(claimed, list | str)):
        return True
    if any(ground == REFUSED_AS for ground in _grounds_claimed(data)):
        return True
    requests = data.get("requests")
    named = requests if isinstance(requests, list) else ()
    streams = [stream, *(f"request/{each}" for each in named)]
    return any(_stream_secret(each, world) for each in streams) or _secret(data.get("item"), world)


def _grounds_claimed(data: Mapping[str, object]) -> Iterator[object]:
    yield data.get("ground")
    yield data.get("provider_ground")
    parts = data.get("refused")
    for part in parts if isinstance(parts, list) else ():
        yield part.get("ground") if isinstance(part, Mapping) else None


def _stream_secret(stream: str, world: World) -> bool:
    """What the stream claims, and what the item it is about is."""
    match world.state(stream):
        case RequestState() as state:
            refused = any(REFUSED_AS in grounds(each.event) for each in state.responses)
            return STATE_SECRET in state.classes or refused or _secret(state.item, world)
        case AgreementState() as state:
            claimed = STATE_SECRET in state.classes
            return claimed or any(_stream_secret(f"request/{each}", world) for each in state.requests)
        case DisputeState() as state:
            return state.opened.claimed_class == STATE_SECRET or _secret(state.item, world)
        case UseState() | DiscrepancyState() as state:
            return _secret(state.item, world)
        case DemandState() as state:
            return _secret(state.stated.item, world)
        case ItemState() as state:
            return _secret_state(state)
        case _:
            return False


def grounds(event: object) -> tuple[str, ...]:
    """On which grounds an answer refuses."""
    parts = getattr(event, "refused", ())
    whole = getattr(event, "ground", None)
    return (*(part.ground for part in parts), *((whole,) if whole is not None else ()))


def _secret(item: object, world: World) -> bool:
    state = world.state(f"item/{item}") if isinstance(item, str) else None
    return isinstance(state, ItemState) and _secret_state(state)


def _secret_state(state: ItemState) -> bool:
    return bool(state.classifications) and STATE_SECRET in state.classifications[-1].classes
