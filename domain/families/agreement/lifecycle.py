"""The life cycle of agreement/ (law 4.5): where each event is possible, and where it leads.

An agreement stays in force while an amendment lacks a signature. It can still be suspended or ended, and another text
may replace the proposed one.
"""

from __future__ import annotations

from typing import Final

from domain.families.agreement.state import AgreementStatus as Status
from domain.lifecycle import transitions

BINDING: Final = {Status.IN_FORCE, Status.AMENDMENT_PROPOSED}
AGREEMENT: Final = transitions(
    {
        "agreement.signed": ({Status.PROPOSED, Status.SIGNED_BY_ONE}, None),
        "agreement.amendment_proposed": (BINDING, Status.AMENDMENT_PROPOSED),
        "agreement.amended": ({Status.AMENDMENT_PROPOSED}, None),
        "agreement.suspended": (BINDING, Status.SUSPENDED),
        "agreement.resumed": ({Status.SUSPENDED}, None),
        "agreement.terminated": (BINDING | {Status.SUSPENDED}, Status.TERMINATED),
        "agreement.succeeded": (BINDING | {Status.SUSPENDED}, Status.IN_FORCE),
    }
)
