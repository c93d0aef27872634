"""REFUSAL (5.3): a refusal, the refused part of a partial approval, the provider's ground of a failed negotiation.

Sensitivity alone is no ground: Art. 18 expects that sensitive information is shared.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from domain.deadlines.deadline import filing_clock
from domain.events import NegotiationFailed, RequestPartlyApproved, RequestRefused
from domain.judgement.context import Case
from domain.judgement.responses import NEEDS_CITATION, check_answered_in_time, listed
from domain.judgement.tables import REFUSAL, first_row
from domain.reasons.catalogue import Reason
from domain.vocabulary.sensitivity import stricter
from domain.vocabulary.values import Cite, Ref

# A refusal that claims a class stricter than the one in force is judged by the stricter one (4.3).
CLAIMED_CLASS: Final = {"STATE_SECRET": "state_secret", "TRADE_SECRET": "trade_secret", "PRIVACY": "privacy"}

Ground = tuple[str, Cite | None]


def grounds_of(event: RequestRefused | RequestPartlyApproved | NegotiationFailed) -> tuple[Ground, ...]:
    """Return each stated ground with its citation. A negotiation that failed without a ground gives none."""
    match event:
        case RequestRefused():
            return ((event.ground, event.statute),)
        case RequestPartlyApproved():
            return tuple((part.ground, part.statute) for part in event.refused)
        case NegotiationFailed():
            return () if event.provider_ground is None else ((event.provider_ground, event.statute),)


def classes_of(case: Case, grounds: Iterable[Ground]) -> frozenset[str]:
    """Return the classes by which the refusal is judged."""
    request = case.facts.request
    claimed = {CLAIMED_CLASS[ground] for ground, _ in grounds if ground in CLAIMED_CLASS}
    return stricter(request.classes if request is not None else (), claimed)


def examine_refusal(case: Case, event: RequestRefused | RequestPartlyApproved | NegotiationFailed) -> str:
    """Collect every reason. Return the row of the table that gives the base verdict."""
    grounds = grounds_of(event)
    case.of_class(classes_of(case, grounds))
    _check_grounds(case, grounds)
    reopened_by: Ref | None = None
    if not isinstance(event, NegotiationFailed):
        reopened_by = event.reopened_by
        if event.reasons is None:
            case.add(Reason.REASONS_MISSING)
        _check_filing(case)
    check_answered_in_time(case, reopened_by, case.classes)
    return first_row(case, REFUSAL) or "F6"


def _check_grounds(case: Case, grounds: tuple[Ground, ...]) -> None:
    unlisted = sorted({ground for ground, _ in grounds if not listed(ground, case.day)})
    if unlisted:
        case.add(Reason.UNLAWFUL_REFUSAL_GROUND, {"ground": ", ".join(unlisted)})
    uncited = sorted({ground for ground, statute in grounds if ground in NEEDS_CITATION and statute is None})
    if uncited:
        case.add(Reason.STATUTE_NOT_CITED, {"ground": ", ".join(uncited)})


def _check_filing(case: Case) -> None:
    """REFUSAL_NOT_FILED: the filing is due on the day of the response and is judged once that day is over."""
    request = case.facts.request
    responses = request.responses if request is not None else ()
    filing = next((each.filing for each in responses if each.fact.index == case.act.index), None)
    if filing is not None and request is not None and not request.marks.stands(filing.fact):
        filing = None
    deadline = filing_clock(
        case.instant, case.rules, case.facts.calendar, filed_at=filing.fact.time if filing is not None else None
    )
    assert deadline.due is not None
    if filing is not None and request is not None:
        case.rely(filing.fact, request.marks)
    late = deadline.late(case.instant) if filing is not None else case.passed(deadline.due.latest)
    if late:
        case.add(Reason.REFUSAL_NOT_FILED, {"due": deadline.due.latest.isoformat()})
