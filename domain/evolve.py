"""Evolution: state and act → state. No other code changes a state.

The functions are pure and total: an act that does not fit leaves the state unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from domain.act import Act
from domain.events import EventCorrected, EventDisowned, EventReaffirmed
from domain.families.agreement.evolve import evolve_agreement
from domain.families.authority.evolve import evolve_authority
from domain.families.demand.evolve import evolve_demand
from domain.families.discrepancy.evolve import evolve_discrepancy
from domain.families.dispute.evolve import evolve_dispute
from domain.families.founding.evolve import evolve_ledger
from domain.families.item.evolve import evolve_item
from domain.families.party.evolve import evolve_party
from domain.families.request.evolve import evolve_request
from domain.families.request.use.evolve import evolve_use
from domain.families.supervision.evolve import evolve_calendar, evolve_inspection, evolve_ruleset, evolve_statistics
from domain.families.violation.evolve import evolve_violation
from domain.state import (
    AgreementState,
    AuthorityState,
    CalendarState,
    DemandState,
    DiscrepancyState,
    DisputeState,
    FoundingState,
    InspectionState,
    ItemState,
    PartyState,
    RequestState,
    RulesetState,
    State,
    StatisticsState,
    UseState,
    ViolationState,
)
from domain.transition import marked

# Stream family → class of its states and function that evolves them.
FAMILIES: Final[dict[str, tuple[type[State], Callable[[Any, Act], State | None]]]] = {
    "request": (RequestState, evolve_request),
    "use": (UseState, evolve_use),
    "party": (PartyState, evolve_party),
    "authority": (AuthorityState, evolve_authority),
    "ledger": (FoundingState, evolve_ledger),
    "item": (ItemState, evolve_item),
    "demand": (DemandState, evolve_demand),
    "agreement": (AgreementState, evolve_agreement),
    "dispute": (DisputeState, evolve_dispute),
    "discrepancy": (DiscrepancyState, evolve_discrepancy),
    "violation": (ViolationState, evolve_violation),
    "inspection": (InspectionState, evolve_inspection),
    "statistics": (StatisticsState, evolve_statistics),
    "ruleset": (RulesetState, evolve_ruleset),
    "calendar": (CalendarState, evolve_calendar),
}
MARKING: Final = frozenset({EventCorrected, EventReaffirmed, EventDisowned})


def evolve(state: State | None, act: Act) -> State | None:
    """Return the state of ``act.stream`` after the act. ``None`` is the state of an empty stream."""
    family = FAMILIES.get(act.stream.partition("/")[0])
    if family is None:
        return state
    kind, step = family
    if state is not None and not isinstance(state, kind):
        return state
    if type(act.event) in MARKING:
        return None if state is None else marked(state, act)
    return step(state, act)


def fold(acts: Iterable[Act], state: State | None = None) -> State | None:
    """Evolve a state by all acts of one stream, in order.

    The streams of the two founding parties begin with ``domain.families.founding.bootstrap.begin``.
    """
    for act in acts:
        state = evolve(state, act)
    return state
