"""discrepancy/: the source of record verifies and explains (A11 ¶2, 4.10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import AdmissionContext, AdmissionRule, AdmissionRules, Begins
from domain.admission.refusal_texts import invalid, wrong_state
from domain.admission.roles import authority_of, only, stands_for
from domain.events import (
    DiscrepancyClosed,
    DiscrepancyExplained,
    DiscrepancyReported,
    DiscrepancyVerified,
)
from domain.families.discrepancy.lifecycle import DISCREPANCY
from domain.state import DiscrepancyState
from formats.refusal import Refusal


def reported(context: AdmissionContext, event: DiscrepancyReported, _state: None) -> Iterator[Refusal]:
    """discrepancy.reported: any organ, on a known item."""
    if context.item(event.item) is None:
        yield invalid("/item", f"{event.item} is not known here", "Name a classified resource.")


def by_source(
    context: AdmissionContext, _event: DiscrepancyVerified | DiscrepancyExplained, state: DiscrepancyState
) -> Iterator[Refusal]:
    """discrepancy.verified, discrepancy.explained: the source of record at the time of the act."""
    item = context.item(state.item)
    source = None if item is None else item.source_of_record_at(context.act.time)
    if source is None:
        yield wrong_state(context, "no source of record is known", "Have the authority record source.assigned first.")
    else:
        yield from only(context, source, "source of record")


def closed(context: AdmissionContext, _event: DiscrepancyClosed, state: DiscrepancyState) -> Iterator[Refusal]:
    """discrepancy.closed: the reporter, or the authority of the provider's division.

    An undecided verification prevents closing. If the source was wrong, an update must be recorded first.
    """
    item = context.item(state.item)
    if not stands_for(context, state.reporter) and item is not None and item.provider is not None:
        yield from authority_of(context, item.provider)
    if not state.verifications:
        return
    result = state.verifications[-1][0].result
    if result == "UNDECIDED":
        yield wrong_state(context, "the verification is UNDECIDED", "Have the source verify again.")
    update = None if item is None else item.last_update
    if result in ("SOURCE_WRONG", "BOTH_WRONG") and (update is None or update.index < state.fact.index):
        yield wrong_state(
            context, f"{result}, and the information was not updated", "Record information.updated first."
        )


RULES: Final[AdmissionRules] = {
    DiscrepancyReported: AdmissionRule(reported, Begins.OPENS),
    DiscrepancyVerified: AdmissionRule(by_source, cycle=DISCREPANCY),
    DiscrepancyExplained: AdmissionRule(by_source, cycle=DISCREPANCY),
    DiscrepancyClosed: AdmissionRule(closed, cycle=DISCREPANCY),
}
