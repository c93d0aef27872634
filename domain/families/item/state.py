"""item/<resource code>: classes, catalogue entry (4.1), changes and updates (4.10), sources of record (A11, A12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from domain.facts import NO_ANNOTATIONS, NOTHING, Annotations, Fact, end_of, start_of
from domain.families.item.events import CatalogueEntryProposed
from domain.vocabulary.values import Cite, Ref


class ItemStatus(StrEnum):
    """``UNCLASSIFIED``: the stream holds only ``source.assigned``, which may come first."""

    UNCLASSIFIED = "UNCLASSIFIED"
    DRAFT = "DRAFT"
    PROPOSED = "PROPOSED"
    PUBLISHED = "PUBLISHED"
    CHANGE_NOTIFIED = "CHANGE_NOTIFIED"
    SUSPENDED = "SUSPENDED"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """The class of an item from a day on. An empty set of classes means: neither sensitive nor a work secret."""

    name: str
    classes: frozenset[str]
    level: str | None
    share_type: str
    statute: Cite | None
    centralised_level: str | None
    from_: date
    cause: Ref | None
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedVersion:
    """One version of the catalogue entry: its whole content in the shape of a proposal.

    ``in_force`` is the act that published it. ``ended`` is the act that superseded or withdrew it.
    """

    version: int
    provider: str
    content: CatalogueEntryProposed
    proposed: Fact
    in_force: Fact | None = None
    ended: Fact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSuspension:
    cause: str
    dispute: str | None
    fact: Fact
    restored: Fact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationChange:
    """A change of the shared information. ``fact.time`` starts the 20 working days (A15 ¶2); ``updated`` ends them."""

    change_id: str
    fields: tuple[str, ...] | None
    fact: Fact
    updated: Fact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAssignment:
    """``source.assigned``: the source of record from the fact on (A12)."""

    datum: str
    party: str
    from_: date
    to: date | None
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemState:
    """The item and its entries.

    ``provider``: the first classifier until a succession (3.1). ``providers``: all providers in order, each with its
    fact.
    """

    item: str
    provider: str | None
    status: ItemStatus
    status_by: Fact
    providers: tuple[tuple[str, Fact], ...] = ()
    classifications: tuple[Classification, ...] = ()
    versions: Mapping[int, PublishedVersion] = field(default_factory=lambda: NOTHING)
    published_version: int | None = None
    notified: Fact | None = None
    suspensions: tuple[ItemSuspension, ...] = ()
    changes: tuple[InformationChange, ...] = ()
    updates: tuple[Fact, ...] = ()
    sources: tuple[SourceAssignment, ...] = ()
    marks: Annotations = NO_ANNOTATIONS

    @property
    def last_update(self) -> Fact | None:
        """Return the fact of the newest update, or None."""
        return self.updates[-1] if self.updates else None

    @property
    def ever_published(self) -> bool:
        """Return whether any version of the entry was ever published."""
        return self.published_version is not None

    def classification_at(self, instant: datetime) -> Classification | None:
        """Return the class in force: the last recorded one whose ``from`` is not after the instant (5.1)."""
        for classification in reversed(self.classifications):
            if start_of(classification.from_) <= instant:
                return classification
        return None

    def version_at(self, instant: datetime) -> PublishedVersion | None:
        """Return the entry version in force at the instant."""
        for version in sorted(self.versions.values(), key=lambda each: each.version, reverse=True):
            begun = version.in_force is not None and version.in_force.time <= instant
            if begun and (version.ended is None or instant < version.ended.time):
                return version
        return None

    def offered_at(self, instant: datetime) -> bool:
        """Return whether the catalogue offered the item: published, and not suspended (A11 ¶1)."""
        return self.version_at(instant) is not None and not any(
            each.fact.time <= instant and (each.restored is None or instant < each.restored.time)
            for each in self.suspensions
        )

    def source_of_record_at(self, instant: datetime) -> str | None:
        """Return the organ assigned by the authority (A12), else the one in the published entry, else None."""
        for assigned in reversed(self.sources):
            if start_of(assigned.from_) <= instant and (assigned.to is None or instant < end_of(assigned.to)):
                return assigned.party
        version = self.version_at(instant)
        return version.content.source_of_record if version is not None else None
