"""Confidentiality agreements (Art. 19). Stream agreement/<id>."""

from __future__ import annotations

import datetime as dt

from domain.event import Event, TwoPostEvent, event
from domain.vocabulary.codes import Cause, DataClass, SecrecyLevel
from domain.vocabulary.values import Digest, Doc, Id, Ref, Scope, Some, Text, Uscc


@event("agreement.proposed", streams=("agreement",), law=("A19 ¶1",), signed_by="requester, provider")
class AgreementProposed(Event):
    """One organ proposes the terms. A digest fixes them."""

    requests: Some[Id]
    requester: Uscc
    provider: Uscc
    scope: Scope
    classes: tuple[DataClass, ...]
    level: SecrecyLevel | None = None
    obligations: Digest
    text_digest: Digest
    effective_from: dt.date
    effective_to: dt.date
    survives: bool


@event("agreement.signed", streams=("agreement",), law=("A19 ¶1",), signed_by="requester, provider (each once)")
class AgreementSigned(TwoPostEvent):
    """One organ signs. The second signature over the same digest brings the agreement into force."""

    version: int
    text_digest: Digest


@event("agreement.amendment_proposed", streams=("agreement",), law=("A19 ¶1",), signed_by="requester, provider")
class AgreementAmendmentProposed(Event):
    """One organ proposes new terms. The old version stays in force."""

    version: int
    text_digest: Digest
    scope: Scope
    effective_from: dt.date
    effective_to: dt.date


@event("agreement.amended", streams=("agreement",), law=("A19 ¶1",), signed_by="requester, provider", paired=True)
class AgreementAmended(TwoPostEvent):
    """One organ accepts the new terms. They are in force when both have accepted."""

    version: int
    text_digest: Digest


@event("agreement.suspended", streams=("agreement",), law=("A19",), signed_by="provider")
class AgreementSuspended(Event):
    """The provider suspends the agreement."""

    cause: Cause
    effect: dt.datetime
    dispute: Id | None = None


@event("agreement.resumed", streams=("agreement",), law=("A19",), signed_by="provider")
class AgreementResumed(Event):
    """The suspension ends."""

    suspended: Ref
    effect: dt.datetime


@event("agreement.terminated", streams=("agreement",), law=("A19",), signed_by="requester, provider")
class AgreementTerminated(Event):
    """One side ends the agreement by its clause."""

    clause: Text
    notice_on: dt.date
    effect: dt.date


@event("agreement.succeeded", streams=("agreement",), law=("A19",), signed_by="the successor organ")
class AgreementSucceeded(Event):
    """A successor organ accedes in place of its predecessor."""

    predecessor: Uscc
    version: int
    text_digest: Digest
    instrument: Doc
