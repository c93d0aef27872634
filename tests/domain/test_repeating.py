"""What is new in each of many uses is looked at by nobody but the reader of its form."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from domain import events as e
from domain.codec.cross_field import incoherences
from domain.codec.encode import writer
from domain.codec.repeating import NEW_EACH_TIME, news_is_right
from domain.codec.schema import object_shape
from domain.codec.wire import read_event
from domain.evolve import evolve
from domain.judgement.shared import READ
from projections.access.tables import judged
from tests.support.anycase import any_acts, any_story
from tests.support.casebook import RULES
from tests.support.story import Story

_write = writer(object_shape(e.UseRecorded))
OTHERWISE = {"matter_no": "M-9", "subject_count": 4_711, "subjects": ("P-1", "P-2")}


def data(**changes: Any) -> dict[str, Any]:
    event = Story().granted().used().event
    found = dict(_write(event))
    return {name: value for name, value in (found | changes).items() if value is not ...}


@pytest.mark.parametrize(
    "changes",
    [
        {"matter_no": 7},
        {"matter_no": ""},
        {"matter_no": ...},
        {"subject_count": -1},
        {"subject_count": True},
        {"subject_count": ...},
        {"subjects": "P-1"},
        {"subjects": [1]},
        {},
        {"matter_no": None},
        {"subjects": ["P-1"]},
        {"subjects": ..., "subject_count": 0},
    ],
)
def test_what_is_new_is_right_where_the_whole_use_is_read(changes: dict[str, Any]) -> None:
    use = data(**changes)
    assert news_is_right(use) == isinstance(read_event("sharing.use.recorded.v1", use), e.UseRecorded)


def test_no_rule_reads_what_is_new_each_time() -> None:
    assert not set(READ) & set(NEW_EACH_TIME)


@pytest.mark.parametrize("seed", range(20))
def test_a_use_in_which_other_things_are_new_is_recorded_and_judged_as_the_first(seed: int) -> None:
    rng = Random(seed)
    story = any_story(rng)
    for act in any_acts(story, rng):
        if not isinstance(act.event, e.UseRecorded):
            continue
        other = replace(act, event=replace(act.event, **OTHERWISE))
        assert incoherences(other.event) == incoherences(act.event)
        facts = story.facts(act)
        assert judged(other, facts, RULES) == judged(act, facts, RULES)
        state = story.state(act.stream)
        assert evolve(state, act) is state
        assert evolve(state, other) is state
