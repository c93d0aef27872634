"""item/: classes, the catalogue entry (4.1), changes and updates (4.10), assignment of sources (A12)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import AdmissionContext, AdmissionRule, AdmissionRules, Begins
from domain.admission.refusal_texts import describe, invalid, names, wrong_role, wrong_state
from domain.admission.roles import authority_of, is_authority_of, only, stands_for
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
from domain.state import ItemState
from formats.refusal import Refusal

SUB_PROVINCIAL: Final = ("CITY", "COUNTY")


def _provider(context: AdmissionContext, state: ItemState) -> Iterator[Refusal]:
    if state.provider is None:
        yield wrong_state(context, "nobody has classified the resource yet", "Record resource.classified first.")
    else:
        yield from only(context, state.provider, "provider")


def _authority(context: AdmissionContext, state: ItemState) -> Iterator[Refusal]:
    """The authority of the provider's division acts for the item (3.2)."""
    if state.provider is not None:
        yield from authority_of(context, state.provider)


def classified(context: AdmissionContext, event: ResourceClassified, state: ItemState | None) -> Iterator[Refusal]:
    """resource.classified: the provider; the first signer becomes the provider.

    Only a state secret has a level.
    """
    if state is not None and state.provider is not None:
        yield from only(context, state.provider, "provider")
    if event.level is not None and "state_secret" not in event.classes:
        detail = "only a state secret has a level"
        yield invalid("/level", detail, "Leave the level out, or classify as state_secret.")


def assigned(context: AdmissionContext, event: SourceAssigned, state: ItemState | None) -> Iterator[Refusal]:
    """source.assigned: the authority of the provider's division, or of the assigned party's."""
    provider = state.provider if state is not None else None
    yield from authority_of(context, provider or event.party)


def _provider_level(context: AdmissionContext, state: ItemState, provider: str, pointer: str) -> Iterator[Refusal]:
    """Where the line is centralised at the province, the provincial organ is the provider (A14 ¶2)."""
    party = context.party(provider)
    classification = state.classifications[-1] if state.classifications else None
    centralised = classification is not None and classification.centralised_level == "PROVINCE"
    if centralised and party is not None and party.level in SUB_PROVINCIAL:
        detail = f"the resource is centralised at the province, {provider} is an organ of level {party.level}"
        next_step = "Have the provincial organ of the line provide it."
        yield Refusal("WRONG_PROVIDER_LEVEL", pointer, detail, next_step)


def proposed(context: AdmissionContext, event: CatalogueEntryProposed, state: ItemState) -> Iterator[Refusal]:
    """catalogue.entry_proposed: the provider, on its own resource."""
    yield from _provider(context, state)
    yield from _provider_level(context, state, context.act.by, "/source")
    if event.centralised_level == "PROVINCE":
        party = context.signer
        if party is not None and party.level in SUB_PROVINCIAL:
            detail = f"the entry calls the resource centralised, {party.uscc} is an organ of level {party.level}"
            yield Refusal("WRONG_PROVIDER_LEVEL", "/data/centralised_level", detail, "Leave it to the province.")
    if event.provider_uscc not in (None, context.act.by):
        yield invalid("/provider_uscc", "not the organ that proposes", "Name the proposing organ, or leave it out.")
    if event.resource_code not in (None, context.id):
        yield invalid("/resource_code", f"the stream is that of {context.id}", "Name the same code, or leave it out.")


def _new_version(version: int, state: ItemState) -> Iterator[Refusal]:
    taken = [each.version for each in state.versions.values() if each.in_force is not None]
    if taken and version <= max(taken):
        yield invalid("/version", f"version {max(taken)} was published already", f"Give version {max(taken) + 1}.")


def _proposed_version(version: int, state: ItemState) -> Iterator[Refusal]:
    waiting = [each.version for each in state.versions.values() if each.in_force is None]
    if version not in waiting[-1:]:
        yield invalid("/version", f"version {version} is not the one proposed", "Name the version proposed last.")


def returned(context: AdmissionContext, event: CatalogueEntryReturned, state: ItemState) -> Iterator[Refusal]:
    """catalogue.entry_returned: the authority; the version proposed last."""
    yield from _authority(context, state)
    yield from _proposed_version(event.version, state)


def published(context: AdmissionContext, event: CatalogueEntryPublished, state: ItemState) -> Iterator[Refusal]:
    """catalogue.entry_published: the authority; the version proposed last, with the present provider."""
    yield from _authority(context, state)
    yield from _proposed_version(event.version, state)
    yield from _provider_level(context, state, event.provider, "/data/provider")
    if event.provider != state.provider:
        yield invalid("/provider", f"the provider is {state.provider}", "Name the organ that proposed the entry.")


