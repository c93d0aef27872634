"""Disputes on the class: state secret, trade secret, privacy (Art. 19, second paragraph). Stream dispute/<id>."""

from __future__ import annotations

import datetime as dt

from domain.event import Event, event
from domain.vocabulary.codes import (
    DataClass,
    Determination,
    EscalationLevel,
    ObjectionDecision,
    Outcome,
    Route,
    SecrecyLevel,
)
from domain.vocabulary.values import Digest, Doc, Id, Item, Some, Text, Uscc, UsccOrText


@event("dispute.opened", streams=("dispute",), law=("A19 ¶2",), signed_by="requester, provider")
class DisputeOpened(Event):
    """A party disputes the class of an item."""

    item: Item
    request_id: Id | None = None
    counterparty: Uscc
    claimed_class: DataClass
    level: SecrecyLevel | None = None
    fixed_by_central: bool
    position: Text | None = None
    content: Digest | None = None


@event(
    "dispute.routed", streams=("dispute",), law=("A19 ¶2",), signed_by="the organ that opened it, operator, authority"
)
class DisputeRouted(Event):
    """The dispute takes route A for a state secret, and route B for trade secret and privacy."""

    route: Route


@event("dispute.objection_filed", streams=("dispute",), law=("实施条例 2024 Art. 26",), signed_by="a party")
class DisputeObjectionFiled(Event):
    """A party objects to the organ that classified."""

    originator: UsccOrText
    filing: Doc


@event(
    "dispute.objection_decided",
    streams=("dispute",),
    law=("实施条例 2024 Art. 26",),
    signed_by="originator; a party with document",
)
class DisputeObjectionDecided(Event):
    """The organ that classified decides the objection."""

    decision: ObjectionDecision
    document: Doc


@event(
    "dispute.objection_ignored", streams=("dispute",), law=("实施条例 2024 Art. 26",), signed_by="the objecting party"
)
class DisputeObjectionIgnored(Event):
    """The organ that classified has not answered the objection."""

    since: dt.date


@event("dispute.escalated", streams=("dispute",), law=("实施条例 2024 Art. 26",), signed_by="a party")
class DisputeEscalated(Event):
    """The objection goes to the province or the nation."""

    to: EscalationLevel
    filing: Doc


@event(
    "determination.issued",
    streams=("dispute",),
    law=("A19 ¶2 A",),
    signed_by="secrecy, PROVINCE or NATION as competent",
)
class DeterminationIssued(Event):
    """The competent secrecy administration determines the class."""

    document: Doc
    result: Determination
    fields: Some[Id] | None = None
    level: SecrecyLevel | None = None
    period: Text | None = None
    effective: dt.date


@event("dispute.applied", streams=("dispute",), law=("A19 ¶2 B",), signed_by="a party")
class DisputeApplied(Event):
    """A party applies to the competent State organ."""

    organ: Text
    case_no: Id
    applied_on: dt.date


@event("dispute.outcome_recorded", streams=("dispute",), law=("A19 ¶2 B",), signed_by="a party, state_organ")
class DisputeOutcomeRecorded(Event):
    """The State organ's decision, by its document."""

    outcome: Outcome
    fields: Some[Id] | None = None
    document: Doc
    effective: dt.date


@event("dispute.withdrawn", streams=("dispute",), law=("A19 ¶2",), signed_by="the organ that opened it")
class DisputeWithdrawn(Event):
    """The organ that opened the dispute withdraws it."""

    reason: Text
