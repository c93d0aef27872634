"""The authority's role, its publications and its reads (Arts 5, 9, 29, 32). Stream authority/<division>."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from domain.event import Event, event
from domain.vocabulary.codes import Audience
from domain.vocabulary.values import Digest, Doc, Id, Item, Period, Post, Some, Text, Uscc, UsccOrText


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryVersion:
    """A catalogue entry by resource code and version."""

    item: Item
    version: int


@event(
    "authority.appointed",
    streams=("authority",),
    law=("A5 ¶1",),
    signed_by="government of the division; the first: the founding record's government",
)
class AuthorityAppointed(Event):
    """A party holds the role of informatization authority in a division."""

    party: Uscc
    rule_set: Id
    from_: dt.date
    instrument: Doc


@event("authority.succeeded", streams=("authority",), law=("A5 ¶1",), signed_by="government")
class AuthoritySucceeded(Event):
    """The role passes to another party."""

    predecessor: Uscc
    successor: Uscc
    from_: dt.date
    instrument: Doc


@event("catalogue.published", streams=("authority",), law=("A9 ¶2",), signed_by="authority")
class CataloguePublished(Event):
    """The authority publishes one compiled version of the catalogue."""

    version: int
    entries: tuple[EntryVersion, ...]
    digest: Digest
    audience: Audience


@event("supervision.read", streams=("authority",), law=("A32",), signed_by="operator, authority, monitoring")
class SupervisionRead(Event):
    """An authority or a monitoring organ read the access trail."""

    caller: Uscc
    caller_post: Post
    purpose: Text
    question: Text
    inspection: Id | None = None
    tree_size: int
    count: int
    note: Text | None = None


@event("report.exported", streams=("authority",), law=("A29",), signed_by="operator, authority")
class ReportExported(Event):
    """A performance report left the ledger."""

    organs: Some[Uscc]
    period: Period
    recipient: UsccOrText
    digest: Digest
    tree_size: int
