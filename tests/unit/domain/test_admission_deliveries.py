"""Deliveries: recorded by the provider, answered by the requester over the same digest (4.6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from domain import events as e
from tests.support.admitted import AdmittedStates, admitted_states
from tests.support.payloads import CLERK, OTHER_DIGEST
from tests.support.story import AUTHORITY, DIGEST, PROVIDER, REQUESTER, THIRD

R1 = "request/1"


def delivery(**changes: Any) -> e.DeliveryRecorded:
    members: dict[str, Any] = {
        "post": CLERK,
        "delivery_id": "D1",
        "request_id": "1",
        "requester": REQUESTER,
        "item": "C04",
        "channel": "PLATFORM",
        "way": "INTERFACE",
        "network": "GOV_EXTRANET",
        "fields": ("name",),
        "records": 100,
        "content": DIGEST,
        "fee_yuan": Decimal(0),
    }
    return e.DeliveryRecorded(**(members | changes))


def acknowledged(**changes: Any) -> e.DeliveryAcknowledged:
    return e.DeliveryAcknowledged(**({"post": CLERK, "delivery_id": "D1", "records": 100, "content": DIGEST} | changes))


def delivered() -> AdmittedStates:
    ledger = admitted_states().approved()
    ledger.apply(R1, PROVIDER, delivery())
    return ledger


def test_a_delivery_before_any_answer_is_recorded() -> None:
    assert admitted_states().submitted().codes(R1, PROVIDER, delivery()) == []


def test_a_delivery_with_a_fee_is_recorded() -> None:
    assert admitted_states().approved().codes(R1, PROVIDER, delivery(fee_yuan=Decimal("99.50"))) == []


def test_a_delivery_need_not_repeat_the_request_of_its_stream() -> None:
    assert admitted_states().approved().codes(R1, PROVIDER, delivery(request_id=None)) == []


def test_a_delivery_in_a_request_is_the_providers_to_record() -> None:
    assert admitted_states().approved().codes(R1, REQUESTER, delivery(requester=PROVIDER)) == [
        "WRONG_ROLE",
        "FIELD_INVALID",
    ]


def test_a_delivery_to_somebody_else_than_the_requester_does_not_stand_in_the_request() -> None:
    (refusal,) = admitted_states().approved().refused(R1, PROVIDER, delivery(requester=THIRD))
    assert (refusal.code, refusal.pointer) == ("FIELD_INVALID", "/data/requester")


def test_an_organ_does_not_deliver_to_itself() -> None:
    codes = admitted_states().codes("use/d1", PROVIDER, delivery(request_id=None, requester=PROVIDER), id="d1")
    assert codes == ["SAME_ORGAN"]


def test_a_delivery_id_is_used_once_in_a_request() -> None:
    assert delivered().codes(R1, PROVIDER, delivery()) == ["WRONG_STATE"]


def test_a_delivery_is_acknowledged_by_the_requester() -> None:
    ledger = delivered()
    assert ledger.codes(R1, PROVIDER, acknowledged()) == ["WRONG_ROLE"]
    ledger.apply(R1, REQUESTER, acknowledged())
    assert ledger.state(R1).deliveries["D1"].status == "ACKNOWLEDGED"


def test_an_acknowledgement_of_another_digest_is_refused() -> None:
    (refusal,) = delivered().refused(R1, REQUESTER, acknowledged(content=OTHER_DIGEST))
    assert (refusal.code, refusal.pointer) == ("DIGEST_MISMATCH", "/data/content")


def test_a_rejected_delivery_is_final() -> None:
    ledger = delivered()
    ledger.apply(R1, REQUESTER, e.DeliveryRejected(post=CLERK, delivery_id="D1", records=99, mismatch="少一条"))
    assert ledger.codes(R1, REQUESTER, acknowledged()) == ["WRONG_STATE"]
    assert ledger.codes(R1, PROVIDER, e.DeliveryRecalled(post=CLERK, delivery_id="D1", cause="BREACH")) == [
        "WRONG_STATE"
    ]


@pytest.mark.parametrize(
    "event", [acknowledged(delivery_id="D9"), e.DeliveryRejected(post=CLERK, delivery_id="D9", mismatch="无")]
)
def test_an_answer_names_a_delivery_of_the_stream(event: e.Event) -> None:
    assert delivered().codes(R1, REQUESTER, event) == ["FIELD_INVALID"]


def test_the_provider_recalls_and_the_requester_destroys() -> None:
    ledger = delivered()
    recall = e.DeliveryRecalled(post=CLERK, delivery_id="D1", cause="DETERMINATION")
    destruction = e.DestructionRecorded(post=CLERK, delivery_ids=("D1",), method="粉碎", witness=CLERK)
    assert ledger.codes(R1, REQUESTER, recall) == ["WRONG_ROLE"]
    ledger.apply(R1, PROVIDER, recall)
    assert ledger.codes(R1, PROVIDER, destruction) == ["WRONG_ROLE"]
    ledger.apply(R1, REQUESTER, destruction)
    assert ledger.state(R1).deliveries["D1"].status == "DESTROYED"
    assert ledger.codes(R1, REQUESTER, destruction) == ["WRONG_STATE"]


def test_a_destruction_points_at_the_delivery_it_cannot_find() -> None:
    event = e.DestructionRecorded(post=CLERK, delivery_ids=("D1", "D2"), method="粉碎", witness=CLERK)
    (refusal,) = delivered().refused(R1, REQUESTER, event)
    assert refusal.pointer == "/data/delivery_ids/1"


def test_a_delivery_without_request_is_answered_in_its_own_stream() -> None:
    ledger = admitted_states()
    ledger.apply("use/d1", PROVIDER, delivery(request_id=None), id="d1")
    assert ledger.codes("use/d1", THIRD, acknowledged()) == ["WRONG_ROLE"]
    ledger.apply("use/d1", REQUESTER, acknowledged())
    assert ledger.state("use/d1").delivery.status == "ACKNOWLEDGED"


def test_a_delivery_for_a_request_of_others_stands_in_its_own_stream() -> None:
    ledger = admitted_states().approved()
    assert ledger.codes("use/d1", THIRD, delivery(), id="d1") == []
    (refusal,) = ledger.refused("use/d1", PROVIDER, delivery(), id="d1")
    assert refusal.next_step == "Record it in request/1."


def test_a_charge_is_reported_by_the_requester() -> None:
    ledger = delivered()
    charge = e.ChargeReported(post=CLERK, delivery_id="D1", amount_yuan=Decimal(5), evidence=DIGEST)
    assert ledger.codes(R1, AUTHORITY, charge) == ["WRONG_ROLE"]
    ledger.apply(R1, REQUESTER, charge)
    assert [delivery_id for delivery_id, _ in ledger.state(R1).charges] == ["D1"]


def test_a_rejection_is_the_requesters() -> None:
    event = e.DeliveryRejected(post=CLERK, delivery_id="D1", mismatch="少一条")
    assert delivered().codes(R1, PROVIDER, event) == ["WRONG_ROLE"]


def test_a_delivery_without_request_is_recalled_by_who_delivered() -> None:
    ledger = admitted_states()
    ledger.apply("use/d1", PROVIDER, delivery(request_id=None), id="d1")
    recall = e.DeliveryRecalled(post=CLERK, delivery_id="D1", cause="BREACH")
    assert ledger.codes("use/d1", REQUESTER, recall) == ["WRONG_ROLE"]
    assert ledger.codes("use/d1", PROVIDER, recall) == []


def test_a_charge_for_a_delivery_names_one_of_the_request() -> None:
    charge = e.ChargeReported(post=CLERK, delivery_id="D9", amount_yuan=Decimal(5), evidence=DIGEST)
    assert delivered().codes(R1, REQUESTER, charge) == ["FIELD_INVALID"]
