"""demand/: stated, matched or not, changed, closed (4.2)."""

from __future__ import annotations

from dataclasses import replace

from domain.act import Act
from domain.events import DemandChanged, DemandClosed, DemandMatched, DemandStated, DemandUnmet
from domain.families.demand.lifecycle import DEMAND
from domain.families.demand.state import DemandStatus
from domain.state import DemandState, fact_of
from domain.transition import fits


def evolve_demand(state: DemandState | None, act: Act) -> DemandState | None:
    """Return the state after the act. An act that does not fit leaves it unchanged."""
    event, fact = act.event, fact_of(act)
    if state is None:
        if not isinstance(event, DemandStated):
            return None
        name = act.stream.partition("/")[2]
        status = DemandStatus.STATED
        return DemandState(id=name, requester=act.by, stated=event, fact=fact, status=status, status_by=fact, told=fact)
    if not fits(DEMAND, event, state.status):
        return state
    match event:
        case DemandMatched():
            return replace(state, status=DemandStatus.MATCHED, status_by=fact, match=event)
        case DemandUnmet():
            return replace(state, status=DemandStatus.UNMET, status_by=fact)
        case DemandChanged():
            return replace(state, status=DemandStatus.CHANGED, status_by=fact, told=fact, changed=event)
        case DemandClosed():
            return replace(state, status=DemandStatus.CLOSED, status_by=fact)
        case _:
            return state
