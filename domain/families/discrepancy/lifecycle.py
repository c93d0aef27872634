"""The life cycle of discrepancy/ (law 4.10): where each event is possible, and where it leads."""

from __future__ import annotations

from typing import Final

from domain.families.discrepancy.state import DiscrepancyStatus as Status
from domain.lifecycle import transitions

DISCREPANCY: Final = transitions(
    {
        "discrepancy.verified": ({Status.VERIFYING, Status.VERIFIED, Status.EXPLAINED}, Status.VERIFIED),
        "discrepancy.explained": ({Status.VERIFIED}, Status.EXPLAINED),
        "discrepancy.closed": ({Status.EXPLAINED}, Status.CLOSED),
    }
)
