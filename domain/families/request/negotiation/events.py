"""Outside the catalogue: negotiation, then the people's government's ruling (Art. 13). Stream request/<id>."""

from __future__ import annotations

import datetime as dt

from domain.event import Event, event
from domain.vocabulary.codes import LevelRule, RefusalGround
from domain.vocabulary.values import Cite, Digest, Div, Doc, Scope, Text


@event("negotiation.opened", streams=("request",), law=("A13 ¶1",), signed_by="requester, provider")
class NegotiationOpened(Event):
    """The two organs begin to negotiate."""

    opening: Text


@event(
    "negotiation.round_recorded", streams=("request",), law=("A13 ¶1",), signed_by="requester, provider", paired=True
)
class NegotiationRoundRecorded(Event):
    """One round of negotiation. It takes effect when both organs record the same text."""

    round: int
    held_on: dt.date
    record: Digest
    position: Text


@event("negotiation.agreed", streams=("request",), law=("A13 ¶1",), signed_by="requester, provider", paired=True)
class NegotiationAgreed(Event):
    """The organs agree on a scope. The agreement takes effect when both record the same text."""

    scope: Scope
    record: Digest


@event("negotiation.failed", streams=("request",), law=("A13",), signed_by="requester, provider")
class NegotiationFailed(Event):
    """The negotiation fails. The record states the provider's ground."""

    record: Digest
    provider_ground: RefusalGround | None = None
    statute: Cite | None = None


@event("ruling.submitted", streams=("request",), law=("A13 ¶1",), signed_by="authority (3.3)")
class RulingSubmitted(Event):
    """The authority submits the matter to the government. It does not decide."""

    file: Digest
    to: Div
    level_rule: LevelRule


@event("ruling.issued", streams=("request",), law=("A13 ¶1",), signed_by="government (3.3)")
class RulingIssued(Event):
    """The people's government at the same level rules that the information is shared, or is not."""

    instrument: Doc
    share: bool
    scope: Scope | None = None
    comply_by: dt.date | None = None
