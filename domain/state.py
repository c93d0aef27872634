"""The state of a stream: one frozen class per stream family. Only ``domain.evolve`` makes new states.

Mappings in a state are never changed. An evolution makes new ones.
"""

from __future__ import annotations

from domain.facts import Annotations, Fact, end_of, fact_of, start_of
from domain.families.agreement.state import AgreementState
from domain.families.authority.state import AuthorityState
from domain.families.demand.state import DemandState
from domain.families.discrepancy.state import DiscrepancyState
from domain.families.dispute.state import DisputeState
from domain.families.founding.state import FoundingState
from domain.families.item.state import ItemState
from domain.families.party.state import PartyState
from domain.families.request.state import RequestState
from domain.families.request.use.state import UseState
from domain.families.supervision.state import CalendarState, InspectionState, RulesetState, StatisticsState
from domain.families.violation.state import ViolationState

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
    "Annotations",
    "AuthorityState",
    "CalendarState",
    "DemandState",
    "DiscrepancyState",
    "DisputeState",
    "Fact",
    "FoundingState",
    "InspectionState",
    "ItemState",
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