def change_notified(context: AdmissionContext, _event: CatalogueChangeNotified, state: ItemState) -> Iterator[Refusal]:
    """catalogue.change_notified: the provider."""
    yield from _provider(context, state)


def amended(context: AdmissionContext, event: CatalogueEntryAmended, state: ItemState) -> Iterator[Refusal]:
    """catalogue.entry_amended: the authority; a higher version, with the same provider."""
    yield from _authority(context, state)
    yield from _new_version(event.version, state)
    if event.provider_uscc not in (None, state.provider):
        detail = "an amendment does not change the provider"
        yield invalid("/provider_uscc", detail, "Record catalogue.provider_succeeded.")


def suspended(context: AdmissionContext, _event: CatalogueEntrySuspended, state: ItemState) -> Iterator[Refusal]:
    """catalogue.entry_suspended: the provider or the authority."""
    if state.provider is not None and not stands_for(context, state.provider):
        yield from _authority(context, state)


def restored(context: AdmissionContext, event: CatalogueEntryRestored, state: ItemState) -> Iterator[Refusal]:
    """catalogue.entry_restored: the organ that suspended, or the authority; the suspension in force is named."""
    if not state.suspensions:
        return
    last = state.suspensions[-1].fact
    if not stands_for(context, last.by) and not (state.provider and is_authority_of(context, state.provider)):
        yield wrong_role(context, f"the organ that suspended it ({last.by}), or the authority")
    if not names(event.suspended, [last]):
        yield invalid("/suspended", "not the suspension in force", f"Name {describe(last)}.")


def withdrawn(context: AdmissionContext, _event: CatalogueEntryWithdrawn, state: ItemState) -> Iterator[Refusal]:
    """catalogue.entry_withdrawn: the authority."""
    yield from _authority(context, state)


def provider_succeeded(
    context: AdmissionContext, event: CatalogueProviderSucceeded, state: ItemState
) -> Iterator[Refusal]:
    """catalogue.provider_succeeded: the authority; a higher version; the present provider is the predecessor."""
    yield from _authority(context, state)
    yield from _new_version(event.version, state)
    yield from _provider_level(context, state, event.successor, "/data/successor")
    if event.predecessor != state.provider:
        yield invalid("/predecessor", f"the provider is {state.provider}", "Name the present provider.")


def changed(context: AdmissionContext, event: InformationChanged, state: ItemState) -> Iterator[Refusal]:
    """information.changed: the provider; a new change id."""
    yield from _provider(context, state)
    known = next((each for each in state.changes if each.change_id == event.change_id), None)
    if known is not None:
        detail = f"change {event.change_id} was recorded by {describe(known.fact)}"
        yield wrong_state(context, detail, "Give the new change its own id.")


def updated(context: AdmissionContext, event: InformationUpdated, state: ItemState) -> Iterator[Refusal]:
    """information.updated: the provider; a named change is recorded and not yet carried."""
    yield from _provider(context, state)
    if event.change_id is None:
        return
    known = next((each for each in state.changes if each.change_id == event.change_id), None)
    if known is None:
        detail = f"no change {event.change_id} is recorded"
        yield invalid("/change_id", detail, "Record information.changed first, or leave the id out.")
    elif known.updated is not None:
        detail = f"change {event.change_id} was carried by {describe(known.updated)}"
        yield wrong_state(context, detail, "Leave the id out.")


RULES: Final[AdmissionRules] = {
    ResourceClassified: AdmissionRule(classified, Begins.EITHER),
    SourceAssigned: AdmissionRule(assigned, Begins.EITHER),
    CatalogueEntryProposed: AdmissionRule(proposed, cycle=ITEM),
    CatalogueEntryReturned: AdmissionRule(returned, cycle=ITEM),
    CatalogueEntryPublished: AdmissionRule(published, cycle=ITEM),
    CatalogueChangeNotified: AdmissionRule(change_notified, cycle=ITEM),
    CatalogueEntryAmended: AdmissionRule(amended, cycle=ITEM),
    CatalogueEntrySuspended: AdmissionRule(suspended, cycle=ITEM),
    CatalogueEntryRestored: AdmissionRule(restored, cycle=ITEM),
    CatalogueEntryWithdrawn: AdmissionRule(withdrawn, cycle=ITEM),
    CatalogueProviderSucceeded: AdmissionRule(provider_succeeded, cycle=ITEM),
    InformationChanged: AdmissionRule(changed),
    InformationUpdated: AdmissionRule(updated),
}
