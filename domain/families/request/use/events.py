"""Use of shared information (Arts 8, 17). Stream request/<id>, or use/<record id>."""

from __future__ import annotations

from domain.event import Event, event
from domain.vocabulary.codes import Network, SecrecyLevel, UseChannel
from domain.vocabulary.values import Cite, Div, Duty, Id, Item, Post, Ref, Some, Text


@event("use.recorded", streams=("request", "use"), law=("A8", "A17"), signed_by="requester (the using organ)")
class UseRecorded(Event):
    """An organ used shared information, lawfully or not. The time of the record is the time of use."""

    request_id: Id | None
    unit: Id
    officer: Post
    system: Id
    purpose_code: Id | None
    purpose_text: Text | None
    duty: Duty | None
    matter_no: Id | None
    item: Item
    fields: Some[Id]
    subject_count: int
    subjects: tuple[Id, ...] | None = None
    divisions: Some[Div] | None = None
    network: Network
    system_level: SecrecyLevel | None = None
    channel: UseChannel
    delivery_id: Id | None = None
    emergency_statute: Cite | None = None


@event("ratification.recorded", streams=("request",), law=("A17",), signed_by="provider")
class RatificationRecorded(Event):
    """The provider approves past uses. The approval is shown beside their verdict, which stays."""

    uses: Some[Ref]
    reason: Text
