"""The acts that a decision table judges: use, release, delivery (5.3)."""

from __future__ import annotations

from dataclasses import replace

from domain.events import DeliveryRecorded, ReleaseRecorded, UseRecorded
from domain.judgement.context import Case, limb_then
from domain.judgement.delivery import examine_delivery
from domain.judgement.information import Classed, classify
from domain.judgement.legal_basis import Cited, ground_of_use, lay_ground
from domain.judgement.record_checks import disowned
from domain.judgement.release import examine_release
from domain.judgement.use import examine_use
from domain.judgement.verdict import Judgement, verdict_of
from domain.reasons.catalogue import Reason

Tabled = UseRecorded | ReleaseRecorded | DeliveryRecorded


def judge_tabled(case: Case, event: Tabled) -> Judgement:
    """Judge a use, release or delivery by its table."""
    if disowned(case):
        return judge_disowned(case)
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
        if_stricter = verdict_of([each for code, each in stricter.reasons.items() if code not in _OF_THE_DISPUTE])
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
    """Take back limb c3 where only the later class raised it. Liability depends on the knowledge at the act (5.4)."""
    then = case.under(*classed.classes_then(case))
    _examine(then, event, classed)
    for reason, raised in case.reasons.items():
        limb = limb_then(then.reasons.get(reason), raised)
        if limb != raised.limb:
            case.reasons[reason] = replace(raised, limb=limb)


def judge_disowned(case: Case) -> Judgement:
    """Judge a disowned act: the acting person is not established, because the organ denies the act."""
    case.add(Reason.KEY_COMPROMISED, {"records": f"{case.act.by} {case.act.id}"})
    case.relied.add(case.facts.marks.disowned[case.act.by, case.act.id].index)
    return case.judged(verdict_of(case.reasons.values()), None)
