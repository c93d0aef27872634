"""The life cycle of one delivery (law 4.6): where each event is possible, and where it leads."""

from __future__ import annotations

from typing import Final

from domain.families.request.delivery.state import DeliveryStatus as Status
from domain.lifecycle import transitions

DELIVERY: Final = transitions(
    {
        "delivery.acknowledged": ({Status.DELIVERED}, Status.ACKNOWLEDGED),
        "delivery.rejected": ({Status.DELIVERED}, Status.REJECTED),
        "delivery.recalled": ({Status.DELIVERED, Status.ACKNOWLEDGED}, Status.RECALLED),
        "destruction.recorded": ({Status.DELIVERED, Status.ACKNOWLEDGED, Status.RECALLED}, Status.DESTROYED),
    }
)
