"""inspection/, statistics/, ruleset/, calendar/: admission (4.13)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import AdmissionContext, AdmissionRule, AdmissionRules, Begins
from domain.admission.refusal_texts import describe, invalid, same_organ, wrong_role, wrong_state
from domain.admission.roles import authority_of, authority_only, category_only, of_category, only
from domain.events import (
    CalendarAmended,
    CalendarLocalOverlayAdded,
    CalendarPublished,
    DeadlineRecomputed,
    InspectionClosed,
    InspectionOpened,
    RulesetActivated,
    StatisticsFiled,
)
from domain.state import CalendarState, InspectionState, RulesetState, StatisticsState
from domain.vocabulary.divisions import province_of
from formats.refusal import Refusal


def inspection_opened(context: AdmissionContext, event: InspectionOpened, _state: None) -> Iterator[Refusal]:
    """inspection.opened: a secrecy administration, or the authority of each inspected organ."""
    if of_category(context, "SECRECY"):
        return
    for organ in event.inspected:
        yield from authority_of(context, organ)


def inspection_closed(context: AdmissionContext, _event: InspectionClosed, state: InspectionState) -> Iterator[Refusal]:
    """inspection.closed: the organ that opened it, once."""
    yield from only(context, state.inspector, "organ that opened it")
    if state.closed is not None:
        yield wrong_state(context, f"closed by {describe(state.closed)}", "Open a new inspection.")


def statistics_filed(
    context: AdmissionContext, event: StatisticsFiled, _state: StatisticsState | None
) -> Iterator[Refusal]:
    """statistics.filed: the provider of the stream."""
    if context.act.by != context.id:
        yield wrong_role(context, f"the provider {context.id} itself")
    for place, row in enumerate(event.rows):
        if row.requester == context.act.by:
            yield same_organ(f"/rows/{place}/requester", "an organ does not deliver to itself (A3)")


def provincial(context: AdmissionContext) -> Iterator[Refusal]:
    """Yield a refusal unless the provincial authority signs."""
    if context.signer is not None:
        yield from authority_only(context, province_of(context.signer.division))


def ruleset_activated(
    context: AdmissionContext, event: RulesetActivated, state: RulesetState | None
) -> Iterator[Refusal]:
    """ruleset.activated: the provincial authority; a new version."""
    yield from provincial(context)
    known = state.versions.get(event.version) if state is not None else None
    if known is not None:
        detail = f"version {event.version} was activated by {describe(known[1])}"
        yield invalid("/version", detail, "Give the new version its own number.")


def calendar_changed(
    context: AdmissionContext, _event: CalendarPublished | CalendarAmended, _state: CalendarState | None
) -> Iterator[Refusal]:
    """calendar.published, calendar.amended: the provincial authority."""
    yield from provincial(context)


def overlay_added(
    context: AdmissionContext, event: CalendarLocalOverlayAdded, _state: CalendarState | None
) -> Iterator[Refusal]:
    """calendar.local_overlay_added: the authority of the division."""
    yield from authority_only(context, event.division)


def deadline_recomputed(
    context: AdmissionContext, _event: DeadlineRecomputed, _state: CalendarState | None
) -> Iterator[Refusal]:
    """deadline.recomputed: the operator."""
    yield from category_only(context, "OPERATOR")


RULES: Final[AdmissionRules] = {
    InspectionOpened: AdmissionRule(inspection_opened, Begins.OPENS),
    InspectionClosed: AdmissionRule(inspection_closed),
    StatisticsFiled: AdmissionRule(statistics_filed, Begins.EITHER),
    RulesetActivated: AdmissionRule(ruleset_activated, Begins.EITHER),
    CalendarPublished: AdmissionRule(calendar_changed, Begins.EITHER),
    CalendarAmended: AdmissionRule(calendar_changed, Begins.EITHER),
    CalendarLocalOverlayAdded: AdmissionRule(overlay_added, Begins.EITHER),
    DeadlineRecomputed: AdmissionRule(deadline_recomputed, Begins.EITHER),
}
