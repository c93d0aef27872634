"""A record's data becomes an event, or every fault with its pointer."""

from __future__ import annotations

import copy
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from domain.codec.wire import TEXT_FIELDS, check_stream, correct, read_event, type_of, write_event
from domain.events import EVENTS, DeliveryRecorded, Event, EventCorrected, RequestSubmitted, UseRecorded
from domain.reasons.refusals import CODES
from domain.vocabulary.values import Cite, Duty, Term
from formats.refusal import Refusal

DIGEST = "ab" * 32
DUTY = {"kind": "STATUTE", "cite": {"law": "社会救助暂行办法", "article": "57"}}
USE: dict[str, Any] = {
    "post": "经办岗-03",
    "request_id": "2026-0001",
    "unit": "救助处",
    "officer": "经办岗-03",
    "system": "核对系统",
    "purpose_code": "P1",
    "purpose_text": "社会救助家庭经济状况核对",
    "duty": DUTY,
    "matter_no": "M-17",
    "item": "C04",
    "fields": ["企业名称", "年报年度"],
    "subject_count": 1,
    "network": "GOV_EXTRANET",
    "channel": "PLATFORM",
}
REQUEST: dict[str, Any] = {
    "post": "经办岗-01",
    "provider": "113200000000000270",
    "item": "C04",
    "ground_a7": "A7_3",
    "scope": {
        "fields": ["企业名称"],
        "subjects": {"divisions": ["320000"]},
        "purposes": [{"code": "P1", "text": "社会救助家庭经济状况核对"}],
        "duty_bases": [DUTY],
        "users": {"units": ["救助处"]},
        "network": "GOV_EXTRANET",
        "way": "INTERFACE",
        "term": {"from": "2026-03-01", "to": "2026-12-31"},
    },
    "matter_no": "M-1",
    "system": "核对系统",
    "classes_acknowledged": [],
    "onward_intended": False,
    "form": DIGEST,
}
REFUSED: dict[str, Any] = {"post": "经办岗-01", "second_post": "负责岗-01", "ground": "NONE"}
DELIVERY: dict[str, Any] = {
    "post": "经办岗-01",
    "delivery_id": "D-1",
    "requester": "113200000000000195",
    "item": "C04",
    "channel": "PLATFORM",
    "way": "INTERFACE",
    "network": "GOV_EXTRANET",
    "fields": ["企业名称"],
    "records": 12,
    "content": DIGEST,
    "fee_yuan": "0",
}


def read(name: str, data: Any, **options: bool) -> Event:
    event = read_event(f"sharing.{name}.v1", data, **options)
    assert isinstance(event, Event), event
    return event


def refusals(name: str, data: Any, **options: bool) -> tuple[Refusal, ...]:
    read = read_event(f"sharing.{name}.v1", data, **options)
    assert isinstance(read, tuple), read
    return read


def faults(name: str, data: Any, **options: bool) -> set[tuple[str, str]]:
    return {(each.code, each.pointer) for each in refusals(name, data, **options)}


def without(data: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in names}


def test_a_use_is_read_into_typed_members() -> None:
    use = read("use.recorded", USE)
    assert isinstance(use, UseRecorded)
    assert use.fields == ("企业名称", "年报年度")
    assert use.duty == Duty(kind="STATUTE", cite=Cite(law="社会救助暂行办法", article="57"))
    assert use.divisions is None


def test_a_member_named_like_a_keyword_keeps_its_name_on_the_wire() -> None:
    request = read("request.submitted", REQUEST)
    assert isinstance(request, RequestSubmitted)
    assert request.scope.term == Term(from_=dt.date(2026, 3, 1), to=dt.date(2026, 12, 31))
    assert write_event(request) == REQUEST


def test_an_amount_is_exact() -> None:
    delivery = read("delivery.recorded", DELIVERY | {"fee_yuan": "1200.10"})
    assert isinstance(delivery, DeliveryRecorded)
    assert delivery.fee_yuan == Decimal("1200.10")


def test_or_none_is_present_and_may_be_null() -> None:
    assert read("use.recorded", USE | {"request_id": None, "duty": None})
    assert faults("use.recorded", without(USE, "request_id")) == {("FIELD_MISSING", "/data/request_id")}


def test_an_optional_member_is_left_out_and_never_null() -> None:
    (refusal,) = refusals("use.recorded", USE | {"delivery_id": None})
    assert (refusal.code, refusal.pointer) == ("FIELD_INVALID", "/data/delivery_id")
    assert refusal.next_step == "Leave an optional member out."


def test_an_unknown_member_is_refused_at_its_pointer() -> None:
    assert faults("use.recorded", USE | {"a/b~c": 1}) == {("FIELD_UNKNOWN", "/data/a~1b~0c")}


