"""Uses that are alike in what the rules read share a judgement, and never any other than their own."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from random import Random
from typing import Any

import pytest

from domain import events as e
from domain.deadlines.calendar import day_of
from domain.judgement import shared
from domain.judgement.context import JudgementContext
from domain.judgement.decision import judge_tabled
from domain.judgement.judge import Judgement, judge
from domain.judgement.shared import READ, SharedJudgement, judge_shared, judgement_key
from domain.reasons.catalogue import On
from tests.support.casebook import RULES
from tests.support.random_story import compromised, copy_of, edges, moved_to, random_acts, random_story
from tests.support.story import SECRET, Story

SEEDS = range(60)
MEMBERS = frozenset(each.name for each in fields(e.UseRecorded))


@pytest.mark.parametrize("seed", SEEDS)
def test_uses_that_are_alike_share_a_judgement_which_is_that_of_each_alone(seed: int) -> None:
    """Also a microsecond around each instant that the case knows, where the judgement may change."""
    rng = Random(3000 + seed)
    story = random_story(rng)
    uses = [act for act in random_acts(story, rng) if isinstance(act.event, e.UseRecorded)]
    facts = story.facts(uses[0])
    around = [instant + count * datetime.resolution for instant in rng.sample(edges(story), 8) for count in (-1, 0, 1)]
    kept: dict[object, SharedJudgement] = {}
    for act in [*uses, *(moved_to(rng.choice(uses), moment) for moment in around * 2)]:
        assert isinstance(act.event, e.UseRecorded)
        key = judgement_key(act, act.event, day_of(act.recorded_at))
        alike = kept.get(key)
        if alike is None or not alike.since <= act.time < alike.until:
            alike = judge_shared(act, act.event, facts, RULES)
        if alike.is_shared:
            kept[key] = alike
        assert alike.judgement == judge(act, copy_of(facts), RULES, instant=act.time)


def test_some_judgements_are_shared_and_some_are_not() -> None:
    story = Story().granted(SECRET).agreed(classes=SECRET)
    use = story.used()
    assert isinstance(use.event, e.UseRecorded)
    lawful = judge_shared(use, use.event, story.facts(use), RULES)
    assert lawful.since <= use.time < lawful.until
    silent = story.used(purpose_code=None)
    assert isinstance(silent.event, e.UseRecorded)
    assert not judge_shared(silent, silent.event, story.facts(silent), RULES).is_shared
    compromised(story, Random(1))
    doubtful = story.used()
    assert isinstance(doubtful.event, e.UseRecorded)
    assert not judge_shared(doubtful, doubtful.event, story.facts(doubtful), RULES).is_shared


def test_each_use_is_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[JudgementContext] = []

    def counted(case: JudgementContext, event: e.UseRecorded) -> Judgement:
        judged.append(case)
        return judge_tabled(case, event)

    monkeypatch.setattr(shared, "judge_tabled", counted)
    story = Story().granted()
    for number in range(3):
        use = story.used(officer=f"经办岗-0{number}")
        assert isinstance(use.event, e.UseRecorded)
        judge_shared(use, use.event, story.facts(use), RULES)
    assert len(judged) == 3


class ReadOnlyWhatIsListed(e.UseRecorded):
    """A use that does not answer when it is asked for what is said to be looked at by no rule."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> Any:
        if name in MEMBERS and name not in READ:
            raise AssertionError(f"a rule reads {name}")
        return object.__getattribute__(self, name)


def watching(use: e.UseRecorded) -> ReadOnlyWhatIsListed:
    watched = object.__new__(ReadOnlyWhatIsListed)
    for each in fields(use):
        object.__setattr__(watched, each.name, getattr(use, each.name))
    return watched


@pytest.mark.parametrize("seed", SEEDS)
def test_no_rule_for_a_use_reads_what_uses_that_are_alike_differ_in(seed: int) -> None:
    rng = Random(seed)
    story = random_story(rng)
    judged = 0
    for act in random_acts(story, rng):
        if not isinstance(act.event, e.UseRecorded):
            continue
        watched = watching(act.event)
        facts = story.facts(act)
        found = judge_tabled(JudgementContext(replace(act, event=watched), facts, RULES, On.USE, act.time), watched)
        assert found == judge(act, facts, RULES, instant=act.time)
        judged += 1
    assert judged
