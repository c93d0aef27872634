"""The acts that a decision table judges: use, release, delivery (5.3)."""

from __future__ import annotations

from dataclasses import replace

from domain.events import DeliveryRecorded, ReleaseRecorded, UseRecorded
from domain.judgement.context import JudgementContext, limb_before_reclassification
from domain.judgement.delivery import examine_delivery
from domain.judgement.information import Classed, classify
from domain.judgement.legal_basis import Cited, basis_of_use, establish_basis
from domain.judgement.record_checks import disowned
from domain.judgement.release import examine_release
from domain.judgement.use import examine_use
from domain.judgement.verdict import Judgement, verdict_of
from domain.reasons.catalogue import Reason

Tabled = UseRecorded | ReleaseRecorded | DeliveryRecorded


def judge_tabled(context: JudgementContext, event: Tabled) -> Judgement:
    """Judge a use, release or delivery by its table."""
    if disowned(context):
        return judge_disowned(context)
    if isinstance(event, UseRecorded):
        ground = basis_of_use(context, _cited(context, event))
        classed = ground.classed
        row = examine_use(context, event, ground)
    else:
        classed = classify(context)
        context.of_class(
            *(classed.strictest(context) if isinstance(event, ReleaseRecorded) else classed.undisputed(context))
        )
        row = _examine(context, event, classed)
    if classed.later is not None:
        _excuse_the_past(context, event, classed)
    if_stricter = None
    if classed.disputed:
        stricter = context.under(*classed.strictest(context))
        _examine(stricter, event, classed)
        if_stricter = verdict_of([each for code, each in stricter.reasons.items() if code not in _OF_THE_DISPUTE])
    return context.judged(verdict_of(context.reasons.values()), row, if_stricter=if_stricter)


_OF_THE_DISPUTE = frozenset({Reason.CLASSIFICATION_DISPUTED})


def _examine(context: JudgementContext, event: Tabled, classed: Classed) -> str:
    match event:
        case UseRecorded():
            return examine_use(context, event, establish_basis(context, _cited(context, event), classed))
        case DeliveryRecorded():
            return examine_delivery(context, event, establish_basis(context, _cited(context, event), classed))
        case ReleaseRecorded():
            return examine_release(context, event, classed)


def _cited(context: JudgementContext, event: UseRecorded | DeliveryRecorded) -> Cited:
    requester = event.requester if isinstance(event, DeliveryRecorded) else context.act.by
    return Cited(requester, event.item, event.request_id)


def _excuse_the_past(context: JudgementContext, event: Tabled, classed: Classed) -> None:
    """Take back limb c3 where only the later class raised it. Liability depends on the knowledge at the act (5.4)."""
    then = context.under(*classed.classes_then(context))
    _examine(then, event, classed)
    for reason, raised in context.reasons.items():
        limb = limb_before_reclassification(then.reasons.get(reason), raised)
        if limb != raised.limb:
            context.reasons[reason] = replace(raised, limb=limb)


def judge_disowned(context: JudgementContext) -> Judgement:
    """Judge a disowned act: the acting person is not established, because the organ denies the act."""
    context.add(Reason.KEY_COMPROMISED, {"records": f"{context.act.by} {context.act.id}"})
    context.cited.add(context.facts.marks.disowned[context.act.by, context.act.id].index)
    return context.judged(verdict_of(context.reasons.values()), None)