def test_all_faults_are_collected_at_their_places() -> None:
    data = copy.deepcopy(REQUEST)
    data["provider"] = "113200000000000271"
    data["scope"]["purposes"][0]["text"] = ""
    data["scope"]["duty_bases"] = [DUTY, {"kind": "STATUTE"}]
    data["scope"]["subjects"]["divisions"] = []
    data["scope"]["network"] = "WIFI"
    data["surprise"] = True
    del data["form"]
    assert faults("request.submitted", data) == {
        ("FIELD_INVALID", "/data/provider"),
        ("FIELD_MISSING", "/data/scope/purposes/0/text"),
        ("FIELD_MISSING", "/data/scope/duty_bases/1"),
        ("FIELD_MISSING", "/data/scope/subjects/divisions"),
        ("FIELD_INVALID", "/data/scope/network"),
        ("FIELD_UNKNOWN", "/data/surprise"),
        ("FIELD_MISSING", "/data/form"),
    }


def test_a_wrong_check_character_is_named_with_the_right_one() -> None:
    (refusal,) = refusals("request.submitted", REQUEST | {"provider": "113200000000000271"})
    assert "is 0, not 1" in refusal.detail


def test_of_alternatives_exactly_one_is_taken() -> None:
    both = DUTY | {"matter_code": "X-1"}
    assert faults("use.recorded", USE | {"duty": both}) == {("FIELD_INVALID", "/data/duty")}


def test_a_term_cannot_end_before_it_begins() -> None:
    data = copy.deepcopy(REQUEST)
    data["scope"]["term"] = {"from": "2026-03-02", "to": "2026-03-01"}
    assert faults("request.submitted", data) == {("FIELD_INVALID", "/data/scope/term/to")}


def test_a_term_may_be_one_day() -> None:
    data = copy.deepcopy(REQUEST)
    data["scope"]["term"] = {"from": "2026-03-01", "to": "2026-03-01"}
    assert read("request.submitted", data)


def test_the_same_fault_is_found_again_when_the_same_duty_comes_again() -> None:
    wrong = USE | {"duty": {"kind": "STATUTE", "matter_code": ""}}
    assert (
        faults("use.recorded", wrong) == faults("use.recorded", wrong) == {("FIELD_MISSING", "/data/duty/matter_code")}
    )


def test_equal_looking_duties_of_other_types_are_not_mistaken_for_each_other() -> None:
    assert read("use.recorded", USE | {"duty": {"kind": "MATTER_CODE", "matter_code": "1"}})
    numeric = USE | {"duty": {"kind": "MATTER_CODE", "matter_code": 1}}
    assert faults("use.recorded", numeric) == {("FIELD_INVALID", "/data/duty/matter_code")}


@pytest.mark.parametrize("data", [None, [], "x", 1])
def test_data_that_is_no_object_is_refused_whole(data: object) -> None:
    assert faults("use.recorded", data) == {("FIELD_INVALID", "/data")}


def test_a_two_post_event_without_its_second_post_says_so() -> None:
    assert faults("request.refused", without(REFUSED, "second_post")) == {("SECOND_POST_MISSING", "/data/second_post")}


def test_the_same_post_twice_is_no_second_post() -> None:
    assert faults("request.refused", REFUSED | {"second_post": "经办岗-01"}) == {
        ("SECOND_POST_MISSING", "/data/second_post")
    }


def test_an_unlawful_refusal_is_well_formed() -> None:
    assert read("request.refused", REFUSED)


def test_not_sharing_needs_a_statute() -> None:
    data = {"post": "p", "name": "企业年报", "classes": [], "share_type": "3", "from": "2026-03-01"}
    assert faults("resource.classified", data) == {("STATUTE_MISSING", "/data/statute")}
    assert read("resource.classified", data | {"statute": {"law": "统计法", "article": "9"}})


def test_collecting_again_without_a_statute_has_a_code_of_its_own() -> None:
    data = {"post": "p", "declaration_id": "d-1"}
    assert faults("collection.exempted", data) == {("STATUTE_MISSING", "/data/statute")}


def test_a_classified_network_comes_with_its_level() -> None:
    assert faults("use.recorded", USE | {"network": "CLASSIFIED"}) == {("FIELD_MISSING", "/data/system_level")}
    assert read("use.recorded", USE | {"network": "CLASSIFIED", "system_level": "机密"})


def test_a_request_names_an_item_or_describes_one() -> None:
    assert faults("request.submitted", without(REQUEST, "item")) == {("FIELD_MISSING", "/data/item")}
    assert read("request.submitted", without(REQUEST, "item") | {"description": "目录外信息"})


def test_a_merger_names_who_takes_over() -> None:
    doc = {"no": "1", "issuer": {"text": "省委编办"}, "date": "2026-01-01", "digest": DIGEST}
    data = {"post": "p", "mode": "MERGED", "successors": [], "effective": "2026-02-01", "instrument": doc}
    assert faults("party.succeeded", data) == {("FIELD_MISSING", "/data/successors")}
    assert read("party.succeeded", data | {"mode": "ABOLISHED"})


