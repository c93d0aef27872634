"""The stub rule (4): what is, or is claimed to be, a state secret enters an ordinary ledger without any text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, get_args

from domain.admission.world import World
from domain.codes import SecrecyLevel
from domain.events import RequestApproved, RequestPartlyApproved, RequestRefused
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
from domain.states.requests import Response
from domain.states.reviews import ReviewStatus

REFUSED_AS: Final = "STATE_SECRET"
LEVELS: Final = get_args(SecrecyLevel)
CLAIMS: Final = ("classes", "class_at_receipt", "classes_acknowledged", "claimed_class")
_CLAIMING: Final = frozenset(
    {*CLAIMS, "level", "provisional_level", "state_secret", "ground", "provider_ground", "refused", "requests"}
)


def stub_required(stream: str, data: object, world: World) -> bool:
    """Whether a record is to be read as a stub (``domain.wire.read_event(…, stub=True)``); asked before it is read.

    So it is if the record itself claims the class, if its stream does, or if the item that either names has it.
    """
    if not isinstance(data, dict):
        return False
    if _claimed(data) or _stream_secret(stream, world):
        return True
    requests = data.get("requests")
    if isinstance(requests, list) and any(_stream_secret(f"request/{each}", world) for each in requests):
        return True
    item = data.get("item")
    return isinstance(item, str) and _secret(item, world)


def _claimed(data: Mapping[str, object]) -> bool:
    if _CLAIMING.isdisjoint(data):
        return False
    for member in CLAIMS:
        claimed = data.get(member)
        if claimed is not None and isinstance(claimed, list | str) and STATE_SECRET in claimed:
            return True
    # Only a state secret has such a level, drafted or determined.
    if data.get("level") in LEVELS or data.get("provisional_level") in LEVELS or data.get("state_secret") is True:
        return True
    if data.get("ground") == REFUSED_AS or data.get("provider_ground") == REFUSED_AS:
        return True
    parts = data.get("refused")
    return isinstance(parts, list) and any(
        isinstance(each, dict) and each.get("ground") == REFUSED_AS for each in parts
    )


def _stream_secret(stream: str, world: World) -> bool:
    """What the stream claims, and what the item it is about is."""
    match world.state(stream):
        case RequestState() as state:
            return _request_secret(state) or _secret(state.item, world)
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


def _request_secret(state: RequestState) -> bool:
    """What either side claimed, and how it was refused; looked at for every use, so without making sets."""
    if STATE_SECRET in state.submitted.classes_acknowledged:
        return True
    for receipt in (state.receipt, state.item_named):
        if receipt is not None and STATE_SECRET in receipt.event.class_at_receipt:
            return True
    return any(_refused_as_secret(each) for each in state.responses) or _reviewed_as_secret(state)


def _reviewed_as_secret(state: RequestState) -> bool:
    """Drafted with a level and reported, it is protected accordingly until the review says otherwise (4.5)."""
    for review in state.reviews.values():
        if review.status is ReviewStatus.ESCALATED:
            return True
        if review.conclusion is not None and review.conclusion.level is not None:
            return True
    return False


def _refused_as_secret(response: Response) -> bool:
    event = response.event
    match event:
        case RequestRefused():
            return event.ground == REFUSED_AS
        case RequestPartlyApproved():
            return any(part.ground == REFUSED_AS for part in event.refused)
        case RequestApproved():
            return False


def _secret(item: str | None, world: World) -> bool:
    state = None if item is None else world.state(f"item/{item}")
    return isinstance(state, ItemState) and _secret_state(state)


def _secret_state(state: ItemState) -> bool:
    return bool(state.classifications) and STATE_SECRET in state.classifications[-1].classes
