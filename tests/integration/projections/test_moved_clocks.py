"""A changed calendar names each clock that it gave other dates, with both, until the log tells of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from domain import events as e
from domain.act import Act
from domain.families.supervision.events import CalendarDay, DueDates
from ledger.store.store import Store
from projections.deadlines.moved import DeadlineMoved, DueInterval, MovedDeadlines
from projections.deadlines.projector import Deadlines
from projections.engine.runner import Runner
from tests.support.log_writer import write_acts
from tests.support.story import AUTHORITY, DIGEST, DOC, Story

Run = Callable[..., Runner]
PRIVACY = ("privacy",)
OLD, NEW = DueInterval(date(2026, 10, 10), date(2026, 10, 10)), DueInterval(date(2026, 10, 12), date(2026, 10, 12))


def story() -> Story:
    """Two requests for sensitive information whose clocks run: 15 working days from 2026-09-14."""
    file_filter = Story().cast()
    file_filter.classified(PRIVACY)
    for number in ("1", "2"):
        file_filter.requested(name=number, classes_acknowledged=PRIVACY)
        file_filter.received(name=number, classes=PRIVACY, time="2026-09-14")
    return file_filter


def amended(
    file_filter: Story, day: date = date(2026, 9, 21), *, working: bool = False, time: str = "2026-09-15"
) -> Act:
    """The calendar is amended: a day less to work, so that the clocks end a working day later."""
    event = e.CalendarAmended(post="岗-01", notice=DOC, digest=DIGEST, days=(CalendarDay(date=day, working=working),))
    return file_filter.record("calendar/cn", AUTHORITY, time, event)


def recorded(file_filter: Story, moved: DeadlineMoved, time: str = "2026-09-16") -> Act:
    event = e.DeadlineRecomputed(
        post="岗-01",
        stream=moved.stream,
        clock=moved.clock,
        old=DueDates(due=moved.old.latest),
        new=DueDates(due=moved.new.latest),
        cause=moved.cause,
    )
    return file_filter.record(moved.cause_stream, AUTHORITY, time, event)


@pytest.fixture
def name(store: Store, run: Run) -> Callable[[Story], Sequence[DeadlineMoved]]:
    """What is named once the projection has read the story so far; the same one is asked again and again."""
    clocks = MovedDeadlines(store, run((Deadlines,)).builds)

    def asked(file_filter: Story) -> Sequence[DeadlineMoved]:
        write_acts(store, file_filter.acts[store.head().size :])
        run((Deadlines,))
        return clocks()

    return asked


Name = Callable[[Story], Sequence[DeadlineMoved]]


def test_without_a_change_of_the_calendar_no_clock_has_moved(name: Name) -> None:
    assert name(story()) == []


def test_each_clock_is_named_with_its_old_date_its_new_one_and_the_cause(name: Name) -> None:
    file_filter = story()
    cause = amended(file_filter)
    moved = name(file_filter)
    assert [(each.stream, each.clock, each.old, each.new) for each in moved] == [
        ("request/1", "RESPONSE", OLD, NEW),
        ("request/2", "RESPONSE", OLD, NEW),
    ]
    assert {(each.cause.by, each.cause.id, each.cause_stream, each.at) for each in moved} == {
        (AUTHORITY, cause.id, "calendar/cn", cause.recorded_at)
    }
    starts = [act.index for act in file_filter.acts if act.event.event_name == "request.received"]
    assert [each.start for each in moved] == starts


def test_a_change_that_moves_no_date_names_nothing(name: Name) -> None:
    file_filter = story()
    amended(file_filter, date(2026, 12, 1))
    assert name(file_filter) == []


def test_what_the_log_tells_of_is_named_no_more_and_the_rest_still_is(name: Name) -> None:
    file_filter = story()
    amended(file_filter)
    first, second = name(file_filter)
    recorded(file_filter, first)
    assert name(file_filter) == [second]
    recorded(file_filter, second)
    assert name(file_filter) == []


def test_until_the_projection_has_read_of_the_cause_nothing_is_named_and_nothing_forgotten(
    store: Store, run: Run
) -> None:
    file_filter = story()
    write_acts(store, file_filter.acts)
    runner = run((Deadlines,))
    clocks = MovedDeadlines(store, runner.builds)
    amended(file_filter)
    write_acts(store, file_filter.acts[store.head().size :])
    assert clocks() == []
    runner.catch_up()
    assert len(clocks()) == 2


def test_a_clock_that_moved_twice_is_named_once_for_each_cause(name: Name) -> None:
    file_filter = story()
    causes = [amended(file_filter).id, amended(file_filter, date(2026, 9, 22)).id]
    assert [(each.stream, each.cause.id) for each in name(file_filter)] == [
        ("request/1", causes[0]),
        ("request/2", causes[0]),
        ("request/1", causes[1]),
        ("request/2", causes[1]),
    ]


def test_who_has_just_started_names_the_same(name: Name, store: Store, run: Run) -> None:
    file_filter = story()
    amended(file_filter)
    assert name(file_filter) == MovedDeadlines(store, run((Deadlines,)).builds)()


def test_what_is_told_in_full_is_not_looked_at_again_and_the_next_cause_is(name: Name) -> None:
    file_filter = story()
    amended(file_filter)
    for each in name(file_filter):
        recorded(file_filter, each)
    assert name(file_filter) == []
    later = amended(file_filter, date(2026, 9, 22), time="2026-09-17")
    assert {each.cause.id for each in name(file_filter)} == {later.id}
