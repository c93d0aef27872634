"""A delivery (4.6): recorded by the provider, answered by the requester. Its stream is its request's, or use/."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.facts import Fact
from domain.families.request.delivery.events import DeliveryAcknowledged, DeliveryRecorded, DeliveryRejected


class DeliveryStatus(StrEnum):
    DELIVERED = "DELIVERED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    REJECTED = "REJECTED"
    RECALLED = "RECALLED"
    DESTROYED = "DESTROYED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One delivery. ``event`` holds its content: fields, divisions, records, digest, channel, fee.

    ``time`` is the instant in UTC, because every use that cites the delivery is compared with it.
    """

    event: DeliveryRecorded
    fact: Fact
    time: datetime
    status: DeliveryStatus = DeliveryStatus.DELIVERED
    answer: DeliveryAcknowledged | DeliveryRejected | None = None
    answered: Fact | None = None
    recalled: Fact | None = None
    destroyed: Fact | None = None

    @property
    def delivery_id(self) -> str:
        return self.event.delivery_id
