"""What the machine suspects, as each caller may see it, and how it is derived."""

from __future__ import annotations

from typing import Any

import pytest

PATH = "/v1/findings"
BY_CASE = {
    "2026-0001": {("PURPOSE_MISMATCH", "c1", "CORRECTED")},
    "2026-0003": {
        ("UNLAWFUL_REFUSAL_GROUND", "a", "CORRECTED"),
        ("REASONS_MISSING", "e", "CORRECTED"),
        ("REFUSAL_NOT_FILED", "e", "CORRECTED"),
    },
    "2026-0012": {("NO_CONSENT", "c2", "CORRECTED"), ("SENSITIVE_RELEASE", "c3", "CRITICISED")},
    "2026-0013": set(),
    "2026-0014": set(),
}


def of_case(story_ledger: Any, who: str, case: str, **params: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = story_ledger.rows(PATH, who, case=case, **params)
    return rows


@pytest.mark.parametrize("case", BY_CASE)
def test_a_case_has_the_findings_of_the_story_and_they_stand_where_the_files_came_to(
    story_ledger: Any, case: str
) -> None:
    found = of_case(story_ledger, "数据局", case)
    assert {(row["reason"], row["limb"], row["status"]) for row in found} == BY_CASE[case]


def test_findings_come_newest_first_page_by_page(story_ledger: Any) -> None:
    whole = story_ledger.rows(PATH, "数据局")
    assert [row["since"] for row in whole] == sorted((row["since"] for row in whole), reverse=True)
    page, joined = story_ledger.ask(PATH, "数据局", limit=2, include="count"), []
    assert page["count"] == len(whole) >= 6
    while page is not None:
        joined += page["rows"]
        page = story_ledger.ask(PATH, "数据局", limit=2, cursor=page["next"]) if page["next"] else None
    assert [row["id"] for row in joined] == [row["id"] for row in whole]


@pytest.mark.parametrize(
    ("params", "matches"),
    [
        ({"limb": "e"}, lambda row: row["limb"] == "e"),
        ({"reason": "NO_CONSENT"}, lambda row: row["reason"] == "NO_CONSENT"),
        ({"status": "CRITICISED"}, lambda row: row["status"] == "CRITICISED"),
        ({"kind": "act"}, lambda row: row["kind"] == "act"),
        ({"item": "C04"}, lambda row: row["item"] == "C04"),
        ({"to": "2026-06-30"}, lambda row: row["since"] < "2026-06-30T16:00"),
        ({"from": "2026-07-13"}, lambda row: row["since"] >= "2026-07-12T16:00"),
    ],
)
def test_a_filter_leaves_what_matches_and_all_of_it(story_ledger: Any, params: dict[str, str], matches: Any) -> None:
    whole = story_ledger.rows(PATH, "数据局")
    expected = [row["id"] for row in whole if matches(row)]
    assert expected
    assert len(expected) < len(whole) or "kind" in params
    assert [row["id"] for row in story_ledger.rows(PATH, "数据局", **params)] == expected


def test_the_sides_of_a_finding_are_filters(story_ledger: Any) -> None:
    accused = story_ledger.rows(PATH, "数据局", accused=story_ledger.uscc("住建厅"))
    assert {row["reason"] for row in accused} == {"NO_CONSENT", "SENSITIVE_RELEASE"}
    assert (
        story_ledger.rows(PATH, "数据局", requester=story_ledger.uscc("住建厅"), provider=story_ledger.uscc("财政厅"))
        == accused
    )


# --- derivation


def whole(story_ledger: Any, who: str, case: str, reason: str, **params: Any) -> dict[str, Any]:
    (row,) = [each for each in of_case(story_ledger, who, case) if each["reason"] == reason]
    file: dict[str, Any] = story_ledger.ask(f"{PATH}/{row['id']}", who, **params)
    return file


def test_a_derivation_goes_from_facts_by_a_rule_to_a_conclusion_each_with_its_entries(story_ledger: Any) -> None:
    derivation = whole(story_ledger, "数据局", "2026-0001", "PURPOSE_MISMATCH")["derivation"]
    facts = {fact["index"]: fact for fact in derivation["facts"]}
    (act,) = [fact for fact in facts.values() if fact["part"] == "act"]
    assert (act["event"], act["by"]) == ("use.recorded", story_ledger.uscc("民政厅"))
    assert {"request.approved", "agreement.amended"} <= {fact["event"] for fact in facts.values()}
    assert derivation["rule"]["entries"] == sorted(facts)
    assert (derivation["rule"]["table_row"], derivation["rule"]["rule_set"]) == ("U4", "js-85-2012")
    assert derivation["rule"]["grounds"] == [{"article": "A17", "certainty": "reconstructed"}]
    assert (derivation["conclusion"]["limb"], derivation["conclusion"]["entry"]) == ("c1", act["index"])
    for index, fact in facts.items():
        entry = story_ledger.ask(f"/v1/entries/{index}", "数据局")
        assert (entry["stream"], entry["id"]) == (fact["stream"], fact["id"])


def test_the_history_shows_each_record_of_the_file_and_where_the_file_then_stood(story_ledger: Any) -> None:
    history = whole(story_ledger, "数据局", "2026-0012", "SENSITIVE_RELEASE")["history"]
    stood = [(each["event"], each["status"]) for each in history]
    assert stood[0] == ("violation.suspected", "TAKEN_UP")
    assert ("violation.found", "FOUND") in stood
    assert stood[-1] == ("criticism.notified", "CRITICISED")
    assert [each["index"] for each in history] == sorted(each["index"] for each in history)


def test_a_finding_as_of_an_earlier_size_stands_where_it_stood_then(story_ledger: Any) -> None:
    file = whole(story_ledger, "数据局", "2026-0001", "PURPOSE_MISMATCH")
    act, moved = file["finding"]["index"], file["history"]
    stood = [
        story_ledger.ask(f"{PATH}/{file['finding']['id']}", "数据局", as_of=size)["finding"]["status"]
        for size in (act + 1, *(each["index"] + 1 for each in moved))
    ]
    assert stood == ["OPEN", *(each["status"] for each in moved)]
    assert story_ledger.get(f"{PATH}/{file['finding']['id']}", "数据局", as_of=act).status_code == 404


def test_the_derivation_can_be_had_again_by_its_tree_size_and_instant(story_ledger: Any) -> None:
    first = whole(story_ledger, "数据局", "2026-0003", "REFUSAL_NOT_FILED")
    again = whole(story_ledger, "数据局", "2026-0003", "REFUSAL_NOT_FILED", as_of=first["as_of"], at=first["at"])
    assert {**again, "checkpoint": None} == {**first, "checkpoint": None}


def test_a_clock_that_has_run_out_is_derived_from_how_its_days_were_counted(story_ledger: Any) -> None:
    entries = story_ledger.runtime.store.stream("request/2026-0002")
    received = next(each.index for each in entries if each.type == "sharing.request.received.v1")
    late = {"as_of": received + 1, "at": "2026-05-08T00:00:00+08:00"}
    assert story_ledger.ask(PATH, "数据局", as_of=received + 1, at="2026-05-07T23:59:00+08:00")["rows"] == []
    (row,) = story_ledger.ask(PATH, "数据局", **late)["rows"]
    assert (row["reason"], row["kind"], row["accused"]) == ("LATE_RESPONSE", "silence", story_ledger.uscc("公安厅"))
    derivation = story_ledger.ask(f"{PATH}/{row['id']}", "数据局", **late)["derivation"]
    assert [(fact["part"], fact["index"]) for fact in derivation["facts"]] == [("start", received)]
    clock = derivation["rule"]["clock"]
    assert (clock["days"], clock["latest"], clock["basis"]) == (15, "2026-05-07", "A18 ¶1")
    assert story_ledger.get(f"{PATH}/{row['id']}", "数据局").status_code == 404  # it was answered in time


# --- who sees what


@pytest.mark.parametrize("who", ["民政厅", "市监局", "数据局", "监察", "大数据中心"])
def test_whoever_sees_the_act_sees_what_the_machine_suspects_of_it(story_ledger: Any, who: str) -> None:
    assert {row["reason"] for row in of_case(story_ledger, who, "2026-0001")} == {"PURPOSE_MISMATCH"}


@pytest.mark.parametrize("who", ["住建厅", "南京数据", "苏州民政", "省政府", "保密局"])
def test_others_find_neither_the_finding_nor_its_derivation(story_ledger: Any, who: str) -> None:
    unseen = story_ledger.get(PATH, who, case="2026-0001")
    assert (unseen.status_code, unseen.json()["code"]) == (400, "NAME_UNKNOWN")
    (row,) = of_case(story_ledger, "数据局", "2026-0001")
    hidden, absent = story_ledger.get(f"{PATH}/{row['id']}", who), story_ledger.get(f"{PATH}/{'0' * 20}", who)
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json()["detail"] == absent.json()["detail"]


@pytest.mark.parametrize("who", ["民政厅", "数据局", "监察"])
def test_the_accused_its_authority_and_who_sees_everything_are_told_of_the_file(story_ledger: Any, who: str) -> None:
    file = whole(story_ledger, who, "2026-0001", "PURPOSE_MISMATCH")
    assert (file["finding"]["status"], file["finding"]["withheld"]) == ("CORRECTED", [])
    assert file["history"]


def test_a_counterpart_is_told_of_no_file_and_cannot_ask_for_it(story_ledger: Any) -> None:
    file = whole(story_ledger, "市监局", "2026-0001", "PURPOSE_MISMATCH")
    finding = file["finding"]
    assert (finding["status"], finding["status_zh"], finding["violation"]) == (None, None, None)
    assert finding["withheld"] == ["/status", "/violation"]
    assert file["history"] == []
    assert not [organ for organ in file["organs"] if organ["uscc"] == story_ledger.uscc("数据局")]
    assert story_ledger.rows(PATH, "市监局", status="CORRECTED") == []


def test_an_auditor_and_a_stranger_ask_nothing(story_ledger: Any) -> None:
    assert story_ledger.get(PATH, "auditor").status_code == 403
    assert story_ledger.get(PATH).status_code == 401


# --- the authority's files

FILES = "/v1/violations"


def files(story_ledger: Any, who: str, **params: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = story_ledger.rows(FILES, who, **params)
    return rows


def test_the_files_of_a_finding_and_the_findings_of_the_story_meet(story_ledger: Any) -> None:
    for row in story_ledger.rows(PATH, "数据局", kind="act"):
        taken = files(story_ledger, "数据局", finding=row["id"])
        assert row["violation"] in {file["id"] for file in taken}
        assert {file["accused"] for file in taken} == {row["accused"]}


def test_each_order_to_correct_was_followed_in_time(story_ledger: Any) -> None:
    ordered = [file for file in files(story_ledger, "数据局", to="2026-08-20") if file["ordered_at"]]
    assert len(ordered) >= 6
    assert {file["correction"] for file in ordered} == {"IN_TIME"}
    assert all(file["reported_at"] < file["limit_at"] for file in ordered)


@pytest.mark.parametrize(
    ("params", "matches"),
    [
        ({"status": "CRITICISED"}, lambda file: file["status"] == "CRITICISED"),
        ({"limb": "e"}, lambda file: file["limb"] == "e"),
        ({"correction": "IN_TIME"}, lambda file: file["correction"] == "IN_TIME"),
        ({"correction": "DUE"}, lambda file: file["correction"] in {"IN_TIME", "LATE", "OVERDUE"}),
        ({"from": "2026-08-01"}, lambda file: file["opened_at"] >= "2026-07-31T16:00"),
    ],
)
def test_a_filter_of_files_leaves_what_matches(story_ledger: Any, params: dict[str, str], matches: Any) -> None:
    expected = [file["id"] for file in files(story_ledger, "数据局") if matches(file)]
    assert expected
    assert [file["id"] for file in files(story_ledger, "数据局", **params)] == expected


def test_before_its_limit_an_order_waits_and_after_it_is_overdue(story_ledger: Any) -> None:
    history = story_ledger.ask(f"{FILES}/0001", "数据局")["history"]
    ordered = next(each["index"] for each in history if each["event"] == "correction.ordered")
    asked = ("2026-08-11T23:59:00+08:00", "2026-08-12T00:00:00+08:00")
    stood = [
        story_ledger.ask(f"{FILES}/0001", "数据局", as_of=ordered + 1, at=at)["violation"]["correction"] for at in asked
    ]
    assert stood == ["WAITING", "OVERDUE"]


def test_a_file_is_for_the_accused_its_authority_who_raised_it_and_who_sees_everything(story_ledger: Any) -> None:
    seen = {
        who: {file["id"] for file in files(story_ledger, who)}
        for who in ("民政厅", "市监局", "数据局", "监察", "南京数据")
    }
    assert seen["民政厅"] == {"0001"}
    assert seen["市监局"] == seen["南京数据"] == set()
    assert seen["数据局"] == seen["监察"] >= {"0001"}
    hidden, absent = story_ledger.get(f"{FILES}/0001", "市监局"), story_ledger.get(f"{FILES}/none", "市监局")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json()["detail"] == absent.json()["detail"]
