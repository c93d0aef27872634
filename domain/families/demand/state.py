"""demand/<id>: an organ's need, for the catalogue (A9, A10, 4.2). It gives no right of access."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.facts import NO_ANNOTATIONS, Annotations, Fact
from domain.families.demand.events import DemandChanged, DemandMatched, DemandStated


class DemandStatus(StrEnum):
    """CONVERTED is absent, because a request in another stream brings it by naming the demand."""

    STATED = "STATED"
    MATCHED = "MATCHED"
    UNMET = "UNMET"
    CHANGED = "CHANGED"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandState:
    """The need as last stated or changed, with the fact of that act."""

    id: str
    requester: str
    stated: DemandStated
    fact: Fact
    status: DemandStatus
    status_by: Fact
    told: Fact
    changed: DemandChanged | None = None
    match: DemandMatched | None = None
    marks: Annotations = NO_ANNOTATIONS
