"""Parties: registration, posts, keys, collections, incidents (Arts 2, 17, 30). Stream party/<uscc>."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from domain.event import Event, event
from domain.vocabulary.codes import BasisKind, Category, IncidentKind, KeyUse, Level, SuccessionMode
from domain.vocabulary.values import (
    Cite,
    CiteOrDoc,
    Digest,
    Div,
    Doc,
    Duty,
    Id,
    Item,
    Jwk,
    Post,
    Ref,
    StreamName,
    Text,
    Uscc,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Successor:
    """A successor of the old organ, and the duty bases that pass to it with the function."""

    party: Uscc
    duty_bases: tuple[Duty, ...]


@event(
    "party.registered",
    streams=("party",),
    law=("A2", "A30"),
    signed_by="authority of the division; while it has none, the provincial authority; the first two: founding record",
)
class PartyRegistered(Event):
    """A party enters the register, with its category, level, division and responsible post."""

    name: Text
    category: Category
    level: Level
    division: Div
    basis: Cite | None = None
    valid_from: dt.date
    valid_to: dt.date | None = None
    unit: Id
    responsible_post: Post


@event("party.confirmed", streams=("party",), law=("A2", "A5"), signed_by="government of the province")
class PartyConfirmed(Event):
    """The provincial government confirms a party whose category or level carries power over others."""

    instrument: Doc


@event("party.authority_basis_recorded", streams=("party",), law=("A2",), signed_by="authority")
class PartyAuthorityBasisRecorded(Event):
    """The instrument that authorises or entrusts an organisation to act as an organ of Art. 2."""

    kind: BasisKind
    basis: CiteOrDoc
    entrusted_by: Uscc | None = None
    functions: Text
    valid_from: dt.date
    valid_to: dt.date | None = None


@event("party.renamed", streams=("party",), law=("A2",), signed_by="organ, authority")
class PartyRenamed(Event):
    """The party has another name, or lies in another division."""

    name: Text
    division: Div | None = None
    from_: dt.date
    instrument: Doc


@event("party.succeeded", streams=("party",), law=("A2", "A17"), signed_by="authority, government")
class PartySucceeded(Event):
    """The organ is merged, split, abolished or given another code. Recorded in the old organ's stream."""

    mode: SuccessionMode
    successors: tuple[Successor, ...]
    effective: dt.date
    instrument: Doc


@event("party.officer_appointed", streams=("party",), law=("A30",), signed_by="organ")
class PartyOfficerAppointed(Event):
    """An officer post of the organ, held from a date."""

    officer: Post
    unit: Id
    responsible: bool
    from_: dt.date
    to: dt.date | None = None


@event("party.officer_relieved", streams=("party",), law=("A30",), signed_by="organ")
class PartyOfficerRelieved(Event):
    """The post ends."""

    officer: Post
    from_: dt.date


@event(
    "key.authorised",
    streams=("party",),
    law=("A30",),
    signed_by="who may register the party (its first key), organ (responsible post)",
)
class KeyAuthorised(Event):
    """A key may sign for the organ, or read for it, or both where no use is named. It may be that of one post only."""

    key: Jwk
    valid_from: dt.datetime
    valid_to: dt.datetime | None = None
    use: KeyUse | None = None
    officer: Post | None = None
    possession: Text | None = None


@event("key.rotated", streams=("party",), law=("A30",), signed_by="organ, authority")
class KeyRotated(Event):
    """A key ends. Its successor, if any, becomes valid."""

    kid: Id
    from_: dt.datetime
    key: Jwk | None = None
    reason: Text


@event("key.compromised", streams=("party",), law=("A30",), signed_by="organ, authority")
class KeyCompromised(Event):
    """The key may have been in other hands from an instant on."""

    kid: Id
    from_: dt.datetime
    how_known: Text


@event("node.registered", streams=("party",), law=("A15 ¶1",), signed_by="organ")
class NodeRegistered(Event):
    """The organ is connected to the platform of its level."""

    node_id: Id
    platform: Div
    interfaces: tuple[Id, ...]
    from_: dt.date


@event("collection.declared", streams=("party",), law=("A11 ¶1",), signed_by="organ")
class CollectionDeclared(Event):
    """The organ collects data itself, by a stated version of the catalogue."""

    declaration_id: Id
    datum: Text
    item: Item | None = None
    duty: Duty
    catalogue_version: Digest
    from_: dt.date


@event("collection.exempted", streams=("party",), law=("A11 ¶1",), signed_by="organ")
class CollectionExempted(Event):
    """A statute exempts a collection of data that sharing would supply."""

    declaration_id: Id
    statute: Cite


@event("incident.reported", streams=("party",), law=("A31",), signed_by="organ, operator")
class IncidentReported(Event):
    """A leak, loss, tampering or outage affects evidence."""

    incident_id: Id
    kind: IncidentKind
    streams: tuple[StreamName, ...]
    state_secret: bool
    measures: Text | None = None


@event("incident.closed", streams=("party",), law=("A31",), signed_by="organ, operator, authority")
class IncidentClosed(Event):
    """The incident ends. The record names the lost evidence."""

    incident_id: Id
    evidence_lost: tuple[Ref, ...]
    result: Text | None = None
