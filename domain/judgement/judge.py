"""Judgement: the decision tables for use, release, delivery and refusal, and the reasons for every other act.

``judge`` is a pure function: the same act, facts, rules and instant give the same judgement. It judges the act at its
``time``, by the knowledge in the facts. Later facts give a second judgement beside the first and do not change it.
"""

from __future__ import annotations

from datetime import datetime

from domain.act import Act
from domain.events import (
    CriticismNotified,
    DeliveryRecorded,
    DeterminationIssued,
    Event,
    GrantNarrowed,
    GrantRevoked,
    NegotiationFailed,
    ReleaseRecorded,
    RequestApproved,
    RequestPartlyApproved,
    RequestRefused,
    UseRecorded,
)
from domain.judgement.context import JudgementContext
from domain.judgement.corrections import as_corrected
from domain.judgement.decision import judge_disowned, judge_tabled
from domain.judgement.facts import Facts as Facts
from domain.judgement.facts import Sources as Sources
from domain.judgement.gathering import gather as gather
from domain.judgement.record_checks import check_record, disowned
from domain.judgement.refusal import examine_refusal, grounds_of
from domain.judgement.responses import examine_approval, examine_grant_act
from domain.judgement.verdict import Judgement as Judgement
from domain.judgement.verdict import RaisedReason as RaisedReason
from domain.judgement.verdict import Verdict as Verdict
from domain.judgement.verdict import refusal_verdict_of
from domain.reasons.catalogue import On, Reason
from domain.rules.rule_set import RuleSet

_ON: dict[type[Event], On] = {UseRecorded: On.USE, ReleaseRecorded: On.RELEASE, DeliveryRecorded: On.DELIVERY}


def judge(act: Act, facts: Facts, rules: RuleSet, *, instant: datetime) -> Judgement:
    """Judge an act by the facts. ``at`` is the instant of the question: silence counts only after its day.

    The caller chooses the rule set: for answers the one in force at receipt, otherwise the one at the act's time.
    """
    act = as_corrected(act, facts.marks)
    event = act.event
    match event:
        case UseRecorded() | ReleaseRecorded() | DeliveryRecorded():
            return judge_tabled(JudgementContext(act, facts, rules, _ON[type(event)], instant), event)
        case RequestRefused() | RequestPartlyApproved() | NegotiationFailed() if grounds_of(event):
            return _judge_refusal(JudgementContext(act, facts, rules, On.REFUSAL, instant), event)
        case _:
            return _judge_other(act, facts, rules, instant)


def _judge_refusal(
    context: JudgementContext, event: RequestRefused | RequestPartlyApproved | NegotiationFailed
) -> Judgement:
    if disowned(context):
        return judge_disowned(context)
    row = examine_refusal(context, event)
    if isinstance(event, RequestPartlyApproved):
        examine_approval(context, event)
    check_record(context)
    return context.judged(refusal_verdict_of(context.reasons.values(), sensitive=context.sensitive), row)


def _judge_other(act: Act, facts: Facts, rules: RuleSet, instant: datetime) -> Judgement:
    """Judge an act without a table: reasons, and no verdict."""
    event = act.event
    context = JudgementContext(act, facts, rules, On.RESPONSE, instant)
    if facts.request is not None:
        context.of_class(facts.request.classes)
    match event:
        case RequestApproved():
            examine_approval(context, event)
        case GrantNarrowed() | GrantRevoked():
            context.on = On.GRANT
            examine_grant_act(context, event)
        case DeterminationIssued():
            context.on = On.DISPUTE
            examine_determination(context)
        case CriticismNotified():
            context.on = On.DISPUTE
            examine_criticism(context)
        case _:
            pass
    check_record(context)
    return context.judged(None, None)


def examine_determination(context: JudgementContext) -> None:
    """OBJECTION_SKIPPED: the organ that classified is asked first (实施条例 2024 Art. 26)."""
    for dispute in context.facts.disputes:
        objected = dispute.objection is not None and dispute.objection.index < context.act.index
        if not objected:
            context.add(Reason.OBJECTION_SKIPPED)


def examine_criticism(context: JudgementContext) -> None:
    """ISSUER_UNUSUAL: Art. 33 names no issuer of criticism; it is the authority or the people's government [ours]."""
    issuer = context.facts.parties.get(context.act.by)
    government = issuer is not None and issuer.category == "GOVERNMENT"
    authority = context.facts.authority
    holder = authority.holder_at(context.instant).party if authority is not None else None
    if not government and context.act.by != holder:
        context.add(Reason.ISSUER_UNUSUAL, {"issuer": context.act.by})
