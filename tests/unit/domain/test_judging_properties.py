"""What holds of every judgement, on cases drawn at random."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from random import Random

import pytest

from domain import events as e
from domain.act import Act
from domain.judgement.context import JudgementContext
from domain.judgement.gathering import gather
from domain.judgement.information import classify
from domain.judgement.judge import judge
from domain.judgement.tables import ROWS
from domain.judgement.verdict import Judgement, Verdict, verdict_of
from domain.reasons.catalogue import CATALOGUE, ORDER, On, Reason, Severity
from domain.reasons.sentences import LANGUAGES
from tests.support.casebook import CALENDAR, RULES
from tests.support.random_story import copy_of, edges, moved_to, random_acts, random_day, random_story
from tests.support.story import (
    FIELDS,
    SECRET,
    Story,
)

SEEDS = range(60)
TABLED = (e.UseRecorded, e.ReleaseRecorded, e.DeliveryRecorded)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_worked_out_for_a_stretch_of_time_judges_every_use_in_it_as_judging_it_alone_does(seed: int) -> None:
    rng = Random(seed)
    story = random_story(rng)
    uses = [act for act in random_acts(story, rng) if isinstance(act.event, e.UseRecorded)]
    shared = story.facts(uses[0])
    together = [judge(use, shared, RULES, instant=use.recorded_at) for use in uses]
    assert together == [judge(use, copy_of(shared), RULES, instant=use.recorded_at) for use in uses]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_instants_around_every_change_of_a_case_are_judged_as_they_are_alone(seed: int) -> None:
    """The bounds of a stretch are exact: a microsecond before, at, and after each instant that the case knows."""
    rng = Random(1000 + seed)
    story = random_story(rng)
    use = story.used()
    shared = story.facts(use)
    around = [
        moved_to(use, moment)
        for instant in rng.sample(edges(story), 12)
        for moment in (instant - datetime.resolution, instant, instant + datetime.resolution)
    ]
    rng.shuffle(around)
    together = [judge(moved, shared, RULES, instant=use.recorded_at) for moved in around]
    assert together == [judge(moved, copy_of(shared), RULES, instant=use.recorded_at) for moved in around]


def any_judged(seed: int) -> Iterator[tuple[Story, Act, Judgement]]:
    rng = Random(2000 + seed)
    story = random_story(rng)
    for act in list(random_acts(story, rng)):
        yield story, act, story.judge(act)


@pytest.mark.parametrize("seed", SEEDS)
def test_judging_twice_gives_the_same(seed: int) -> None:
    for story, act, judgement in any_judged(seed):
        assert story.judge(act) == judgement
        assert judge(act, gather(act, story, CALENDAR), RULES, instant=act.recorded_at) == judgement


@pytest.mark.parametrize("seed", SEEDS)
def test_reasons_stand_once_in_the_order_of_the_catalogue_and_may_stand_on_such_an_act(seed: int) -> None:
    kinds = {e.UseRecorded: On.USE, e.DeliveryRecorded: On.DELIVERY, e.ReleaseRecorded: On.RELEASE}
    for _, act, judgement in any_judged(seed):
        places = [ORDER[code] for code in judgement.codes]
        assert places == sorted(set(places))
        for raised in judgement.reasons:
            assert kinds[type(act.event)] in CATALOGUE[raised.reason].on
            assert raised.severity in CATALOGUE[raised.reason].severities
            for language in LANGUAGES:
                assert "{" not in raised.sentence(language)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_b_is_unauthorized_else_any_u_undetermined_else_any_f_flagged(seed: int) -> None:
    for _, _, judgement in any_judged(seed):
        severities = [raised.severity for raised in judgement.reasons]
        expected = Verdict.AUTHORIZED
        for severity, verdict in (
            (Severity.FLAG, Verdict.AUTHORIZED_WITH_FLAGS),
            (Severity.UNDETERMINED, Verdict.UNDETERMINED),
            (Severity.BLOCKING, Verdict.UNAUTHORIZED),
        ):
            expected = verdict if severity in severities else expected
        assert judgement.verdict is expected


@pytest.mark.parametrize("seed", SEEDS)
def test_the_row_of_a_judgement_is_of_its_table_and_one_of_its_reasons_stands(seed: int) -> None:
    kinds = {e.UseRecorded: On.USE, e.DeliveryRecorded: On.DELIVERY, e.ReleaseRecorded: On.RELEASE}
    for _, act, judgement in any_judged(seed):
        row = ROWS[judgement.table_row or ""]
        assert row.on is kinds[type(act.event)]
        assert not row.reasons or {*row.reasons, Reason.EVIDENCE_GAP} & set(judgement.codes)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_reason_more_never_makes_a_verdict_milder(seed: int) -> None:
    ladder = [Verdict.AUTHORIZED, Verdict.AUTHORIZED_WITH_FLAGS, Verdict.UNDETERMINED, Verdict.UNAUTHORIZED]
    for _, _, judgement in any_judged(seed):
        steps = [ladder.index(verdict_of(judgement.reasons[:count])) for count in range(len(judgement.reasons) + 1)]
        assert steps == sorted(steps)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_use_of_fewer_fields_is_never_worse(seed: int) -> None:
    ladder = [Verdict.AUTHORIZED, Verdict.AUTHORIZED_WITH_FLAGS, Verdict.UNDETERMINED, Verdict.UNAUTHORIZED]
    rng = Random(3000 + seed)
    story = random_story(rng)
    day = random_day(rng)
    wide, narrow = story.used(time=day, fields=FIELDS), story.used(time=day, fields=("name",))
    wider, narrower = story.judge(wide).verdict, story.judge(narrow).verdict
    assert wider is not None
    assert narrower is not None
    assert ladder.index(narrower) <= ladder.index(wider)


def test_the_facts_of_a_case_are_the_very_same_until_something_in_it_changes() -> None:
    story = Story().granted(SECRET).agreed()
    first, second = story.used(), story.used(time="2026-04-02")
    before = story.facts(first)
    assert story.facts(second) is before
    story.disputed("privacy")
    after = story.facts(second)
    assert after is not before
    assert [dispute.id for dispute in after.disputes] == ["C04"]


def test_what_is_classified_is_found_the_same_however_often_it_is_asked() -> None:
    story = Story().granted(SECRET)
    use = story.used()
    case = JudgementContext(use, story.facts(use), RULES, On.USE, use.recorded_at)
    assert classify(case) == classify(case)
    assert Reason.NO_GRANT not in case.reasons
