"""The stub rule (law 4): a state secret, or information claimed to be one, enters an ordinary ledger without text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, get_args

from domain.admission.context import StateLookup
from domain.admission.secret_claims import REFUSED_AS, claim_of, is_classified_secret, is_secret, refused_as_secret
from domain.families.request.review.state import ReviewStatus
from domain.state import AgreementState, DemandState, DiscrepancyState, DisputeState, ItemState, RequestState, UseState
from domain.vocabulary.codes import SecrecyLevel
from domain.vocabulary.sensitivity import STATE_SECRET

_REQUEST: Final = "request/"
LEVELS: Final = get_args(SecrecyLevel)
CLAIMS: Final = ("classes", "class_at_receipt", "classes_acknowledged", "claimed_class")
_CLAIMING: Final = frozenset(
    {*CLAIMS, "level", "provisional_level", "state_secret", "ground", "provider_ground", "refused", "requests"}
)


def stub_required(stream: str, data: object, states: StateLookup) -> bool:
    """Return whether the record must be read as a stub (``domain.codec.wire.read_event(…, stub=True)``).

    The answer is needed before the record is read. It is True in four cases: the record claims the class; its stream
    claims the class; the item of either is a state secret; another stream claims the class for that item.
    """
    if not isinstance(data, dict):
        return False
    if claims_secret(data) or _stream_secret(stream, states):
        return True
    requests = data.get("requests")
    if isinstance(requests, list) and any(_stream_secret(f"request/{each}", states) for each in requests):
        return True
    named = data.get("request_id")
    if isinstance(named, str) and stream[len(_REQUEST) :] != named and _stream_secret(_REQUEST + named, states):
        return True
    item = data.get("item")
    return isinstance(item, str) and _secret(item, states)


def claims_secret(data: Mapping[str, object]) -> bool:
    """Whether the record itself claims the class."""
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


def _stream_secret(stream: str, states: StateLookup) -> bool:
    """Return whether the stream claims the class or concerns a secret item."""
    match states.state(stream):
        case RequestState() as state:
            return _request_secret(state) or _secret(state.item, states)
        case AgreementState() as state:
            claimed = STATE_SECRET in state.classes
            return claimed or any(_stream_secret(f"request/{each}", states) for each in state.requests)
        case DisputeState() as state:
            return state.opened.claimed_class == STATE_SECRET or _secret(state.item, states)
        case UseState() | DiscrepancyState() as state:
            return _secret(state.item, states)
        case DemandState() as state:
            matched = None if state.match is None else state.match.item
            return _secret(state.stated.item, states) or _secret(matched, states)
        case _:
            family, _, name = stream.partition("/")
            return family == "item" and _secret(name, states)


def _request_secret(state: RequestState) -> bool:
    """Return whether a claim of either side, a refusal or a review makes the request secret.

    Every use asks this, so the function builds no sets.
    """
    if STATE_SECRET in state.submitted.classes_acknowledged:
        return True
    for receipt in (state.receipt, state.item_named):
        if receipt is not None and STATE_SECRET in receipt.event.class_at_receipt:
            return True
    return any(refused_as_secret(each) for each in state.responses) or _reviewed_as_secret(state)


def _reviewed_as_secret(state: RequestState) -> bool:
    """Return whether a review drafted a level and has not denied it since (4.5)."""
    for review in state.reviews.values():
        if review.status is ReviewStatus.ESCALATED:
            return True
        if review.conclusion is not None and review.conclusion.level is not None:
            return True
    return False


def _secret(item: str | None, states: StateLookup) -> bool:
    """Return whether the item is a state secret, by classification or by claim.

    Every use asks this. Most items have no such class and no claim, so these cases return first.
    """
    if item is None:
        return False
    state = states.state(f"item/{item}")
    known = state if isinstance(state, ItemState) else None
    if known is not None and is_classified_secret(known, states.now):
        return True
    streams = states.claims_on(item)
    if not streams:
        return False
    claims = [claim for stream in streams if (claim := claim_of(states.state(stream))) is not None]
    return is_secret(known, [claim for claim in claims if claim.item == item], states.now)
