"""Claims, outside an item's own stream, that the item is a state secret, and their end (stub rule of law 4; 4.9)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.events import RequestApproved, RequestPartlyApproved, RequestRefused
from domain.families.request.state import Response
from domain.state import DisputeState, ItemState, RequestState, State, start_of
from domain.vocabulary.sensitivity import STATE_SECRET

REFUSED_AS: Final = "STATE_SECRET"


@dataclass(frozen=True, slots=True)
class SecretClaim:
    """The claim of one stream about one item.

    ``secret`` True: the item is a state secret. False: a determination denied that it is one. ``until_classified``: a
    later classification of the item ends the claim.
    """

    item: str
    index: int  # index of the act that made the claim
    secret: bool
    until_classified: bool


def claim_of(state: State | None) -> SecretClaim | None:
    """Return the claim that a request or a dispute makes in this state.

    - A provider's claim on receipt or in a refusal holds until the provider classifies the item again.
    - A dispute holds the stricter class until it is settled (4.9).
    - A determination holds until the item is classified accordingly.
    - A requester's claim does not bind the item. It makes stubs of its own request only.
    """
    match state:
        case RequestState():
            return _of_request(state)
        case DisputeState():
            return _of_dispute(state)
        case _:
            return None


def is_secret(item: ItemState | None, claims: Collection[SecretClaim], now: datetime) -> bool:
    """Return whether a classification, or a claim that nothing has ended, makes the item a state secret.

    ``projections.catalogue.query`` computes the same in SQL.
    """
    if item is not None and is_classified_secret(item, now):
        return True
    classified = item.classifications[-1].fact.index if item is not None and item.classifications else -1
    cleared = max((claim.index for claim in claims if not claim.secret), default=-1)
    return any(
        claim.secret and claim.index >= cleared and (not claim.until_classified or claim.index > classified)
        for claim in claims
    )


def is_classified_secret(item: ItemState, now: datetime) -> bool:
    """Return whether the newest classification, or the one in force at ``now``, is state secret.

    The newest one counts before its first day too. A class that ends on a later day protects until that day.
    """
    if not item.classifications:
        return False
    last = item.classifications[-1]
    if STATE_SECRET in last.classes:
        return True
    if len(item.classifications) == 1 or start_of(last.from_) <= now:
        return False
    present = item.classification_at(now)
    return present is not None and STATE_SECRET in present.classes


def refused_as_secret(response: Response) -> bool:
    match response.event:
        case RequestRefused() as event:
            return event.ground == REFUSED_AS
        case RequestPartlyApproved() as event:
            return any(part.ground == REFUSED_AS for part in event.refused)
        case RequestApproved():
            return False


def _of_dispute(state: DisputeState) -> SecretClaim | None:
    if state.opened.claimed_class != STATE_SECRET or not state.marks.not_disowned(state.fact):
        return None
    settled = state.settled
    if settled is None:
        return SecretClaim(state.item, state.fact.index, secret=True, until_classified=False)
    if not state.determinations or state.determinations[-1][1] != settled:  # the dispute was withdrawn
        return None
    secret = state.determinations[-1][0].result != "NOT_STATE_SECRET"
    return SecretClaim(state.item, settled.index, secret, until_classified=True)


def _of_request(state: RequestState) -> SecretClaim | None:
    said = [
        receipt.fact.index
        for receipt in (state.receipt, state.item_named)
        if receipt is not None and STATE_SECRET in receipt.event.class_at_receipt and receipt.fact.by != state.requester
    ]
    said += [response.fact.index for response in state.responses if refused_as_secret(response)]
    # A grant after the claim shows that the provider dropped it.
    granted = [response.fact.index for response in state.responses if response.scope is not None]
    if state.item is None or not said or max(granted, default=-1) > max(said):
        return None
    return SecretClaim(state.item, max(said), secret=True, until_classified=True)
