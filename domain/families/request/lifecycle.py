"""The life cycle of request/ (law 4.3, 4.4): where each event is possible, and where it leads.

Admission checks the events that only a request outside the catalogue may have. A second receipt is possible if the
platform or the requester recorded the first one, because only the provider can name the item.
"""

from __future__ import annotations

from typing import Final

from domain.families.request.state import RequestStatus as Status
from domain.lifecycle import transitions

PENDING: Final = {Status.RECEIVED, Status.SUPPLEMENT_ASKED, Status.UNDER_REVIEW}
# Possible with an answer that cites the reopening act.
REOPENABLE: Final = {Status.REFUSED, Status.REFUSAL_FILED, Status.PARTLY_APPROVED}
REQUEST: Final = transitions(
    {
        "request.received": (PENDING | {Status.SUBMITTED}, Status.RECEIVED),
        "request.accepted_for_review": ({Status.RECEIVED}, Status.UNDER_REVIEW),
        "request.supplement_asked": ({Status.RECEIVED, Status.UNDER_REVIEW}, Status.SUPPLEMENT_ASKED),
        "request.supplemented": ({Status.SUPPLEMENT_ASKED}, Status.UNDER_REVIEW),
        "request.approved": (PENDING | REOPENABLE | {Status.AGREED, Status.RULED_SHARE}, Status.APPROVED),
        "request.partly_approved": (PENDING | REOPENABLE, Status.PARTLY_APPROVED),
        "request.refused": (PENDING | REOPENABLE, Status.REFUSED),
        "request.withdrawn": (
            PENDING | {Status.SUBMITTED, Status.NEGOTIATING, Status.NEGOTIATION_FAILED},
            Status.WITHDRAWN,
        ),
        "refusal.filed": ({Status.REFUSED, Status.PARTLY_APPROVED}, None),
        "refusal.acknowledged": ({Status.REFUSAL_FILED, Status.PARTLY_APPROVED}, None),
        "negotiation.opened": (PENDING | {Status.REFUSED, Status.REFUSAL_FILED}, Status.NEGOTIATING),
        "negotiation.round_recorded": ({Status.NEGOTIATING}, None),
        "negotiation.agreed": ({Status.NEGOTIATING}, None),
        "negotiation.failed": ({Status.NEGOTIATING}, Status.NEGOTIATION_FAILED),
        "ruling.submitted": ({Status.NEGOTIATION_FAILED}, Status.SUBMITTED_FOR_RULING),
        "ruling.issued": ({Status.SUBMITTED_FOR_RULING}, None),
    }
)
