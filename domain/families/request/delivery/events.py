"""Delivery, receipt, recall, destruction of data (Arts 14, 16, 17, 18, 19). Stream request/<id>, or use/<record id>."""

from __future__ import annotations

from decimal import Decimal

from domain.event import Event, event
from domain.vocabulary.codes import Cause, DeliveryChannel, Network, SecrecyLevel, Way
from domain.vocabulary.values import Cite, Digest, Div, Id, Item, Post, Some, Text, Uscc


@event("delivery.recorded", streams=("request", "use"), law=("A14", "A16", "A18"), signed_by="provider")
class DeliveryRecorded(Event):
    """Data went from provider to requester, lawfully or not."""

    delivery_id: Id
    request_id: Id | None = None
    requester: Uscc
    item: Item
    channel: DeliveryChannel
    way: Way
    network: Network
    system_level: SecrecyLevel | None = None
    node: Id | None = None
    interface: Id | None = None
    media_no: Id | None = None
    fields: Some[Id]
    divisions: Some[Div] | None = None
    records: int
    content: Digest
    fee_yuan: Decimal
    reason: Text | None = None
    agreement: Id | None = None
    emergency_statute: Cite | None = None


@event("delivery.acknowledged", streams=("request", "use"), law=("A14",), signed_by="requester")
class DeliveryAcknowledged(Event):
    """The requester received the same content."""

    delivery_id: Id
    records: int
    content: Digest


@event("delivery.rejected", streams=("request", "use"), law=("A14",), signed_by="requester")
class DeliveryRejected(Event):
    """The requester received other content."""

    delivery_id: Id
    records: int | None = None
    content: Digest | None = None
    mismatch: Text


@event("delivery.recalled", streams=("request", "use"), law=("A19",), signed_by="provider")
class DeliveryRecalled(Event):
    """The provider recalls the copies."""

    delivery_id: Id
    cause: Cause


@event("destruction.recorded", streams=("request", "use"), law=("A17", "A19"), signed_by="requester")
class DestructionRecorded(Event):
    """The requester destroyed copies before a witness."""

    delivery_ids: Some[Id]
    method: Text
    witness: Post
    proof: Digest | None = None


@event("charge.reported", streams=("request",), law=("A16",), signed_by="requester")
class ChargeReported(Event):
    """The provider charged for sharing, as the requester reports."""

    delivery_id: Id | None = None
    amount_yuan: Decimal
    evidence: Digest
