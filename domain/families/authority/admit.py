"""authority/: the holder of the role (A5), its publications (A9), its reads and exports (A29, A32)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import AdmissionContext, AdmissionRule, AdmissionRules, Begins
from domain.admission.refusal_texts import describe, invalid, wrong_state
from domain.admission.roles import authority_only, government_only, of_category
from domain.events import AuthorityAppointed, AuthoritySucceeded, CataloguePublished, ReportExported, SupervisionRead
from domain.state import AuthorityState
from formats.refusal import Refusal


def appointed(context: AdmissionContext, _event: AuthorityAppointed, state: AuthorityState | None) -> Iterator[Refusal]:
    """authority.appointed: the government of the division, once. A later change is authority.succeeded."""
    yield from government_only(context, context.id)
    if state is not None:
        holder = state.holders[-1]
        detail = f"{holder.party} holds the role since {describe(holder.fact)}"
        yield wrong_state(context, detail, "Record authority.succeeded.")


def succeeded(context: AdmissionContext, event: AuthoritySucceeded, state: AuthorityState) -> Iterator[Refusal]:
    """authority.succeeded: the government of the division; the present holder is named as predecessor."""
    yield from government_only(context, context.id)
    holder = state.holders[-1]
    if event.predecessor != holder.party:
        yield invalid("/predecessor", f"{holder.party} holds the role", "Name the present holder.")
    if event.from_ < holder.from_:
        detail = f"{holder.party} holds the role from {holder.from_}"
        yield invalid("/from", detail, "State a day not before that.")


def catalogue_published(
    context: AdmissionContext, event: CataloguePublished, state: AuthorityState
) -> Iterator[Refusal]:
    """catalogue.published: the authority; a higher version; every entry was published."""
    yield from authority_only(context, context.id)
    if state.catalogue is not None and event.version <= state.catalogue.version:
        detail = f"version {state.catalogue.version} is stated in {describe(state.catalogue.fact)}"
        yield invalid("/version", detail, f"Publish version {state.catalogue.version + 1}.")
    for place, entry in enumerate(event.entries):
        item = context.item(entry.item)
        version = None if item is None else item.versions.get(entry.version)
        if version is None or version.in_force is None:
            detail = f"version {entry.version} of {entry.item} was never published"
            yield invalid(f"/entries/{place}", detail, "Record catalogue.entry_published first.")


def supervision_read(context: AdmissionContext, _event: SupervisionRead, _state: AuthorityState) -> Iterator[Refusal]:
    """supervision.read: operator, monitoring, or the authority of the division (A29)."""
    if not of_category(context, "OPERATOR", "MONITORING"):
        yield from authority_only(context, context.id, instead=True)


def report_exported(context: AdmissionContext, _event: ReportExported, _state: AuthorityState) -> Iterator[Refusal]:
    """report.exported: operator, or the authority of the division (A29)."""
    if not of_category(context, "OPERATOR"):
        yield from authority_only(context, context.id, instead=True)


RULES: Final[AdmissionRules] = {
    AuthorityAppointed: AdmissionRule(appointed, Begins.EITHER),
    AuthoritySucceeded: AdmissionRule(succeeded),
    CataloguePublished: AdmissionRule(catalogue_published),
    SupervisionRead: AdmissionRule(supervision_read),
    ReportExported: AdmissionRule(report_exported),
}
