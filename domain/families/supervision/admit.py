"""inspection/, statistics/, ruleset/, calendar/: admission (4.13)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.admission.context import Begins, Case, Rule, Rules
from domain.admission.refusal_texts import invalid, same_organ, told, wrong_role, wrong_state
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
from domain.reasons.refusals import Refusal
from domain.state import CalendarState, InspectionState, RulesetState, StatisticsState
from domain.vocabulary.divisions import province_of


def inspection_opened(case: Case, event: InspectionOpened, _state: None) -> Iterator[Refusal]:
    """inspection.opened: a secrecy administration, or the authority of each inspected organ."""
    if of_category(case, "SECRECY"):
        return
    for organ in event.inspected:
        yield from authority_of(case, organ)


def inspection_closed(case: Case, _event: InspectionClosed, state: InspectionState) -> Iterator[Refusal]:
    """inspection.closed: the organ that opened it, once."""
    yield from only(case, state.inspector, "organ that opened it")
    if state.closed is not None:
        yield wrong_state(case, f"closed by {told(state.closed)}", "Open a new inspection.")


def statistics_filed(case: Case, event: StatisticsFiled, _state: StatisticsState | None) -> Iterator[Refusal]:
    """statistics.filed: the provider of the stream."""
    if case.act.by != case.id:
        yield wrong_role(case, f"the provider {case.id} itself")
    for place, row in enumerate(event.rows):
        if row.requester == case.act.by:
            yield same_organ(f"/rows/{place}/requester", "an organ does not deliver to itself (A3)")


def provincial(case: Case) -> Iterator[Refusal]:
    """Yield a refusal unless the provincial authority signs."""
    if case.signer is not None:
        yield from authority_only(case, province_of(case.signer.division))


def ruleset_activated(case: Case, event: RulesetActivated, state: RulesetState | None) -> Iterator[Refusal]:
    """ruleset.activated: the provincial authority; a new version."""
    yield from provincial(case)
    known = state.versions.get(event.version) if state is not None else None
    if known is not None:
        detail = f"version {event.version} was activated by {told(known[1])}"
        yield invalid("/version", detail, "Give the new version its own number.")


def calendar_changed(
    case: Case, _event: CalendarPublished | CalendarAmended, _state: CalendarState | None
) -> Iterator[Refusal]:
    """calendar.published, calendar.amended: the provincial authority."""
    yield from provincial(case)


def overlay_added(case: Case, event: CalendarLocalOverlayAdded, _state: CalendarState | None) -> Iterator[Refusal]:
    """calendar.local_overlay_added: the authority of the division."""
    yield from authority_only(case, event.division)


def deadline_recomputed(case: Case, _event: DeadlineRecomputed, _state: CalendarState | None) -> Iterator[Refusal]:
    """deadline.recomputed: the operator."""
    yield from category_only(case, "OPERATOR")


RULES: Final[Rules] = {
    InspectionOpened: Rule(inspection_opened, Begins.OPENS),
    InspectionClosed: Rule(inspection_closed),
    StatisticsFiled: Rule(statistics_filed, Begins.EITHER),
    RulesetActivated: Rule(ruleset_activated, Begins.EITHER),
    CalendarPublished: Rule(calendar_changed, Begins.EITHER),
    CalendarAmended: Rule(calendar_changed, Begins.EITHER),
    CalendarLocalOverlayAdded: Rule(overlay_added, Begins.EITHER),
    DeadlineRecomputed: Rule(deadline_recomputed, Begins.EITHER),
}
