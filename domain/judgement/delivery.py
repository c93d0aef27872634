"""DELIVERY (5.3): was the provider allowed to deliver this information then, in this way?"""

from __future__ import annotations

from datetime import date
from typing import Final

from domain.deadlines.calendar import day_of, month_end
from domain.events import DeliveryRecorded
from domain.families.request.review.state import ReviewStatus
from domain.judgement.agreements import check_agreement
from domain.judgement.context import JudgementContext
from domain.judgement.information import Classed
from domain.judgement.legal_basis import LegalBasis
from domain.judgement.parties import check_provider
from domain.judgement.reach import check_data
from domain.judgement.record_checks import check_emergency, check_record
from domain.judgement.tables import DELIVERY, cites_the_unknown, first_row
from domain.judgement.use import beyond_data, check_network
from domain.reasons.catalogue import Reason

CLEARED: Final = frozenset({ReviewStatus.CLEARED, ReviewStatus.CLEARED_WITH_CONDITIONS})
OFF_PLATFORM: Final = "OFF_PLATFORM"
# D4 only qualifies the way of a delivery that is otherwise authorized.
AGAINST: Final = tuple(row for row in DELIVERY if row.id != "D4")


def examine_delivery(context: JudgementContext, event: DeliveryRecorded, basis: LegalBasis) -> str:
    """Collect every reason. Return the row of the table that gives the base verdict."""
    reach = basis.reach
    _check_interim(context, basis.classed)
    if reach is not None:
        check_data(context, reach, event.fields, event.divisions)
        if context.sensitive:
            check_agreement(
                context, basis.agreements, lambda own: beyond_data(event.fields, event.divisions, reach, own)
            )
    if context.sensitive:
        _check_review(context)
    check_network(context, event.network, event.system_level)
    _check_channel(context, event)
    check_provider(context, context.act.by)
    _check_fee(context, event)
    _check_acknowledged(context, event)
    check_emergency(context, event.emergency_statute)
    check_record(context)
    return _row(context, event)


def _row(context: JudgementContext, event: DeliveryRecorded) -> str:
    against = "D1" if cites_the_unknown(context) else first_row(context, AGAINST)
    if against is not None:
        return against
    if context.sensitive:
        return "D8"
    if event.channel != OFF_PLATFORM:
        return "D2"
    return "D4" if context.has(Reason.OFF_PLATFORM_NO_REASON) else "D3"


def _check_interim(context: JudgementContext, classed: Classed) -> None:
    """While a dispute on the class is open, no new delivery is allowed (4.9)."""
    for dispute in classed.disputed:
        params = {"effect": day_of(dispute.fact.time).isoformat(), "cause": f"DISPUTE {dispute.id}"}
        context.add(Reason.GRANT_SUSPENDED, params)


def _check_review(context: JudgementContext) -> None:
    """The provider's own review must be concluded before the delivery [ours]."""
    request = context.facts.request
    review = request.review_of(context.act.by, context.instant) if request is not None else None
    concluded = review.concluded if review is not None else None
    if review is None or concluded is None or request is None or concluded.time > context.instant:
        context.add(Reason.SECRECY_REVIEW_MISSING)
        return
    if not request.marks.not_disowned(concluded):
        context.add(Reason.SECRECY_REVIEW_MISSING)
        return
    context.cite(concluded, request.marks)
    if review.status is ReviewStatus.BLOCKED:
        context.add(Reason.SECRECY_REVIEW_BLOCKED)
    elif review.status not in CLEARED:
        context.add(Reason.SECRECY_REVIEW_MISSING)


def _check_channel(context: JudgementContext, event: DeliveryRecorded) -> None:
    """OFF_PLATFORM needs a special reason and statistics per period (A14 ¶3). A stub may omit that text."""
    if event.channel != OFF_PLATFORM:
        return
    if not event.reason and not context.state_secret:
        context.add(Reason.OFF_PLATFORM_NO_REASON)
    _check_statistics(context, context.day)


def _check_statistics(context: JudgementContext, day: date) -> None:
    """STATISTICS_MISSING: the calendar month of the delivery is over, and no filing covers its day (A14 ¶3)."""
    due = context.facts.calendar.add_working_days(month_end(day), context.rules.settings.statistics_grace_wd)
    state = context.facts.statistics
    covered = [
        fact
        for filed, fact in (state.filings if state is not None else ())
        if filed.period.from_ <= day <= filed.period.to and state is not None and state.marks.not_disowned(fact)
    ]
    if covered:
        context.cited.add(covered[0].index)
    elif context.passed(due.latest):
        context.add(Reason.STATISTICS_MISSING, {"period": f"{day:%Y-%m}"})


def _check_fee(context: JudgementContext, event: DeliveryRecorded) -> None:
    """Sharing is free (A16). A fee in the record, or a charge that the requester reports for this delivery, counts."""
    evidence = [f"{event.fee_yuan} CNY"] if event.fee_yuan > 0 else []
    request = context.facts.request
    for delivery_id, fact in request.charges if request is not None else ():
        if request is not None and not request.marks.not_disowned(fact):
            continue
        if delivery_id == event.delivery_id or (delivery_id is None and _last_before(context, fact.index)):
            evidence.append(f"{fact.by} {fact.id}")
            context.cited.add(fact.index)
    if evidence:
        context.add(Reason.FEE_CHARGED, {"evidence": ", ".join(evidence)})


def _last_before(context: JudgementContext, index: int) -> bool:
    """Return whether this is the last delivery before a charge that names no delivery."""
    request = context.facts.request
    earlier = [each.fact.index for each in request.deliveries.values() if each.fact.index < index] if request else []
    return bool(earlier) and max(earlier) == context.act.index


def _check_acknowledged(context: JudgementContext, event: DeliveryRecorded) -> None:
    """NOT_ACKNOWLEDGED: a setting, off by default."""
    within = context.rules.settings.acknowledgement_wd
    request = context.facts.request
    delivery = request.deliveries.get(event.delivery_id) if request is not None else None
    if within is None or (delivery is not None and delivery.answered is not None):
        return
    due = context.facts.calendar.add_working_days(context.day, within)
    if context.passed(due.latest):
        context.add(Reason.NOT_ACKNOWLEDGED, {"due": due.latest.isoformat()})
