"""The life cycles of section 4 as data: for each event, the states in which it is possible and the state it leads to.

Evolution moves by these tables and admission refuses by them (WRONG_STATE), so that the two cannot disagree. An event
that a table does not name is possible in every state and moves nothing. What opens a stream is not here: it needs an
empty one.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.families.agreement.state import AgreementStatus as A
from domain.families.demand.state import DemandStatus as N
from domain.families.discrepancy.state import DiscrepancyStatus as Y
from domain.families.dispute.state import DisputeStatus as P
from domain.families.item.state import ItemStatus as I
from domain.families.request.delivery.state import DeliveryStatus as D
from domain.families.request.release.state import ReleaseStatus as L
from domain.families.request.review.state import ReviewStatus as W
from domain.families.request.state import RequestStatus as R
from domain.families.violation.state import CorrectionStatus as C
from domain.families.violation.state import SanctionStatus as S
from domain.families.violation.state import ViolationStatus as V


@dataclass(frozen=True, slots=True)
class Step:
    """Possible in ``since``; leads to ``to``, or (None) stays, or goes where the event's own data say."""

    since: frozenset[str]
    to: str | None


def _cycle(steps: Mapping[str, tuple[Set[str], str | None]]) -> Mapping[str, Step]:
    return MappingProxyType({name: Step(frozenset(since), to) for name, (since, to) in steps.items()})


# 4.3, 4.4. The same cycle: what only an out-of-catalogue request may do is admission's to check. A second receipt is
# possible where the first, recorded by the platform or the requester, could not name what the provider classifies.
PENDING: Final = {R.RECEIVED, R.SUPPLEMENT_ASKED, R.UNDER_REVIEW}
REOPENABLE: Final = {R.REFUSED, R.REFUSAL_FILED, R.PARTLY_APPROVED}  # by an answer that cites what reopens it
REQUEST: Final = _cycle(
    {
        "request.received": (PENDING | {R.SUBMITTED}, R.RECEIVED),
        "request.accepted_for_review": ({R.RECEIVED}, R.UNDER_REVIEW),
        "request.supplement_asked": ({R.RECEIVED, R.UNDER_REVIEW}, R.SUPPLEMENT_ASKED),
        "request.supplemented": ({R.SUPPLEMENT_ASKED}, R.UNDER_REVIEW),
        "request.approved": (PENDING | REOPENABLE | {R.AGREED, R.RULED_SHARE}, R.APPROVED),
        "request.partly_approved": (PENDING | REOPENABLE, R.PARTLY_APPROVED),
        "request.refused": (PENDING | REOPENABLE, R.REFUSED),
        "request.withdrawn": (PENDING | {R.SUBMITTED, R.NEGOTIATING, R.NEGOTIATION_FAILED}, R.WITHDRAWN),
        "refusal.filed": ({R.REFUSED, R.PARTLY_APPROVED}, None),
        "refusal.acknowledged": ({R.REFUSAL_FILED, R.PARTLY_APPROVED}, None),
        "negotiation.opened": (PENDING | {R.REFUSED, R.REFUSAL_FILED}, R.NEGOTIATING),
        "negotiation.round_recorded": ({R.NEGOTIATING}, None),
        "negotiation.agreed": ({R.NEGOTIATING}, None),
        "negotiation.failed": ({R.NEGOTIATING}, R.NEGOTIATION_FAILED),
        "ruling.submitted": ({R.NEGOTIATION_FAILED}, R.SUBMITTED_FOR_RULING),
        "ruling.issued": ({R.SUBMITTED_FOR_RULING}, None),
    }
)

# 4.1.
OFFERED: Final = {I.PUBLISHED, I.CHANGE_NOTIFIED}
ITEM: Final = _cycle(
    {
        "catalogue.entry_proposed": ({I.DRAFT}, I.PROPOSED),
        "catalogue.entry_returned": ({I.PROPOSED}, I.DRAFT),
        "catalogue.entry_published": ({I.PROPOSED}, I.PUBLISHED),
        "catalogue.change_notified": ({I.PUBLISHED}, I.CHANGE_NOTIFIED),
        "catalogue.entry_amended": (OFFERED, I.PUBLISHED),
        "catalogue.entry_suspended": (OFFERED, I.SUSPENDED),
        "catalogue.entry_restored": ({I.SUSPENDED}, I.PUBLISHED),
        "catalogue.entry_withdrawn": (OFFERED | {I.SUSPENDED}, I.WITHDRAWN),
        "catalogue.provider_succeeded": (OFFERED | {I.SUSPENDED}, I.PUBLISHED),
    }
)

# 4.5. An amendment not yet signed by both leaves the agreement in force: it can still be suspended or ended, and
# another text may take the proposed one's place.
BINDING: Final = {A.IN_FORCE, A.AMENDMENT_PROPOSED}
AGREEMENT: Final = _cycle(
    {
        "agreement.signed": ({A.PROPOSED, A.SIGNED_BY_ONE}, None),
        "agreement.amendment_proposed": (BINDING, A.AMENDMENT_PROPOSED),
        "agreement.amended": ({A.AMENDMENT_PROPOSED}, None),
        "agreement.suspended": (BINDING, A.SUSPENDED),
        "agreement.resumed": ({A.SUSPENDED}, None),
        "agreement.terminated": (BINDING | {A.SUSPENDED}, A.TERMINATED),
        "agreement.succeeded": (BINDING | {A.SUSPENDED}, A.IN_FORCE),
    }
)
REVIEW: Final = _cycle(
    {
        "secrecy_review.concluded": ({W.OPENED, W.ESCALATED}, None),
        "secrecy_review.escalated": ({W.UNCERTAIN}, W.ESCALATED),
    }
)

