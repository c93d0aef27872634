"""request/<id>: the share request and its answers (4.3, 4.4), with grant, reviews, deliveries and releases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.facts import NO_ANNOTATIONS, NOTHING, Annotations, Fact
from domain.families.request.delivery.state import Delivery
from domain.families.request.events import (
    RequestApproved,
    RequestPartlyApproved,
    RequestReceived,
    RequestRefused,
    RequestSubmitted,
)
from domain.families.request.grant.state import GrantState, Ratification
from domain.families.request.negotiation.events import RulingIssued
from domain.families.request.negotiation.state import Negotiation
from domain.families.request.release.state import ReleaseState
from domain.families.request.review.state import Review
from domain.vocabulary.values import Ref, Scope


class RequestStatus(StrEnum):
    SUBMITTED = "SUBMITTED"
    RECEIVED = "RECEIVED"
    SUPPLEMENT_ASKED = "SUPPLEMENT_ASKED"
    UNDER_REVIEW = "UNDER_REVIEW"
    APPROVED = "APPROVED"
    PARTLY_APPROVED = "PARTLY_APPROVED"
    REFUSED = "REFUSED"
    REFUSAL_FILED = "REFUSAL_FILED"
    WITHDRAWN = "WITHDRAWN"
    NEGOTIATING = "NEGOTIATING"
    AGREED = "AGREED"
    NEGOTIATION_FAILED = "NEGOTIATION_FAILED"
    SUBMITTED_FOR_RULING = "SUBMITTED_FOR_RULING"
    RULED_SHARE = "RULED_SHARE"
    RULED_NOT_SHARE = "RULED_NOT_SHARE"


@dataclass(frozen=True, slots=True)
class Receipt:
    """``request.received``: its time starts the 15 working days if the request is sensitive (A18 ¶1)."""

    event: RequestReceived
    fact: Fact

    @property
    def classes(self) -> frozenset[str]:
        """Return the classes that the provider claimed at receipt."""
        return frozenset(self.event.class_at_receipt)


@dataclass(frozen=True, slots=True)
class Supplement:
    """The one supplement that may be asked for. It does not stop the clock under Order 85."""

    asked: Fact
    supplied: Fact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """``refusal.filed`` with the authority (A18 ¶2), and the authority's acknowledgement."""

    filed_with: str
    reasons: str
    fact: Fact
    filing_no: str | None = None
    acknowledged: Fact | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """One answer of the provider. A reopened request has several; none is overwritten."""

    event: RequestApproved | RequestPartlyApproved | RequestRefused
    fact: Fact
    filing: Filing | None = None

    @property
    def refuses(self) -> bool:
        """Return whether the answer refuses anything. If so, reasons and filing are due."""
        return not isinstance(self.event, RequestApproved)

    @property
    def scope(self) -> Scope | None:
        """Return the granted scope, or None."""
        return None if isinstance(self.event, RequestRefused) else self.event.scope

    @property
    def reopened_by(self) -> Ref | None:
        return self.event.reopened_by


@dataclass(frozen=True, slots=True)
class Ruling:
    event: RulingIssued
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestState:
    """A request and its answers.

    ``item`` is named in the request, or by the provider on receipt if the catalogue lacked it. ``scope`` is the
    requested scope, as last supplemented. ``status_by`` is the fact that brought the present status.
    """

    id: str
    requester: str
    provider: str
    item: str | None
    in_catalogue: bool
    scope: Scope
    status: RequestStatus
    status_by: Fact
    submitted: RequestSubmitted
    fact: Fact
    receipt: Receipt | None = None
    item_named: Receipt | None = None
    supplement: Supplement | None = None
    taken_up: Fact | None = None
    responses: tuple[Response, ...] = ()
    withdrawn: Fact | None = None
    negotiation: Negotiation | None = None
    ruling_submitted: Fact | None = None
    ruling: Ruling | None = None
    grant: GrantState | None = None
    reviews: Mapping[tuple[str, str], Review] = field(default_factory=lambda: NOTHING)
    deliveries: Mapping[str, Delivery] = field(default_factory=lambda: NOTHING)
    releases: Mapping[str, ReleaseState] = field(default_factory=lambda: NOTHING)
    charges: tuple[tuple[str | None, Fact], ...] = ()
    ratifications: tuple[Ratification, ...] = ()
    marks: Annotations = NO_ANNOTATIONS

    @property
    def received_at(self) -> datetime | None:
        """Return the time of the receipt, or None."""
        return self.receipt.fact.time if self.receipt else None

    @property
    def classes(self) -> frozenset[str]:
        """Return the union of the classes that both sides claimed (4.3)."""
        claimed = frozenset(self.submitted.classes_acknowledged)
        return claimed.union(*(each.classes for each in (self.receipt, self.item_named) if each is not None))

    def review_of(self, organ: str, instant: datetime) -> Review | None:
        """Return the organ's newest secrecy review that was open or concluded at the instant."""
        own = [
            review
            for (reviewer, _), review in self.reviews.items()
            if reviewer == organ and review.opened.time <= instant and self.marks.not_disowned(review.opened)
        ]
        return own[-1] if own else None
