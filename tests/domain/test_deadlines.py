"""Clocks, with the dates of the demo year 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from domain.deadlines.calendar import CHINA, Due
from domain.deadlines.deadline import (
    answer_again_clock,
    end_of_term,
    filing_clock,
    response_clock,
    review_clock,
    set_day,
    statistics_clock,
    update_clock,
)
from domain.rules.bundled import load_calendar, load_review_terms, load_rule_sets
from domain.rules.rule_set import Certainty

CALENDAR = load_calendar()
RULES = load_rule_sets()["js-85-2012"]
PRIVACY = frozenset({"privacy"})
FROZEN = datetime(2026, 10, 30, 9, tzinfo=CHINA)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-09", "2026-03-30"),
        ("2026-04-13", "2026-05-07"),
        ("2026-06-08", "2026-06-30"),
        ("2026-05-18", "2026-06-08"),
        ("2026-07-06", "2026-07-27"),
        ("2026-09-14", "2026-10-10"),
        ("2026-10-12", "2026-11-02"),
        ("2026-10-19", "2026-11-09"),
    ],
)
def test_a_request_for_sensitive_information_is_due_15_working_days_after_receipt(received: str, due: str) -> None:
    deadline = response_clock(at(f"{received}T10:00"), PRIVACY, RULES, CALENDAR)
    assert deadline.due == Due(date.fromisoformat(due), date.fromisoformat(due))
    assert deadline.basis == "A18 ¶1"
    assert deadline.certainty is Certainty.RECONSTRUCTED


@pytest.mark.parametrize(
    ("changed", "due"), [("2026-09-07", "2026-10-10"), ("2026-07-06", "2026-08-03")], ids=["C03 and C12", "C13"]
)
def test_changed_information_is_to_be_updated_within_20_working_days(changed: str, due: str) -> None:
    deadline = update_clock(at(f"{changed}T10:00"), RULES, CALENDAR)
    assert deadline.due == Due(date.fromisoformat(due), date.fromisoformat(due))
    assert deadline.basis == "A15 ¶2"


def test_a_request_for_other_information_has_no_due_date_and_says_why() -> None:
    deadline = response_clock(at("2026-03-16T10:00"), frozenset({"work_secret"}), RULES, CALENDAR)
    assert (deadline.due, deadline.basis) == (None, "none in Order 85")
    assert not deadline.overdue(FROZEN)
    assert deadline.days_left(FROZEN, CALENDAR) is None
    assert deadline.counting(CALENDAR) == ()


def test_a_request_received_at_1630_utc_counts_from_the_next_day_in_china() -> None:
    received = datetime.fromisoformat("2026-03-08T16:30:00+00:00")
    assert response_clock(received, PRIVACY, RULES, CALENDAR).due == Due(date(2026, 3, 30), date(2026, 3, 30))


def test_silence_past_the_due_day_is_overdue_by_working_days_with_today_included() -> None:
    deadline = response_clock(at("2026-09-14T10:00"), PRIVACY, RULES, CALENDAR)
    assert deadline.overdue(FROZEN)
    assert deadline.days_late(FROZEN, CALENDAR) == 15


def test_the_due_day_itself_is_not_late_until_24_hours() -> None:
    deadline = response_clock(at("2026-09-14T10:00"), PRIVACY, RULES, CALENDAR)
    assert not deadline.overdue(at("2026-10-10T23:59:59"))
    assert deadline.overdue(at("2026-10-11T00:00:00"))
    assert deadline.days_late(at("2026-10-10T23:59:59"), CALENDAR) == 0


def test_a_running_clock_says_how_many_working_days_are_left() -> None:
    assert response_clock(at("2026-10-12T10:00"), PRIVACY, RULES, CALENDAR).days_left(FROZEN, CALENDAR) == 1
    assert response_clock(at("2026-10-19T10:00"), PRIVACY, RULES, CALENDAR).days_left(FROZEN, CALENDAR) == 6


def test_an_update_after_the_due_day_was_late_and_is_no_longer_overdue() -> None:
    deadline = update_clock(at("2026-07-06T10:00"), RULES, CALENDAR, updated_at=at("2026-08-20T10:00"))
    assert deadline.late(FROZEN)
    assert not deadline.overdue(FROZEN)
    assert deadline.overdue(at("2026-08-10T10:00"))
    assert deadline.days_late(FROZEN, CALENDAR) == 13


def test_an_answer_on_the_14th_day_is_in_time_where_counting_weekdays_would_accuse() -> None:
    deadline = response_clock(at("2026-04-13T10:00"), PRIVACY, RULES, CALENDAR, answered_at=at("2026-05-06T10:00"))
    assert not deadline.late(FROZEN)
    assert len([day for day in deadline.counting(CALENDAR) if day.day <= date(2026, 5, 6) and day.number]) == 14


def test_a_refusal_is_to_be_filed_on_its_own_day() -> None:
    deadline = filing_clock(at("2026-06-18T10:00"), RULES, CALENDAR)
    assert deadline.due == Due(date(2026, 6, 18), date(2026, 6, 18))
    assert deadline.basis == "A18 ¶2"
    assert deadline.certainty is Certainty.OURS


def test_the_provider_answers_again_within_a_setting_that_is_not_in_law() -> None:
    deadline = answer_again_clock(at("2026-09-03T10:00"), RULES, CALENDAR, answered_at=at("2026-09-08T10:00"))
    assert deadline.due == Due(date(2026, 9, 23), date(2026, 9, 23))
    assert deadline.basis == "not in law"
    assert not deadline.late(FROZEN)


def test_a_provisional_deadline_warns_from_its_earliest_and_is_overdue_only_after_its_latest_end() -> None:
    deadline = response_clock(at("2026-12-11T10:00"), PRIVACY, RULES, CALENDAR)
    assert deadline.due == Due(date(2027, 1, 1), date(2027, 1, 4), fixed=False)
    assert deadline.warns_at == at("2027-01-02T00:00")
    assert not deadline.overdue(at("2027-01-04T23:00"))
    assert deadline.overdue(at("2027-01-05T00:00"))


def test_the_close_of_business_can_be_set_as_the_end_of_the_day() -> None:
    assert end_of_term(date(2026, 10, 10), "17:30") == at("2026-10-10T17:30")
    closing = replace(RULES, settings=replace(RULES.settings, end_of_day="17:30"))
    assert response_clock(at("2026-09-14T10:00"), PRIVACY, closing, CALENDAR).overdue(at("2026-10-10T17:30"))


def test_statistics_are_due_when_the_grace_after_their_period_is_over() -> None:
    deadline = statistics_clock(date(2026, 4, 30), RULES, CALENDAR)
    assert deadline.due == Due(date(2026, 4, 30), date(2026, 4, 30))
    assert (deadline.certainty, deadline.basis) == (Certainty.OURS, "A14 ¶3")
    later = replace(RULES, settings=replace(RULES.settings, statistics_grace_wd=2))
    assert statistics_clock(date(2026, 4, 30), later, CALENDAR).due == Due(date(2026, 5, 7), date(2026, 5, 7))


def test_the_day_that_an_order_sets_is_counted_by_nobody() -> None:
    deadline = set_day("CORRECTION", at("2026-07-21T10:00"), date(2026, 8, 11), RULES)
    assert (deadline.days, deadline.basis, deadline.counting(CALENDAR)) == (None, "A33", ())
    assert deadline.ends_at == at("2026-08-12T00:00")


@pytest.mark.parametrize(("unclear", "due"), [("2026-09-16", "2026-09-30"), ("2024-08-30", None)])
def test_an_unclear_item_is_reported_in_the_term_of_the_law_of_2024_and_before_it_there_was_none(
    unclear: str, due: str | None
) -> None:
    started = at(f"{unclear}T10:00")
    report, decision = load_review_terms().on(started.date())
    deadline = review_clock("REVIEW_REPORT", started, report, RULES, CALENDAR)
    assert deadline.due == (None if due is None else Due(date.fromisoformat(due), date.fromisoformat(due)))
    assert (decision.value, deadline.certainty) == (report.value, Certainty.UNVERIFIED)
    assert deadline.rule_set == "cn-secrecy-2024"
