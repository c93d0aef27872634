"""对账 over HTTP: deliveries in every state, grants against uses, and who sees what of them (law 3.1)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.api.test_catalogue import index_of

PATH = "/v1/reconciliation"


def states(ledger: Any, who: str, **params: Any) -> dict[str, str]:
    return {row["id"]: row["state"] for row in ledger.rows(PATH, who, **params)}


def test_every_delivery_stands_against_what_its_requester_said(dispute_ledger: Any) -> None:
    assert states(dispute_ledger, "数据局") == {
        "D-0101-1": "MATCHED",
        "D-0109-1": "REJECTED",
        "D-0109-2": "MATCHED",
        "D-0113-1": "RECALLED",
        "D-0114-1": "UNACKNOWLEDGED",
        "D-0114-2": "DIFFERS",
    }


def test_a_difference_of_588_is_explained_by_the_correction_and_by_what_was_sent_anew(dispute_ledger: Any) -> None:
    (row,) = dispute_ledger.rows(PATH, "市监局", case="2026-0109", state="REJECTED")
    assert (row["sent"], row["received"], row["difference"]) == (1_200_000, 1_199_412, 588)
    assert (row["explained"], row["anew"]) == (True, "D-0109-2")
    assert row["corrected_index"] == index_of(dispute_ledger, "request/2026-0109", "event.corrected")


def test_a_difference_is_not_explained_before_anybody_explained_it(dispute_ledger: Any) -> None:
    corrected = index_of(dispute_ledger, "request/2026-0109", "event.corrected")
    told = [
        dispute_ledger.rows(PATH, "市监局", as_of=size, case="2026-0109", state="REJECTED")[0]
        for size in (corrected, corrected + 1, corrected + 2)
    ]
    assert [(row["explained"], row["corrected_index"], row["anew"]) for row in told] == [
        (False, None, None),
        (True, corrected, None),
        (True, corrected, "D-0109-2"),
    ]


def test_a_delivery_has_the_state_that_was_known_at_the_tree_size(dispute_ledger: Any) -> None:
    sent = index_of(dispute_ledger, "request/2026-0113", "delivery.recorded")
    recalled = index_of(dispute_ledger, "request/2026-0113", "delivery.recalled")
    told = [states(dispute_ledger, "统计局", as_of=size) for size in (sent, sent + 1, recalled, recalled + 1)]
    assert told == [{}, {"D-0113-1": "UNACKNOWLEDGED"}, {"D-0113-1": "UNACKNOWLEDGED"}, {"D-0113-1": "RECALLED"}]


@pytest.mark.parametrize(("at", "days"), [("2026-08-13T23:00:00+08:00", 0), ("2026-09-01", 19)])
def test_a_delivery_without_acknowledgement_has_an_age(dispute_ledger: Any, at: str, days: int) -> None:
    (row,) = dispute_ledger.rows(PATH, "应急厅", state="UNACKNOWLEDGED", at=at)
    assert (row["id"], row["days"]) == ("D-0114-1", days)


def test_the_summary_counts_all_that_match_and_not_the_page(dispute_ledger: Any) -> None:
    page = dispute_ledger.ask(PATH, "数据局", limit=1)
    assert len(page["rows"]) == 1
    counted = {each["state"]: each["number"] for each in page["summary"]["states"]}
    assert counted == {
        "UNACKNOWLEDGED": 1,
        "MATCHED": 2,
        "DIFFERS": 1,
        "REJECTED": 1,
        "RECALLED": 1,
        "DESTROYED": 0,
        "DISOWNED": 0,
    }
    assert (page["summary"]["differences"], page["summary"]["explained"], page["summary"]["unexplained"]) == (2, 1, 1)
    of_item = dispute_ledger.ask(PATH, "数据局", item="C14")["summary"]
    assert (of_item["differences"], of_item["explained"]) == (1, 0)


def test_a_summary_counts_only_what_the_caller_may_see(dispute_ledger: Any) -> None:
    summary = dispute_ledger.ask(PATH, "统计局")["summary"]
    assert sum(each["number"] for each in summary["states"]) == 1


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"differs": "true"}, {"D-0109-1", "D-0114-2"}),
        ({"differs": "true", "explained": "false"}, {"D-0114-2"}),
        ({"case": "2026-0101"}, {"D-0101-1"}),
        ({"item": "C14", "state": "DIFFERS"}, {"D-0114-2"}),
        ({"from": "2026-05-13", "to": "2026-05-13"}, {"D-0109-2"}),
        ({"from": "2026-08-14"}, {"D-0114-2"}),
    ],
)
def test_filters_of_reconciliation_all_have_to_match(
    dispute_ledger: Any, filters: dict[str, str], found: set[str]
) -> None:
    assert set(states(dispute_ledger, "数据局", **filters)) == found


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("民政厅", {"D-0101-1"}),
        ("市监局", {"D-0101-1", "D-0109-1", "D-0109-2", "D-0113-1"}),
        ("人社厅", {"D-0109-1", "D-0109-2"}),
        ("应急厅", {"D-0114-1", "D-0114-2"}),
        ("南京数据", set()),
        ("公安厅", set()),
        ("保密局", set()),
    ],
)
def test_a_delivery_is_for_both_its_sides(dispute_ledger: Any, who: str, seen: set[str]) -> None:
    assert set(states(dispute_ledger, who)) == seen
    assert len(dispute_ledger.rows(PATH, "监察")) == len(dispute_ledger.rows(PATH, "大数据中心")) == 6


# --- grants against uses


def test_grants_that_were_never_used_are_found(dispute_ledger: Any) -> None:
    path = f"{PATH}/grants"
    unused = {row["request"] for row in dispute_ledger.rows(path, "数据局", used="false")}
    assert unused == {"2026-0109", "2026-0110", "2026-0113", "2026-0114"}
    (used,) = dispute_ledger.rows(path, "数据局", used="true")
    assert (used["request"], used["last_use"]) == ("2026-0101", "2026-04-07T02:00:00.000Z")


def test_a_grant_was_unused_before_its_first_use(dispute_ledger: Any) -> None:
    first = index_of(dispute_ledger, "request/2026-0101", "use.recorded")
    path = f"{PATH}/grants"
    told = [dispute_ledger.rows(path, "民政厅", as_of=size)[0]["used"] for size in (first, first + 1)]
    assert told == [False, True]


def test_the_uses_of_a_case_are_counted_and_held_against_what_was_delivered(dispute_ledger: Any) -> None:
    body = dispute_ledger.ask(f"{PATH}/cases/2026-0101", "民政厅")
    tally = body["tally"]
    assert (body["uses"], tally["uses"]) == (5, 5)
    assert tally["subjects"] == sum(
        row["data"]["subject_count"] for row in dispute_ledger.rows("/v1/access", "民政厅", kind="use")
    )
    assert (tally["without_delivery"], len(tally["without_delivery_at"])) == (1, 1)
    assert [each["fields"] for each in tally["beyond_fields_at"]] == [["负债总额"]]


def test_the_counters_of_a_case_are_those_of_the_tree_size(dispute_ledger: Any) -> None:
    uses = [
        entry.index
        for entry in dispute_ledger.runtime.store.stream("request/2026-0101")
        if entry.type == "sharing.use.recorded.v1"
    ]
    for number, index in enumerate(uses):
        body = dispute_ledger.ask(f"{PATH}/cases/2026-0101", "民政厅", as_of=index)
        assert (body["uses"], body["tally"]["uses"]) == (number, number)


@pytest.mark.parametrize(("who", "status"), [("民政厅", 200), ("市监局", 200), ("数据局", 200), ("人社厅", 404)])
def test_a_case_is_reconciled_for_its_sides_and_who_oversees_them(dispute_ledger: Any, who: str, status: int) -> None:
    assert dispute_ledger.get(f"{PATH}/cases/2026-0101", who).status_code == status
    seen = [row["request"] for row in dispute_ledger.rows(f"{PATH}/grants", who)]
    assert ("2026-0101" in seen) is (status == 200)


def test_a_case_without_a_grant_has_nothing_to_reconcile(dispute_ledger: Any) -> None:
    assert dispute_ledger.get(f"{PATH}/cases/2026-0111", "数据局").status_code == 404
