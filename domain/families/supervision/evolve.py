"""inspection/, statistics/, ruleset/, calendar/: evolution. Only an inspection has an end (4.13)."""

from __future__ import annotations

from dataclasses import replace

from domain.act import Act
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
from domain.state import CalendarState, InspectionState, RulesetState, StatisticsState, fact_of
from domain.transition import add


def evolve_inspection(state: InspectionState | None, act: Act) -> InspectionState | None:
    """Return the state after the act. An act that does not fit leaves it unchanged."""
    event, fact = act.event, fact_of(act)
    if state is None:
        if not isinstance(event, InspectionOpened):
            return None
        return InspectionState(id=act.stream.partition("/")[2], inspector=act.by, opened=event, fact=fact)
    if isinstance(event, InspectionClosed) and state.closed is None:
        return replace(state, closure=event, closed=fact)
    return state


def evolve_statistics(state: StatisticsState | None, act: Act) -> StatisticsState | None:
    """Return the state after the act. An act that does not fit leaves it unchanged."""
    event = act.event
    if not isinstance(event, StatisticsFiled):
        return state
    filing = (event, fact_of(act))
    if state is None:
        return StatisticsState(provider=act.stream.partition("/")[2], filings=(filing,))
    return replace(state, filings=(*state.filings, filing))


def evolve_ruleset(state: RulesetState | None, act: Act) -> RulesetState | None:
    """Return the state after the act. An act that does not fit leaves it unchanged."""
    event = act.event
    if not isinstance(event, RulesetActivated):
        return state
    activated = (event, fact_of(act))
    if state is None:
        return RulesetState(id=act.stream.partition("/")[2], versions={event.version: activated})
    return replace(state, versions=add(state.versions, event.version, activated))


def evolve_calendar(state: CalendarState | None, act: Act) -> CalendarState | None:
    """Return the state after the act. An act that does not fit leaves it unchanged."""
    event, fact = act.event, fact_of(act)
    begun = state or CalendarState(id=act.stream.partition("/")[2])
    match event:
        case CalendarPublished():
            return replace(begun, published=(*begun.published, (event, fact)))
        case CalendarAmended():
            return replace(begun, amended=(*begun.amended, (event, fact)))
        case CalendarLocalOverlayAdded():
            return replace(begun, overlays=(*begun.overlays, (event, fact)))
        case DeadlineRecomputed():
            return replace(begun, recomputed=add(begun.recomputed, (event.stream, event.clock), fact))
        case _:
            return state
