"""The law and the working days follow the log: what a record changes of them is judged and counted again, beside the
old, and as of an earlier size nothing has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from domain import events as e
from domain.act import Act
from domain.families.founding.events import FoundingCalendar, FoundingRuleSet
from domain.rules.bundled import load_calendar
from domain.vocabulary.uscc import check_character
from ledger.store.store import Store
from projections.deadlines.query import DeadlineRow
from projections.deadlines.state_sql import DeadlineFilters
from projections.engine.runner import Runner
from projections.query.paging import QueryOptions
from projections.query.queries import Queries
from projections.query.snapshot import SnapshotRequest
from tests.support.casebook import at
from tests.support.log_writer import write_acts
from tests.support.payloads import ORIGIN, founded
from tests.support.random_rule_change_case import DATA, LENIENT, ORDER_85, REGULATION_809, SCHEDULE_2027, activated
from tests.support.story import AUTHORITY, DIGEST, DOC, PROVIDER, REQUESTER, Story

Run = Callable[..., Runner]
PRIVACY = ("privacy",)
CITY = "11320100000000303" + check_character("11320100000000303")
CALENDAR = load_calendar()  # as it was shipped when the ledger was founded: without 2027


def a_ledger() -> Story:
    """Founded with Order 85 and the years to 2026, though the software comes with 2027 by now."""
    story = Story()
    event = founded(
        rule_set=FoundingRuleSet(id="js-85-2012", version=1, digest=ORDER_85.digest),
        calendar=FoundingCalendar(years=tuple(sorted(CALENDAR.years)), digest=CALENDAR.digest()),
    )
    story.record(f"ledger/{ORIGIN}", AUTHORITY, "2026-01-02", event)
    story.cast()
    story.party(CITY, division="320100")
    return story


def received(story: Story, day: str, classes: tuple[str, ...] = PRIVACY) -> Story:
    story.classified(classes)
    story.requested(time=day, classes_acknowledged=classes)
    story.received(time=day, classes=classes)
    return story


def granted() -> Story:
    story = received(a_ledger(), "2026-03-09", ())
    story.approved()
    return story


def queries_after(store: Store, run: Run, story: Story) -> Queries:
    write_acts(store, story.acts[store.head().size :])
    return Queries(store, run(data=DATA), DATA)


def clock_of(answers: Queries, *, as_of: int | None = None, asked: str = "2026-12-20") -> DeadlineRow:
    options = QueryOptions(snapshot_request=SnapshotRequest(as_of=as_of, instant=at(asked)))
    (row,) = answers.deadlines.board(DeadlineFilters(clock="RESPONSE", state="any"), options).rows
    return row


def reasons(answers: Queries, act: Act, *, as_of: int | None = None, asked: str | None = None) -> list[str]:
    options = QueryOptions(snapshot_request=SnapshotRequest(as_of=as_of, instant=at(asked) if asked else None))
    found = [row for row in answers.judgements(act.index, options).rows if row.known_to is None or as_of is not None]
    return [reason.code for reason in found[-1].reasons]


def published(digest: str = "", *years: int) -> e.CalendarPublished:
    return e.CalendarPublished(
        post="岗-01", years=years or (2027,), notice=DOC, digest=digest or SCHEDULE_2027.digest()
    )


def amended(days: Sequence[str], *, working: bool = False) -> e.CalendarAmended:
    changed = tuple(e.CalendarDay(date=date.fromisoformat(day), working=working) for day in days)
    return e.CalendarAmended(post="岗-01", notice=DOC, digest=DIGEST, days=changed)


# --- a year that is not published


def test_a_published_year_makes_the_range_a_date_and_as_of_before_it_is_a_range(store: Store, run: Run) -> None:
    story = received(a_ledger(), "2026-12-14")
    answers = queries_after(store, run, story)
    before = clock_of(answers)
    assert (before.provisional, before.earliest, before.latest) == (True, date(2027, 1, 4), date(2027, 1, 5))
    event = story.record("calendar/cn", AUTHORITY, "2026-12-18", published())
    answers = queries_after(store, run, story)
    now, then = clock_of(answers), clock_of(answers, as_of=event.index)
    assert (now.provisional, now.earliest, now.latest) == (False, date(2027, 1, 5), date(2027, 1, 5))
    assert then == before


def test_a_year_published_under_a_digest_that_is_not_shipped_stays_a_range(store: Store, run: Run) -> None:
    story = received(a_ledger(), "2026-12-14")
    story.record("calendar/cn", AUTHORITY, "2026-12-18", published(DIGEST))
    assert clock_of(queries_after(store, run, story)).provisional


def test_a_range_is_overdue_only_after_its_latest_day(store: Store, run: Run) -> None:
    answers = queries_after(store, run, received(a_ledger(), "2026-12-14"))
    asked = ("2027-01-05", "2027-01-05T23:59", "2027-01-06T00:00")
    assert [clock_of(answers, asked=each).state for each in asked] == ["running", "running", "overdue"]
    assert clock_of(answers, asked=asked[0]).days_left == 0


# --- days that change within a year


def test_an_amended_day_moves_the_clock_and_clears_an_answer_that_was_late(store: Store, run: Run) -> None:
    story = received(a_ledger(), "2026-09-14")
    answered = story.approved(time="2026-10-12", classes=PRIVACY)
    event = story.record("calendar/cn", AUTHORITY, "2026-10-13", amended(["2026-09-28"]))
    answers = queries_after(store, run, story)
    assert clock_of(answers, as_of=event.index).state == "late"
    assert (clock_of(answers).state, clock_of(answers).latest) == ("met", date(2026, 10, 12))
    assert reasons(answers, answered, as_of=event.index) == ["LATE_RESPONSE"]
    assert reasons(answers, answered) == []


def test_an_amended_day_is_no_day_of_a_recording_lag(store: Store, run: Run) -> None:
    story = granted()
    used = story.used(time="2026-04-10", recorded="2026-04-14")
    event = story.record("calendar/cn", AUTHORITY, "2026-04-20", amended(["2026-04-13"]))
    answers = queries_after(store, run, story)
    assert reasons(answers, used, as_of=event.index) == ["LATE_RECORD"]
    assert reasons(answers, used) == []


def test_a_grace_that_still_runs_is_counted_again_though_its_act_is_long_recorded(store: Store, run: Run) -> None:
    story = granted()
    used = story.used(time="2026-04-10", purpose_code=None, purpose_text=None)
    event = story.record("calendar/cn", AUTHORITY, "2026-04-11T15:00", amended(["2026-04-13"]))
    answers = queries_after(store, run, story)

    def verdict(as_of: int) -> list[str | None]:
        options = QueryOptions(snapshot_request=SnapshotRequest(as_of=as_of, instant=at("2026-04-14")))
        return [row.verdict for row in answers.access(options=options).rows if row.index == used.index]

    assert verdict(event.index) == ["UNAUTHORIZED"]
    assert verdict(event.index + 1) == ["UNDETERMINED"]


def test_a_disowned_amendment_has_no_force(store: Store, run: Run) -> None:
    story = received(a_ledger(), "2026-09-14")
    event = story.record("calendar/cn", AUTHORITY, "2026-09-20", amended(["2026-09-28"]))
    disowned = story.disowned(event, time="2026-09-22")
    answers = queries_after(store, run, story)
    assert clock_of(answers, as_of=disowned.index).latest == date(2026, 10, 12)
    assert clock_of(answers).latest == date(2026, 10, 10)


def test_a_local_closure_moves_the_clocks_of_its_division_only(store: Store, run: Run) -> None:
    story = a_ledger()
    story.classified(PRIVACY)
    for name, provider in (("1", PROVIDER), ("2", CITY)):
        story.requested(name=name, time="2026-09-14", provider=provider, classes_acknowledged=PRIVACY)
        event = e.RequestReceived(post="岗-01", how="PLATFORM", class_at_receipt=PRIVACY)  # type: ignore[arg-type]
        story.record(f"request/{name}", provider, "2026-09-14", event)
    closed = tuple(e.CalendarDay(date=date(2026, 9, day), working=False) for day in (28, 29))
    overlay = e.CalendarLocalOverlayAdded(post="岗-01", division="320100", days=closed, instrument=DOC)
    story.record("calendar/nj", AUTHORITY, "2026-09-27", overlay)
    answers = queries_after(store, run, story)

    def due(within: int | None = None) -> list[tuple[str, date | None, int | None]]:
        options = QueryOptions(snapshot_request=SnapshotRequest(instant=at("2026-10-08")))
        rows = answers.deadlines.board(DeadlineFilters(clock="RESPONSE", within=within), options).rows
        return [(row.stream, row.latest, row.days_left) for row in rows]

    assert due() == [("request/1", date(2026, 10, 10), 2), ("request/2", date(2026, 10, 13), 4)]
    assert due(within=3) == [("request/1", date(2026, 10, 10), 2)]
    assert due(within=4) == due()


def test_within_is_counted_by_the_working_days_of_each_division(store: Store, run: Run) -> None:
    story = a_ledger()
    story.classified(PRIVACY)
    story.requested(time="2026-09-14", provider=CITY, classes_acknowledged=PRIVACY)
    event = e.RequestReceived(post="岗-01", how="PLATFORM", class_at_receipt=PRIVACY)  # type: ignore[arg-type]
    story.record("request/1", CITY, "2026-09-14", event)
    closed = (e.CalendarDay(date=date(2026, 10, 9), working=False),)
    overlay = e.CalendarLocalOverlayAdded(post="岗-01", division="320100", days=closed, instrument=DOC)
    story.record("calendar/nj", AUTHORITY, "2026-09-27", overlay)
    answers = queries_after(store, run, story)
    options = QueryOptions(snapshot_request=SnapshotRequest(instant=at("2026-10-08")))
    (row,) = answers.deadlines.board(DeadlineFilters(within=2), options).rows
    assert (row.latest, row.days_left) == (date(2026, 10, 12), 2)
    assert answers.deadlines.board(DeadlineFilters(within=1), options).rows == ()


# --- the law


def test_settings_that_are_activated_judge_acts_from_their_day_on(store: Store, run: Run) -> None:
    story = granted()
    before = story.used(time="2026-04-08", recorded="2026-04-10")
    after = story.used(time="2026-04-10", recorded="2026-04-14")
    event = activated(LENIENT, effective_from=date(2026, 4, 9))
    changed = story.record("ruleset/js-85-2012", AUTHORITY, "2026-04-20", event)
    answers = queries_after(store, run, story)
    assert [reasons(answers, used, as_of=changed.index) for used in (before, after)] == [["LATE_RECORD"]] * 2
    assert [reasons(answers, used) for used in (before, after)] == [["LATE_RECORD"], []]
    (row,) = [each for each in answers.access().rows if each.index == after.index]
    assert (row.rule_set, row.rule_set_version) == ("js-85-2012", 2)


def test_a_law_that_is_activated_shortens_the_clocks_of_receipts_from_its_day_on(store: Store, run: Run) -> None:
    story = received(a_ledger(), "2026-09-14")
    event = activated(REGULATION_809, effective_from=date(2026, 9, 14))
    changed = story.record("ruleset/cn-809-2025", AUTHORITY, "2026-09-16", event)
    answers = queries_after(store, run, story)
    then, now = clock_of(answers, as_of=changed.index), clock_of(answers)
    assert (then.days, then.rule_set, then.certainty) == (15, "js-85-2012", "reconstructed")
    assert (now.days, now.rule_set, now.rule_set_version, now.certainty) == (10, "cn-809-2025", 1, "unverified")
    assert now.latest == date(2026, 9, 28)


@pytest.mark.parametrize("changes", [{"effective_from": date(2026, 9, 15)}, {"divisions": ("320100",)}])
def test_a_law_of_a_later_day_or_another_division_leaves_the_clock_as_it_is(
    store: Store, run: Run, changes: dict[str, object]
) -> None:
    story = received(a_ledger(), "2026-09-14")
    story.record("ruleset/cn-809-2025", AUTHORITY, "2026-09-16", activated(REGULATION_809, **changes))
    assert clock_of(queries_after(store, run, story)).days == 15


def test_where_the_last_law_is_disabled_the_questions_go_on(store: Store, run: Run) -> None:
    story = granted()
    event = activated(ORDER_85, version=9, status="disabled", effective_from=date(2026, 3, 1))
    story.record("ruleset/js-85-2012", AUTHORITY, "2026-03-30", event)
    used = story.used(time="2026-04-01")
    answers = queries_after(store, run, story)
    assert reasons(answers, used) == []
    assert answers.access().as_of == len(story.acts)


def test_after_a_restart_the_rules_are_those_of_the_log(store: Store, run: Run) -> None:
    story = received(a_ledger(), "2026-12-14")
    story.record("calendar/cn", AUTHORITY, "2026-12-18", published())
    queries_after(store, run, story)
    story.requested(name="2", time="2026-12-21", classes_acknowledged=PRIVACY)
    story.received(name="2", time="2026-12-21", classes=PRIVACY)
    answers = queries_after(store, run, story)
    rows = answers.deadlines.board(DeadlineFilters(clock="RESPONSE")).rows
    assert [(row.latest, row.provisional) for row in rows] == [(date(2027, 1, 5), False), (date(2027, 1, 12), False)]


def test_what_nobody_counts_by_makes_no_row(store: Store, run: Run) -> None:
    story = received(a_ledger(), "2026-09-14")
    used = story.used(by=REQUESTER, time="2026-09-15")
    story.record("calendar/cn", AUTHORITY, "2026-12-18", published())
    answers = queries_after(store, run, story)
    assert len(answers.judgements(used.index).rows) == 1
    assert clock_of(answers) == clock_of(answers, as_of=used.index + 1)
