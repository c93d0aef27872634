"""A scorecard's numbers are those of the questions behind them, at any size, and each is a part of something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from domain import events as e
from ledger.store.store import Store
from projections.engine.runner import Runner
from projections.query.paging import QueryOptions
from projections.query.queries import Queries
from projections.query.snapshot import SnapshotRequest
from projections.scorecards.measures import FAMILIES, MEASURES
from projections.scorecards.query import Scorecard, ScorecardFilters
from tests.support import payloads
from tests.support.casebook import Casebook, at
from tests.support.log_writer import write_acts
from tests.support.random_multi_party_case import RandomMultiPartyCase
from tests.support.scorecard_links import count_behind_link
from tests.support.story import AUTHORITY, DIGEST, DOC, GOVERNMENT, PROVIDER, REQUESTER, Story

Run = Callable[..., Runner]
FROZEN = "2026-10-30"
LATER = "2026-12-30"


def _queries_after(store: Store, run: Run, story: Casebook) -> Queries:
    write_acts(store, story.acts[store.head().size :])
    return Queries(store, run())


def cards(answers: Queries, wanted: SnapshotRequest | None = None, **filters: Any) -> dict[str, Scorecard]:
    options = QueryOptions(snapshot_request=wanted or SnapshotRequest(instant=at(FROZEN)))
    return {card.uscc: card for card in answers.scorecards.listed(ScorecardFilters(**filters), options).rows}


def figure(
    answers: Queries, organ: str, code: str, wanted: SnapshotRequest | None = None, **filters: Any
) -> tuple[int, int]:
    (found,) = [each for each in cards(answers, wanted, **filters)[organ].figures if each.measure.code == code]
    return found.number, found.of


# --- every number is the number of rows of its question

PERIODS: list[dict[str, datetime]] = [
    {},
    {"since": at("2026-02-10T00:00"), "until": at("2026-02-20T00:00")},
    {"since": at("2026-02-14T00:00")},
]


@pytest.mark.parametrize("seed", [3, 11, 24])
def test_the_rows_behind_each_number_are_as_many_as_it_says(store: Store, run: Run, seed: int) -> None:
    answers = _queries_after(store, run, population(seed))
    wrong, seen = [], 0
    for period in PERIODS:
        wanted = SnapshotRequest(instant=at(LATER))
        for card in cards(answers, wanted, **period).values():
            for each in card.figures:
                for number, asked in ((each.number, each.rows), (each.of, each.of_rows)):
                    found = count_behind_link(answers, each.measure.family.path, {**asked, **period}, wanted)
                    seen += number
                    if found != number:
                        wrong.append(f"{card.uscc} {each.measure.code} {dict(asked)}: {number} counted, {found} rows")
    assert wrong == []
    assert seen > 100


def population(seed: int) -> RandomMultiPartyCase:
    """Random cases of several organs; then some that every family of measures counts."""
    story = RandomMultiPartyCase(seed).record_random_acts(90)
    assert story.now < at("2026-11-01"), "recorded_at never goes back"
    story.requested(name="7", time="2026-11-01")
    story.received(name="7", time="2026-11-01T10:00")
    story.record("request/7", PROVIDER, "2026-11-02", payloads.refused(ground="NONE", reasons=None))
    changed = e.InformationChanged(post="岗-01", change_id="K1", how_known="业务办理")
    story.record("item/C04", PROVIDER, "2026-11-02T10:00", changed)
    used = [act for act in story.acts if isinstance(act.event, e.UseRecorded)][:3]
    for act, file in zip(used, ("P0", "P1", "P2"), strict=True):
        evidence = (act.ref,)
        suspected = e.ViolationSuspected(post="岗-01", accused=act.by, limb="c1", evidence=evidence, statement="线索")
        story.record(f"violation/{file}", AUTHORITY, "2026-11-03", suspected)
    for file in ("P1", "P2"):
        story.record(f"violation/{file}", AUTHORITY, "2026-11-04", found())
        story.record(f"violation/{file}", AUTHORITY, "2026-11-05", ORDER)
    report = e.CorrectionReported(post="岗-01", done="改了", proof=DIGEST)
    story.record("violation/P2", used[2].by, "2026-11-10", report)
    return story


ORDER = e.CorrectionOrdered(post="岗-01", order=DOC, measures="改", limit=at("2026-11-20").date())


def found() -> e.ViolationFound:
    return e.ViolationFound(post="岗-01", limb="c1", facts="属实", evidence=(), document=DOC)


def test_every_family_of_measures_is_counted_in_some_population(store: Store, run: Run) -> None:
    answers = _queries_after(store, run, population(3))
    counted = {
        each.measure.family.name
        for card in cards(answers, SnapshotRequest(instant=at(LATER))).values()
        for each in card.figures
        if each.number
    }
    assert counted == {family.name for family in FAMILIES}


# --- as known at a size


@pytest.mark.parametrize("seed", [7, 19])
def test_as_of_a_size_the_answers_are_those_of_a_ledger_that_ends_there(store: Store, run: Run, seed: int) -> None:
    story = population(seed)
    sizes = [len(story.acts) - back for back in (1, 4, 7, 12, 30, 45)]
    then: dict[int, tuple[Any, Any]] = {}
    for size in sorted(sizes):
        write_acts(store, story.acts[store.head().size : size])
        run()
        then[size] = answered(Queries(store), SnapshotRequest(instant=at(LATER)))
    answers = _queries_after(store, run, story)
    for size, expected in then.items():
        found = answered(answers, SnapshotRequest(as_of=size, instant=at(LATER)))
        assert found == expected, f"as of {size}"


def answered(answers: Queries, wanted: SnapshotRequest) -> tuple[Any, Any]:
    findings = answers.findings.listed(options=QueryOptions(snapshot_request=wanted, limit=500)).rows
    return findings, {uscc: card.figures for uscc, card in cards(answers, wanted).items()}


# --- what the measures say


def answered_case(time: str | None) -> Story:
    story = Story().cast()
    story.classified(["privacy"])
    story.requested(classes_acknowledged=("privacy",))
    story.received(classes=["privacy"], time="2026-09-14")
    if time is not None:
        story.approved(time=time, classes=("privacy",))
    return story


@pytest.mark.parametrize(
    ("time", "in_time", "overdue"),
    [("2026-10-10", (1, 1), (0, 0)), ("2026-10-12", (0, 1), (0, 0)), (None, (0, 1), (1, 1))],
)
def test_an_answer_counts_once_it_came_or_its_day_is_over(
    store: Store, run: Run, time: str | None, in_time: tuple[int, int], overdue: tuple[int, int]
) -> None:
    answers = _queries_after(store, run, answered_case(time))
    assert figure(answers, PROVIDER, "ANSWERS_IN_TIME") == in_time
    assert figure(answers, PROVIDER, "ANSWERS_OVERDUE") == overdue
    early = SnapshotRequest(instant=at("2026-09-20"))
    if time is None:
        assert figure(answers, PROVIDER, "ANSWERS_IN_TIME", early) == (0, 0)
        assert figure(answers, PROVIDER, "ANSWERS_OVERDUE", early) == (0, 1)


def test_a_withdrawal_is_no_answer_in_time(store: Store, run: Run) -> None:
    story = answered_case(None)
    story.record("request/1", REQUESTER, "2026-09-16", e.RequestWithdrawn(post="岗-01"))
    answers = _queries_after(store, run, story)
    assert figure(answers, PROVIDER, "ANSWERS_IN_TIME") == (0, 0)
    assert figure(answers, PROVIDER, "REQUESTS_OPEN") == (0, 1)


def test_an_unlawful_refusal_and_its_findings_count_against_the_provider(store: Store, run: Run) -> None:
    story = Story().cast()
    story.classified(["privacy"])
    story.requested(classes_acknowledged=("privacy",))
    story.received(classes=["privacy"])
    story.refused(time="2026-03-16", ground="NONE", reasons=None)
    answers = _queries_after(store, run, story)
    assert figure(answers, PROVIDER, "REFUSALS_UNLAWFUL") == (1, 1)
    assert figure(answers, PROVIDER, "FINDINGS_LIMB_A") == (1, 3)
    assert figure(answers, PROVIDER, "FINDINGS_LIMB_E") == (2, 3)
    assert figure(answers, PROVIDER, "FINDINGS_OPEN") == (3, 3)
    assert figure(answers, REQUESTER, "FINDINGS_OPEN") == (0, 0)


def test_a_use_counts_for_its_user_and_for_whose_information_it_was(store: Store, run: Run) -> None:
    story = Story().granted()
    story.used()
    story.used(purpose_code="P9", time="2026-04-02")
    answers = _queries_after(store, run, story)
    assert figure(answers, REQUESTER, "USES_UNAUTHORIZED") == (1, 2)
    assert figure(answers, PROVIDER, "PROVIDED_USES_UNAUTHORIZED") == (1, 2)
    assert figure(answers, PROVIDER, "USES_UNAUTHORIZED") == (0, 0)
    assert figure(answers, REQUESTER, "USES_AUTHORIZED", until=at("2026-04-02T00:00")) == (1, 1)


def test_updates_are_in_time_late_overdue_or_not_due(store: Store, run: Run) -> None:
    story = Story().cast()
    story.classified(time="2026-02-02")
    for name, changed, updated in (
        ("K1", "2026-03-02", "2026-03-10"),
        ("K2", "2026-07-06", "2026-08-20"),
        ("K3", "2026-09-07", None),
        ("K4", "2026-10-20", None),
    ):
        event = e.InformationChanged(post="岗-01", change_id=name, how_known="业务办理")
        story.record("item/C04", PROVIDER, changed, event)
        if updated:
            story.record("item/C04", PROVIDER, updated, payloads.updated(change_id=name))
    answers = _queries_after(store, run, story)
    for code in ("UPDATES_IN_TIME", "UPDATES_LATE", "UPDATES_OVERDUE", "UPDATES_RUNNING"):
        assert figure(answers, PROVIDER, code) == (1, 4)


def test_where_there_is_nothing_to_be_a_part_of_there_is_no_value(store: Store, run: Run) -> None:
    answers = _queries_after(store, run, Story().granted())
    figures = cards(answers)[REQUESTER].figures
    assert len(figures) == len(MEASURES)
    assert all(each.value is None for each in figures if each.of == 0)
    assert [each.value for each in cards(answers)[PROVIDER].figures if each.measure.code == "REQUESTS_OPEN"] == [0.0]


def test_only_organs_that_can_take_part_have_a_card_and_they_stand_by_code(store: Store, run: Run) -> None:
    story = Story().cast()
    story.party("113201000000000999", division="320100")
    answers = _queries_after(store, run, story)
    found = list(cards(answers))
    assert found == sorted(found)
    assert GOVERNMENT not in found
    assert list(cards(answers, division="320100")) == ["113201000000000999"]
    assert list(cards(answers, organ=PROVIDER)) == [PROVIDER]


def test_measures_have_codes_of_their_own_and_say_their_formula_in_both_languages() -> None:
    assert len({each.code for each in MEASURES}) == len(MEASURES)
    assert all("÷" in each.formula_zh and "÷" in each.formula_en for each in MEASURES)
