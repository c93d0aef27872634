"""REFUSAL (5.3): a refusal, the refused part of a partial approval, the provider's ground of a failed negotiation.

Sensitivity alone is no ground: Art. 18 expects that sensitive information is shared.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from domain.deadlines.deadline import filing_clock
from domain.events import NegotiationFailed, RequestPartlyApproved, RequestRefused
from domain.judgement.context import JudgementContext
from domain.judgement.responses import NEEDS_CITATION, check_answered_in_time, listed
from domain.judgement.tables import REFUSAL, first_row
from domain.reasons.catalogue import Reason
from domain.vocabulary.sensitivity import stricter
from domain.vocabulary.values import Cite, Ref

# A refusal that claims a class stricter than the one in force is judged by the stricter one (4.3).
CLAIMED_CLASS: Final = {"STATE_SECRET": "state_secret", "TRADE_SECRET": "trade_secret", "PRIVACY": "privacy"}

ClaimedGround = tuple[str, Cite | None]


def grounds_of(event: RequestRefused | RequestPartlyApproved | NegotiationFailed) -> tuple[ClaimedGround, ...]:
    """Return each stated ground with its citation. A negotiation that failed without a ground gives none."""
    match event:
        case RequestRefused():
            return ((event.ground, event.statute),)
        case RequestPartlyApproved():
            return tuple((part.ground, part.statute) for part in event.refused)
        case NegotiationFailed():
            return () if event.provider_ground is None else ((event.provider_ground, event.statute),)


def classes_of(context: JudgementContext, grounds: Iterable[ClaimedGround]) -> frozenset[str]:
    """Return the classes by which the refusal is judged."""
    request = context.facts.request
    claimed = {CLAIMED_CLASS[ground] for ground, _ in grounds if ground in CLAIMED_CLASS}
    return stricter(request.classes if request is not None else (), claimed)


def examine_refusal(
    context: JudgementContext, event: RequestRefused | RequestPartlyApproved | NegotiationFailed
) -> str:
    """Collect every reason. Return the row of the table that gives the base verdict."""
    grounds = grounds_of(event)
    context.of_class(classes_of(context, grounds))
    _check_grounds(context, grounds)
    reopened_by: Ref | None = None
    if not isinstance(event, NegotiationFailed):
        reopened_by = event.reopened_by
        if event.reasons is None:
            context.add(Reason.REASONS_MISSING)
        _check_filing(context)
    check_answered_in_time(context, reopened_by, context.classes)
    return first_row(context, REFUSAL) or "F6"


def _check_grounds(context: JudgementContext, grounds: tuple[ClaimedGround, ...]) -> None:
    unlisted = sorted({ground for ground, _ in grounds if not listed(ground, context.day)})
    if unlisted:
        context.add(Reason.UNLAWFUL_REFUSAL_GROUND, {"ground": ", ".join(unlisted)})
    uncited = sorted({ground for ground, statute in grounds if ground in NEEDS_CITATION and statute is None})
    if uncited:
        context.add(Reason.STATUTE_NOT_CITED, {"ground": ", ".join(uncited)})


def _check_filing(context: JudgementContext) -> None:
    """REFUSAL_NOT_FILED: the filing is due on the day of the response and is judged once that day is over."""
    request = context.facts.request
    responses = request.responses if request is not None else ()
    filing = next((each.filing for each in responses if each.fact.index == context.act.index), None)
    if filing is not None and request is not None and not request.marks.not_disowned(filing.fact):
        filing = None
    deadline = filing_clock(
        context.instant,
        context.rules,
        context.facts.calendar,
        filed_at=filing.fact.time if filing is not None else None,
    )
    assert deadline.due is not None
    if filing is not None and request is not None:
        context.cite(filing.fact, request.marks)
    late = deadline.late(context.instant) if filing is not None else context.passed(deadline.due.latest)
    if late:
        context.add(Reason.REFUSAL_NOT_FILED, {"due": deadline.due.latest.isoformat()})
