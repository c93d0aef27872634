"""item/: classes and the catalogue entry (4.1), changes and updates (4.10), sources of record (A12)."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Final

from domain.act import Act
from domain.events import (
    CatalogueChangeNotified,
    CatalogueEntryAmended,
    CatalogueEntryProposed,
    CatalogueEntryPublished,
    CatalogueEntryRestored,
    CatalogueEntryReturned,
    CatalogueEntrySuspended,
    CatalogueEntryWithdrawn,
    CatalogueProviderSucceeded,
    InformationChanged,
    InformationUpdated,
    ResourceClassified,
    SourceAssigned,
)
from domain.families.item.lifecycle import ITEM
from domain.families.item.state import (
    Classification,
    InformationChange,
    ItemStatus,
    ItemSuspension,
    PublishedVersion,
    SourceAssignment,
)
from domain.state import Fact, ItemState, fact_of
from domain.transition import Steps, add, fits

CONTENT: Final = frozenset(each.name for each in fields(CatalogueEntryProposed)) - {"post", "version"}


def evolve_item(state: ItemState | None, act: Act) -> ItemState | None:
    """Return the state after the act. An act that does not fit leaves it unchanged."""
    event = act.event
    if state is None:
        if not isinstance(event, ResourceClassified | SourceAssigned):
            return None
        item = act.stream.partition("/")[2]
        state = ItemState(item=item, provider=None, status=ItemStatus.UNCLASSIFIED, status_by=fact_of(act))
    step = _STEPS.get(type(event))
    if step is None or not fits(ITEM, event, state.status):
        return state
    return step(state, act, event)


def _classified(state: ItemState, act: Act, event: ResourceClassified) -> ItemState:
    fact = fact_of(act)
    classification = Classification(
        name=event.name,
        classes=frozenset(event.classes),
        level=event.level,
        share_type=event.share_type,
        statute=event.statute,
        centralised_level=event.centralised_level,
        from_=event.from_,
        cause=event.cause,
        fact=fact,
    )
    state = replace(state, classifications=(*state.classifications, classification))
    if state.provider is not None:
        return state
    providers = ((act.by, fact),)
    return replace(state, status=ItemStatus.DRAFT, status_by=fact, provider=act.by, providers=providers)


def _assigned(state: ItemState, act: Act, event: SourceAssigned) -> ItemState:
    assignment = SourceAssignment(
        datum=event.datum, party=event.party, from_=event.from_, to=event.to, fact=fact_of(act)
    )
    return replace(state, sources=(*state.sources, assignment))


def _proposed(state: ItemState, act: Act, event: CatalogueEntryProposed) -> ItemState:
    fact = fact_of(act)
    version = PublishedVersion(version=event.version, provider=act.by, content=event, proposed=fact)
    versions = add(state.versions, event.version, version)
    return replace(state, status=ItemStatus.PROPOSED, status_by=fact, versions=versions)


def _returned(state: ItemState, act: Act, _event: CatalogueEntryReturned) -> ItemState:
    return replace(state, status=ItemStatus.DRAFT, status_by=fact_of(act))


def _published(state: ItemState, act: Act, event: CatalogueEntryPublished) -> ItemState:
    proposed = state.versions.get(event.version)
    if proposed is None:
        return state
    content = replace(
        proposed.content,
        name=event.name,
        format=event.format,
        share_condition=event.share_condition,
        share_way=event.share_way,
        published_on=event.published_on,
        update_cycle=event.update_cycle,
        provider_uscc=event.provider,
    )
    return _in_force(state, replace(proposed, content=content, provider=event.provider), fact_of(act))


def _in_force(state: ItemState, version: PublishedVersion, fact: Fact) -> ItemState:
    """Put the version in force and end the one before it."""
    versions = add(_ended(state, fact), version.version, replace(version, in_force=fact))
    return replace(
        state, status=ItemStatus.PUBLISHED, status_by=fact, versions=versions, published_version=version.version
    )


def _ended(state: ItemState, fact: Fact) -> dict[int, PublishedVersion]:
    versions = dict(state.versions)
    before = versions.get(state.published_version) if state.published_version is not None else None
    if before is not None:
        versions[before.version] = replace(before, ended=fact)
    return versions


def _change_notified(state: ItemState, act: Act, _event: CatalogueChangeNotified) -> ItemState:
    fact = fact_of(act)
    return replace(state, status=ItemStatus.CHANGE_NOTIFIED, status_by=fact, notified=fact)


def _amended(state: ItemState, act: Act, event: CatalogueEntryAmended) -> ItemState:
    before = state.versions.get(state.published_version) if state.published_version is not None else None
    if before is None:
        return state
    changed = {name: getattr(event, name) for name in CONTENT if getattr(event, name) is not None}
    content = replace(before.content, version=event.version, **changed)
    fact = fact_of(act)
    version = PublishedVersion(version=event.version, provider=before.provider, content=content, proposed=fact)
    return _in_force(state, version, fact)


def _suspended(state: ItemState, act: Act, event: CatalogueEntrySuspended) -> ItemState:
    fact = fact_of(act)
    suspensions = (*state.suspensions, ItemSuspension(cause=event.cause, dispute=event.dispute, fact=fact))
    return replace(state, status=ItemStatus.SUSPENDED, status_by=fact, suspensions=suspensions)


def _restored(state: ItemState, act: Act, _event: CatalogueEntryRestored) -> ItemState:
    fact = fact_of(act)
    *earlier, last = state.suspensions
    suspensions = (*earlier, replace(last, restored=fact))
    return replace(state, status=ItemStatus.PUBLISHED, status_by=fact, suspensions=suspensions)


def _withdrawn(state: ItemState, act: Act, _event: CatalogueEntryWithdrawn) -> ItemState:
    fact = fact_of(act)
    return replace(state, status=ItemStatus.WITHDRAWN, status_by=fact, versions=_ended(state, fact))


def _succeeded(state: ItemState, act: Act, event: CatalogueProviderSucceeded) -> ItemState:
    before = state.versions.get(state.published_version) if state.published_version is not None else None
    if before is None:
        return state
    fact = fact_of(act)
    content = replace(before.content, version=event.version, provider_uscc=event.successor)
    version = PublishedVersion(version=event.version, provider=event.successor, content=content, proposed=fact)
    state = replace(state, provider=event.successor, providers=(*state.providers, (event.successor, fact)))
    return _in_force(state, version, fact)


def _changed(state: ItemState, act: Act, event: InformationChanged) -> ItemState:
    if any(each.change_id == event.change_id for each in state.changes):
        return state
    change = InformationChange(change_id=event.change_id, fields=event.fields, fact=fact_of(act))
    return replace(state, changes=(*state.changes, change))


def _updated(state: ItemState, act: Act, event: InformationUpdated) -> ItemState:
    """Record an update. Without a named change it carries every earlier change. A disowned update carried none."""
    fact = fact_of(act)

    def carried(change: InformationChange) -> bool:
        named = change.fact.time <= act.time if event.change_id is None else change.change_id == event.change_id
        return named and (change.updated is None or not state.marks.not_disowned(change.updated))

    changes = tuple(replace(each, updated=fact) if carried(each) else each for each in state.changes)
    return replace(state, changes=changes, updates=(*state.updates, fact))


_STEPS: Final[Steps[ItemState]] = {
    ResourceClassified: _classified,
    SourceAssigned: _assigned,
    CatalogueEntryProposed: _proposed,
    CatalogueEntryReturned: _returned,
    CatalogueEntryPublished: _published,
    CatalogueChangeNotified: _change_notified,
    CatalogueEntryAmended: _amended,
    CatalogueEntrySuspended: _suspended,
    CatalogueEntryRestored: _restored,
    CatalogueEntryWithdrawn: _withdrawn,
    CatalogueProviderSucceeded: _succeeded,
    InformationChanged: _changed,
    InformationUpdated: _updated,
}
