"""What can be said of an answer, and of later acts on a grant, beside the tables."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from domain.deadlines import answer_again_clock, response_clock
from domain.events import GrantNarrowed, GrantRevoked, RequestApproved, RequestPartlyApproved
from domain.judgement.case import Case
from domain.judgement.parties import check_parties
from domain.judgement.providers import check_provider
from domain.reasons import Reason
from domain.scopes import beyond
from domain.values import Cite, Ref

LISTED: Final = frozenset({"STATE_SECRET", "TRADE_SECRET", "PRIVACY", "STATUTORY"})
NEEDS_CITATION: Final = frozenset({"STATUTORY", "WORK_SECRET"})
# Secrecy Law 2024 Art. 64: a work secret is a statutory ground from the law's commencement on, not before.
WORK_SECRETS_SINCE: Final = date(2024, 5, 1)
# 4.12: what ends or narrows a grant lawfully beside a listed ground.
LAWFUL_CAUSES: Final = frozenset({"RULING", "DETERMINATION", "BREACH"})


def listed(ground: str, day: date) -> bool:
    """Whether a ground is one of the four on which Order 85 allows a refusal (A13 ¶2)."""
    return ground in LISTED or (ground == "WORK_SECRET" and day >= WORK_SECRETS_SINCE)


def examine_approval(case: Case, event: RequestApproved | RequestPartlyApproved) -> None:
    """An approval, or the approving half of a partial one."""
    request = case.facts.request
    if request is None:
        return
    check_parties(case, request.requester, case.act.by)
    check_provider(case, case.act.by)
    check_answered_in_time(case, event.reopened_by, request.classes)
    ruling = request.ruling
    if ruling is None or not ruling.event.share or event.ruling is None:
        return
    case.rely(ruling.fact, request.marks)
    due = ruling.event.comply_by
    narrower = ruling.event.scope is not None and bool(beyond(ruling.event.scope, event.scope))
    if due is not None and (narrower or case.day > due):
        case.add(Reason.RULING_IGNORED, {"due": due.isoformat()})


def check_answered_in_time(case: Case, reopened_by: Ref | None, classes: Collection[str]) -> None:
    """LATE_RESPONSE: by the clock of Art. 18, or by the setting for an answer given again."""
    request, facts = case.facts.request, case.facts
    if reopened_by is not None:
        if facts.reopened_at is None:
            return
        deadline = answer_again_clock(facts.reopened_at, case.rules, facts.calendar, answered_at=case.instant)
    else:
        received = _received_at(case)
        if request is None or request.receipt is None or received is None:
            return
        case.rely(request.receipt.fact, request.marks)
        deadline = response_clock(received, classes, case.rules, facts.calendar, answered_at=case.instant)
    if deadline.due is not None and deadline.late(case.instant):
        case.add(Reason.LATE_RESPONSE, {"due": deadline.due.latest.isoformat()})


def _received_at(case: Case) -> datetime | None:
    """Receipt starts the clock; agreement or failure of a negotiation stopped it before this answer (4.4)."""
    request = case.facts.request
    if request is None or request.received_at is None:
        return None
    talks = request.negotiation
    stopped = talks is not None and (talks.failed is not None or bool(talks.agreed))
    own_failure = talks is not None and talks.failed is not None and talks.failed.fact.index == case.act.index
    return None if stopped and not own_failure else request.received_at


def examine_grant_act(case: Case, event: GrantNarrowed | GrantRevoked) -> None:
    """UNLAWFUL_REVOCATION_GROUND: A13 ¶2 forbids refusing but on four grounds, so it forbids taking back (4.12)."""
    paired = isinstance(event, GrantNarrowed) and event.ground is None
    if not paired and event.cause not in LAWFUL_CAUSES and not _made_out(event.ground, event.statute, case.day):
        case.add(Reason.UNLAWFUL_REVOCATION_GROUND, {"cause": event.ground or event.cause})


def _made_out(ground: str | None, statute: Cite | None, day: date) -> bool:
    if ground is None or not listed(ground, day):
        return False
    return ground not in NEEDS_CITATION or statute is not None
