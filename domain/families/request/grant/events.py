"""Suspension, narrowing and end of a grant (Arts 13, 17, 19). Stream request/<id>."""

from __future__ import annotations

import datetime as dt

from domain.event import Event, event
from domain.vocabulary.codes import Cause, ReceivedHow, RefusalGround
from domain.vocabulary.values import Cite, Id, Ref, Scope


@event("grant.suspended", streams=("request",), law=("A19",), signed_by="provider")
class GrantSuspended(Event):
    """The provider suspends the grant for a cause."""

    cause: Cause
    effect: dt.datetime
    dispute: Id | None = None
    agreement: Id | None = None


@event("grant.resumed", streams=("request",), law=("A19",), signed_by="provider")
class GrantResumed(Event):
    """The suspension ends."""

    suspended: Ref
    effect: dt.datetime


@event(
    "grant.narrowed",
    streams=("request",),
    law=("A13", "A17"),
    signed_by="provider; without ground requester, provider",
    paired=True,
)
class GrantNarrowed(Event):
    """The grant gets a smaller scope. Without a ground it takes effect when both organs record the same scope."""

    scope: Scope
    cause: Cause
    ground: RefusalGround | None = None
    statute: Cite | None = None
    effect: dt.datetime


@event("grant.revoked", streams=("request",), law=("A13 ¶2",), signed_by="provider")
class GrantRevoked(Event):
    """The provider ends the grant."""

    cause: Cause
    ground: RefusalGround | None = None
    statute: Cite | None = None
    effect: dt.datetime
    breach: Ref | None = None


@event("grant.notice_received", streams=("request",), law=("A17",), signed_by="requester, operator")
class GrantNoticeReceived(Event):
    """The requester has notice of a suspension, narrowing or revocation."""

    notice: Ref
    how: ReceivedHow
