"""The board: what is overdue, due soon, running or met at the instant of the question, most urgent first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from domain import events as e
from domain.deadlines.calendar import DayKind
from ledger.store.store import Store
from projections.cases.query import CaseFilters
from projections.deadlines.query import DeadlineRow
from projections.deadlines.state_sql import DeadlineFilters
from projections.deadlines.tables import clock
from projections.engine.runner import Runner
from projections.query.paging import QueryOptions
from projections.query.queries import Queries
from projections.query.snapshot import SnapshotRequest
from tests.support.casebook import at
from tests.support.log_writer import write_acts
from tests.support.story import DIGEST, PROVIDER, REQUESTER, THIRD, Story

Run = Callable[..., Runner]
FROZEN = "2026-10-30"


def answers_of(store: Store, run: Run, story: Story) -> Queries:
    write_acts(store, story.acts[store.head().size :])
    return Queries(store, run())


def autumn() -> Story:
    """Two clocks that have run out, two that run, one with an age only, two met in time and one met late."""
    story = Story().cast()
    story.classified(("privacy",))
    story.classified(item="C05")
    for name, day, classes in (
        ("1", "2026-09-14", ("privacy",)),
        ("2", "2026-10-12", ("privacy",)),
        ("3", "2026-10-19", ("privacy",)),
        ("4", "2026-10-20", ()),
        ("5", "2026-09-14", ("privacy",)),
        ("6", "2026-09-15", ("privacy",)),
    ):
        story.requested(name=name, time=day, item="C04" if classes else "C05", classes_acknowledged=classes)
        story.received(name=name, time=day, classes=classes)
    for change in ("B1", "B2"):
        changed = e.InformationChanged(post="岗-01", change_id=change, how_known="登记")
        story.record("item/C05", PROVIDER, "2026-09-07", changed)
    updated = e.InformationUpdated(post="岗-01", change_id="B2", version=2, digest=DIGEST)
    story.record("item/C05", PROVIDER, "2026-10-09", updated)
    story.approved(name="5", time="2026-10-09", classes=("privacy",))
    story.approved(name="6", time="2026-10-28", classes=("privacy",))
    return story


def board(answers: Queries, asked: str = FROZEN, **filters: Any) -> list[DeadlineRow]:
    chosen = DeadlineFilters(**filters)
    return list(answers.deadlines.board(chosen, QueryOptions(snapshot_request=SnapshotRequest(instant=at(asked)))).rows)


def names(rows: list[DeadlineRow]) -> list[str]:
    return [f"{row.stream} {row.clock}" for row in rows]


def test_what_ran_out_longest_ago_comes_first_and_what_has_only_an_age_last(store: Store, run: Run) -> None:
    rows = board(answers_of(store, run, autumn()))
    assert names(rows) == [
        "item/C05 UPDATE",
        "request/1 RESPONSE",
        "request/2 RESPONSE",
        "request/3 RESPONSE",
        "request/4 RESPONSE",
    ]
    assert [row.state for row in rows] == ["overdue", "overdue", "running", "running", "age_only"]


def test_days_late_and_left_are_working_days_today_included_in_the_late_ones(store: Store, run: Run) -> None:
    rows = board(answers_of(store, run, autumn()))
    assert [(row.days_late, row.days_left) for row in rows] == [
        (15, None),
        (15, None),
        (None, 1),
        (None, 6),
        (None, None),
    ]
    assert (rows[-1].age, rows[0].age) == (8, None)


@pytest.mark.parametrize(
    ("filters", "streams"),
    [
        ({"state": "overdue"}, ["item/C05", "request/1"]),
        ({"state": "running"}, ["request/2", "request/3"]),
        ({"state": "due_soon"}, ["request/2"]),
        ({"state": "due_soon", "within": 6}, ["request/2", "request/3"]),
        ({"within": 5}, ["request/2"]),
        ({"within": 0}, []),
        ({"state": "age_only"}, ["request/4"]),
        ({"state": "met"}, ["item/C05", "request/5"]),
        ({"state": "late"}, ["request/6"]),
        ({"clock": "UPDATE"}, ["item/C05"]),
        ({"request": "3"}, ["request/3"]),
        ({"item": "C04"}, ["request/1", "request/2", "request/3"]),
        ({"responsible": PROVIDER, "requester": REQUESTER, "state": "overdue"}, ["request/1"]),
        ({"responsible": THIRD}, []),
        ({"provider": PROVIDER, "clock": "RESPONSE", "state": "overdue"}, ["request/1"]),
        ({"provisional": True}, []),
        ({"provisional": False, "state": "overdue"}, ["item/C05", "request/1"]),
    ],
)
def test_a_filter_gives_the_clocks_that_match_and_no_other(
    store: Store, run: Run, filters: dict[str, Any], streams: list[str]
) -> None:
    assert [row.stream for row in board(answers_of(store, run, autumn()), **filters)] == streams


def test_any_state_gives_every_clock(store: Store, run: Run) -> None:
    assert len(board(answers_of(store, run, autumn()), state="any")) == 8


def test_a_clock_runs_out_with_its_last_day_and_not_before(store: Store, run: Run) -> None:
    answers = answers_of(store, run, autumn())
    assert names(board(answers, "2026-11-02T23:59", state="overdue", request="2")) == []
    assert names(board(answers, "2026-11-03T00:00", state="overdue", request="2")) == ["request/2 RESPONSE"]


def test_asked_about_an_earlier_instant_a_clock_met_later_still_runs(store: Store, run: Run) -> None:
    answers = answers_of(store, run, autumn())
    assert [row.state for row in board(answers, "2026-10-13", request="6")] == ["overdue"]
    assert [row.days_late for row in board(answers, "2026-10-13", request="6")] == [1]
    assert board(answers, "2026-10-13", request="6", state="late") == []


def test_as_of_before_the_answer_the_clock_runs(store: Store, run: Run) -> None:
    story = autumn()
    answers = answers_of(store, run, story)
    answered = story.acts[-2]
    options = QueryOptions(snapshot_request=SnapshotRequest(as_of=answered.index, instant=at(FROZEN)))
    (row,) = answers.deadlines.board(DeadlineFilters(request="5"), options).rows
    assert (row.state, row.met_at, row.days_late) == ("overdue", None, 15)


def test_pages_join_to_the_whole_board(store: Store, run: Run) -> None:
    answers = answers_of(store, run, autumn())
    whole = board(answers)
    found: list[DeadlineRow] = []
    cursor: str | None = None
    while len(found) < len(whole):
        options = QueryOptions(
            snapshot_request=SnapshotRequest(instant=at(FROZEN)) if cursor is None else SnapshotRequest(),
            cursor=cursor,
            limit=2,
        )
        page = answers.deadlines.board(options=options)
        found += page.rows
        cursor = page.next
    assert (found, cursor) == (whole, None)


def test_a_caller_sees_the_clocks_that_his_clause_lets_through(store: Store, run: Run) -> None:
    answers = answers_of(store, run, autumn())
    mine = QueryOptions(visible=lambda _: clock.c.requester == REQUESTER, count=True)
    assert answers.deadlines.board(options=mine).count == 4


def test_a_counting_shows_holidays_and_days_made_up(store: Store, run: Run) -> None:
    story = autumn()
    received = next(act for act in story.acts if act.stream == "request/1" and act.position == 1)
    answers = answers_of(store, run, story)
    (counted,) = answers.deadlines.started_by(received.index).rows
    days = {each.day: each for each in counted.counting}
    assert (min(days), max(days)) == (date(2026, 9, 15), date(2026, 10, 10))
    assert (days[date(2026, 9, 20)].number, days[date(2026, 9, 20)].kind) == (5, DayKind.MAKE_UP)
    assert (days[date(2026, 10, 1)].number, days[date(2026, 10, 1)].name) == (None, "国庆节")
    assert (days[date(2026, 10, 10)].number, days[date(2026, 10, 10)].kind) == (15, DayKind.MAKE_UP)


def test_an_entry_that_started_no_clock_has_none_to_count(store: Store, run: Run) -> None:
    assert answers_of(store, run, autumn()).deadlines.started_by(0).rows == ()


def test_a_case_shows_its_clocks_and_is_overdue_by_them(store: Store, run: Run) -> None:
    answers = answers_of(store, run, autumn())
    options = QueryOptions(snapshot_request=SnapshotRequest(instant=at(FROZEN)))
    (case,) = answers.cases(CaseFilters(overdue=True), options).rows
    assert (case.id, case.overdue, [row.clock for row in case.clocks]) == ("1", True, ["RESPONSE"])
    others = answers.cases(CaseFilters(overdue=False), options).rows
    assert {row.id for row in others} == {"2", "3", "4", "5", "6"}
    assert not any(row.overdue for row in others)
