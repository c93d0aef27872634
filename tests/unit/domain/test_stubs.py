"""When a record must come as a stub: the item is, or somebody claims it is, a state secret (4, stub rule)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from domain import events as e
from domain.admission.stub_rule import stub_required
from domain.codec.wire import read_event
from domain.vocabulary.values import UsccOrText
from tests.support.admitted import AdmittedStates, admitted_states
from tests.support.payloads import CLERK, SECOND, classified, proposed, received, submitted, used
from tests.support.story import DIGEST, DUTY, PROVIDER, REQUESTER

SECRET: dict[str, Any] = {"classes": ("state_secret",), "level": "秘密", "name": ""}


def secret_item() -> AdmittedStates:
    ledger = admitted_states()
    ledger.apply("item/C09", PROVIDER, classified(**SECRET))
    return ledger


def test_an_ordinary_item_takes_texts() -> None:
    ledger = admitted_states().approved()
    assert not stub_required("request/1", {"item": "C04"}, ledger)
    assert not stub_required("item/C04", {"classes": ["trade_secret"]}, ledger)


@pytest.mark.parametrize(
    "data",
    [
        {"classes": ["state_secret"]},
        {"class_at_receipt": ["privacy", "state_secret"]},
        {"classes_acknowledged": ["state_secret"]},
        {"claimed_class": "state_secret"},
        {"ground": "STATE_SECRET"},
        {"provider_ground": "STATE_SECRET"},
        {"refused": [{"fields": ["name"], "ground": "STATE_SECRET"}]},
        {"provisional_level": "秘密"},
        {"result": "BLOCKED", "level": "机密"},
        {"state_secret": True},
    ],
)
def test_a_record_that_claims_the_class_is_a_stub(data: dict[str, Any]) -> None:
    assert stub_required("request/1", data, admitted_states())


def test_a_record_about_an_item_of_the_class_is_a_stub() -> None:
    ledger = secret_item()
    assert stub_required("use/u1", {"item": "C09"}, ledger)
    assert stub_required("item/C09", {}, ledger)


def test_an_item_declassified_takes_texts_again() -> None:
    ledger = secret_item()
    ledger.apply("item/C09", PROVIDER, classified(classes=()))
    assert not stub_required("item/C09", {}, ledger)


def test_an_item_declassified_from_a_later_day_on_is_a_stub_until_then() -> None:
    ledger = secret_item()
    later = ledger.now.date() + dt.timedelta(days=3)
    ledger.apply("item/C09", PROVIDER, classified(classes=(), from_=later))
    assert stub_required("item/C09", {}, ledger)
    ledger.now += dt.timedelta(days=3)
    assert not stub_required("item/C09", {}, ledger)


def test_an_item_that_is_to_become_one_is_a_stub_at_once() -> None:
    ledger = admitted_states()
    later = ledger.now.date() + dt.timedelta(days=3)
    ledger.apply("item/C04", PROVIDER, classified(**SECRET, from_=later))
    assert stub_required("item/C04", {}, ledger)


def test_a_request_received_as_the_class_is_a_stub_from_then_on() -> None:
    ledger = admitted_states().submitted()
    assert not stub_required("request/1", {}, ledger)
    ledger.apply("request/1", PROVIDER, received(class_at_receipt=("state_secret",)))
    assert stub_required("request/1", {}, ledger)


def test_a_request_refused_as_state_secret_is_a_stub_from_then_on() -> None:
    ledger = admitted_states().received()
    refusal = e.RequestRefused(post=CLERK, second_post=SECOND, ground="STATE_SECRET", reasons=DIGEST)
    ledger.apply("request/1", PROVIDER, refusal)
    assert stub_required("request/1", {}, ledger)


def test_what_follows_in_a_stream_of_use_about_such_an_item_is_a_stub() -> None:
    ledger = secret_item()
    ledger.apply("use/u1", REQUESTER, used(request_id=None, item="C09", purpose_text=None), id="u1")
    assert stub_required("use/u1", {}, ledger)


@pytest.mark.parametrize(
    "data", [None, [], "state_secret", {"classes": 7, "item": 4}, {"classes": None, "requests": 3, "refused": [1]}]
)
def test_data_that_cannot_be_read_claims_nothing(data: object) -> None:
    assert not stub_required("request/1", data, admitted_states())


def test_a_request_for_an_item_of_the_class_is_a_stub_from_its_first_record() -> None:
    ledger = secret_item()
    assert stub_required("request/9", {"item": "C09"}, ledger)
    assert not stub_required("request/9", {"item": submitted().item}, ledger)


def test_an_agreement_on_a_request_of_the_class_is_a_stub() -> None:
    ledger = admitted_states().submitted()
    ledger.apply("request/1", PROVIDER, received(class_at_receipt=("state_secret",)))
    assert stub_required("agreement/A-1", {"requests": ["1"], "classes": ["trade_secret"]}, ledger)
    ledger.apply("agreement/A-1", PROVIDER, proposed())
    assert stub_required("agreement/A-1", {}, ledger)


def test_a_demand_or_discrepancy_about_an_item_of_the_class_is_a_stub() -> None:
    ledger = secret_item()
    ledger.apply("demand/1", REQUESTER, e.DemandStated(post=CLERK, wanted="", duty=DUTY, item="C09"))
    assert stub_required("demand/1", {}, ledger)
    assert not stub_required("demand/2", {"item": "C04"}, ledger)


def test_what_a_review_drafted_as_secret_is_protected_until_the_review_says_otherwise() -> None:
    ledger = admitted_states().approved()
    review: dict[str, Any] = {"post": CLERK, "review_id": "V1"}
    ledger.apply("request/1", PROVIDER, e.SecrecyReviewOpened(**review, reviewer="审查岗"))
    ledger.apply("request/1", PROVIDER, e.SecrecyReviewConcluded(**review, result="UNCERTAIN"))
    reported = e.SecrecyReviewEscalated(**review, provisional_level="秘密", to=UsccOrText(text="演示机构甲"))
    assert not stub_required("request/1", {}, ledger)
    ledger.apply("request/1", PROVIDER, reported)
    assert stub_required("request/1", {}, ledger)
    ledger.apply("request/1", PROVIDER, e.SecrecyReviewConcluded(**review, result="CLEARED"))
    assert not stub_required("request/1", {}, ledger)


def test_a_party_of_provincial_level_is_no_state_secret() -> None:
    assert not stub_required(f"party/{PROVIDER}", {"level": "PROVINCE", "state_secret": False}, admitted_states())


@pytest.mark.parametrize(
    "changes",
    [
        {"purpose_text": "机密内容"},
        {"scope": {"purposes": [{"code": "P1", "text": "机密内容"}]}},
        {"anything": {"else": "机密内容"}},
        {"fields": "机密内容" * 200},
    ],
)
def test_a_correction_brings_no_text_into_what_is_secret(changes: dict[str, object]) -> None:
    ref = {"source": f"urn:uscc:{REQUESTER}", "id": "r1"}
    data = {"post": CLERK, "event": ref, "changes": changes}
    read = read_event("sharing.event.corrected.v1", data, stub=True)
    assert isinstance(read, tuple)
    assert [(each.code, each.pointer) for each in read] == [
        ("CONTENT_FORBIDDEN", f"/data/changes/{next(iter(changes))}")
    ]


def test_a_correction_of_codes_and_numbers_is_taken_where_all_is_secret() -> None:
    ref = {"source": f"urn:uscc:{REQUESTER}", "id": "r1"}
    data = {"post": CLERK, "event": ref, "changes": {"purpose_code": "P1", "fields": ["name"], "subject_count": 2}}
    assert isinstance(read_event("sharing.event.corrected.v1", data, stub=True), e.EventCorrected)


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("resource.classified", {"content": "内容"}),
        ("resource.classified", {"share_type": "内容"}),
        ("resource.described", {"content": "内容"}),
    ],
    ids=["an unknown member", "a member of another form", "an unknown event"],
)
def test_what_cannot_be_read_as_a_stub_is_content_too(event: str, data: dict[str, Any]) -> None:
    told = {"post": CLERK, "classes": ["state_secret"], "share_type": "2", "from": "2026-03-02"} | data
    stub, plain = (read_event(f"sharing.{event}.v1", told, stub=stub) for stub in (True, False))
    assert isinstance(stub, tuple)
    assert isinstance(plain, tuple)
    assert ("CONTENT_FORBIDDEN", "/data") in {(each.code, each.pointer) for each in stub}
    assert "CONTENT_FORBIDDEN" not in {each.code for each in plain}


def test_a_stub_that_only_lacks_a_member_carries_nothing() -> None:
    faults = read_event("sharing.resource.classified.v1", {"post": CLERK, "classes": ["state_secret"]}, stub=True)
    assert isinstance(faults, tuple)
    assert {each.code for each in faults} == {"FIELD_MISSING"}
