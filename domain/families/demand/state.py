"""demand/<id>: what an organ needs, for the catalogue (A9, A10, 4.2). It gives no right of access."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.facts import UNMARKED, Fact, Marks
from domain.families.demand.events import DemandChanged, DemandMatched, DemandStated


class DemandStatus(StrEnum):
    """CONVERTED is not here: it follows from a request that names the demand, in another stream."""

    STATED = "STATED"
    MATCHED = "MATCHED"
    UNMET = "UNMET"
    CHANGED = "CHANGED"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandState:
    """``told`` is the act that says what is wanted now."""

    id: str
    requester: str
    stated: DemandStated
    fact: Fact
    status: DemandStatus
    status_by: Fact
    told: Fact
    changed: DemandChanged | None = None
    match: DemandMatched | None = None
    marks: Marks = UNMARKED
