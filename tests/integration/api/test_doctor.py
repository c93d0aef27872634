"""What the doctor says of the law and the working days: those that the ledger's own records name."""

from __future__ import annotations

from datetime import date

import pytest

from api.server.doctor import CheckResult, rules
from domain import events as e
from domain.rules.bundled import load_calendar
from replay.rulebook import Rulebook, bundled, changes_rules, rulebook_of
from tests.support.random_rule_change_case import LENIENT, ORDER_85, activated
from tests.support.story import AUTHORITY, DIGEST, DOC, Story

TODAY = date(2026, 11, 27)
NEXT_YEAR = date(2027, 1, 4)


def rulebook_after(*events: tuple[str, e.Event]) -> Rulebook:
    story = Story()
    for stream, event in events:
        story.record(stream, AUTHORITY, "2026-11-20", event)
    return rulebook_of(filter(changes_rules, story.acts), bundled())


def calendar(rulebook: Rulebook, today: date = TODAY) -> CheckResult:
    return next(iter(rules(rulebook, today=today)))


def law(rulebook: Rulebook, today: date = TODAY) -> CheckResult:
    return list(rules(rulebook, today=today))[1]


def published(digest: str) -> tuple[str, e.Event]:
    return "calendar/cn", e.CalendarPublished(post="岗-01", years=(2026,), notice=DOC, digest=digest)


def test_a_ledger_whose_year_is_published_and_whose_law_is_here_is_well() -> None:
    assert (calendar(rulebook_after()).good, calendar(rulebook_after()).detail) == (True, "2004–2026")
    assert (law(rulebook_after()).good, law(rulebook_after()).detail) == (True, "js-85-2012 v1")


def test_a_year_that_nobody_published_is_to_be_recorded() -> None:
    finding = calendar(rulebook_after(), NEXT_YEAR)
    assert (finding.good, finding.mend) == (False, "record calendar.published for 2027")


@pytest.mark.parametrize(("digest", "good"), [(load_calendar().years[2026].digest(), True), (DIGEST, False)])
def test_a_year_published_with_days_that_are_not_here_asks_for_another_version(digest: str, good: bool) -> None:
    finding = calendar(rulebook_after(published(digest)))
    assert finding.good is good
    assert (f"2026 {DIGEST[:16]}…" in finding.mend) is not good


def test_a_rule_set_that_is_not_here_is_named() -> None:
    finding = law(rulebook_after(("ruleset/js-85-2012", activated(LENIENT))))
    assert not finding.good
    assert f"js-85-2012 v2 {LENIENT.digest[:16]}…" in finding.mend


def test_where_no_law_is_in_force_one_is_to_be_activated() -> None:
    finding = law(rulebook_after(("ruleset/js-85-2012", activated(ORDER_85, version=9, status="disabled"))))
    assert (finding.good, finding.detail, finding.mend) == (False, "none in force", "record ruleset.activated")
