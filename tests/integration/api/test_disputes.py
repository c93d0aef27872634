"""Disputes and discrepancies over HTTP: their steps, their days, and who sees what of them (law 3.1)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.api.test_catalogue import index_of, item, words

LISTS = ("/v1/disputes", "/v1/discrepancies")


def ids(ledger: Any, path: str, who: str, **params: Any) -> list[str]:
    return [row["id"] for row in ledger.rows(path, who, **params)]


@pytest.mark.parametrize(("dispute", "days"), [("DP-0110", 78), ("DP-0111", 48)])
def test_a_settled_dispute_says_how_many_days_it_took(dispute_ledger: Any, dispute: str, days: int) -> None:
    row = dispute_ledger.ask(f"/v1/disputes/{dispute}", "数据局", at="2026-12-01")["dispute"]
    assert (row["days"], row["interim"]) == (days, False)


@pytest.mark.parametrize(("at", "days"), [("2026-07-24T23:00:00+08:00", 0), ("2026-08-03", 10)])
def test_an_open_dispute_says_for_how_long_it_has_been_open(dispute_ledger: Any, at: str, days: int) -> None:
    size = index_of(dispute_ledger, "dispute/DP-0111", "dispute.objection_decided")
    row = dispute_ledger.ask("/v1/disputes/DP-0111", "数据局", as_of=size, at=at)["dispute"]
    assert (row["days"], row["interim"], row["settled_at"]) == (days, True, None)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"route": "A"}, ["DP-0111"]),
        ({"route": "B"}, ["DP-0110"]),
        ({"claimed_class": "trade_secret"}, ["DP-0110"]),
        ({"status": "DETERMINED"}, ["DP-0111"]),
        ({"item": "C07"}, ["DP-0110"]),
        ({"case": "2026-0111"}, ["DP-0111"]),
        ({"open": "true"}, []),
        ({"open": "false"}, ["DP-0111", "DP-0110"]),
        ({"route": "A", "item": "C07"}, []),
    ],
)
def test_filters_of_disputes_all_have_to_match(dispute_ledger: Any, filters: dict[str, str], found: list[str]) -> None:
    assert ids(dispute_ledger, "/v1/disputes", "数据局", **filters) == found


def test_disputes_are_found_by_either_side(dispute_ledger: Any) -> None:
    for who in ("生态环境厅", "工信厅"):
        assert ids(dispute_ledger, "/v1/disputes", "数据局", party=dispute_ledger.uscc(who)) == ["DP-0110"]


def test_the_steps_stand_in_the_lanes_of_both_organs_and_of_who_decides(dispute_ledger: Any) -> None:
    body = dispute_ledger.ask("/v1/disputes/DP-0111", "数据局")
    lanes = [(step["event"], step["lane"]) for step in body["steps"]]
    assert lanes == [
        ("dispute.opened", "OPENER"),
        ("dispute.routed", "OPENER"),
        ("dispute.objection_filed", "OPENER"),
        ("dispute.objection_decided", "COUNTERPARTY"),
        ("dispute.escalated", "OPENER"),
        ("determination.issued", "DECIDER"),
    ]
    assert [step["index"] for step in body["steps"]] == sorted(step["index"] for step in body["steps"])


def test_who_decided_is_named_with_its_level(dispute_ledger: Any) -> None:
    (decision,) = dispute_ledger.ask("/v1/disputes/DP-0111", "数据局")["decisions"]
    assert (decision["by"], decision["level"]) == (dispute_ledger.uscc("保密局"), "PROVINCE")
    assert (decision["result"], decision["settles"]) == ("IS_STATE_SECRET", True)


def test_the_answer_that_a_dispute_reopened_is_named(dispute_ledger: Any) -> None:
    answered = index_of(dispute_ledger, "request/2026-0110", "request.partly_approved")
    (again,) = dispute_ledger.ask("/v1/disputes/DP-0110", "工信厅")["reopened"]
    assert (again["index"], again["request"], again["event"]) == (answered, "2026-0110", "request.partly_approved")
    assert dispute_ledger.ask("/v1/disputes/DP-0110", "工信厅", as_of=answered)["reopened"] == []
    assert dispute_ledger.ask("/v1/disputes/DP-0111", "数据局")["reopened"] == []


# --- who sees what


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("生态环境厅", ["DP-0110"]),
        ("工信厅", ["DP-0110"]),
        ("交通厅", ["DP-0111"]),
        ("自然资源厅", ["DP-0111"]),
        ("保密局", ["DP-0111"]),
        ("数据局", ["DP-0111", "DP-0110"]),
        ("监察", ["DP-0111", "DP-0110"]),
        ("民政厅", []),
        ("南京数据", []),
        ("省政府", []),
    ],
)
def test_a_dispute_is_for_both_sides_who_oversees_them_and_who_has_to_determine(
    dispute_ledger: Any, who: str, seen: list[str]
) -> None:
    assert ids(dispute_ledger, "/v1/disputes", who) == seen
    for dispute in ("DP-0110", "DP-0111"):
        assert dispute_ledger.get(f"/v1/disputes/{dispute}", who).status_code == (200 if dispute in seen else 404)


def test_the_secrecy_administration_sees_a_dispute_once_it_was_escalated_to_it(dispute_ledger: Any) -> None:
    escalated = index_of(dispute_ledger, "dispute/DP-0111", "dispute.escalated")
    seen = [ids(dispute_ledger, "/v1/disputes", "保密局", as_of=size) for size in (escalated, escalated + 1)]
    assert seen == [[], ["DP-0111"]]


@pytest.mark.parametrize("who", ["交通厅", "自然资源厅", "保密局", "数据局", "监察"])
def test_a_dispute_about_a_state_secret_is_a_stub_for_everybody(dispute_ledger: Any, who: str) -> None:
    body = dispute_ledger.ask("/v1/disputes/DP-0111", who)
    assert body["dispute"]["stub"]
    assert words({**body, "organs": None, "checkpoint": None}) == []


@pytest.mark.parametrize(("who", "reads"), [("生态环境厅", True), ("工信厅", True), ("数据局", False), ("监察", False)])
def test_what_the_sides_say_is_for_them_and_not_for_who_only_oversees_them(
    dispute_ledger: Any, who: str, reads: bool
) -> None:
    opened = dispute_ledger.ask("/v1/disputes/DP-0110", who)["steps"][0]
    assert (opened["data"]["position"] is not None) is reads
    assert opened["withheld"] == ([] if reads else ["/position"])


def test_open_disputes_stand_in_the_file_of_their_item_for_who_may_see_them(dispute_ledger: Any) -> None:
    size = index_of(dispute_ledger, "dispute/DP-0111", "determination.issued")
    shown = {who: item(dispute_ledger, "C09", who, as_of=size)["disputes"] for who in ("交通厅", "数据局", "民政厅")}
    assert {who: [each["id"] for each in rows] for who, rows in shown.items()} == {
        "交通厅": ["DP-0111"],
        "数据局": ["DP-0111"],
        "民政厅": [],
    }
    assert item(dispute_ledger, "C09", "数据局")["disputes"] == []


# --- discrepancies


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("民政厅", ["Y-3", "Y-1"]),
        ("市监局", ["Y-1"]),
        ("南京民政", ["Y-2"]),
        ("公安厅", ["Y-2"]),
        ("南京数据", ["Y-2"]),
        ("数据局", ["Y-2", "Y-3", "Y-1"]),
        ("监察", ["Y-2", "Y-3", "Y-1"]),
        ("住建厅", []),
    ],
)
def test_a_discrepancy_is_for_who_reported_it_for_the_items_provider_and_who_oversees_them(
    dispute_ledger: Any, who: str, seen: list[str]
) -> None:
    assert ids(dispute_ledger, "/v1/discrepancies", who) == seen


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"status": "UNASSIGNED"}, ["Y-2", "Y-3"]),
        ({"status": "VERIFYING"}, []),
        ({"status": "CLOSED"}, ["Y-1"]),
        ({"item": "C03"}, ["Y-1"]),
    ],
)
def test_discrepancies_are_found_by_where_they_stand(
    dispute_ledger: Any, filters: dict[str, str], found: list[str]
) -> None:
    assert ids(dispute_ledger, "/v1/discrepancies", "数据局", **filters) == found


def test_the_source_of_record_is_named_before_it_verified_and_after(dispute_ledger: Any) -> None:
    verified = index_of(dispute_ledger, "discrepancy/Y-1", "discrepancy.verified")
    source = dispute_ledger.uscc("市监局")
    told = [dispute_ledger.rows("/v1/discrepancies", "市监局", as_of=size)[0] for size in (verified, verified + 1)]
    assert [(row["status"], row["source"], row["result"]) for row in told] == [
        ("VERIFYING", source, None),
        ("VERIFIED", source, "SOURCE_RIGHT"),
    ]
    assert ids(dispute_ledger, "/v1/discrepancies", "数据局", source=source) == ["Y-1"]
    assert ids(dispute_ledger, "/v1/discrepancies", "数据局", reporter=source) == []


def test_who_becomes_the_source_of_record_sees_what_it_has_to_verify_from_then_on(dispute_ledger: Any) -> None:
    assigned = index_of(dispute_ledger, "item/C02", "source.assigned")
    seen = [ids(dispute_ledger, "/v1/discrepancies", "常州民政", as_of=size) for size in (assigned, assigned + 1)]
    assert seen == [[], ["Y-3"]]
    ended = ids(dispute_ledger, "/v1/discrepancies", "常州民政", at="2026-06-01T00:00:00+08:00")
    assert ended == []


def test_the_datum_of_sensitive_information_is_withheld_from_the_authority(dispute_ledger: Any) -> None:
    sensitive, _, open_ = dispute_ledger.rows("/v1/discrepancies", "数据局")
    assert (sensitive["data"]["datum"], sensitive["withheld"]) == (None, ["/datum"])
    assert open_["data"]["datum"] == "登记状态"


def test_an_open_discrepancy_stands_in_the_file_of_its_item(dispute_ledger: Any) -> None:
    assert [each["id"] for each in item(dispute_ledger, "C01", "公安厅")["discrepancies"]] == ["Y-2"]
    assert item(dispute_ledger, "C01", "住建厅")["discrepancies"] == []
    assert item(dispute_ledger, "C03", "市监局")["discrepancies"] == []


@pytest.mark.parametrize("path", [*LISTS, "/v1/catalogue", "/v1/demands", "/v1/reconciliation"])
def test_nobody_asks_without_a_token_and_an_auditor_asks_nothing(dispute_ledger: Any, path: str) -> None:
    assert dispute_ledger.get(path).json()["code"] == "TOKEN_MISSING"
    assert dispute_ledger.get(path, "auditor").json()["code"] == "CALLER_FORBIDDEN"
