"""The life cycle of dispute/ (law 4.9): where each event is possible, and where it leads."""

from __future__ import annotations

from typing import Final

from domain.families.dispute.state import DisputeStatus as Status
from domain.lifecycle import transitions

ROUTE_A: Final = {
    Status.ROUTED_A,
    Status.OBJECTION_TO_ORIGINATOR,
    Status.OBJECTION_DECIDED,
    Status.ESCALATED_PROVINCE,
    Status.ESCALATED_NATION,
}
ROUTE_B: Final = {Status.ROUTED_B, Status.APPLIED}
DISPUTE: Final = transitions(
    {
        "dispute.routed": ({Status.OPENED}, None),
        "dispute.objection_filed": ({Status.OPENED, Status.ROUTED_A}, Status.OBJECTION_TO_ORIGINATOR),
        "dispute.objection_decided": ({Status.OBJECTION_TO_ORIGINATOR}, Status.OBJECTION_DECIDED),
        "dispute.objection_ignored": ({Status.OBJECTION_TO_ORIGINATOR}, Status.OBJECTION_DECIDED),
        "dispute.escalated": ({Status.OBJECTION_DECIDED, Status.DETERMINED}, None),
        "determination.issued": ({Status.OPENED} | ROUTE_A, Status.DETERMINED),
        "dispute.applied": ({Status.OPENED, Status.ROUTED_B}, Status.APPLIED),
        "dispute.outcome_recorded": ({Status.OPENED} | ROUTE_B, Status.OUTCOME_RECORDED),
        "dispute.withdrawn": ({Status.OPENED} | ROUTE_A | ROUTE_B, Status.WITHDRAWN),
    }
)
