"""demand/: an organ states a need, and the authority of its division matches it (A9, A10, 4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import AdmissionContext, AdmissionRule, AdmissionRules, Begins
from domain.admission.refusal_texts import invalid
from domain.admission.roles import authority_of, only, stands_for
from domain.events import DemandChanged, DemandClosed, DemandMatched, DemandStated, DemandUnmet
from domain.families.demand.lifecycle import DEMAND
from domain.state import DemandState
from formats.refusal import Refusal


def stated(_case: AdmissionContext, _event: DemandStated, _state: None) -> Iterator[Refusal]:
    """demand.stated: any organ. The codec already refuses a demand without duty basis."""
    yield from ()


def matched(context: AdmissionContext, event: DemandMatched, state: DemandState) -> Iterator[Refusal]:
    """demand.matched: the authority of the requester's division; a published entry is named."""
    yield from authority_of(context, state.requester)
    item = context.item(event.item)
    version = None if item is None else item.versions.get(event.version)
    if version is None or version.in_force is None:
        detail = f"version {event.version} of {event.item} was never published"
        yield invalid("/item", detail, "Name a published entry.")


def unmet(context: AdmissionContext, _event: DemandUnmet, state: DemandState) -> Iterator[Refusal]:
    """demand.unmet: the authority of the requester's division."""
    yield from authority_of(context, state.requester)


def changed(context: AdmissionContext, _event: DemandChanged, state: DemandState) -> Iterator[Refusal]:
    """demand.changed: the requester."""
    yield from only(context, state.requester, "requester")


def closed(context: AdmissionContext, _event: DemandClosed, state: DemandState) -> Iterator[Refusal]:
    """demand.closed: the requester, or the authority of its division."""
    if not stands_for(context, state.requester):
        yield from authority_of(context, state.requester)


RULES: Final[AdmissionRules] = {
    DemandStated: AdmissionRule(stated, Begins.OPENS),
    DemandMatched: AdmissionRule(matched, cycle=DEMAND),
    DemandUnmet: AdmissionRule(unmet, cycle=DEMAND),
    DemandChanged: AdmissionRule(changed, cycle=DEMAND),
    DemandClosed: AdmissionRule(closed, cycle=DEMAND),
}
