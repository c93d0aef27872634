"""The working-day calendar of the State Council's yearly notices, as versioned data (A15, A18).

Counting [ours, by analogy with 民法典 Arts 201, 203]: the day of the event is not counted. Day 1 is the next working
day. Make-up Saturdays and Sundays count. A term ends with its last working day. All days are days in +08:00.

A year without a published notice is neither guessed nor an error: a term that reaches into it is a range. The earliest
end counts every weekday as a working day. The latest end counts as rest days the statutory days and the widest bridges
of the last five published years.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from itertools import accumulate

CHINA = timezone(timedelta(hours=8), "+08:00")
BRIDGE_YEARS = 5
FAR = 20  # years: beyond, the length of a span is no matter of single days
BEYOND = 2  # largest number of years after the last published one into which a term may reach

# The days of a year between which each festival can fall, for the years whose festivals are not in the data.
FESTIVAL_WINDOWS = {
    "元旦": ((1, 1), (1, 1)),
    "春节": ((1, 20), (2, 22)),
    "清明": ((4, 3), (4, 6)),
    "劳动节": ((5, 1), (5, 1)),
    "端午": ((5, 27), (6, 26)),
    "中秋": ((9, 6), (10, 9)),
    "国庆节": ((10, 1), (10, 1)),
}


def day_of(instant: datetime) -> date:
    """Return the day in +08:00 to which an instant belongs."""
    return instant.astimezone(CHINA).date()


def month_end(day: date) -> date:
    """Return the last day of the day's calendar month."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _weekdays_before(ordinal: int) -> int:
    """Return the number of days from Monday to Friday before a day, by its proleptic Gregorian ordinal."""
    weeks, rest = divmod(ordinal - 1, 7)  # ordinal 1 is a Monday
    return weeks * 5 + min(rest, 5)


class DayKind(StrEnum):
    WEEKDAY = "WEEKDAY"
    MAKE_UP = "MAKE_UP"
    WEEKEND = "WEEKEND"
    HOLIDAY = "HOLIDAY"


WORKING = frozenset({DayKind.WEEKDAY, DayKind.MAKE_UP})


