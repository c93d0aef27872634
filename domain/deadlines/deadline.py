"""Deadlines: the due day of an answer, an update or a filing, and whether it has passed at a stated instant.

A deadline is a function of facts and does not read the clock. Where the rule set gives no number there is an age and no
due date. Silence is never an approval. A provisional range is overdue only after its latest end.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from domain.deadlines.calendar import CHINA, CountedDay, Due, WorkingCalendar, day_of
from domain.rules.rule_set import Certainty, Number, RuleSet
from domain.vocabulary.codes import Clock, ShownClock
from domain.vocabulary.sensitivity import is_sensitive

NOT_IN_LAW = "not in law"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A running or stopped clock.

    ``basis`` names the article, or says that there is none; ``due`` is then None. ``rule_set`` is the rule set that
    gives the number of days. In a stack it may differ from the one that judges. It is None for a setting, and for a day
    that an organ set itself; the latter has no ``days``.
    """

    clock: ShownClock
    started_at: datetime
    days: int | None
    basis: str
    certainty: Certainty
    due: Due | None
    end_of_day: str
    met_at: datetime | None = None
    rule_set: str | None = None

    @property
    def ends_at(self) -> datetime | None:
        """Return the first instant after the latest due day. An act from then on is late."""
        return None if self.due is None else end_of_term(self.due.latest, self.end_of_day)

    @property
    def warns_at(self) -> datetime | None:
        """Return the first instant after the earliest day on which a provisional range may end."""
        return None if self.due is None else end_of_term(self.due.earliest, self.end_of_day)

    def late(self, instant: datetime) -> bool:
        """Return whether the clock ran out before its stop, or before ``at`` if it still runs."""
        ends_at = self.ends_at
        return ends_at is not None and (self.met_at or instant) >= ends_at

    def overdue(self, instant: datetime) -> bool:
        """Return whether the clock still runs at ``at`` and has run out."""
        return (self.met_at is None or self.met_at > instant) and self.late(instant)

    def days_late(self, instant: datetime, calendar: WorkingCalendar) -> int:
        """Return the working days after the due day, up to and including the day of the stop or of ``at``."""
        if self.due is None or not self.late(instant):
            return 0
        return calendar.working_days_between(self.due.latest, day_of(self.met_at or instant))

    def days_left(self, instant: datetime, calendar: WorkingCalendar) -> int | None:
        """Return the working days after the day of ``at`` up to the earliest end."""
        return None if self.due is None else calendar.working_days_between(day_of(instant), self.due.earliest)

    def counting(self, calendar: WorkingCalendar) -> tuple[CountedDay, ...]:
        """Return the count day by day, with holidays and make-up days. It is empty without a number of days."""
        return () if self.days is None else calendar.count(day_of(self.started_at), self.days)


def end_of_term(day: date, end_of_day: str) -> datetime:
    """Return the instant at which a term that ends on ``day`` runs out (setting: 24:00, or the close of business)."""
    if end_of_day == "24:00":
        return datetime.combine(day + timedelta(days=1), time(), CHINA)
    return datetime.combine(day, time.fromisoformat(end_of_day), CHINA)


def response_clock(
    received_at: datetime,
    classes: Collection[str],
    rules: RuleSet,
    calendar: WorkingCalendar,
    *,
    share_type: str | None = None,
    answered_at: datetime | None = None,
) -> Deadline:
    """A18 ¶1: 15 working days from receipt, for sensitive information only. A supplement does not stop the clock.

    ``share_type`` is the type at receipt by the provider's classification, because a later rule set may know
    unconditional sharing (1).
    """
    number = rules.response_number(sensitive=is_sensitive(classes), share_type=share_type)
    return _clock("RESPONSE", received_at, number, rules, calendar, answered_at)


def update_clock(
    changed_at: datetime, rules: RuleSet, calendar: WorkingCalendar, *, updated_at: datetime | None = None
) -> Deadline:
    """A15 ¶2: 20 working days from the change of the shared information, for every class."""
    return _clock("UPDATE", changed_at, rules.update, rules, calendar, updated_at)


def filing_clock(
    refused_at: datetime, rules: RuleSet, calendar: WorkingCalendar, *, filed_at: datetime | None = None
) -> Deadline:
    """A18 ¶2: a refusal is filed on the day of the response. A grace is a setting and not in law."""
    number = _setting(rules.settings.refusal_filing_grace_wd, "A18 ¶2")
    return _clock("FILING", refused_at, number, rules, calendar, filed_at)


def answer_again_clock(
    reopened_at: datetime, rules: RuleSet, calendar: WorkingCalendar, *, answered_at: datetime | None = None
) -> Deadline:
    """The provider answers again after a determination, an outcome or an order to correct. The term is a setting."""
    number = _setting(rules.settings.answer_again_wd, None)
    return _clock("ANSWER_AGAIN", reopened_at, number, rules, calendar, answered_at)


def statistics_clock(
    period_end: date, rules: RuleSet, calendar: WorkingCalendar, *, filed_at: datetime | None = None
) -> Deadline:
    """A14 ¶3: statistics are filed "regularly", without a number. Period and grace are settings."""
    number = _setting(rules.settings.statistics_grace_wd, "A14 ¶3")
    return _clock("STATISTICS", datetime.combine(period_end, time(), CHINA), number, rules, calendar, filed_at)


def review_clock(
    clock: Literal["REVIEW_REPORT", "REVIEW_DECISION"],
    started_at: datetime,
    number: Number,
    rules: RuleSet,
    calendar: WorkingCalendar,
    *,
    met_at: datetime | None = None,
) -> Deadline:
    """4.5: an unclear item is reported, and the report is decided. Both terms come from a law other than Order 85."""
    return _clock(clock, started_at, number, rules, calendar, met_at)


def set_day(
    clock: Literal["CORRECTION", "RULING"],
    started_at: datetime,
    last_day: date,
    rules: RuleSet,
    *,
    met_at: datetime | None = None,
) -> Deadline:
    """The last day that an order to correct (A33) or a ruling (A13 ¶1) sets itself. Nothing is counted."""
    return Deadline(
        clock=clock,
        started_at=started_at,
        days=None,
        basis="A33" if clock == "CORRECTION" else "A13 ¶1",
        certainty=Certainty.RECONSTRUCTED,
        due=Due(last_day, last_day),
        end_of_day=rules.settings.end_of_day,
        met_at=met_at,
    )


def _setting(days: int, article: str | None) -> Number:
    return Number(days, article, NOT_IN_LAW, Certainty.OURS)


def _clock(
    clock: Clock,
    started_at: datetime,
    number: Number,
    rules: RuleSet,
    calendar: WorkingCalendar,
    met_at: datetime | None,
) -> Deadline:
    due = None if number.value is None else calendar.add_working_days(day_of(started_at), number.value)
    return Deadline(
        clock=clock,
        started_at=started_at,
        days=number.value,
        basis=number.article or number.source,
        certainty=number.certainty,
        due=due,
        end_of_day=rules.settings.end_of_day,
        met_at=met_at,
        rule_set=number.rule_set,
    )
