"""Reasons about answers and about later acts on a grant, outside the tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Final

from domain.deadlines.deadline import Deadline, answer_again_clock, response_clock
from domain.events import GrantNarrowed, GrantRevoked, RequestApproved, RequestPartlyApproved
from domain.families.request.state import Response
from domain.judgement.context import JudgementContext
from domain.judgement.parties import check_parties, check_provider
from domain.reasons.catalogue import Reason
from domain.rules.rule_set import RuleSet
from domain.state import Fact, ItemState, RequestState
from domain.vocabulary.scopes import beyond
from domain.vocabulary.values import Cite, Ref

LISTED: Final = frozenset({"STATE_SECRET", "TRADE_SECRET", "PRIVACY", "STATUTORY"})
NEEDS_CITATION: Final = frozenset({"STATUTORY", "WORK_SECRET"})
# Secrecy Law 2024 Art. 64: a work secret is a statutory ground from the law's commencement on.
WORK_SECRETS_SINCE: Final = date(2024, 5, 1)
# 4.12: the lawful grounds to end or narrow a grant, besides the listed ones.
BOTH: Final = 2  # number of organs whose record a paired event needs
LAWFUL_CAUSES: Final = frozenset({"RULING", "DETERMINATION", "BREACH"})


def listed(ground: str, day: date) -> bool:
    """Return whether a ground is one of the four on which Order 85 allows a refusal (A13 ¶2)."""
    return ground in LISTED or (ground == "WORK_SECRET" and day >= WORK_SECRETS_SINCE)


def examine_approval(context: JudgementContext, event: RequestApproved | RequestPartlyApproved) -> None:
    """Raise the reasons of an approval, or of the approving half of a partial one."""
    request = context.facts.request
    if request is None:
        return
    check_parties(context, request.requester, context.act.by)
    check_provider(context, context.act.by)
    check_answered_in_time(context, event.reopened_by, request.classes)
    ruling = request.ruling
    if ruling is None or not ruling.event.share or event.ruling is None:
        return
    context.cite(ruling.fact, request.marks)
    due = ruling.event.comply_by
    narrower = ruling.event.scope is not None and bool(beyond(ruling.event.scope, event.scope))
    if due is not None and (narrower or context.day > due):
        context.add(Reason.RULING_IGNORED, {"due": due.isoformat()})


def check_answered_in_time(context: JudgementContext, reopened_by: Ref | None, classes: Collection[str]) -> None:
    """LATE_RESPONSE: by the clock of Art. 18, or by the setting for an answer given again."""
    request, facts = context.facts.request, context.facts
    again = request is not None and _stopped_before(request, context.act.index)
    if reopened_by is not None and again:
        if facts.reopened_at is None:
            context.unknown_references.add(f"{reopened_by.by} {reopened_by.id}")
            return
        deadline = answer_again_clock(facts.reopened_at, context.rules, facts.calendar, answered_at=context.instant)
    else:
        if request is None or request.receipt is None or again:
            return
        received = request.receipt.fact
        context.cite(received, request.marks)
        deadline = response_clock(
            received.time,
            classes,
            context.rules,
            facts.calendar,
            share_type=share_type_at(facts.item, received.time),
            answered_at=context.instant,
        )
    if deadline.due is not None and deadline.late(context.instant):
        context.add(Reason.LATE_RESPONSE, late_by(deadline, context.rules))


def late_by(deadline: Deadline, rules: RuleSet) -> dict[str, str]:
    """Return the missed day, and the law of the term if it is not the one that judges."""
    assert deadline.due is not None
    foreign = {} if deadline.rule_set in (None, rules.id) else {"rule_set": str(deadline.rule_set)}
    return {"due": deadline.due.latest.isoformat(), **foreign}


def share_type_at(item: ItemState | None, instant: datetime) -> str | None:
    """Return the share type in force at the instant, or None."""
    classification = item.classification_at(instant) if item is not None else None
    return classification.share_type if classification is not None else None


def clock_stops(request: RequestState) -> Iterator[Fact]:
    """Yield the facts that stop the clock of Art. 18.

    They are the first answer, a withdrawal, and agreement or failure of a negotiation (4.4). A disowned fact stops
    nothing (5.4).
    """
    return filter(request.marks.not_disowned, _stops(request))


def _stops(request: RequestState) -> Iterator[Fact]:
    first = first_answer(request)
    if first is not None:
        yield first.fact
    if request.withdrawn is not None:
        yield request.withdrawn
    talks = request.negotiation
    if talks is not None and talks.failed is not None:
        yield talks.failed.fact
    if talks is not None and len(talks.agreed) == BOTH:
        yield max((fact for _, fact in talks.agreed.values()), key=lambda fact: fact.index)


def first_answer(request: RequestState) -> Response | None:
    """Return the first answer that was not disowned, which the receipt's clock waits for."""
    return next((each for each in request.responses if request.marks.not_disowned(each.fact)), None)


def _stopped_before(request: RequestState, index: int) -> bool:
    """Return whether an earlier act stopped the clock, so that this act cannot be late."""
    return any(stop.index < index for stop in clock_stops(request))


def examine_grant_act(context: JudgementContext, event: GrantNarrowed | GrantRevoked) -> None:
    """UNLAWFUL_REVOCATION_GROUND: A13 ¶2 allows refusal on four grounds only, so revocation needs one too (4.12)."""
    paired = isinstance(event, GrantNarrowed) and event.ground is None
    if not paired and event.cause not in LAWFUL_CAUSES and not _made_out(event.ground, event.statute, context.day):
        context.add(Reason.UNLAWFUL_REVOCATION_GROUND, {"cause": event.ground or event.cause})


def _made_out(ground: str | None, statute: Cite | None, day: date) -> bool:
    if ground is None or not listed(ground, day):
        return False
    return ground not in NEEDS_CITATION or statute is not None
