"""The working days in force: the bundled calendar with the changes of the calendar/ streams (A15, A18).

``calendar.published`` names years and a digest, never days. The days are those of the bundled years with that digest
(``publication_digest``). Years with another digest stay provisional, because their days are not known here.
``calendar.amended`` and ``calendar.local_overlay_added`` carry their days.

The years of the founding record are published without an event. Any other bundled year waits for its event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from domain.deadlines.calendar import WorkingCalendar, YearSchedule, publication_digest
from domain.events import CalendarAmended, CalendarLocalOverlayAdded, CalendarPublished
from domain.families.founding.events import FoundingCalendar
from domain.families.supervision.events import CalendarDay
from domain.judgement.corrections import corrected
from domain.state import Annotations, CalendarState, Fact
from domain.vocabulary.divisions import covers

CalendarChange = CalendarPublished | CalendarAmended | CalendarLocalOverlayAdded


@dataclass(frozen=True, slots=True)
class CalendarRegister:
    """The calendars of one log position.

    ``calendar`` holds in every division. ``unknown`` are the years that were published with a digest not bundled here.
    """

    calendar: WorkingCalendar
    overlays: tuple[CalendarLocalOverlayAdded, ...] = ()
    unknown: Mapping[int, str] = field(default_factory=dict)
    # One entry per division. A calendar caches its counts, so each calendar is built once.
    _local: dict[str, WorkingCalendar] = field(default_factory=dict, repr=False, compare=False)

    def of(self, division: str) -> WorkingCalendar:
        """Return the calendar of a division.

        A closure in the division, or in one above it, prevails over the yearly notices.
        """
        local = self._local.get(division)
        if local is None:
            days = {}
            for overlay in self.overlays:
                if covers(overlay.division, division):
                    days.update(_by_date(overlay.days))
            local = self._local[division] = self.calendar.amended(days) if days else self.calendar
        return local


def calendar_register(
    states: Iterable[CalendarState], shipped: WorkingCalendar, founded: FoundingCalendar | None = None
) -> CalendarRegister:
    """Build the register from the states of the calendar/ streams.

    ``founded`` None: every bundled year is in force.
    """
    unknown: dict[int, str] = {}
    years = dict(shipped.years) if founded is None else _founding_years(shipped, founded, unknown)
    amendments: dict[date, bool] = {}
    overlays: list[CalendarLocalOverlayAdded] = []
    for event in _standing(states):
        match event:
            case CalendarPublished():
                for year in event.years:
                    years.pop(year, None)
                    unknown[year] = event.digest
                for schedule in _published(shipped, event):
                    years[schedule.year] = schedule
                    del unknown[schedule.year]
                # A notice replaces its whole year, so earlier changes within that year end.
                amendments = {day: works for day, works in amendments.items() if day.year not in event.years}
            case CalendarAmended():
                amendments.update(_by_date(event.days))
            case CalendarLocalOverlayAdded():
                overlays.append(event)
    return CalendarRegister(WorkingCalendar(years, shipped.festivals, amendments), tuple(overlays), unknown)


def _founding_years(
    shipped: WorkingCalendar, founded: FoundingCalendar, unknown: dict[int, str]
) -> dict[int, YearSchedule]:
    years = {year: shipped.years[year] for year in founded.years if year in shipped.years}
    if WorkingCalendar(years, {}).digest() == founded.digest:
        return years
    unknown.update(dict.fromkeys(founded.years, founded.digest))
    return {}


def _published(shipped: WorkingCalendar, event: CalendarPublished) -> Iterable[YearSchedule]:
    """Return the bundled years whose digest the event states: all years that it names, or none."""
    schedules = [shipped.years[year] for year in sorted(set(event.years)) if year in shipped.years]
    complete = len(schedules) == len(set(event.years))
    return schedules if complete and publication_digest(schedules) == event.digest else ()


def _standing(states: Iterable[CalendarState]) -> Iterator[CalendarChange]:
    """Yield the changes in the order of the log, with corrections and without disowned records."""
    stated: list[tuple[Fact, CalendarChange, Annotations]] = []
    for state in states:
        changes: tuple[tuple[CalendarChange, Fact], ...] = (*state.published, *state.amended, *state.overlays)
        for event, fact in changes:
            if state.marks.not_disowned(fact):
                stated.append((fact, event, state.marks))
    for fact, event, marks in sorted(stated, key=lambda each: each[0].index):
        yield corrected(event, fact.key, marks)


def _by_date(days: Iterable[CalendarDay]) -> dict[date, bool]:
    return {day.date: day.working for day in days}
