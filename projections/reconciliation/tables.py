"""The rows of a request's deliveries and its grant; pure functions, so that the rows before and after can be
compared.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.codec.wire import correct
from domain.events import DeliveryAcknowledged, DeliveryRecorded, DeliveryRejected, Event
from domain.facts import Correction, Fact
from domain.families.request.delivery.state import Delivery
from domain.state import Annotations, RequestState, UseState, end_of
from projections.engine.row_buffer import Rows
from replay.instants import to_micros

AcknowledgementFact = DeliveryAcknowledged | DeliveryRejected


class ReconciliationState(StrEnum):
    """The result of comparing a delivery with its requester's acknowledgement: MATCHED by id, count and digest;
    DIFFERS: acknowledged, but not in the same count or digest; DISOWNED: its provider says that it never was.
    """

    UNACKNOWLEDGED = "UNACKNOWLEDGED"
    MATCHED = "MATCHED"
    DIFFERS = "DIFFERS"
    REJECTED = "REJECTED"
    RECALLED = "RECALLED"
    DESTROYED = "DESTROYED"
    DISOWNED = "DISOWNED"


S = ReconciliationState


def touched(before: RequestState, after: RequestState) -> Collection[str]:
    """The deliveries whose rows this step can change: those that changed, and those that a later one may explain."""
    if after.marks is not before.marks:
        return after.deliveries.keys()
    return [
        name
        for name, each in after.deliveries.items()
        if before.deliveries.get(name) is not each or _answer_differs(each, after.marks)
    ]


def delivery_rows(state: RequestState, names: Collection[str]) -> Rows:
    known = [state.deliveries[name] for name in names if name in state.deliveries]
    return {(each.fact.index,): _row(each, state) for each in known}


def lone_delivery(state: UseState) -> Rows:
    """A delivery that belongs to no request of these organs."""
    each = state.delivery
    return {} if each is None else {(each.fact.index,): _row(each, state)}


def _row(delivery: Delivery, home: RequestState | UseState) -> tuple[Any, ...]:
    event, marks = delivery.event, home.marks
    answer, answered = _answer(delivery, marks)
    differs = _answer_differs(delivery, marks)
    corrected = _correction(delivery, marks) if differs else None
    anew = _anew(delivery, home) if differs and isinstance(home, RequestState) else None
    state, by = _state(delivery, marks)
    return (
        event.delivery_id,
        state,
        by.index,
        to_micros(by.time),
        f"request/{home.id}" if isinstance(home, RequestState) else f"use/{home.id}",
        home.id if isinstance(home, RequestState) else event.request_id,
        event.requester,
        delivery.fact.by,
        event.item,
        event.channel,
        to_micros(delivery.fact.time),
        event.records,
        None if answered is None else answered.index,
        None if answered is None else to_micros(answered.time),
        None if answer is None else answer.records,
        None if answer is None or answer.content is None else answer.content != event.content,
        differs,
        None if corrected is None else corrected.fact.index,
        None if anew is None else anew.delivery_id,
        None if anew is None else anew.fact.index,
        corrected is not None or anew is not None,
    )


def _answer(delivery: Delivery, marks: Annotations) -> tuple[AcknowledgementFact | None, Fact | None]:
    """The requester's answer, unless the requester disowned it."""
    if delivery.answer is None or delivery.answered is None or not marks.not_disowned(delivery.answered):
        return None, None
    return delivery.answer, delivery.answered


def _state(delivery: Delivery, marks: Annotations) -> tuple[S, Fact]:
    if not marks.not_disowned(delivery.fact):
        return S.DISOWNED, marks.disowned[delivery.fact.key]
    for fact, state in ((delivery.destroyed, S.DESTROYED), (delivery.recalled, S.RECALLED)):
        if fact is not None and marks.not_disowned(fact):
            return state, fact
    answer, answered = _answer(delivery, marks)
    if answered is None:
        return S.UNACKNOWLEDGED, delivery.fact
    if isinstance(answer, DeliveryRejected):
        return S.REJECTED, answered
    return (S.DIFFERS if _answer_differs(delivery, marks) else S.MATCHED), answered


def _answer_differs(delivery: Delivery, marks: Annotations) -> bool:
    """Whether the answer differs by count or digest, as both were signed; a rejection always differs."""
    answer, _ = _answer(delivery, marks) if marks.not_disowned(delivery.fact) else (None, None)
    if answer is None or isinstance(answer, DeliveryRejected):
        return answer is not None
    return answer.records != delivery.event.records or answer.content != delivery.event.content


def _anew(delivery: Delivery, home: RequestState) -> Delivery | None:
    """The first delivery of the same item after the answer, in the same case."""
    assert delivery.answered is not None
    for other in home.deliveries.values():
        after = other.fact.index > delivery.answered.index
        if after and other.event.item == delivery.event.item and home.marks.not_disowned(other.fact):
            return other
    return None


def _correction(delivery: Delivery, marks: Annotations) -> Correction | None:
    """The correction of the delivery, or of the answer, after which the counts agree, or the digests if the answer
    gives no count.
    """
    assert delivery.answer is not None
    assert delivery.answered is not None
    sent: Event = delivery.event
    said: Event = delivery.answer
    corrections = [(each, False) for each in marks.corrected.get(delivery.fact.key, ())]
    corrections += [(each, True) for each in marks.corrected.get(delivery.answered.key, ())]
    for correction, of_answer in sorted(corrections, key=lambda each: each[0].fact.index):
        if not marks.not_disowned(correction.fact):
            continue
        if of_answer:
            said = _corrected(said, correction)
        else:
            sent = _corrected(sent, correction)
        if _agree(sent, said):
            return correction
    return None


def _corrected(event: Event, correction: Correction) -> Event:
    for stub in (False, True):
        changed = correct(event, correction.changes, stub=stub)
        if isinstance(changed, Event):
            return changed
    return event


def _agree(sent: Event, said: Event) -> bool:
    assert isinstance(sent, DeliveryRecorded)
    assert isinstance(said, DeliveryAcknowledged | DeliveryRejected)
    if said.records is not None:
        return said.records == sent.records
    return said.content is not None and said.content == sent.content


def grant_rows(state: RequestState) -> Rows:
    grant = state.grant
    if grant is None:
        return {}
    ends: datetime = end_of(grant.current.scope.term.to)
    if grant.revocation is not None:
        ends = min(ends, grant.revocation.effect)
    deliveries = [each.fact.time for each in state.deliveries.values() if state.marks.not_disowned(each.fact)]
    row = (
        state.requester,
        state.provider,
        state.item,
        grant.current.number,
        grant.versions[0].basis.index,
        to_micros(grant.versions[0].effective),
        to_micros(ends),
        len(deliveries),
        to_micros(min(deliveries)) if deliveries else None,
    )
    return {(state.id,): row}
