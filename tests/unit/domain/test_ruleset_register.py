"""Which rule sets are in force, as the ruleset/ streams make it of the shipped documents (Arts 1, 8 ¶3, 35)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from domain import events as e
from domain.families.founding.events import FoundingRuleSet
from domain.rules.bundled import load_rule_sets
from domain.rules.history import RulesetRegister, UnknownRules, ruleset_register
from domain.rules.rule_set import RuleSet
from domain.state import RulesetState
from tests.support.payloads import CLERK
from tests.support.story import AUTHORITY, DIGEST, Story

ORDER_85, REGULATION_809 = load_rule_sets()["js-85-2012"], load_rule_sets()["cn-809-2025"]
LENIENT = replace(ORDER_85, version=2, settings=replace(ORDER_85.settings, recording_lag_wd=3), digest="1" * 64)
SHIPPED = (ORDER_85, REGULATION_809, LENIENT)
FOUNDING = FoundingRuleSet(id=ORDER_85.id, version=1, digest=ORDER_85.digest)
TODAY = date(2026, 11, 27)


def activated(rules: RuleSet, **changes: Any) -> e.RulesetActivated:
    members: dict[str, Any] = {
        "post": CLERK,
        "version": rules.version,
        "effective_from": rules.effective_from,
        "divisions": ("320000",),
        "objects": ("政务信息资源",),
        "rank": rules.rank,
        "text_status": "reconstructed",
        "status": "in_force",
        "digest": rules.digest,
    }
    return e.RulesetActivated(**(members | changes))


def rules_story(rules: RuleSet, *events: e.Event) -> Story:
    story = Story()
    for event in events:
        story.record(f"ruleset/{rules.id}", AUTHORITY, "2026-11-20", event)
    return story


def register(story: Story) -> RulesetRegister:
    states = [story.state(f"ruleset/{id_}") for id_ in ("js-85-2012", "cn-809-2025")]
    return ruleset_register([state for state in states if isinstance(state, RulesetState)], SHIPPED, FOUNDING)


def in_force(story: Story, day: date = TODAY, division: str | None = "320000") -> list[tuple[str, int]]:
    return [(rules.id, rules.version) for rules in register(story).in_force(day, division)]


def test_the_founding_rule_set_is_in_force_without_an_event_and_what_is_shipped_beside_it_waits() -> None:
    assert in_force(Story()) == [("js-85-2012", 1)]


def test_without_a_founding_record_what_is_shipped_as_enabled_is_in_force() -> None:
    assert ruleset_register([], (ORDER_85, REGULATION_809)).in_force(TODAY) == (ORDER_85,)


def test_an_activated_regulation_stands_above_the_order_from_its_day_on() -> None:
    story = rules_story(REGULATION_809, activated(REGULATION_809))
    assert in_force(story) == [("cn-809-2025", 1), ("js-85-2012", 1)]
    assert in_force(story, date(2025, 7, 31)) == [("js-85-2012", 1)]


def test_the_activation_says_from_when_where_and_with_what_rank_the_document_says_the_rest() -> None:
    later = activated(REGULATION_809, effective_from=date(2026, 12, 1), divisions=("320500",), rank=7)
    (found,) = [each for each in register(rules_story(REGULATION_809, later)).rule_sets if each.id == "cn-809-2025"]
    assert (found.effective_from, found.divisions, found.rank) == (date(2026, 12, 1), ("320500",), 7)
    assert (found.numbers, found.settings) == (REGULATION_809.numbers, REGULATION_809.settings)


def test_a_rule_set_of_one_city_is_in_force_there_and_below_it_only() -> None:
    story = rules_story(REGULATION_809, activated(REGULATION_809, divisions=("320500",)))
    assert in_force(story, division="320583") == [("cn-809-2025", 1), ("js-85-2012", 1)]
    assert in_force(story, division="320100") == [("js-85-2012", 1)]
    assert in_force(story, division=None) == [("cn-809-2025", 1), ("js-85-2012", 1)]


def test_a_new_version_of_the_settings_displaces_the_old_from_its_day() -> None:
    story = rules_story(ORDER_85, activated(LENIENT, effective_from=date(2026, 11, 25)))
    assert in_force(story, date(2026, 11, 24)) == [("js-85-2012", 1)]
    (found,) = register(story).in_force(date(2026, 11, 25), "320000")
    assert (found.version, found.settings.recording_lag_wd) == (2, 3)


def test_after_a_version_has_ended_the_earlier_one_holds_again() -> None:
    event = activated(LENIENT, effective_from=date(2026, 11, 25), effective_to=date(2026, 11, 26))
    assert in_force(rules_story(ORDER_85, event)) == [("js-85-2012", 1)]


def test_contents_that_are_not_shipped_change_nothing_and_are_named() -> None:
    story = rules_story(ORDER_85, activated(LENIENT, digest=DIGEST))
    assert in_force(story) == [("js-85-2012", 1)]
    assert register(story).unknown == (UnknownRules("js-85-2012", 2, DIGEST),)


def test_the_contents_of_another_law_are_not_taken_for_it() -> None:
    story = rules_story(ORDER_85, activated(REGULATION_809, version=2))
    assert in_force(story) == [("js-85-2012", 1)]
    assert register(story).unknown == (UnknownRules("js-85-2012", 2, REGULATION_809.digest),)


def test_disabling_needs_no_contents() -> None:
    story = rules_story(REGULATION_809, activated(REGULATION_809))
    off = activated(REGULATION_809, version=2, effective_from=TODAY, status="disabled", digest=DIGEST)
    story.record("ruleset/cn-809-2025", AUTHORITY, "2026-11-26", off)
    assert in_force(story, date(2026, 11, 26)) == [("cn-809-2025", 1), ("js-85-2012", 1)]
    assert in_force(story) == [("js-85-2012", 1)]


def test_a_disowned_activation_has_no_force() -> None:
    story = rules_story(REGULATION_809, activated(REGULATION_809))
    story.disowned(story.acts[0])
    assert in_force(story) == [("js-85-2012", 1)]


def test_a_corrected_activation_holds_as_corrected() -> None:
    story = rules_story(REGULATION_809, activated(REGULATION_809))
    changes = {"effective_from": "2026-12-01"}
    correction = e.EventCorrected(post=CLERK, event=story.acts[0].ref, changes=changes, reason="日期有误")
    story.record("ruleset/cn-809-2025", AUTHORITY, "2026-11-21", correction)
    assert in_force(story) == [("js-85-2012", 1)]
    assert in_force(story, date(2026, 12, 1)) == [("cn-809-2025", 1), ("js-85-2012", 1)]


def test_a_founding_digest_that_is_not_shipped_is_named_and_the_shipped_version_judges() -> None:
    found = ruleset_register([], SHIPPED, replace(FOUNDING, digest=DIGEST))
    assert found.in_force(TODAY) == (ORDER_85,)
    assert found.unknown == (UnknownRules("js-85-2012", 1, DIGEST),)
