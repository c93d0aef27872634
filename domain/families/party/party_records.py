"""What a party records about itself: nodes, collection, incidents (Arts 11, 15, 31). Stream party/<uscc>."""

from __future__ import annotations

import datetime as dt

from domain.event import Event, event
from domain.vocabulary.codes import IncidentKind
from domain.vocabulary.values import Cite, Digest, Div, Duty, Id, Item, Ref, StreamName, Text


@event("node.registered", streams=("party",), law=("A15 ¶1",), signed_by="organ")
class NodeRegistered(Event):
    """The organ is connected to the platform of its level."""

    node_id: Id
    platform: Div
    interfaces: tuple[Id, ...]
    from_: dt.date


@event("collection.declared", streams=("party",), law=("A11 ¶1",), signed_by="organ")
class CollectionDeclared(Event):
    """The organ collects a datum itself, against a stated version of the catalogue."""

    declaration_id: Id
    datum: Text
    item: Item | None = None
    duty: Duty
    catalogue_version: Digest
    from_: dt.date


@event("collection.exempted", streams=("party",), law=("A11 ¶1",), signed_by="organ")
class CollectionExempted(Event):
    """The statute that lets it collect what sharing would supply."""

    declaration_id: Id
    statute: Cite


@event("incident.reported", streams=("party",), law=("A31",), signed_by="organ, operator")
class IncidentReported(Event):
    """A leak, loss, tampering or outage that touches evidence."""

    incident_id: Id
    kind: IncidentKind
    streams: tuple[StreamName, ...]
    state_secret: bool
    measures: Text | None = None


@event("incident.closed", streams=("party",), law=("A31",), signed_by="organ, operator, authority")
class IncidentClosed(Event):
    """The incident is over; which evidence is lost."""

    incident_id: Id
    evidence_lost: tuple[Ref, ...]
    result: Text | None = None
