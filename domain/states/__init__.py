"""What a stream's acts have made so: one frozen state per stream family, changed by ``domain.evolution`` alone.

Mappings in states are never written to after the state is made; a step makes new ones.
"""

from __future__ import annotations

from domain.states.agreements import AgreementState
from domain.states.authorities import AuthorityState
from domain.states.demands import DemandState
from domain.states.discrepancies import DiscrepancyState
from domain.states.disputes import DisputeState
from domain.states.facts import Fact, Marks, end_of, fact_of, start_of
from domain.states.founding import FoundingState
from domain.states.items import ItemState
from domain.states.parties import PartyState
from domain.states.requests import RequestState
from domain.states.supervision import CalendarState, InspectionState, RulesetState, StatisticsState
from domain.states.uses import UseState
from domain.states.violations import ViolationState

State = (
    AgreementState
    | AuthorityState
    | CalendarState
    | DemandState
    | DiscrepancyState
    | DisputeState
    | FoundingState
    | InspectionState
    | ItemState
    | PartyState
    | RequestState
    | RulesetState
    | StatisticsState
    | UseState
    | ViolationState
)

__all__ = [
    "AgreementState",
    "AuthorityState",
    "CalendarState",
    "DemandState",
    "DiscrepancyState",
    "DisputeState",
    "Fact",
    "FoundingState",
    "InspectionState",
    "ItemState",
    "Marks",
    "PartyState",
    "RequestState",
    "RulesetState",
    "State",
    "StatisticsState",
    "UseState",
    "ViolationState",
    "end_of",
    "fact_of",
    "start_of",
]
