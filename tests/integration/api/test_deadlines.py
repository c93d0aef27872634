"""The board at the door: the autumn of the scenario, asked at its frozen clock, and who sees which clock."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from demo.story.exchange import Exchange
from demo.story.steps import StoryStep, at, digest, document, record, step
from tests.integration.api.conftest import play

pytestmark = pytest.mark.parametrize("opened", ["sqlite", "postgresql"], indirect=True)
FROZEN = dt.datetime.fromisoformat("2026-10-30T09:00:00+08:00")
AUTHORITY = "数据局"
LATE = Exchange("2026-7105", "医保局", "人社厅", "C05", ("P1", "核对"), "SX-3201")
TOMORROW = Exchange("2026-7106", "应急厅", "工信厅", "C07", ("P2", "核查"), "SX-4401")
NEXT_WEEK = Exchange("2026-7107", "住建厅", "民政厅", "C02", ("P3", "审核"), "SX-5501")
OPEN = Exchange("2026-7108", "南京民政", "市监局", "C03", ("P4", "比对"), "SX-6601")


def changed(who: str, item: str, day: str) -> StoryStep:
    data = {"change_id": f"变更-{item}", "how_known": "登记"}
    return step(who, record(who, "information.changed", f"item/{item}", at(day), data))


def updated(who: str, item: str, day: str) -> StoryStep:
    data = {"version": 2, "digest": digest(item), "change_id": f"变更-{item}"}
    return step(who, record(who, "information.updated", f"item/{item}", at(day), data))


def autumn() -> list[StoryStep]:
    steps = [
        changed("市监局", "C03", "09-07"),
        changed("医保局", "C12", "09-07"),
        *LATE.asked("09-14"),
        updated("市监局", "C03", "10-09"),
        *TOMORROW.asked("10-12"),
        *NEXT_WEEK.asked("10-19"),
        *OPEN.asked("10-20"),
    ]
    return sorted(steps, key=lambda each: each.recorded_at)


@pytest.fixture
def ledger(opened: Any) -> Any:
    """Played once for all tests of a back end."""
    if opened.runtime.clock() < FROZEN:
        play(opened, autumn())
        opened.move_to(FROZEN)
    return opened


def due_rows(rows: list[dict[str, Any]]) -> list[tuple[str, str, int | None, int | None]]:
    return [(row["stream"], row["state"], row["days_late"], row["days_left"]) for row in rows]


def test_the_board_at_the_frozen_clock(ledger: Any) -> None:
    assert due_rows(ledger.rows("/v1/deadlines", AUTHORITY)) == [
        ("item/C12", "overdue", 15, None),
        (LATE.stream, "overdue", 15, None),
        (TOMORROW.stream, "running", None, 1),
        (NEXT_WEEK.stream, "running", None, 6),
        (OPEN.stream, "age_only", None, None),
    ]


@pytest.mark.parametrize(
    ("asked", "streams"),
    [
        ({"state": "overdue"}, ["item/C12", LATE.stream]),
        ({"state": "due_soon"}, [TOMORROW.stream]),
        ({"within": 3}, [TOMORROW.stream]),
        ({"within": 6}, [TOMORROW.stream, NEXT_WEEK.stream]),
        ({"state": "met"}, ["item/C03"]),
        ({"clock": "UPDATE", "state": "any"}, ["item/C03", "item/C12"]),
        ({"case": LATE.case}, [LATE.stream]),
        ({"item": "C12"}, ["item/C12"]),
        ({"provisional": "true"}, []),
        ({"state": "overdue", "at": "2026-10-10T23:59:00+08:00"}, []),
    ],
)
def test_a_filter_gives_the_clocks_that_match(ledger: Any, asked: dict[str, Any], streams: list[str]) -> None:
    assert [row["stream"] for row in ledger.rows("/v1/deadlines", AUTHORITY, **asked)] == streams


def test_a_row_names_whose_clock_it_is_by_whose_number_and_with_which_mark(ledger: Any) -> None:
    body = ledger.ask("/v1/deadlines", AUTHORITY, case=LATE.case)
    (row,) = body["rows"]
    assert (row["responsible"], row["requester"]) == (ledger.uscc("人社厅"), ledger.uscc("医保局"))
    assert (row["days"], row["basis"], row["certainty"]) == (15, "A18 ¶1", "reconstructed")
    assert (row["rule_set"], row["rule_set_version"]) == ("js-85-2012", 1)
    assert (row["earliest"], row["latest"], row["provisional"]) == ("2026-10-10", "2026-10-10", False)
    assert {each["name"] for each in body["organs"]} == {"江苏省人力资源和社会保障厅", "江苏省医疗保障局"}


def test_a_clock_is_counted_day_by_day_from_its_entry(ledger: Any) -> None:
    (row,) = ledger.rows("/v1/deadlines", AUTHORITY, case=LATE.case)
    (counted,) = ledger.ask(f"/v1/deadlines/{row['index']}", AUTHORITY)["deadlines"]
    assert {name: counted[name] for name in row} == row
    days = {each["day"]: each for each in counted["counting"]}
    assert days["2026-09-20"] == {
        "day": "2026-09-20",
        "number": 5,
        "kind": "MAKE_UP",
        "name": "国庆节",
        "published": True,
    }
    assert (days["2026-10-01"]["number"], days["2026-10-01"]["kind"]) == (None, "HOLIDAY")
    assert counted["counting"][-1]["day"] == "2026-10-10"


def test_an_entry_without_the_clock_that_is_asked_for_has_none(ledger: Any) -> None:
    (row,) = ledger.rows("/v1/deadlines", AUTHORITY, case=LATE.case)
    other = ledger.get(f"/v1/deadlines/{row['index']}", AUTHORITY, clock="FILING")
    assert (other.status_code, other.json()["code"]) == (404, "NOT_FOUND")
    assert ledger.get("/v1/deadlines/0", AUTHORITY).status_code == 404


@pytest.mark.parametrize(
    ("who", "streams"),
    [
        ("人社厅", [LATE.stream]),
        ("医保局", ["item/C12", LATE.stream]),
        ("住建厅", [NEXT_WEEK.stream]),
        ("财政厅", []),
        ("南京数据", [OPEN.stream]),
        ("监察", ["item/C12", LATE.stream, TOMORROW.stream, NEXT_WEEK.stream, OPEN.stream]),
    ],
)
def test_each_sees_the_clocks_in_which_it_stands_or_which_it_oversees(
    ledger: Any, who: str, streams: list[str]
) -> None:
    assert [row["stream"] for row in ledger.rows("/v1/deadlines", who)] == streams


def test_a_clock_that_is_not_for_the_caller_is_not_there(ledger: Any) -> None:
    (row,) = ledger.rows("/v1/deadlines", AUTHORITY, case=LATE.case)
    assert ledger.get(f"/v1/deadlines/{row['index']}", "财政厅").status_code == 404


@pytest.mark.parametrize("asked", [{"state": "soon"}, {"within": "-1"}, {"within": "1000"}, {"clock": "LUNCH"}])
def test_what_is_no_such_question_is_refused(ledger: Any, asked: dict[str, Any]) -> None:
    answer = ledger.get("/v1/deadlines", AUTHORITY, **asked)
    assert (answer.status_code, answer.json()["code"]) == (400, "PARAMETER_INVALID")


def test_an_order_to_correct_is_for_the_accused_and_who_oversees_it_and_for_nobody_else(ledger: Any) -> None:
    stream = "violation/V-7105"
    cited = {"source": f"urn:uscc:{ledger.uscc('医保局')}", "id": f"{LATE.case}:request.submitted"}
    opened = {"accused": ledger.uscc("人社厅"), "limb": "a", "evidence": [cited], "statement": "逾期"}
    found = {"limb": "a", "facts": "属实", "evidence": [cited], "document": document("认〔1〕", AUTHORITY, "10-30")}
    ordered = {"order": document("改〔1〕", AUTHORITY, "10-30"), "measures": "答复", "limit": "2026-11-06"}
    records = [
        record(AUTHORITY, name, stream, FROZEN, data)
        for name, data in (
            ("violation.suspected", opened),
            ("violation.found", found),
            ("correction.ordered", ordered),
        )
    ]
    index = ledger.must(AUTHORITY, *records)[-1]["index"]

    def seen(who: str) -> list[tuple[str, str, int]]:
        rows = ledger.rows("/v1/deadlines", who, clock="CORRECTION", at_least=index)
        return [(row["stream"], row["latest"], row["days_left"]) for row in rows]

    assert seen("人社厅") == seen(AUTHORITY) == seen("监察") == [(stream, "2026-11-06", 5)]
    assert seen("医保局") == seen("南京数据") == []
