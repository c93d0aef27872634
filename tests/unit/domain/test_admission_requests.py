"""Requests and their answers: who may say what in which state (4.3, 4.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain import events as e
from domain.families.request.events import RefusedPart
from domain.vocabulary.values import URN, Ref, Subjects, Term, Users
from tests.support.admitted import OPERATOR, AdmittedStates, admitted_states
from tests.support.payloads import CLERK, SECOND, approved, classified, received, refused, submitted
from tests.support.story import AUTHORITY, DIGEST, DOC, FIELDS, PROVIDER, REQUESTER, THIRD, scope

CAUSE = Ref(source=URN + AUTHORITY, id="order-1")
R1 = "request/1"


def partly(**changes: Any) -> e.RequestPartlyApproved:
    members: dict[str, Any] = {
        "post": CLERK,
        "second_post": SECOND,
        "scope": scope(fields=FIELDS[:1]),
        "classes": (),
        "refused": (RefusedPart(fields=FIELDS[1:], ground="TRADE_SECRET"),),
        "reasons": DIGEST,
    }
    return e.RequestPartlyApproved(**(members | changes))


def test_requester_and_provider_are_two_organs() -> None:
    assert admitted_states().codes(R1, REQUESTER, submitted(provider=REQUESTER)) == ["SAME_ORGAN"]


def test_a_request_names_an_item_that_was_published() -> None:
    ledger = admitted_states()
    ledger.apply("item/C05", PROVIDER, classified())
    (refusal,) = ledger.refused(R1, REQUESTER, submitted(item="C05"))
    assert (refusal.code, refusal.pointer) == ("FIELD_INVALID", "/data/item")
    assert "Describe" in refusal.next_step


def test_a_request_by_description_needs_no_catalogue() -> None:
    assert admitted_states().codes(R1, REQUESTER, submitted(item=None, description="排污许可")) == []


def test_a_request_names_an_item_or_describes_it_not_both() -> None:
    (refusal,) = admitted_states().refused(R1, REQUESTER, submitted(description="排污许可"))
    assert refusal.pointer == "/data/description"


def test_a_request_may_name_a_provider_that_is_not_the_items() -> None:
    assert admitted_states().codes(R1, REQUESTER, submitted(provider=THIRD)) == []


def test_a_request_id_is_used_once() -> None:
    (refusal,) = admitted_states().submitted().refused(R1, THIRD, submitted())
    assert (refusal.code, refusal.pointer) == ("WRONG_STATE", "/subject")


def test_an_event_in_a_stream_where_nothing_is_recorded_is_refused() -> None:
    (refusal,) = admitted_states().refused("request/2", PROVIDER, received())
    assert (refusal.code, refusal.pointer) == ("WRONG_STATE", "/subject")


@pytest.mark.parametrize(
    ("by", "changes", "expected"),
    [
        (PROVIDER, {}, []),
        (OPERATOR, {"how": "PLATFORM"}, []),
        (OPERATOR, {"how": "PAPER"}, ["WRONG_ROLE"]),
        (REQUESTER, {"proof": DOC}, []),
        (REQUESTER, {}, ["FIELD_MISSING"]),
        (THIRD, {}, ["WRONG_ROLE"]),
    ],
)
def test_receipt_is_recorded_by_provider_platform_or_requester_with_proof(
    by: str, changes: dict[str, Any], expected: list[str]
) -> None:
    assert admitted_states().submitted().codes(R1, by, received(**changes)) == expected


def test_a_request_is_received_once() -> None:
    (refusal,) = admitted_states().received().refused(R1, PROVIDER, received())
    assert refusal.code == "WRONG_STATE"
    assert "request.received" in refusal.detail


def test_receipt_in_the_catalogue_cannot_name_another_item() -> None:
    (refusal,) = admitted_states().submitted().refused(R1, PROVIDER, received(item="C05"))
    assert refusal.pointer == "/data/item"


def described() -> AdmittedStates:
    ledger = admitted_states().submitted(item=None, description="排污许可")
    ledger.apply("item/C08", PROVIDER, classified(classes=()))
    return ledger


def test_the_provider_names_what_is_asked_for_outside_the_catalogue() -> None:
    ledger = described()
    assert ledger.codes(R1, PROVIDER, received()) == ["FIELD_MISSING"]
    ledger.apply(R1, PROVIDER, received(item="C08"))
    assert ledger.state(R1).item == "C08"


def test_the_item_named_on_receipt_was_classified_by_the_provider() -> None:
    ledger = described()
    ledger.apply("item/C09", THIRD, classified())
    assert ledger.codes(R1, PROVIDER, received(item="C09")) == ["FIELD_INVALID"]


def test_a_platform_receipt_starts_the_clock_and_the_provider_names_the_item_later() -> None:
    ledger = described()
    platform = ledger.apply(R1, OPERATOR, received(how="PLATFORM"))
    ledger.apply(R1, PROVIDER, received(item="C08"))
    state = ledger.state(R1)
    assert (state.item, state.receipt.fact.id) == ("C08", platform.id)
    assert ledger.codes(R1, PROVIDER, received(item="C08")) == ["WRONG_STATE"]


def test_an_answer_before_receipt_is_refused_and_told_why() -> None:
    (refusal,) = admitted_states().submitted().refused(R1, PROVIDER, approved())
    assert refusal.code == "WRONG_STATE"
    assert "SUBMITTED since entry" in refusal.detail


@pytest.mark.parametrize("event", [approved(), partly(), refused()], ids=["approved", "partly", "refused"])
def test_only_the_named_provider_answers(event: e.Event) -> None:
    ledger = admitted_states().received()
    assert ledger.codes(R1, PROVIDER, event) == []
    assert ledger.codes(R1, REQUESTER, event) == ["WRONG_ROLE"]
    assert ledger.codes(R1, AUTHORITY, event) == ["WRONG_ROLE"]


@pytest.mark.parametrize(
    "change",
    [
        {"fields": (*FIELDS, "phone")},
        {"purposes": (*scope().purposes, replace(scope().purposes[0], code="P9"))},
        {"subjects": Subjects(divisions=("310000",))},
        {"users": Users(units=("社会救助处", "财务处"))},
        {"term": Term(from_=date(2026, 1, 1), to=date(2027, 1, 1))},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_approval_is_not_wider_than_the_request(change: dict[str, Any]) -> None:
    (refusal,) = admitted_states().received().refused(R1, PROVIDER, approved(scope=scope(**change)))
    assert refusal.code == "WIDER_THAN_REQUEST"
    assert next(iter(change)) in refusal.detail


def test_an_approval_may_be_narrower_than_the_request() -> None:
    narrow = scope(fields=FIELDS[:1], subjects=Subjects(divisions=("320100",)))
    assert admitted_states().received().codes(R1, PROVIDER, approved(scope=narrow)) == []


def test_a_field_is_not_granted_and_refused_at_once() -> None:
    event = partly(refused=(RefusedPart(fields=FIELDS, ground="TRADE_SECRET"),))
    (refusal,) = admitted_states().received().refused(R1, PROVIDER, event)
    assert refusal.pointer == "/data/refused/0/fields"


def test_an_answered_request_is_answered_again_only_for_a_cause() -> None:
    ledger = admitted_states().received()
    ledger.apply(R1, PROVIDER, refused())
    (refusal,) = ledger.refused(R1, PROVIDER, approved())
    assert (refusal.code, refusal.pointer) == ("WRONG_STATE", "/data/reopened_by")
    assert ledger.codes(R1, PROVIDER, approved(reopened_by=CAUSE)) == []


def test_an_approved_request_is_not_reopened() -> None:
    assert admitted_states().approved().codes(R1, PROVIDER, refused(reopened_by=CAUSE)) == ["WRONG_STATE"]


def test_a_second_supplement_is_refused() -> None:
    ledger = admitted_states().received()
    ask = e.RequestSupplementAsked(post=CLERK, missing=("三定规定",))
    ledger.apply(R1, PROVIDER, ask)
    ledger.apply(R1, REQUESTER, e.RequestSupplemented(post=CLERK, supplied=(DIGEST,)))
    assert ledger.codes(R1, PROVIDER, ask) == ["WRONG_STATE"]


def test_a_supplement_may_change_the_scope_that_approvals_are_measured_by() -> None:
    ledger = admitted_states().received()
    ledger.apply(R1, PROVIDER, e.RequestSupplementAsked(post=CLERK, missing=("字段",)))
    narrower = scope(fields=FIELDS[:1])
    ledger.apply(R1, REQUESTER, e.RequestSupplemented(post=CLERK, supplied=(DIGEST,), scope=narrower))
    assert ledger.codes(R1, PROVIDER, approved()) == ["WIDER_THAN_REQUEST"]


def test_the_requester_withdraws_until_it_is_answered() -> None:
    event = e.RequestWithdrawn(post=CLERK)
    ledger = admitted_states().received()
    assert ledger.codes(R1, PROVIDER, event) == ["WRONG_ROLE"]
    assert ledger.codes(R1, REQUESTER, event) == []
    ledger.apply(R1, PROVIDER, approved())
    assert ledger.codes(R1, REQUESTER, event) == ["WRONG_STATE"]


def filing(response: Ref) -> e.RefusalFiled:
    return e.RefusalFiled(post=CLERK, response=response, filed_with="320000", reasons=DIGEST)


def test_a_refusal_is_filed_once_by_the_provider() -> None:
    ledger = admitted_states().received()
    answer = ledger.apply(R1, PROVIDER, refused())
    assert ledger.codes(R1, REQUESTER, filing(answer.ref)) == ["WRONG_ROLE"]
    ledger.apply(R1, PROVIDER, filing(answer.ref))
    assert ledger.state(R1).status == "REFUSAL_FILED"
    assert "WRONG_STATE" in ledger.codes(R1, PROVIDER, filing(answer.ref))


def test_a_filing_names_the_refusal_of_this_request() -> None:
    ledger = admitted_states().received()
    ledger.apply(R1, PROVIDER, refused())
    (refusal,) = ledger.refused(R1, PROVIDER, filing(CAUSE))
    assert refusal.pointer == "/data/response"


def test_a_filing_is_acknowledged_by_the_authority_of_the_providers_division() -> None:
    ledger = admitted_states().received()
    answer = ledger.apply(R1, PROVIDER, refused())
    filed = ledger.apply(R1, PROVIDER, filing(answer.ref))
    event = e.RefusalAcknowledged(post=CLERK, filing_no="备-1", filed=filed.ref)
    assert ledger.codes(R1, THIRD, event) == ["WRONG_ROLE"]
    ledger.apply(R1, AUTHORITY, event)
    assert ledger.state(R1).responses[0].filing.filing_no == "备-1"
    assert ledger.codes(R1, AUTHORITY, event) == ["WRONG_STATE"]


def test_a_partial_approval_is_filed_and_keeps_its_state() -> None:
    ledger = admitted_states().received()
    answer = ledger.apply(R1, PROVIDER, partly())
    ledger.apply(R1, PROVIDER, filing(answer.ref))
    state = ledger.state(R1)
    assert state.status == "PARTLY_APPROVED"
    assert state.responses[0].filing is not None
    assert ledger.codes(R1, PROVIDER, filing(answer.ref)) == ["WRONG_STATE"]


def test_the_requester_supplies_what_was_asked_for() -> None:
    ledger = admitted_states().received()
    ledger.apply(R1, PROVIDER, e.RequestSupplementAsked(post=CLERK, missing=("三定规定",)))
    supplied = e.RequestSupplemented(post=CLERK, supplied=(DIGEST,))
    assert ledger.codes(R1, PROVIDER, supplied) == ["WRONG_ROLE"]
    ledger.apply(R1, REQUESTER, supplied)
    assert ledger.state(R1).status == "UNDER_REVIEW"


@pytest.mark.parametrize("event", [partly(), refused()], ids=["partly", "refused"])
def test_no_second_answer_of_any_kind_without_a_cause(event: e.Event) -> None:
    ledger = admitted_states().received()
    ledger.apply(R1, PROVIDER, refused())
    assert ledger.codes(R1, PROVIDER, event) == ["WRONG_STATE"]


def test_a_partial_approval_is_not_wider_than_the_request_either() -> None:
    event = partly(scope=scope(fields=("phone",)))
    assert admitted_states().received().codes(R1, PROVIDER, event) == ["WIDER_THAN_REQUEST"]


def test_an_acknowledgement_names_a_filing_of_this_request() -> None:
    ledger = admitted_states().received()
    answer = ledger.apply(R1, PROVIDER, refused())
    ledger.apply(R1, PROVIDER, filing(answer.ref))
    event = e.RefusalAcknowledged(post=CLERK, filing_no="备-1", filed=answer.ref)
    (refusal,) = ledger.refused(R1, AUTHORITY, event)
    assert refusal.pointer == "/data/filed"


def test_the_provider_accepts_for_review_what_it_received_once() -> None:
    event = e.RequestAcceptedForReview(post=CLERK, unit="数据处")
    assert admitted_states().submitted().codes(R1, PROVIDER, event) == ["WRONG_STATE"]
    ledger = admitted_states().received()
    assert ledger.codes(R1, REQUESTER, event) == ["WRONG_ROLE"]
    ledger.apply(R1, PROVIDER, event)
    assert ledger.state(R1).status == "UNDER_REVIEW"
    assert ledger.codes(R1, PROVIDER, event) == ["WRONG_STATE"]
