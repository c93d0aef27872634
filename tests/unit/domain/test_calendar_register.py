"""Which days are worked, as the calendar/ streams make it of the shipped calendar (Arts 15, 18)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain import events as e
from domain.deadlines.calendar import Due, WorkingCalendar, YearSchedule, publication_digest
from domain.deadlines.calendar_history import CalendarRegister, calendar_register
from domain.families.founding.events import FoundingCalendar
from domain.families.supervision.events import CalendarDay
from domain.rules.bundled import load_calendar
from domain.state import CalendarState
from tests.support.payloads import CLERK
from tests.support.story import AUTHORITY, DIGEST, DOC, Story

FOUNDED = load_calendar()
SCHEDULE_2027 = YearSchedule(2027, rest={date(2027, 1, 1): "元旦"}, make_up={date(2027, 1, 2): "元旦"})
SCHEDULE_2028 = YearSchedule(2028, rest={date(2028, 1, 3): "元旦"}, make_up={})
SHIPPED = FOUNDED.with_years([SCHEDULE_2027, SCHEDULE_2028])
FOUNDING = FoundingCalendar(years=tuple(FOUNDED.years), digest=FOUNDED.digest())
NEW_YEAR = Due(date(2027, 1, 2), date(2027, 1, 2))  # day 15 from 2026-12-11 by the schedule of 2027


def published(digest: str, *years: int) -> e.CalendarPublished:
    return e.CalendarPublished(post=CLERK, years=years, notice=DOC, digest=digest)


def amended(day: date, *, working: bool) -> e.CalendarAmended:
    return e.CalendarAmended(post=CLERK, notice=DOC, digest=DIGEST, days=(CalendarDay(date=day, working=working),))


def closed(division: str, day: date) -> e.CalendarLocalOverlayAdded:
    days = (CalendarDay(date=day, working=False),)
    return e.CalendarLocalOverlayAdded(post=CLERK, division=division, days=days, instrument=DOC)


def calendar_story(*events: e.Event) -> Story:
    story = Story()
    for event in events:
        story.record("calendar/cn", AUTHORITY, "2026-11-20", event)
    return story


def register(story: Story, shipped: WorkingCalendar = SHIPPED) -> CalendarRegister:
    state = story.state("calendar/cn")
    return calendar_register([state] if isinstance(state, CalendarState) else [], shipped, FOUNDING)


def due(found: CalendarRegister) -> Due:
    return found.calendar.add_working_days(date(2026, 12, 11), 15)


def test_the_founding_years_hold_without_an_event_and_a_year_shipped_later_waits_for_one() -> None:
    found = register(Story())
    assert sorted(found.calendar.years) == list(range(2004, 2027))
    assert not due(found).fixed


def test_without_a_founding_record_every_shipped_year_holds() -> None:
    assert calendar_register([], SHIPPED).calendar == SHIPPED


def test_a_year_published_under_its_digest_turns_the_range_into_a_date() -> None:
    found = register(calendar_story(published(SCHEDULE_2027.digest(), 2027)))
    assert due(found) == NEW_YEAR
    assert found.unknown == {}


def test_a_year_published_under_an_unknown_digest_stays_provisional_and_is_named() -> None:
    found = register(calendar_story(published(DIGEST, 2027)))
    assert not due(found).fixed
    assert found.unknown == {2027: DIGEST}


def test_a_year_this_software_does_not_ship_stays_provisional() -> None:
    found = register(calendar_story(published(SCHEDULE_2027.digest(), 2027)), shipped=FOUNDED)
    assert not due(found).fixed
    assert found.unknown == {2027: SCHEDULE_2027.digest()}


def test_several_years_are_published_under_their_joint_digest_or_not_at_all() -> None:
    joint = publication_digest([SCHEDULE_2028, SCHEDULE_2027])
    assert sorted(register(calendar_story(published(joint, 2027, 2028))).calendar.years)[-2:] == [2027, 2028]
    assert max(register(calendar_story(published(joint, 2027, 2028, 2029))).calendar.years) == 2026
    assert max(register(calendar_story(published(SCHEDULE_2027.digest(), 2027, 2028))).calendar.years) == 2026


def test_a_founding_year_published_again_under_another_digest_is_no_longer_counted_by() -> None:
    found = register(calendar_story(published(DIGEST, 2026)))
    assert found.calendar.is_working(date(2026, 3, 9)) is None
    assert found.unknown == {2026: DIGEST}


def test_an_amendment_carries_its_days_itself() -> None:
    found = register(calendar_story(amended(date(2026, 10, 10), working=False)))
    assert SHIPPED.is_working(date(2026, 10, 10)) is True
    assert found.calendar.is_working(date(2026, 10, 10)) is False


def test_the_later_of_two_amendments_prevails() -> None:
    day = date(2026, 12, 30)
    found = register(calendar_story(amended(day, working=False), amended(day, working=True)))
    assert found.calendar.is_working(day) is True


def test_a_notice_that_comes_after_an_amendment_says_its_year_anew() -> None:
    change, notice = amended(date(2027, 1, 2), working=False), published(SCHEDULE_2027.digest(), 2027)
    assert register(calendar_story(change, notice)).calendar.is_working(date(2027, 1, 2)) is True
    assert register(calendar_story(notice, change)).calendar.is_working(date(2027, 1, 2)) is False


def test_a_local_closure_holds_in_its_division_and_below_and_nowhere_else() -> None:
    day = date(2026, 12, 30)
    found = register(calendar_story(closed("320500", day)))
    assert [found.of(division).is_working(day) for division in ("320500", "320583", "320100", "320000")] == [
        False,
        False,
        True,
        True,
    ]
    assert found.calendar.is_working(day) is True


def test_a_divisions_calendar_is_made_once_so_that_what_it_counted_is_remembered() -> None:
    found = register(calendar_story(closed("320500", date(2026, 12, 30))))
    assert found.of("320500") is found.of("320500")
    assert found.of("320100") is found.calendar


def test_a_disowned_publication_has_no_force() -> None:
    story = calendar_story(published(SCHEDULE_2027.digest(), 2027))
    story.disowned(story.acts[0])
    assert not due(register(story)).fixed


def test_a_corrected_digest_counts_as_if_it_had_stood_there() -> None:
    story = calendar_story(published(DIGEST, 2027))
    changes = {"digest": SCHEDULE_2027.digest()}
    correction = e.EventCorrected(post=CLERK, event=story.acts[0].ref, changes=changes, reason="摘要有误")
    story.record("calendar/cn", AUTHORITY, "2026-11-21", correction)
    assert due(register(story)) == NEW_YEAR


def test_a_founding_digest_that_is_not_that_of_the_shipped_days_leaves_every_year_provisional() -> None:
    found = calendar_register([], SHIPPED, replace(FOUNDING, digest=DIGEST))
    assert found.calendar.years == {}
    assert found.unknown[2026] == DIGEST


def test_the_streams_order_does_not_matter_but_the_logs_does() -> None:
    story = calendar_story(amended(date(2026, 12, 30), working=False))
    story.record("calendar/js", AUTHORITY, "2026-11-21", amended(date(2026, 12, 30), working=True))
    states = [state for each in ("calendar/cn", "calendar/js") if isinstance(state := story.state(each), CalendarState)]
    assert calendar_register(states, SHIPPED) == calendar_register(reversed(states), SHIPPED)
    assert calendar_register(states, SHIPPED).calendar.is_working(date(2026, 12, 30)) is True
