"""A resource and its catalogue entry (Arts 7, 9, 10, 12, 14, 15). Stream item/<resource code>."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from domain.event import Event, event
from domain.vocabulary.codes import Cause, DataClass, GroundA7, Level, SecrecyLevel, ShareType
from domain.vocabulary.values import Cite, Digest, Doc, Id, InformationItem, Item, Ref, Some, Text, Uscc


@event("resource.classified", streams=("item",), law=("A9 ¶1",), signed_by="provider")
class ResourceClassified(Event):
    """The provider states the class and share type. The first one opens the item. Share type 3 needs a statute."""

    name: Text
    classes: tuple[DataClass, ...]
    level: SecrecyLevel | None = None
    term: Text | None = None
    basis: Cite | None = None
    share_type: ShareType
    statute: Cite | None = None
    centralised_level: Level | None = None
    from_: dt.date
    cause: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFields(Event):
    """The members of a catalogue entry (Art. 10) that a proposal or an amendment may state."""

    class_code: Id | None = None
    resource_code: Item | None = None
    provider_name: Text | None = None
    provider_uscc: Uscc | None = None
    abstract: Text | None = None
    format: Text | None = None
    items: Some[InformationItem] | None = None
    share_type: ShareType | None = None
    share_condition: Text | None = None
    share_way: Text | None = None
    update_cycle: Text | None = None
    published_on: dt.date | None = None
    open: bool | None = None
    open_condition: Text | None = None
    related_code: Item | None = None
    classified: bool | None = None
    classes: tuple[DataClass, ...] | None = None
    level: SecrecyLevel | None = None
    centralised_level: Level | None = None
    source_of_record: Uscc | None = None
    statute: Cite | None = None


@event("catalogue.entry_proposed", streams=("item",), law=("A7", "A9"), signed_by="provider")
class CatalogueEntryProposed(EntryFields):
    """The provider proposes an entry."""

    name: Text
    ground_a7: GroundA7
    version: int


@event("catalogue.entry_returned", streams=("item",), law=("A9 ¶2",), signed_by="authority")
class CatalogueEntryReturned(Event):
    """The authority returns the proposal."""

    version: int
    reasons: Text


@event("catalogue.entry_published", streams=("item",), law=("A9", "A10", "A14 ¶2"), signed_by="authority")
class CatalogueEntryPublished(Event):
    """The authority publishes the entry with the seven fields of Art. 10."""

    version: int
    name: Text
    format: Text
    share_condition: Text
    share_way: Text
    provider: Uscc
    published_on: dt.date
    update_cycle: Text


@event("catalogue.change_notified", streams=("item",), law=("A10 ¶2",), signed_by="provider")
class CatalogueChangeNotified(Event):
    """The provider notifies the authority of a change and its date."""

    changed_on: dt.date
    delta: Text


@event("catalogue.entry_amended", streams=("item",), law=("A10 ¶3",), signed_by="authority")
class CatalogueEntryAmended(EntryFields):
    """The authority publishes a new version, which states the changed fields only."""

    version: int
    name: Text | None = None
    ground_a7: GroundA7 | None = None
    notice: Ref | None = None


@event("catalogue.entry_suspended", streams=("item",), law=("A10", "A19"), signed_by="authority, provider")
class CatalogueEntrySuspended(Event):
    """The entry takes no new requests."""

    cause: Cause
    dispute: Id | None = None


@event("catalogue.entry_restored", streams=("item",), law=("A10",), signed_by="the organ that suspended it, authority")
class CatalogueEntryRestored(Event):
    """The suspension ends."""

    suspended: Ref


@event("catalogue.entry_withdrawn", streams=("item",), law=("A10 ¶3",), signed_by="authority")
class CatalogueEntryWithdrawn(Event):
    """The entry leaves the catalogue for good."""

    ground: Text
    statute: Cite | None = None


@event("catalogue.provider_succeeded", streams=("item",), law=("A10",), signed_by="authority")
class CatalogueProviderSucceeded(Event):
    """Another organ provides the item from this version on."""

    predecessor: Uscc
    successor: Uscc
    version: int
    instrument: Doc


@event("source.assigned", streams=("item",), law=("A12 ¶1",), signed_by="authority")
class SourceAssigned(Event):
    """The authority makes one organ the source of record of a datum."""

    datum: Text
    party: Uscc
    from_: dt.date
    to: dt.date | None = None


@event("information.changed", streams=("item",), law=("A15 ¶2",), signed_by="provider")
class InformationChanged(Event):
    """The shared information changed. The time of the record is the time of the change."""

    change_id: Id
    how_known: Text
    fields: Some[Id] | None = None


@event("information.updated", streams=("item",), law=("A15 ¶2",), signed_by="provider")
class InformationUpdated(Event):
    """The shared copy contains the change."""

    change_id: Id | None = None
    version: int
    digest: Digest
