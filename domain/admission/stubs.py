"""The stub rule (4): what is, or is claimed to be, a state secret enters an ordinary ledger without any text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domain.admission.world import World
from domain.sensitivity import STATE_SECRET
from domain.states import AgreementState, DisputeState, ItemState, RequestState, UseState

CLAIMS: Final = ("classes", "class_at_receipt", "classes_acknowledged", "claimed_class")


def stub_required(stream: str, data: object, world: World) -> bool:
    """Whether a record is to be read as a stub (``domain.wire.read_event(…, stub=True)``); asked before it is read.

    So it is if the record itself claims the class, if its stream does, or if the item that either names has it.
    """
    if not isinstance(data, Mapping):
        return False
    if any(STATE_SECRET in claimed for claimed in map(data.get, CLAIMS) if isinstance(claimed, list | str)):
        return True
    if data.get("ground") == "STATE_SECRET" or data.get("provider_ground") == "STATE_SECRET":
        return True
    claimed, item = _of_stream(stream, world)
    named = data.get("item")
    return claimed or any(_secret(each, world) for each in (item, named) if isinstance(each, str))


def _of_stream(stream: str, world: World) -> tuple[bool, str | None]:
    """What the stream claims, and the item it is about."""
    match world.state(stream):
        case RequestState() as state:
            refused = any("STATE_SECRET" in grounds(each.event) for each in state.responses)
            return STATE_SECRET in state.classes or refused, state.item
        case AgreementState() as state:
            return STATE_SECRET in state.classes, None
        case DisputeState() as state:
            return state.opened.claimed_class == STATE_SECRET, state.item
        case UseState() as state:
            return False, state.item
        case ItemState() as state:
            return _secret_state(state), None
        case _:
            return False, None


def grounds(event: object) -> tuple[str, ...]:
    """On which grounds an answer refuses."""
    parts = getattr(event, "refused", ())
    whole = getattr(event, "ground", None)
    return (*(part.ground for part in parts), *((whole,) if whole is not None else ()))


def _secret(item: str, world: World) -> bool:
    state = world.state(f"item/{item}")
    return isinstance(state, ItemState) and _secret_state(state)


def _secret_state(state: ItemState) -> bool:
    return bool(state.classifications) and STATE_SECRET in state.classifications[-1].classes
