"""A request, its receipt and its answer (Arts 7, 13, 18). Stream request/<id>."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from domain.event import Event, TwoPostEvent, event
from domain.vocabulary.codes import DataClass, GroundA7, ReceivedHow, RefusalGround
from domain.vocabulary.values import Cite, Digest, Div, Doc, Id, Item, Ref, Scope, Some, Subjects, Text, Uscc


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPart:
    """A refused part of the request (exactly one of fields, subjects) and its ground."""

    exactly_one: ClassVar[tuple[str, ...]] = ("fields", "subjects")

    fields: Some[Id] | None = None
    subjects: Subjects | None = None
    ground: RefusalGround
    statute: Cite | None = None


@event("request.submitted", streams=("request",), law=("A7", "A13", "A18"), signed_by="requester")
class RequestSubmitted(Event):
    """An organ requests an item from a provider, or describes information that the catalogue lacks."""

    provider: Uscc
    item: Item | None = None
    description: Text | None = None
    ground_a7: GroundA7
    scope: Scope
    matter_no: Id
    system: Id
    volume_per_day: int | None = None
    classes_acknowledged: tuple[DataClass, ...]
    onward_intended: bool
    retention: Text | None = None
    demand: Id | None = None
    renews: Id | None = None
    form: Digest


@event(
    "request.received",
    streams=("request",),
    law=("A18 ¶1",),
    signed_by="provider; operator (PLATFORM); requester with proof",
)
class RequestReceived(Event):
    """The request has reached the provider. The clock of Art. 18 starts if the request is sensitive."""

    how: ReceivedHow
    class_at_receipt: tuple[DataClass, ...]
    item: Item | None = None
    proof: Doc | None = None


@event("request.supplement_asked", streams=("request",), law=("A18",), signed_by="provider")
class RequestSupplementAsked(Event):
    """The provider asks, once, for missing information."""

    missing: Some[Text]


@event("request.supplemented", streams=("request",), law=("A18",), signed_by="requester")
class RequestSupplemented(Event):
    """The requester supplies the missing information."""

    supplied: tuple[Digest, ...]
    scope: Scope | None = None


@event("request.accepted_for_review", streams=("request",), law=("A18",), signed_by="provider")
class RequestAcceptedForReview(Event):
    """A unit of the provider accepts the request for review."""

    unit: Id


@event("request.approved", streams=("request",), law=("A13", "A18 ¶2"), signed_by="provider")
class RequestApproved(Event):
    """The provider approves, within a scope."""

    scope: Scope
    classes: tuple[DataClass, ...]
    conditions: Text | None = None
    agreed_way: Text | None = None
    negotiation: Ref | None = None
    ruling: Ref | None = None
    reopened_by: Ref | None = None
    oral_given_at: dt.datetime | None = None
    emergency_statute: Cite | None = None


@event("request.partly_approved", streams=("request",), law=("A13 ¶2", "A18 ¶2"), signed_by="provider")
class RequestPartlyApproved(TwoPostEvent):
    """The provider approves a part and refuses the rest."""

    scope: Scope
    classes: tuple[DataClass, ...]
    conditions: Text | None = None
    agreed_way: Text | None = None
    negotiation: Ref | None = None
    ruling: Ref | None = None
    reopened_by: Ref | None = None
    oral_given_at: dt.datetime | None = None
    emergency_statute: Cite | None = None
    refused: Some[RefusedPart]
    reasons: Digest | None = None


@event("request.refused", streams=("request",), law=("A13 ¶2", "A18 ¶2"), signed_by="provider")
class RequestRefused(TwoPostEvent):
    """The provider refuses, on a stated ground."""

    ground: RefusalGround
    statute: Cite | None = None
    reasons: Digest | None = None
    reopened_by: Ref | None = None


@event("request.withdrawn", streams=("request",), law=(), signed_by="requester")
class RequestWithdrawn(Event):
    """The requester withdraws the request."""

    reason: Text | None = None


@event("refusal.filed", streams=("request",), law=("A18 ¶2",), signed_by="provider")
class RefusalFiled(Event):
    """The provider files its refusal with the authority."""

    response: Ref
    filed_with: Div
    reasons: Digest


@event("refusal.acknowledged", streams=("request",), law=("A18 ¶2",), signed_by="authority")
class RefusalAcknowledged(Event):
    """The authority acknowledges the filing."""

    filing_no: Id
    filed: Ref