# 4.6, 4.8: per delivery and per release. A consent asked for can still be answered once the release has happened: the
# answer is a fact, and judgement says that it came too late.
DELIVERY: Final = _cycle(
    {
        "delivery.acknowledged": ({D.DELIVERED}, D.ACKNOWLEDGED),
        "delivery.rejected": ({D.DELIVERED}, D.REJECTED),
        "delivery.recalled": ({D.DELIVERED, D.ACKNOWLEDGED}, D.RECALLED),
        "destruction.recorded": ({D.DELIVERED, D.ACKNOWLEDGED, D.RECALLED}, D.DESTROYED),
    }
)
RELEASE: Final = _cycle(
    {
        "release.consent_given": ({L.CONSENT_REQUESTED, L.RELEASED, L.RETRACTED}, None),
        "release.consent_refused": ({L.CONSENT_REQUESTED, L.RELEASED, L.RETRACTED}, None),
        "release.recorded": ({L.CONSENT_REQUESTED, L.CONSENTED, L.CONSENT_REFUSED}, L.RELEASED),
        "release.retracted": ({L.RELEASED}, L.RETRACTED),
    }
)

# 4.2, 4.9, 4.10.
DEMAND: Final = _cycle(
    {
        "demand.matched": ({N.STATED, N.CHANGED, N.UNMET}, N.MATCHED),
        "demand.unmet": ({N.STATED, N.CHANGED}, N.UNMET),
        "demand.changed": ({N.STATED, N.MATCHED, N.UNMET, N.CHANGED}, N.CHANGED),
        "demand.closed": ({N.STATED, N.MATCHED, N.UNMET, N.CHANGED}, N.CLOSED),
    }
)
ROUTE_A: Final = {P.ROUTED_A, P.OBJECTION_TO_ORIGINATOR, P.OBJECTION_DECIDED, P.ESCALATED_PROVINCE, P.ESCALATED_NATION}
ROUTE_B: Final = {P.ROUTED_B, P.APPLIED}
DISPUTE: Final = _cycle(
    {
        "dispute.routed": ({P.OPENED}, None),
        "dispute.objection_filed": ({P.OPENED, P.ROUTED_A}, P.OBJECTION_TO_ORIGINATOR),
        "dispute.objection_decided": ({P.OBJECTION_TO_ORIGINATOR}, P.OBJECTION_DECIDED),
        "dispute.objection_ignored": ({P.OBJECTION_TO_ORIGINATOR}, P.OBJECTION_DECIDED),
        "dispute.escalated": ({P.OBJECTION_DECIDED, P.DETERMINED}, None),
        "determination.issued": ({P.OPENED} | ROUTE_A, P.DETERMINED),
        "dispute.applied": ({P.OPENED, P.ROUTED_B}, P.APPLIED),
        "dispute.outcome_recorded": ({P.OPENED} | ROUTE_B, P.OUTCOME_RECORDED),
        "dispute.withdrawn": ({P.OPENED} | ROUTE_A | ROUTE_B, P.WITHDRAWN),
    }
)
DISCREPANCY: Final = _cycle(
    {
        "discrepancy.verified": ({Y.VERIFYING, Y.VERIFIED, Y.EXPLAINED}, Y.VERIFIED),
        "discrepancy.explained": ({Y.VERIFIED}, Y.EXPLAINED),
        "discrepancy.closed": ({Y.EXPLAINED}, Y.CLOSED),
    }
)

# 4.11: the file itself, and two tracks beside each other once a violation is found.
VIOLATION: Final = _cycle(
    {
        "violation.response_recorded": ({V.SUSPECTED}, None),
        "violation.dismissed": ({V.SUSPECTED}, V.DISMISSED),
        "violation.found": ({V.SUSPECTED}, V.FOUND),
        "correction.ordered": ({V.FOUND}, None),
        "correction.reported": ({V.FOUND}, None),
        "correction.accepted": ({V.FOUND}, None),
        "correction.rejected": ({V.FOUND}, None),
        "violation.serious_found": ({V.FOUND}, None),
        "criticism.notified": ({V.FOUND}, None),
        "discipline.referred": ({V.FOUND}, None),
        "discipline.outcome_recorded": ({V.FOUND}, None),
        "crime.referred": ({V.SUSPECTED, V.FOUND, V.CLOSED}, None),
        "violation.closed": ({V.FOUND}, V.CLOSED),
    }
)
CORRECTION: Final = _cycle(
    {
        "correction.ordered": ({C.NONE}, C.CORRECTION_ORDERED),
        "correction.reported": ({C.CORRECTION_ORDERED}, C.CORRECTION_REPORTED),
        "correction.accepted": ({C.CORRECTION_REPORTED}, C.CORRECTED),
        "correction.rejected": ({C.CORRECTION_REPORTED}, C.CORRECTION_ORDERED),
    }
)
SANCTION: Final = _cycle(
    {
        "violation.serious_found": ({S.NONE}, S.SERIOUS),
        "criticism.notified": ({S.SERIOUS}, S.CRITICISED),
        "discipline.referred": ({S.SERIOUS, S.CRITICISED}, S.REFERRED_DISCIPLINE),
        "discipline.outcome_recorded": ({S.REFERRED_DISCIPLINE}, S.DISCIPLINED),
    }
)
