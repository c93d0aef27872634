"""The working-day calendar against the fixtures of the specification and against two libraries."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import chinese_calendar
import holidays
import pytest

from domain.deadlines.calendar import DayKind, Due, YearSchedule, day_of, month_end
from domain.rules.bundled import load_calendar, parse_calendar
from tests.domain import calendar_source

CALENDAR = load_calendar()
FILE = Path(__file__).parents[2] / "domain" / "data" / "calendar-cn.json"
PUBLISHED = (date(2004, 1, 1), date(2026, 12, 31))

FIXTURES = [
    ("2012-12-03", "2012-12-04", "2012-12-17", "2012-12-24", "2012-12-31"),
    ("2013-02-01", "2013-02-04", "2013-02-20", "2013-02-27", "2013-03-06"),
    ("2020-01-20", "2020-01-21", "2020-02-11", "2020-02-18", "2020-02-25"),
    ("2025-01-20", "2025-01-21", "2025-02-08", "2025-02-14", "2025-02-21"),
    ("2025-09-22", "2025-09-23", "2025-10-11", "2025-10-17", "2025-10-24"),
    ("2026-01-29", "2026-01-30", "2026-02-12", "2026-02-26", "2026-03-04"),
    ("2026-02-13", "2026-02-14", "2026-03-05", "2026-03-12", "2026-03-19"),
    ("2026-02-14", "2026-02-24", "2026-03-06", "2026-03-13", "2026-03-20"),
    ("2026-02-15", "2026-02-24", "2026-03-06", "2026-03-13", "2026-03-20"),
    ("2026-04-27", "2026-04-28", "2026-05-13", "2026-05-20", "2026-05-27"),
    ("2026-05-08", "2026-05-09", "2026-05-21", "2026-05-28", "2026-06-04"),
    ("2026-09-18", "2026-09-20", "2026-10-09", "2026-10-15", "2026-10-22"),
    ("2026-09-30", "2026-10-08", "2026-10-20", "2026-10-27", "2026-11-03"),
    ("2026-11-23", "2026-11-24", "2026-12-07", "2026-12-14", "2026-12-21"),
    ("2026-12-11", "2026-12-14", "2026-12-25", None, None),
]


def days_between(first: date, last: date) -> list[date]:
    return [date.fromordinal(ordinal) for ordinal in range(first.toordinal(), last.toordinal() + 1)]


def fixed(text: str) -> Due:
    day = date.fromisoformat(text)
    return Due(day, day, fixed=True)


@pytest.mark.parametrize("row", FIXTURES, ids=lambda row: row[0])
def test_terms_of_1_10_15_and_20_working_days_end_where_the_specification_says(row: tuple[str | None, ...]) -> None:
    received = date.fromisoformat(str(row[0]))
    for days, expected in zip((1, 10, 15, 20), row[1:], strict=True):
        due = CALENDAR.add_working_days(received, days)
        if expected is None:
            assert not due.fixed
        else:
            assert due == fixed(expected)


def test_every_day_from_2004_to_2026_is_as_chinesecalendar_says() -> None:
    wrong = [day for day in days_between(*PUBLISHED) if CALENDAR.is_working(day) != chinese_calendar.is_workday(day)]
    assert wrong == []


def test_the_only_day_on_which_the_second_library_differs_is_31_december_2005() -> None:
    china = holidays.country_holidays("CN", years=range(2004, 2027))
    wrong = [day for day in days_between(*PUBLISHED) if CALENDAR.is_working(day) != china.is_working_day(day)]
    assert wrong == [date(2005, 12, 31)]


def test_the_shipped_file_is_what_its_source_makes_of_the_libraries() -> None:
    made, shipped = json.loads(calendar_source.build()), json.loads(FILE.read_text())
    assert made["years"] == shipped["years"]
    assert made["festivals"] == shipped["festivals"]


def test_every_year_of_the_orders_life_names_its_notice_with_number_and_date() -> None:
    known = {year: each for year, each in CALENDAR.years.items() if each.notice_no is not None}
    assert sorted(known) == list(range(2008, 2027))
    for year, schedule in known.items():
        assert schedule.issued is not None
        assert schedule.issued.year == year - 1
        assert f"〔{year - 1}〕" in str(schedule.notice_no)
        assert f"关于{year}年部分节假日安排的通知" in schedule.title
        assert schedule.address is not None
    assert CALENDAR.years[2026].issued == date(2025, 11, 4)


def test_no_notice_is_claimed_to_have_been_compared_with_the_gazette() -> None:
    notices = [each["notice"] for each in json.loads(FILE.read_text())["years"].values()]
    assert {(each["certainty"], each["checked_by"], each["checked_on"]) for each in notices} == {
        ("unverified", None, None)
    }


@pytest.mark.parametrize(("year", "festival"), [(2015, "抗战胜利70周年纪念日"), (2019, "劳动节"), (2020, "春节")])
def test_a_festival_changed_within_the_year_names_the_notice_that_changed_it(year: int, festival: str) -> None:
    (change,) = json.loads(FILE.read_text())["years"][str(year)]["notice"]["changed_mid_year"]
    assert change.split(" ")[0] == festival
    assert f"〔{year}〕" in change


@pytest.mark.parametrize(
    ("day", "works"),
    [("2015-09-03", False), ("2015-09-06", True), ("2019-05-04", False), ("2019-04-28", True), ("2020-02-01", False)],
)
def test_what_was_changed_within_the_year_stands_in_the_schedule(day: str, works: bool) -> None:
    assert CALENDAR.is_working(date.fromisoformat(day)) is works


def test_a_year_whose_days_do_not_have_its_digest_is_not_loaded() -> None:
    tampered = FILE.read_text().replace('"10-10": "国庆节"', '"10-11": "国庆节"')
    with pytest.raises(ValueError, match="calendar 2004"):
        parse_calendar(tampered.encode())


def test_an_unpublished_day_is_neither_working_nor_free() -> None:
    assert CALENDAR.is_working(date(2027, 3, 1)) is None
    assert CALENDAR.is_working(date(2003, 3, 3)) is None


def test_the_last_days_on_which_a_term_can_still_be_fixed_are_those_of_the_specification() -> None:
    for day, days in ((3, 20), (10, 15), (17, 10)):
        assert CALENDAR.add_working_days(date(2026, 12, day), days) == fixed("2026-12-31")
        assert not CALENDAR.add_working_days(date(2026, 12, day + 1), days).fixed


def test_a_term_into_2027_is_a_range_from_all_weekdays_worked_to_the_widest_bridge() -> None:
    # 14 working days are left in 2026. Earliest: Friday 1 January. Latest: 元旦 rests to 3 January, as in 2026.
    due = CALENDAR.add_working_days(date(2026, 12, 11), 15)
    assert due == Due(date(2027, 1, 1), date(2027, 1, 4), fixed=False)


def test_a_range_over_the_spring_festival_of_2027_spans_the_widest_rest_of_five_years() -> None:
    # 春节 is on 6 February 2027; the widest rest was 2 days before it (2026) to 7 days after it (2024).
    due = CALENDAR.add_working_days(date(2027, 2, 3), 1)
    assert due == Due(date(2027, 2, 4), date(2027, 2, 15), fixed=False)


def test_a_year_whose_festivals_are_not_in_the_data_still_gives_a_range() -> None:
    due = CALENDAR.add_working_days(date(2060, 1, 15), 10)
    assert not due.fixed
    assert due.earliest == date(2060, 1, 29)
    assert due.latest > date(2060, 2, 22)


def test_publishing_the_year_turns_the_range_into_a_date() -> None:
    schedule = YearSchedule(2027, rest={date(2027, 1, 1): "元旦"}, make_up={date(2027, 1, 2): "元旦"})
    calendar = CALENDAR.with_years([schedule])
    assert calendar.add_working_days(date(2026, 12, 11), 15) == fixed("2027-01-02")
    assert calendar.digest() != CALENDAR.digest()


def test_a_change_within_the_year_moves_the_term_and_the_digest() -> None:
    calendar = CALENDAR.amended({date(2026, 10, 10): False})
    assert CALENDAR.add_working_days(date(2026, 9, 14), 15) == fixed("2026-10-10")
    assert calendar.add_working_days(date(2026, 9, 14), 15) == fixed("2026-10-12")
    assert calendar.digest() != CALENDAR.digest()


def test_amending_a_day_of_an_unpublished_year_does_not_publish_the_year() -> None:
    calendar = CALENDAR.amended({date(2027, 3, 2): False})
    assert calendar.is_working(date(2027, 3, 2)) is False
    assert not calendar.add_working_days(date(2027, 3, 1), 1).fixed


def test_the_counting_says_of_each_day_why_it_counts_or_does_not() -> None:
    counted = {each.day: each for each in CALENDAR.count(date(2026, 9, 14), 15)}
    assert counted[date(2026, 9, 15)].number == 1
    assert counted[date(2026, 9, 20)].kind is DayKind.MAKE_UP
    assert counted[date(2026, 9, 26)].kind is DayKind.HOLIDAY
    assert counted[date(2026, 9, 26)].name == "中秋"
    assert counted[date(2026, 10, 1)].number is None
    assert counted[date(2026, 10, 1)].name == "国庆节"
    assert (counted[date(2026, 10, 10)].number, counted[date(2026, 10, 10)].kind) == (15, DayKind.MAKE_UP)


def test_the_counting_of_a_provisional_term_marks_the_unpublished_days() -> None:
    last = CALENDAR.count(date(2026, 12, 30), 2)[-1]
    assert (last.day, last.number, last.published) == (date(2027, 1, 4), 2, False)


def test_working_days_between_leaves_out_the_first_day_and_takes_in_the_last() -> None:
    assert CALENDAR.working_days_between(date(2026, 10, 10), date(2026, 10, 30)) == 15
    assert CALENDAR.working_days_between(date(2026, 8, 12), date(2026, 8, 17)) == 3
    assert CALENDAR.working_days_between(date(2026, 8, 17), date(2026, 8, 12)) == 0


def test_a_term_of_no_days_ends_on_its_own_day() -> None:
    assert CALENDAR.add_working_days(date(2026, 10, 3), 0) == fixed("2026-10-03")


def test_the_day_of_an_instant_is_the_day_in_china() -> None:
    assert day_of(datetime(2026, 9, 14, 16, 30, tzinfo=UTC)) == date(2026, 9, 15)


def test_two_calendars_differ_from_the_first_day_that_they_count_otherwise() -> None:
    assert CALENDAR.first_difference(CALENDAR.amended({})) is None
    earlier, later = date(2020, 1, 31), date(2026, 10, 10)
    other = CALENDAR.amended({later: False, earlier: True})
    assert CALENDAR.first_difference(other) == other.first_difference(CALENDAR) == earlier


def test_an_amendment_that_says_what_holds_anyway_makes_no_difference() -> None:
    monday = date(2026, 4, 13)
    assert CALENDAR.first_difference(CALENDAR.amended({monday: True})) is None


def test_a_further_year_differs_from_its_first_day_that_was_not_published() -> None:
    further = CALENDAR.with_years([YearSchedule(year=2027, rest={}, make_up={})])
    assert further.first_difference(CALENDAR) == date(2027, 1, 1)


@pytest.mark.parametrize(("day", "end"), [("2024-02-05", "2024-02-29"), ("2026-12-31", "2026-12-31")])
def test_a_month_ends_with_its_last_day(day: str, end: str) -> None:
    assert month_end(date.fromisoformat(day)) == date.fromisoformat(end)
