"""Judgement: the decision tables for use, release, delivery and refusal, and what can be said of every other act.

``judge`` is a pure function: the same act, facts, rules and instant give the same judgement. It looks at the act at its
``time``, with what the facts say was known; later facts make another judgement beside the first, never a change of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from domain.acts import Act
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
from domain.judgement.case import Case, limb_then
from domain.judgement.circumstances import check_record, disowned
from domain.judgement.corrections import as_corrected
from domain.judgement.delivery import examine_delivery
from domain.judgement.facts import Facts as Facts
from domain.judgement.facts import Sources as Sources
from domain.judgement.gathering import gather as gather
from domain.judgement.ground import Cited, ground_of_use, lay_ground
from domain.judgement.information import Classed, classify
from domain.judgement.refusal import examine_refusal, grounds_of
from domain.judgement.release import examine_release
from domain.judgement.responses import examine_approval, examine_grant_act
from domain.judgement.supervision import examine_criticism, examine_determination
from domain.judgement.use import examine_use
from domain.judgement.verdicts import Judgement as Judgement
from domain.judgement.verdicts import Raised as Raised
from domain.judgement.verdicts import Verdict as Verdict
from domain.judgement.verdicts import refusal_verdict_of, verdict_of
from domain.reasons import On, Reason
from domain.rulesets import RuleSet

Tabled = UseRecorded | ReleaseRecorded | DeliveryRecorded
_ON: dict[type[Event], On] = {UseRecorded: On.USE, ReleaseRecorded: On.RELEASE, DeliveryRecorded: On.DELIVERY}


def judge(act: Act, facts: Facts, rules: RuleSet, *, at: datetime) -> Judgement:
    """Judge an act by the facts. ``at`` is the instant of the question: silence counts only once its day is over.

    The caller chooses the rule set: that in force at receipt for answers, at the act's time for the rest.
    """
    act = as_corrected(act, facts.marks)
    event = act.event
    match event:
        case UseRecorded() | ReleaseRecorded() | DeliveryRecorded():
            return _judge_tabled(Case(act, facts, rules, _ON[type(event)], at), event)
        case RequestRefused() | RequestPartlyApproved() | NegotiationFailed() if grounds_of(event):
            return _judge_refusal(Case(act, facts, rules, On.REFUSAL, at), event)
        case _:
            return _judge_other(act, facts, rules, at)


def _judge_tabled(case: Case, event: Tabled) -> Judgement:
    if disowned(case):
        return _judge_disowned(case)
    if isinstance(event, UseRecorded):
        ground = ground_of_use(case, _cited(case, event))
        classed = ground.classed
        row = examine_use(case, event, ground)
    else:
        classed = classify(case)
        case.of_class(*(classed.strictest(case) if isinstance(event, ReleaseRecorded) else classed.undisputed(case)))
        row = _examine(case, event, classed)
    if classed.later is not None:
        _excuse_the_past(case, event, classed)
    if_stricter = None
    if classed.disputed:
        stricter = case.under(*classed.strictest(case))
        _examine(stricter, event, classed)
        if_stricter = verdict_of(raised for code, raised in stricter.reasons.items() if code not in _OF_THE_DISPUTE)
    return case.judged(verdict_of(case.reasons.values()), row, if_stricter=if_stricter)


_OF_THE_DISPUTE = frozenset({Reason.CLASSIFICATION_DISPUTED})


def _examine(case: Case, event: Tabled, classed: Classed) -> str:
    match event:
        case UseRecorded():
            return examine_use(case, event, lay_ground(case, _cited(case, event), classed))
        case DeliveryRecorded():
            return examine_delivery(case, event, lay_ground(case, _cited(case, event), classed))
        case ReleaseRecorded():
            return examine_release(case, event, classed)


def _cited(case: Case, event: UseRecorded | DeliveryRecorded) -> Cited:
    requester = event.requester if isinstance(event, DeliveryRecorded) else case.act.by
    return Cited(requester, event.item, event.request_id)


def _excuse_the_past(case: Case, event: Tabled, classed: Classed) -> None:
    """Liability looks at what could be known then: what only the later class raised makes no c3 finding (5.4)."""
    then = case.under(*classed.classes_then(case))
    _examine(then, event, classed)
    for reason, raised in case.reasons.items():
        limb = limb_then(then.reasons.get(reason), raised)
        if limb != raised.limb:
            case.reasons[reason] = replace(raised, limb=limb)


def _judge_disowned(case: Case) -> Judgement:
    """Who did this is not established: the organ says that it did not."""
    case.add(Reason.KEY_COMPROMISED, {"records": f"{case.act.by} {case.act.id}"})
    case.relied.add(case.facts.marks.disowned[case.act.by, case.act.id].index)
    return case.judged(verdict_of(case.reasons.values()), None)


def _judge_refusal(case: Case, event: RequestRefused | RequestPartlyApproved | NegotiationFailed) -> Judgement:
    if disowned(case):
        return _judge_disowned(case)
    row = examine_refusal(case, event)
    if isinstance(event, RequestPartlyApproved):
        examine_approval(case, event)
    check_record(case)
    return case.judged(refusal_verdict_of(case.reasons.values(), sensitive=case.sensitive), row)


def _judge_other(act: Act, facts: Facts, rules: RuleSet, at: datetime) -> Judgement:
    """Acts that no table judges: reasons, and no verdict."""
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
