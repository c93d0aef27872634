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
from domain.judgement.context import Case
from domain.judgement.corrections import as_corrected
from domain.judgement.decision import judge_disowned, judge_tabled
from domain.judgement.facts import Facts as Facts
from domain.judgement.facts import Sources as Sources
from domain.judgement.gathering import gather as gather
from domain.judgement.record_checks import check_record, disowned
from domain.judgement.refusal import examine_refusal, grounds_of
from domain.judgement.responses import examine_approval, examine_grant_act
from domain.judgement.verdict import Judgement as Judgement
from domain.judgement.verdict import Raised as Raised
from domain.judgement.verdict import Verdict as Verdict
from domain.judgement.verdict import refusal_verdict_of
from domain.reasons.catalogue import On, Reason
from domain.rules.rule_set import RuleSet

_ON: dict[type[Event], On] = {UseRecorded: On.USE, ReleaseRecorded: On.RELEASE, DeliveryRecorded: On.DELIVERY}


def judge(act: Act, facts: Facts, rules: RuleSet, *, at: datetime) -> Judgement:
    """Judge an act by the facts. ``at`` is the instant of the question: silence counts only after its day.

    The caller chooses the rule set: for answers the one in force at receipt, otherwise the one at the act's time.
    """
    act = as_corrected(act, facts.marks)
    event = act.event
    match event:
        case UseRecorded() | ReleaseRecorded() | DeliveryRecorded():
            return judge_tabled(Case(act, facts, rules, _ON[type(event)], at), event)
        case RequestRefused() | RequestPartlyApproved() | NegotiationFailed() if grounds_of(event):
            return _judge_refusal(Case(act, facts, rules, On.REFUSAL, at), event)
        case _:
            return _judge_other(act, facts, rules, at)


def _judge_refusal(case: Case, event: RequestRefused | RequestPartlyApproved | NegotiationFailed) -> Judgement:
    if disowned(case):
        return judge_disowned(case)
    row = examine_refusal(case, event)
    if isinstance(event, RequestPartlyApproved):
        examine_approval(case, event)
    check_record(case)
    return case.judged(refusal_verdict_of(case.reasons.values(), sensitive=case.sensitive), row)


def _judge_other(act: Act, facts: Facts, rules: RuleSet, at: datetime) -> Judgement:
    """Judge an act without a table: reasons, and no verdict."""
    event = act.event
    case = Case(act, facts, rules, On.RESPONSE, at)
    if facts.request is not None:
        case.of_class(facts.request.classes)
    match event:
        case RequestApproved():
            examine_approval(case, event)
        case GrantNarrowed() | GrantRevoked():
            case.on = On.GRANT
            examine_grant_act(case, event)
        case DeterminationIssued():
            case.on = On.DISPUTE
            examine_determination(case)
        case CriticismNotified():
            case.on = On.DISPUTE
            examine_criticism(case)
        case _:
            pass
    check_record(case)
    return case.judged(None, None)


def examine_determination(case: Case) -> None:
    """OBJECTION_SKIPPED: the organ that classified is asked first (实施条例 2024 Art. 26)."""
    for dispute in case.facts.disputes:
        objected = dispute.objection is not None and dispute.objection.index < case.act.index
        if not objected:
            case.add(Reason.OBJECTION_SKIPPED)


def examine_criticism(case: Case) -> None:
    """ISSUER_UNUSUAL: Art. 33 names no issuer of criticism; it is the authority or the people's government [ours]."""
    issuer = case.facts.parties.get(case.act.by)
    government = issuer is not None and issuer.category == "GOVERNMENT"
    authority = case.facts.authority
    holder = authority.holder_at(case.instant).party if authority is not None else None
    if not government and case.act.by != holder:
        case.add(Reason.ISSUER_UNUSUAL, {"issuer": case.act.by})
