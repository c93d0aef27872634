"""Each role sees what it may, and nothing else (law 3.1); what one may not see is not there."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

LISTS = ("/v1/access", "/v1/cases", "/v1/agreements")


def sides(rows: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(row["requester"], row["provider"]) for row in rows}


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("who", ["民政厅", "市监局", "住建厅"])
def test_an_organ_sees_the_rows_in_which_it_stands(story_ledger: Any, path: str, who: str) -> None:
    everything = story_ledger.rows(path, "监察")
    mine = story_ledger.rows(path, who)
    own = story_ledger.uscc(who)
    assert mine
    assert mine != everything
    assert [row["id"] for row in mine] == [
        row["id"] for row in everything if own in (row["requester"], row["provider"])
    ]


def test_a_provider_sees_every_use_of_its_own_information_and_of_no_other(story_ledger: Any) -> None:
    uses = story_ledger.rows("/v1/access", "市监局", kind="use")
    assert len(uses) == 241
    assert {row["provider"] for row in uses} == {story_ledger.uscc("市监局")}


@pytest.mark.parametrize("path", LISTS)
def test_pages_of_an_organ_join_to_the_whole_and_are_counted(story_ledger: Any, path: str) -> None:
    whole = story_ledger.rows(path, "民政厅")
    page, joined = story_ledger.ask(path, "民政厅", limit=1, include="count"), []
    assert page["count"] == len(whole)
    limit = max(1, len(whole) // 5)
    page = story_ledger.ask(path, "民政厅", limit=limit)
    joined += page["rows"]
    while page["next"]:
        page = story_ledger.ask(path, "民政厅", limit=limit, cursor=page["next"])
        joined += page["rows"]
    assert [row["id"] for row in joined] == [row["id"] for row in whole]


def test_a_requester_does_not_see_what_others_use(story_ledger: Any) -> None:
    assert {row["requester"] for row in story_ledger.rows("/v1/access", "民政厅", kind="use")} == {
        story_ledger.uscc("民政厅")
    }
    assert story_ledger.rows("/v1/access", "民政厅", requester=story_ledger.uscc("住建厅")) == []


@pytest.mark.parametrize("path", LISTS)
def test_the_provincial_authority_sees_its_province(story_ledger: Any, path: str) -> None:
    assert sides(story_ledger.rows(path, "数据局")) == sides(story_ledger.rows(path, "监察"))


def test_a_city_authority_sees_the_rows_in_which_either_party_stands_in_its_city(story_ledger: Any) -> None:
    assert {row["id"] for row in story_ledger.rows("/v1/cases", "南京数据")} == {"2026-0002"}
    assert {row["id"] for row in story_ledger.rows("/v1/agreements", "南京数据")} == {"A-0002"}


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("who", ["苏州民政", "南京政府", "保密局"])
def test_who_stands_nowhere_and_oversees_nothing_sees_no_row(story_ledger: Any, path: str, who: str) -> None:
    assert story_ledger.rows(path, who) == []


@pytest.mark.parametrize("who", ["监察", "大数据中心"])
def test_monitoring_and_operator_see_the_metadata_of_everything(story_ledger: Any, who: str) -> None:
    cases = {row["id"] for row in story_ledger.rows("/v1/cases", who)}
    assert cases == {f"2026-{number:04}" for number in range(1, 15)} | {"2026-0011-2"}


@pytest.mark.parametrize("path", [*LISTS, "/v1/parties", "/v1/cases/2026-0001", "/v1/agreements/A-0001"])
def test_an_auditor_asks_no_questions(story_ledger: Any, path: str) -> None:
    refused = story_ledger.get(path, "auditor")
    assert (refused.status_code, refused.json()["code"]) == (403, "CALLER_FORBIDDEN")


def test_an_auditor_reads_entries_bundles_and_receipts(story_ledger: Any) -> None:
    assert story_ledger.get("/tile/entries/000", "auditor").status_code == 200
    assert story_ledger.get("/v1/entries/200", "auditor").json()["entry"]
    assert story_ledger.get("/v1/receipts", "auditor", index=200).json()["records"][0]["entry"]


@pytest.mark.parametrize("who", ["民政厅", "数据局", "监察", "大数据中心"])
def test_bundles_of_entries_are_for_auditors_only(story_ledger: Any, who: str) -> None:
    assert story_ledger.get("/tile/entries/000", who).status_code == 403


@pytest.mark.parametrize("path", ["/v1/cases/2026-0001", "/v1/agreements/A-0001"])
def test_what_one_may_not_see_is_answered_like_what_is_not_there(story_ledger: Any, path: str) -> None:
    hidden, absent = story_ledger.get(path, "住建厅"), story_ledger.get(f"{path}0", "住建厅")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json()["detail"] == absent.json()["detail"]
    assert story_ledger.get(path, "民政厅").status_code == story_ledger.get(path, "市监局").status_code == 200


@pytest.mark.parametrize(
    "path", [*LISTS, "/v1/parties", "/v1/cases/2026-0001", "/v1/entries/0", "/v1/receipts?index=0"]
)
def test_nobody_without_a_token_learns_anything(story_ledger: Any, path: str) -> None:
    refused = story_ledger.get(path)
    assert (refused.status_code, refused.json()["code"]) == (401, "TOKEN_MISSING")
    assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_a_judgement_of_an_act_is_found_by_who_may_see_the_act(story_ledger: Any) -> None:
    index = story_ledger.rows("/v1/access", "民政厅", verdict="UNAUTHORIZED")[0]["index"]
    assert story_ledger.get(f"/v1/access/{index}", "民政厅").status_code == 200
    assert story_ledger.get(f"/v1/access/{index}", "市监局").status_code == 200
    assert story_ledger.get(f"/v1/access/{index}", "住建厅").status_code == 404


# --- free text

RELEASE = {"kind": "release", "case": "2026-0012"}


@pytest.mark.parametrize("who", ["住建厅", "财政厅"])
def test_who_stands_in_a_row_reads_its_texts(story_ledger: Any, who: str) -> None:
    (row,) = story_ledger.rows("/v1/access", who, **RELEASE)
    assert row["data"]["audience"]
    assert row["withheld"] == []


@pytest.mark.parametrize("who", ["数据局", "监察", "大数据中心"])
def test_texts_about_sensitive_information_are_withheld_from_who_only_oversees(story_ledger: Any, who: str) -> None:
    (row,) = story_ledger.rows("/v1/access", who, **RELEASE)
    assert row["sensitive"]
    assert row["withheld"] == ["/audience", "/medium"]
    assert row["data"]["audience"] is row["data"]["medium"] is None


def test_texts_about_other_information_are_for_the_authority_and_not_for_monitoring(story_ledger: Any) -> None:
    open_ = {"kind": "release", "case": "2026-0013"}
    (seen,) = story_ledger.rows("/v1/access", "数据局", **open_)
    assert seen["data"]["attribution"] == "数据来源:江苏省市场监督管理局"
    for who in ("监察", "大数据中心"):
        (row,) = story_ledger.rows("/v1/access", who, **open_)
        assert "/attribution" in row["withheld"]


@pytest.mark.parametrize("who", ["民政厅", "市监局", "数据局", "监察", "大数据中心"])
def test_purpose_and_duty_basis_are_shown_to_whoever_sees_the_row(story_ledger: Any, who: str) -> None:
    (row,) = story_ledger.rows("/v1/access", who, purpose="P9")
    assert row["purpose_text"] == row["data"]["purpose_text"] == "养老机构信用评级"
    assert row["duty"] == row["data"]["duty"]
    assert row["duty"]["kind"] == "MATTER_CODE"


# --- the register


@pytest.mark.parametrize(
    ("who", "shown"), [("民政厅", True), ("数据局", True), ("监察", True), ("市监局", False), ("南京数据", False)]
)
def test_keys_are_for_every_party_and_posts_for_the_organ_and_who_oversees_it(
    story_ledger: Any, who: str, shown: bool
) -> None:
    party = story_ledger.ask(f"/v1/parties/{story_ledger.uscc('民政厅')}", who)
    assert party["keys"][0]["kid"] == story_ledger.key("民政厅").kid
    assert (party["posts"] is not None) is shown
    assert party["withheld"] == ([] if shown else ["/posts"])


# --- entries


def index_of(story_ledger: Any, stream: str, event: str) -> int:
    entries = story_ledger.runtime.store.stream(stream)
    return next(entry.index for entry in entries if entry.type == f"sharing.{event}.v1")


def can_read(story_ledger: Any, who: str, index: int) -> str:
    answer = story_ledger.get(f"/v1/entries/{index}", who)
    if answer.status_code != 200:
        assert answer.status_code == 404
        return "nothing"
    body = answer.json()
    return "whole" if body["entry"] else "metadata" if body["withheld"] == ["/entry"] else "?"


ENTRIES = [
    ("request/2026-0012", "release.recorded", "住建厅 财政厅", "数据局 监察", "民政厅 南京数据"),
    ("request/2026-0002", "request.approved", "南京民政 公安厅 南京数据 数据局", "", "民政厅 苏州民政"),
    ("agreement/A-0001", "agreement.signed", "民政厅 市监局 监察", "", "住建厅 南京政府"),
    ("item/C04", "catalogue.entry_published", "住建厅 苏州民政 监察", "", ""),
    ("authority/320000", "authority.appointed", "住建厅 苏州民政", "", ""),
]


@pytest.mark.parametrize(("stream", "event", "whole", "metadata", "nothing"), ENTRIES)
def test_an_entry_is_read_by_who_stands_in_its_stream_or_oversees_it(
    story_ledger: Any, stream: str, event: str, whole: str, metadata: str, nothing: str
) -> None:
    index = index_of(story_ledger, stream, event)
    expected = {
        who: view
        for view, those in (("whole", whole), ("metadata", metadata), ("nothing", nothing))
        for who in those.split()
    }
    assert {who: can_read(story_ledger, who, index) for who in expected} == expected


def test_a_violation_is_for_the_accused_and_the_authority(story_ledger: Any) -> None:
    stream = next(
        e.stream for e in story_ledger.runtime.store.entries(0, 2000) if e.type == "sharing.violation.found.v1"
    )
    index = index_of(story_ledger, stream, "violation.found")
    opening = story_ledger.runtime.store.stream(stream, 0, 1)[0]
    accused = orjson.loads(orjson.loads(opening.line)["record"])["data"]["accused"]
    who = next(key for key in ("民政厅", "自然资源厅", "住建厅") if story_ledger.uscc(key) == accused)
    assert can_read(story_ledger, who, index) == "whole"
    assert can_read(story_ledger, "数据局", index) == "whole"
    assert can_read(story_ledger, "监察", index) == "metadata"
    assert can_read(story_ledger, "市监局", index) == "nothing"


def test_a_receipt_of_an_entry_that_is_withheld_proves_it_without_showing_it(story_ledger: Any) -> None:
    index = index_of(story_ledger, "request/2026-0012", "release.recorded")
    (record,) = story_ledger.ask("/v1/receipts", "数据局", index=index)["records"]
    assert record["entry"] is None
    assert record["withheld"] == ["/entry"]
    assert record["proof"]
    assert story_ledger.get("/v1/receipts", "民政厅", index=index).status_code == 404
