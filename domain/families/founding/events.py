"""The ledger's own records: the founding that all legal events rest on, and operation. Stream ledger/<origin>."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from domain.event import Event, event
from domain.vocabulary.codes import Category, Level
from domain.vocabulary.values import Cite, Digest, Div, Id, Jwk, Post, Some, StreamName, Text, Uscc, UsccOrText


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundingParty:
    """A party that exists since entry 0: its code, its key, and the members of ``party.registered``."""

    uscc: Uscc
    key: Jwk
    name: Text
    category: Category
    level: Level
    division: Div
    basis: Cite | None = None
    valid_from: dt.date
    valid_to: dt.date | None = None
    unit: Id
    responsible_post: Post


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundingRuleSet:
    """The rule set in force from entry 0, with the digest of its document."""

    id: Id
    version: int
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundingCalendar:
    """The published years of entry 0, with their digest."""

    years: Some[int]
    digest: Digest


@event("ledger.founded", streams=("ledger",), law=(), signed_by="founding authority")
class LedgerFounded(Event):
    """Entry 0: the ledger's name and checkpoint keys, its first authority and government, its law and calendar."""

    origin: Text
    checkpoint_keys: Some[Text]  # verifier keys (C2SP signed-note)
    demo: bool  # only a demo ledger may run on a simulated clock
    authority: FoundingParty
    government: FoundingParty
    rule_set: FoundingRuleSet
    calendar: FoundingCalendar


@event("ledger.key_rotated", streams=("ledger",), law=(), signed_by="authority")
class LedgerKeyRotated(Event):
    """Another checkpoint key signs from a tree size on. Both keys sign until the old one ends."""

    vkey: Text
    ends: Text | None = None
    from_size: int


@event("witness.added", streams=("ledger",), law=(), signed_by="operator")
class WitnessAdded(Event):
    """A witness begins to cosign checkpoints."""

    name: Text
    vkey: Text
    url: Text | None = None


@event("evidence.exported", streams=("ledger",), law=(), signed_by="operator")
class EvidenceExported(Event):
    """An evidence package left the ledger. Its digest stays."""

    package: Id
    streams: Some[StreamName]
    digest: Digest
    tree_size: int
    recipient: UsccOrText
    why: Text


@event("backup.drill_passed", streams=("ledger",), law=(), signed_by="operator")
class BackupDrillPassed(Event):
    """A restored backup has the root hash of the tree of that size."""

    tree_size: int
    root: Digest