def test_a_stored_copy_is_a_channel_of_use_not_of_delivery() -> None:
    assert read("use.recorded", USE | {"channel": "STORED_COPY"})
    assert faults("delivery.recorded", DELIVERY | {"channel": "STORED_COPY"}) == {("FIELD_INVALID", "/data/channel")}


def test_a_key_shows_public_members_only() -> None:
    key = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    data = {"post": "p", "key": key, "valid_from": "2026-03-02T09:00:00+08:00"}
    assert read("key.authorised", data)
    private = data | {"key": key | {"d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}}
    assert faults("key.authorised", private) == {("FIELD_UNKNOWN", "/data/key/d")}


def test_a_kid_is_the_thumbprint_of_rfc_7638() -> None:
    key = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    event: Any = read("key.authorised", {"post": "p", "key": key, "valid_from": "2026-03-02T09:00:00+08:00"})
    assert event.key.thumbprint() == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"  # RFC 8037 appendix A.3


@pytest.mark.parametrize("type", ["sharing.use.recorded.v2", "use.recorded", "sharing.use.v1", "", "sharing..v1"])
def test_an_unknown_type_or_version_is_not_guessed_at(type: str) -> None:
    (refusal,) = read_event(type, USE)  # type: ignore[misc]
    assert (refusal.code, refusal.pointer) == ("TYPE_UNKNOWN", "/type")


def test_an_unknown_version_of_a_known_event_is_told_the_known_one() -> None:
    (refusal,) = read_event("sharing.use.recorded.v2", USE)  # type: ignore[misc]
    assert "sharing.use.recorded.v1" in refusal.detail


def test_on_a_state_secret_every_text_is_forbidden_and_none_is_missed() -> None:
    use: Any = read("use.recorded", without(USE, "purpose_text"), stub=True)
    assert use.purpose_text is None
    assert faults("use.recorded", USE, stub=True) == {("CONTENT_FORBIDDEN", "/data/purpose_text")}


def test_the_texts_inside_a_scope_are_kept_out_too() -> None:
    data = copy.deepcopy(REQUEST)
    assert faults("request.submitted", data, stub=True) == {("CONTENT_FORBIDDEN", "/data/scope/purposes/0/text")}
    del data["scope"]["purposes"][0]["text"]
    stub: Any = read("request.submitted", data, stub=True)
    assert stub.scope.purposes[0].text == ""
    assert write_event(stub) == data


def test_the_text_places_of_an_event_are_listed() -> None:
    assert TEXT_FIELDS[UseRecorded] == ("purpose_text", "duty/doc/issuer/text")
    assert "scope/purposes/*/text" in TEXT_FIELDS[RequestSubmitted]


@pytest.mark.parametrize("subject", ["request/2026-0001", "use/0199c1de"])
def test_a_use_stands_with_its_request_or_alone(subject: str) -> None:
    assert check_stream(read("use.recorded", USE), subject) == ()


@pytest.mark.parametrize("subject", ["agreement/A-0001", "request", "request/", "request/a b", "unheard/x", ""])
def test_a_use_stands_in_no_other_stream(subject: str) -> None:
    assert {each.pointer for each in check_stream(read("use.recorded", USE), subject)} == {"/subject"}


def test_a_correction_stands_in_any_stream() -> None:
    ref = {"source": "urn:uscc:113200000000000195", "id": "r-1"}
    event = read("event.corrected", {"post": "p", "event": ref, "changes": {"records": 3}, "reason": "误记"})
    assert check_stream(event, "item/307/000001") == check_stream(event, "party/113200000000000195") == ()


def test_a_correction_is_applied_by_reading_the_event_again() -> None:
    delivery = read("delivery.recorded", DELIVERY)
    corrected: Any = correct(delivery, {"records": 11})
    assert (corrected.records, corrected.content) == (11, DIGEST)


def test_a_correction_to_something_unreadable_is_refused_where_it_says_so() -> None:
    ref = {"source": "urn:uscc:113200000000000195", "id": "r-1"}
    changes = {"records": "many", "colour": "red"}
    correction = read("event.corrected", {"post": "p", "event": ref, "changes": changes, "reason": "误记"})
    assert isinstance(correction, EventCorrected)
    found = correct(read("delivery.recorded", DELIVERY), correction.changes)
    assert isinstance(found, tuple)
    assert {(each.code, each.pointer) for each in found} == {
        ("FIELD_INVALID", "/data/changes/records"),
        ("FIELD_UNKNOWN", "/data/changes/colour"),
    }


def test_every_event_has_a_name_streams_and_a_type_of_its_own() -> None:
    assert len(EVENTS) == 128
    assert all(each.families and each.signed_by and each.event_name == name for name, each in EVENTS.items())
    assert type_of(read("use.recorded", USE)) == "sharing.use.recorded.v1"


def test_every_code_has_a_title_in_both_languages() -> None:
    assert all(title.zh and title.en for title in CODES.values())