@dataclass(frozen=True, slots=True)
class YearSchedule:
    """One year's notice: its rest days, the rest days that are worked, and the festival of each."""

    year: int
    rest: Mapping[date, str]
    make_up: Mapping[date, str]
    title: str = ""
    notice_no: str | None = None
    issued: date | None = None
    address: str | None = None

    def digest(self) -> str:
        """Return SHA-256 over the year's lines ``2026-01-01 rest 元旦`` and ``2026-01-04 work 元旦``, sorted."""
        lines = [f"{day} rest {name}\n" for day, name in self.rest.items()]
        lines += [f"{day} work {name}\n" for day, name in self.make_up.items()]
        return sha256("".join(sorted(lines)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a term: one date, or a provisional range while a year's calendar is unpublished."""

    earliest: date
    latest: date
    fixed: bool = True


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One day of a count. ``number`` is n for the n-th working day and None for a rest day."""

    day: date
    number: int | None
    kind: DayKind
    name: str | None = None
    published: bool = True


@dataclass(frozen=True)
class WorkingCalendar:
    """The working days. ``amendments`` (a change within the year, a local closure) prevail over the notices."""

    years: Mapping[int, YearSchedule]
    festivals: Mapping[int, Mapping[str, date]]
    amendments: Mapping[date, bool] = field(default_factory=dict)
    # At most one entry per start day and number of days.
    _due: dict[tuple[date, int], Due] = field(default_factory=dict, repr=False, compare=False)
    # At most one entry per year within ``FAR`` years of a published one.
    _worked: dict[int, tuple[int, ...]] = field(default_factory=dict, repr=False, compare=False)
    _possible: dict[int, Mapping[date, str]] = field(default_factory=dict, repr=False, compare=False)

    def is_working(self, day: date) -> bool | None:
        """Return whether the day is worked, or None while its year is unpublished."""
        kind, _, published = self._look_up(day)
        return kind in WORKING if published else None

    def add_working_days(self, start: date, days: int) -> Due:
        """Return the last day of a term of ``days`` working days that begins on the day after ``start``."""
        due = self._due.get((start, days))
        if due is None:
            due = self._due[start, days] = self._add(start, days)
        return due

    def count(self, start: date, days: int) -> tuple[CountedDay, ...]:
        """Return each day from the day after ``start`` to the latest due date, with the reason why it counts or not."""
        counted: list[CountedDay] = []
        number = 0
        for day in _days_after(start):
            if number == days:
                break
            kind, name, published = self._look_up(day)
            works = kind in WORKING
            number += works
            counted.append(CountedDay(day, number if works else None, kind, name, published))
        return tuple(counted)

    def working_days_between(self, start: date, end: date) -> int:
        """Return the number of working days after ``start`` up to and including ``end``.

        In an unpublished year this is the smallest possible number; in a year that is more than ``FAR`` years from
        every published one, Monday to Friday are counted.
        """
        if end <= start:
            return 0
        between = range(start.year, end.year)
        return sum(map(self._worked_in, between)) + self._worked_by(end) - self._worked_by(start)

    def _worked_in(self, year: int) -> int:
        return self._worked_by(date(year, 12, 31))

    def _worked_by(self, day: date) -> int:
        """Return the number of working days of its year up to the day."""
        first = date(day.year, 1, 1)
        if self._is_far(day.year):
            return _weekdays_before(day.toordinal() + 1) - _weekdays_before(first.toordinal())
        worked = self._worked.get(day.year)
        if worked is None:
            days = map(date.fromordinal, range(first.toordinal(), date(day.year, 12, 31).toordinal() + 1))
            worked = tuple(accumulate(self._look_up(each)[0] in WORKING for each in days))
            self._worked[day.year] = worked
        return worked[day.timetuple().tm_yday - 1]

    def _is_far(self, year: int) -> bool:
        first, last = self._known_years
        return not first - FAR <= year <= last + FAR

    @cached_property
    def _known_years(self) -> tuple[int, int]:
        """Return the first and the last year of which anything is known."""
        known = {*self.years, *(day.year for day in self.amendments)}
        return (min(known), max(known)) if known else (FAR, -FAR)

    def amended(self, days: Mapping[date, bool]) -> WorkingCalendar:
        """Return the calendar after a change within a published year, or after a local closure."""
        return WorkingCalendar(self.years, self.festivals, {**self.amendments, **days})

    def with_years(self, schedules: Iterable[YearSchedule]) -> WorkingCalendar:
        """Return the calendar after further years were published. Provisional ranges become fixed dates."""
        years = {**self.years, **{schedule.year: schedule for schedule in schedules}}
        return WorkingCalendar(years, self.festivals, self.amendments)

    def first_difference(self, other: WorkingCalendar) -> date | None:
        """Return the first day, from the first known year on, on which the two calendars differ, or None.

        The search ends a few years after the last published one, because no term reaches further.
        """
        years = {*self.years, *other.years, *(day.year for day in (*self.amendments, *other.amendments))}
        if not years:
            return None
        first, last = date(min(years), 1, 1), date(max(years) + BEYOND, 12, 31)
        days = map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))
        return next((day for day in days if self._look_up(day) != other._look_up(day)), None)

    def digest(self) -> str:
        """Return SHA-256 over a line ``2026 <digest>`` per year, then a line ``2026-01-01 work`` per amendment.

        An amendment that makes a rest day has ``rest`` in place of ``work``.
        """
        lines = _year_lines(self.years.values())
        lines += [f"{day} {'work' if works else 'rest'}\n" for day, works in sorted(self.amendments.items())]
        return sha256("".join(lines).encode()).hexdigest()

    def _add(self, start: date, days: int) -> Due:
        if days == 0:
            return Due(start, start)
        counting = self.count(start, days)
        latest = counting[-1].day
        if all(day.published for day in counting):
            return Due(latest, latest)
        worked = (
            day
            for day in _days_after(start)
            if self.is_working(day) or (self.is_working(day) is None and day.weekday() < 5)
        )
        earliest = next(day for number, day in enumerate(worked, 1) if number == days)
        return Due(earliest, latest, fixed=False)

    def _look_up(self, day: date) -> tuple[DayKind, str | None, bool]:
        """Return the kind of the day, its festival, and whether its year is published.

        In an unpublished year the kind is the worst case.
        """
        weekend = day.weekday() > 4
        amended = self.amendments.get(day)
        if amended is not None:
            return (DayKind.MAKE_UP if weekend else DayKind.WEEKDAY) if amended else DayKind.HOLIDAY, None, True
        schedule = self.years.get(day.year)
        if schedule is None:
            name = self._possible_rest(day.year).get(day)
            return DayKind.HOLIDAY if name else DayKind.WEEKEND if weekend else DayKind.WEEKDAY, name, False
        if day in schedule.rest:
            return DayKind.HOLIDAY, schedule.rest[day], True
        if day in schedule.make_up:
            return DayKind.MAKE_UP, schedule.make_up[day], True
        return DayKind.WEEKEND if weekend else DayKind.WEEKDAY, None, True

    def _possible_rest(self, year: int) -> Mapping[date, str]:
        """Return the days of an unpublished year that may become rest days.

        Days before the next year's 元旦 are among them.
        """
        if year not in self._possible:
            self._possible[year] = {
                day: name
                for around in (year, year + 1)
                for name, (before, after) in self._bridges.items()
                for day in self._around(around, name, before, after)
                if day.year == year
            }
        return self._possible[year]

    def _around(self, year: int, name: str, before: int, after: int) -> Iterator[date]:
        known = self.festivals.get(year, {}).get(name)
        first, last = FESTIVAL_WINDOWS[name]
        start, end = (known, known) if known else (date(year, *first), date(year, *last))
        return map(date.fromordinal, range(start.toordinal() - before, end.toordinal() + after + 1))

    @cached_property
    def _bridges(self) -> dict[str, tuple[int, int]]:
        """Return, per festival, the most rest days before and after its own day in the last five published years."""
        widest = dict.fromkeys(FESTIVAL_WINDOWS, (0, 0))
        for year in sorted(self.years)[-BRIDGE_YEARS:]:
            for day, name in self.years[year].rest.items():
                if name in widest:
                    offset = self._offset(day, name)
                    before, after = widest[name]
                    widest[name] = (max(before, -offset), max(after, offset))
        return widest

    def _offset(self, day: date, name: str) -> int:
        """Return the distance in days of a rest day from its festival.

        31 December may precede the next year's 元旦.
        """
        own_days = [self.festivals[year][name] for year in (day.year, day.year + 1) if year in self.festivals]
        return min(((day - own).days for own in own_days), key=abs, default=0)


def publication_digest(schedules: Sequence[YearSchedule]) -> str:
    """Return the digest that ``calendar.published`` states.

    For one year it is the year's own digest. For several it is SHA-256 over a line ``2026 <digest>`` per year.
    """
    if len(schedules) == 1:
        return schedules[0].digest()
    return sha256("".join(_year_lines(schedules)).encode()).hexdigest()


def _year_lines(schedules: Iterable[YearSchedule]) -> list[str]:
    return [f"{each.year} {each.digest()}\n" for each in sorted(schedules, key=lambda each: each.year)]


def _days_after(start: date) -> Iterator[date]:
    day = start
    while True:
        day += timedelta(days=1)
        yield day
