"""The life cycle of demand/ (law 4.2): where each event is possible, and where it leads."""

from __future__ import annotations

from typing import Final

from domain.families.demand.state import DemandStatus as Status
from domain.lifecycle import transitions

DEMAND: Final = transitions(
    {
        "demand.matched": ({Status.STATED, Status.CHANGED, Status.UNMET}, Status.MATCHED),
        "demand.unmet": ({Status.STATED, Status.CHANGED}, Status.UNMET),
        "demand.changed": ({Status.STATED, Status.MATCHED, Status.UNMET, Status.CHANGED}, Status.CHANGED),
        "demand.closed": ({Status.STATED, Status.MATCHED, Status.UNMET, Status.CHANGED}, Status.CLOSED),
    }
)
