"""The catalogue, demands, disputes, discrepancies: what is answered, and who sees what of it (law 3.1)."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest

from tests.support.dispute_story import DRAFT

HAN = re.compile("[\u4e00-\u9fff]")
CODES = {"post", "second_post", "level", "secrecy_level", "no", "document_no", "law"}  # codes, though written in Han


def codes(ledger: Any, who: str, **params: Any) -> list[str]:
    return [row["code"] for row in ledger.rows("/v1/catalogue", who, **params)]


def item(ledger: Any, code: str, who: str, **params: Any) -> dict[str, Any]:
    body: dict[str, Any] = ledger.ask(f"/v1/catalogue/{code}", who, **params)
    return body


def words(value: Any) -> list[str]:
    """What is written in words anywhere in an answer."""
    if isinstance(value, dict):
        return [word for name, each in value.items() if name not in CODES for word in words(each)]
    if isinstance(value, list):
        return [word for each in value for word in words(each)]
    return [value] if isinstance(value, str) and HAN.search(value) else []


# --- the catalogue


FILTERS: list[tuple[dict[str, str], set[str]]] = [
    ({"class": "trade_secret"}, {"C04", "C07", "C08", DRAFT}),
    ({"class": "state_secret"}, {"C09"}),
    ({"sensitive": "false"}, {"C03", "C10", "C14"}),
    ({"status": "SUSPENDED"}, {"C09"}),
    ({"status": "DRAFT"}, {DRAFT}),
    ({"share_type": "1"}, {"C03"}),
    ({"share_type": "3"}, {"C09"}),
    ({"q": "登记"}, {"C02", "C06"}),
    ({"q": "c1"}, {"C10", "C11", "C12", "C13", "C14", "C15"}),
    ({"q": "%"}, set()),
    ({"q": "登记", "class": "trade_secret"}, set()),
]


@pytest.mark.parametrize(("filters", "expected"), FILTERS)
def test_filters_of_the_catalogue_all_have_to_match(
    dispute_ledger: Any, filters: dict[str, str], expected: set[str]
) -> None:
    assert set(codes(dispute_ledger, "数据局", **filters)) == expected


def test_resources_are_found_by_provider_in_the_order_of_their_codes(dispute_ledger: Any) -> None:
    assert codes(dispute_ledger, "民政厅", provider=dispute_ledger.uscc("市监局")) == ["C03", "C04"]


def test_a_row_has_the_seven_fields_of_the_version_published_last(dispute_ledger: Any) -> None:
    (row,) = dispute_ledger.rows("/v1/catalogue", "民政厅", q="C04")
    assert (row["version"], row["share_condition"], row["update_cycle"]) == (2, "行政依据、数据校核", "每季度")
    assert (row["name"], row["format"]) == ("企业年报(未公示部分)", "服务接口: JSON")
    assert (row["share_way"], row["published_on"]) == ("共享平台接口", "2026-03-02")
    assert row["provider"] == dispute_ledger.uscc("市监局")


def test_what_changed_from_one_version_to_the_next_is_named_member_by_member(dispute_ledger: Any) -> None:
    body = item(dispute_ledger, "C04", "民政厅")
    assert body["differences"] == [
        {
            "from": 1,
            "to": 2,
            "members": [
                {"member": "share_condition", "before": "行政依据", "after": "行政依据、数据校核"},
                {"member": "update_cycle", "before": "每月", "after": "每季度"},
            ],
        }
    ]
    first, second = body["versions"]
    assert first["ended_index"] == second["published_index"]


def test_a_change_has_its_twenty_working_days_and_says_when_they_were_missed(dispute_ledger: Any) -> None:
    body = item(dispute_ledger, "C13", "民政厅")
    late, waiting = body["clocks"]
    assert [each["changed_index"] for each in body["changes"]] == [late["start"], waiting["start"]]
    assert (late["latest"], late["state"], late["days_late"]) == ("2026-08-03", "late", 13)
    assert (waiting["latest"], waiting["state"], waiting["met_at"]) == ("2026-10-10", "running", None)
    assert body["item"]["due"] == "2026-10-10"


@pytest.mark.parametrize(("at", "overdue"), [("2026-10-10T23:59:00+08:00", False), ("2026-10-11", True)])
def test_information_is_stale_from_its_change_and_overdue_after_the_last_day(
    dispute_ledger: Any, at: str, overdue: bool
) -> None:
    row = item(dispute_ledger, "C13", "民政厅", at=at)["item"]
    assert (row["stale"], row["overdue"]) == (True, overdue)
    assert item(dispute_ledger, "C13", "民政厅", at="2026-10-30T09:00:00+08:00")["item"]["days_late"] == 15
    before = item(dispute_ledger, "C13", "民政厅", at="2026-09-06")["item"]
    assert (before["stale"], before["overdue"]) == (False, False)


def test_the_class_in_force_is_that_of_the_instant_of_the_question(dispute_ledger: Any) -> None:
    then = item(dispute_ledger, "C04", "民政厅", at="2026-03-01")["item"]
    assert then["classes"] is None
    assert item(dispute_ledger, "C04", "民政厅")["item"]["classes"] == ["trade_secret"]


def test_a_source_of_record_is_named_from_its_day_on(dispute_ledger: Any) -> None:
    source = dispute_ledger.uscc("市监局")
    assert item(dispute_ledger, "C03", "民政厅", at="2026-03-05T23:59:59+08:00")["item"]["source"] is None
    assert item(dispute_ledger, "C03", "民政厅", at="2026-03-06")["item"]["source"] == source


# --- drafts, and codes with a stroke


@pytest.mark.parametrize("who", ["住建厅", "数据局", "监察", "大数据中心"])
def test_a_draft_is_for_its_provider_and_who_oversees_it(dispute_ledger: Any, who: str) -> None:
    assert DRAFT in codes(dispute_ledger, who)
    (version,) = item(dispute_ledger, DRAFT, who)["versions"]
    assert (version["published_index"], version["data"]["abstract"]) == (None, "管线位置")


@pytest.mark.parametrize("who", ["民政厅", "南京数据", "省政府", "苏州民政", "保密局"])
def test_a_draft_is_not_there_for_anybody_else(dispute_ledger: Any, who: str) -> None:
    assert DRAFT not in codes(dispute_ledger, who)
    assert len(codes(dispute_ledger, who)) == 16
    hidden, absent = (dispute_ledger.get(f"/v1/catalogue/{code}", who) for code in (DRAFT, "3-01/0008"))
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json()["detail"] == absent.json()["detail"]


@pytest.mark.parametrize(
    ("who", "versions"), [("医保局", [1, 2]), ("数据局", [1, 2]), ("民政厅", [2]), ("南京数据", [2])]
)
def test_a_version_that_was_never_published_is_for_its_provider_and_who_oversees_it(
    dispute_ledger: Any, who: str, versions: list[int]
) -> None:
    body = item(dispute_ledger, "K01", who)
    assert [each["version"] for each in body["versions"]] == versions
    assert ("初稿" in str(body)) is (1 in versions)


def test_a_code_with_a_stroke_is_found_escaped_or_not(dispute_ledger: Any) -> None:
    plain = dispute_ledger.get(f"/v1/catalogue/{DRAFT}", "住建厅")
    escaped = dispute_ledger.get("/v1/catalogue/3-01%2F0007", "住建厅")
    assert plain.status_code == escaped.status_code == 200
    assert plain.json()["item"] == escaped.json()["item"]


# --- state secrets


@pytest.mark.parametrize("who", ["自然资源厅", "交通厅", "数据局", "监察", "大数据中心", "民政厅", "保密局"])
def test_of_a_state_secret_nobody_sees_a_word(dispute_ledger: Any, who: str) -> None:
    body = item(dispute_ledger, "C09", who)
    organs = body.pop("organs")
    assert words({**body, "checkpoint": None}) == []
    assert body["item"]["stub"]
    assert "/name" in body["item"]["withheld"]
    assert body["item"]["classes"] == ["state_secret"]
    assert body["versions"][0]["data"]["items"] is None
    assert {organ["uscc"] for organ in organs} == {dispute_ledger.uscc("自然资源厅")}


def test_a_name_that_is_withheld_cannot_be_guessed_by_searching(dispute_ledger: Any) -> None:
    before = index_of(dispute_ledger, "request/2026-0111", "request.received")
    for size in (before, before + 1):
        assert codes(dispute_ledger, "民政厅", q="测绘", as_of=size) == []
    assert codes(dispute_ledger, "民政厅", q="测绘") == []


def test_an_item_is_a_stub_at_every_tree_size_once_it_is_claimed_to_be_a_secret(dispute_ledger: Any) -> None:
    """The class that is known now decides: a past answer would show the words of what has become a secret since."""
    claimed = index_of(dispute_ledger, "request/2026-0111", "request.received")
    stubs = [item(dispute_ledger, "C09", "民政厅", as_of=size)["item"]["stub"] for size in (claimed, claimed + 1)]
    assert stubs == [True, True]
    shown = item(dispute_ledger, "C09", "民政厅", as_of=claimed)
    assert "测绘" not in str(shown)


def index_of(ledger: Any, stream: str, event: str) -> int:
    entries = ledger.runtime.store.stream(stream)
    return next(entry.index for entry in entries if entry.type == f"sharing.{event}.v1")


# --- demands


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("民政厅", ["N-1"]),
        ("市监局", ["N-1"]),
        ("住建厅", ["N-2"]),
        ("南京数据", ["N-3"]),
        ("数据局", ["N-4", "N-3", "N-2", "N-1"]),
        ("监察", ["N-4", "N-3", "N-2", "N-1"]),
        ("公安厅", []),
        ("省政府", []),
    ],
)
def test_a_demand_is_for_its_requester_the_items_provider_and_who_oversees_them(
    dispute_ledger: Any, who: str, seen: list[str]
) -> None:
    assert [row["id"] for row in dispute_ledger.rows("/v1/demands", who)] == seen


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"status": "CONVERTED"}, ["N-1"]),
        ({"status": "MATCHED"}, []),
        ({"status": "UNMET"}, ["N-2"]),
        ({"status": "CHANGED"}, ["N-3"]),
        ({"item": "C04"}, ["N-1"]),
        ({"item": "C05"}, []),
    ],
)
def test_demands_are_found_by_where_they_stand_and_by_item(
    dispute_ledger: Any, filters: dict[str, str], found: list[str]
) -> None:
    assert [row["id"] for row in dispute_ledger.rows("/v1/demands", "数据局", **filters)] == found


def test_a_demand_is_told_in_the_words_that_hold_now(dispute_ledger: Any) -> None:
    (row,) = dispute_ledger.rows("/v1/demands", "南京民政")
    assert (row["status"], row["data"]["wanted"]) == ("CHANGED", "户籍与婚姻")


def test_a_demand_was_matched_until_a_request_named_it(dispute_ledger: Any) -> None:
    named = index_of(dispute_ledger, "request/2026-0101", "request.submitted")
    told = [dispute_ledger.rows("/v1/demands", "民政厅", as_of=size)[0] for size in (named, named + 1)]
    assert [(row["status"], row["request"]) for row in told] == [("MATCHED", None), ("CONVERTED", "2026-0101")]


def test_what_is_wanted_is_withheld_from_monitoring(dispute_ledger: Any) -> None:
    row = dispute_ledger.rows("/v1/demands", "监察", item="C04")[0]
    assert (row["data"]["wanted"], row["withheld"]) == (None, ["/wanted"])
    assert row["data"]["duty"]


def test_a_row_stands_under_its_own_tree_size(dispute_ledger: Any) -> None:
    amended = index_of(dispute_ledger, "item/C04", "catalogue.entry_amended")
    versions = [item(dispute_ledger, "C04", "民政厅", as_of=size)["item"]["version"] for size in (amended, amended + 1)]
    assert versions == [1, 2]
    line = orjson.loads(dispute_ledger.runtime.store.entry(amended))
    assert line["stream"] == "item/C04"
