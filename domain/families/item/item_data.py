"""Who is responsible for a datum, and when it changes (Arts 12, 15). Stream item/<resource code>."""

from __future__ import annotations

import datetime as dt

from domain.event import Event, event
from domain.vocabulary.values import Digest, Id, Some, Text, Uscc


@event("source.assigned", streams=("item",), law=("A12 ¶1",), signed_by="authority")
class SourceAssigned(Event):
    """The authority makes one organ the source of record of a datum."""

    datum: Text
    party: Uscc
    from_: dt.date
    to: dt.date | None = None


@event("information.changed", streams=("item",), law=("A15 ¶2",), signed_by="provider")
class InformationChanged(Event):
    """The shared information changed; the time of the record is the time of the change."""

    change_id: Id
    how_known: Text
    fields: Some[Id] | None = None


@event("information.updated", streams=("item",), law=("A15 ¶2",), signed_by="provider")
class InformationUpdated(Event):
    """The change has reached the shared copy."""

    change_id: Id | None = None
    version: int
    digest: Digest
