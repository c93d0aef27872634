"""Order 85 with the regulation of 2025 above it, had an authority enabled it: whose term counts, and from when (7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.act import Act
from domain.deadlines.calendar import Due, day_of
from domain.deadlines.deadline import response_clock, update_clock
from domain.deadlines.expiry import unanswered
from domain.judgement.judge import judge
from domain.judgement.verdict import Judgement, Verdict
from domain.reasons.catalogue import Reason
from domain.rules.bundled import load_rule_sets
from domain.rules.history import binding_day, ruleset_register
from domain.rules.rule_set import Certainty, RuleSet, stacked
from domain.state import ItemState, RequestState
from tests.support.casebook import CALENDAR, at
from tests.support.story import Story

ORDER_85, DISABLED_809 = load_rule_sets()["js-85-2012"], load_rule_sets()["cn-809-2025"]
REGULATION_809 = replace(DISABLED_809, status="in_force")
REGISTER = ruleset_register([], (ORDER_85, REGULATION_809))
PRIVACY, STATE_SECRET = frozenset({"privacy"}), frozenset({"state_secret"})
MARCH = date(2026, 3, 9)


def on(day: date, classes: frozenset[str] = PRIVACY) -> RuleSet:
    return REGISTER.on(day, classes)


def response_days(rules: RuleSet, *, sensitive: bool = True, share_type: str | None = None) -> int | None:
    return rules.response_number(sensitive=sensitive, share_type=share_type).value


def fixed(day: str) -> Due:
    return Due(date.fromisoformat(day), date.fromisoformat(day))


def bound(story: Story, act: Act) -> Judgement:
    """Judged by the rule set that binds the act, as a projection does."""
    facts = story.facts(act)
    classes = facts.request.classes if facts.request is not None else frozenset()
    return judge(act, facts, on(binding_day(act, facts), classes), instant=act.recorded_at)


def received(time: str, *classes: str) -> Story:
    story = Story().cast()
    for uscc in ("113200000000000195", "113200000000000270"):
        story.party(uscc, time="2025-01-02")
    story.classified(classes, time="2025-06-02")
    story.requested(time=time, classes_acknowledged=classes)
    story.received(time=time, classes=classes)
    return story


def request_of(story: Story) -> RequestState:
    state = story.state("request/1")
    assert isinstance(state, RequestState)
    return state


def test_the_shorter_of_two_terms_counts_and_names_the_law_that_gives_it() -> None:
    number = on(MARCH).response_number(sensitive=True)
    assert (number.value, number.rule_set, number.certainty) == (10, "cn-809-2025", Certainty.UNVERIFIED)


def test_a_longer_term_of_the_higher_law_does_not_loosen_the_order() -> None:
    longer = replace(REGULATION_809.numbers["response.sensitive"], value=20)
    lenient = replace(REGULATION_809, numbers={**REGULATION_809.numbers, "response.sensitive": longer})
    number = stacked([ORDER_85, lenient]).response_number(sensitive=True)
    assert (number.value, number.rule_set) == (15, "js-85-2012")


def test_of_equal_terms_the_higher_laws_is_named() -> None:
    equal = replace(REGULATION_809.numbers["response.sensitive"], value=15)
    agreeing = replace(REGULATION_809, numbers={**REGULATION_809.numbers, "response.sensitive": equal})
    assert stacked([ORDER_85, agreeing]).response_number(sensitive=True).rule_set == "cn-809-2025"


def test_a_term_that_the_higher_law_does_not_give_stays_that_of_the_order() -> None:
    deadline = update_clock(at("2026-09-07T10:00"), on(date(2026, 9, 7)), CALENDAR)
    assert (deadline.due, deadline.rule_set, deadline.basis) == (fixed("2026-10-10"), "js-85-2012", "A15 ¶2")


def test_a_term_that_no_law_gives_is_the_bases_word_that_it_gives_none() -> None:
    silent = replace(REGULATION_809, numbers={**REGULATION_809.numbers, "delivery": ORDER_85.numbers["delivery"]})
    assert stacked([ORDER_85, silent]).numbers["delivery"].source == "none in Order 85"


@pytest.mark.parametrize("excluded", ["state_secret", "work_secret"])
def test_for_what_the_regulation_excludes_the_order_alone_holds(excluded: str) -> None:
    assert on(MARCH, frozenset({excluded, "privacy"})) is ORDER_85
    assert response_days(on(MARCH, STATE_SECRET)) == 15


def test_the_regulation_counts_from_its_first_day_on() -> None:
    assert on(date(2025, 7, 31)) is ORDER_85
    assert response_days(on(date(2025, 8, 1))) == 10


def test_what_is_shared_without_condition_is_answered_in_one_working_day() -> None:
    assert response_days(on(MARCH, frozenset()), sensitive=False, share_type="1") == 1
    assert response_days(on(MARCH, frozenset()), sensitive=False, share_type="2") == 10
    assert response_days(ORDER_85, sensitive=False, share_type="1") is None


def test_sensitive_information_is_never_answered_as_if_it_were_shared_without_condition() -> None:
    assert response_days(on(MARCH), sensitive=True, share_type="1") == 10


def test_the_base_judges_and_the_settings_are_its_own() -> None:
    lenient = replace(ORDER_85, settings=replace(ORDER_85.settings, recording_lag_wd=3))
    rules = stacked([REGULATION_809, lenient])
    assert (rules.id, rules.version, rules.overlays) == ("js-85-2012", 1, ("cn-809-2025",))
    assert rules.settings.recording_lag_wd == 3


def test_forwarding_with_consent_stays_off_where_only_the_higher_law_allows_it() -> None:
    allowing = replace(REGULATION_809, settings=replace(REGULATION_809.settings, onward_with_consent=True))
    assert stacked([ORDER_85, allowing]).settings.onward_with_consent is False


def test_of_one_law_the_newest_version_is_stacked() -> None:
    second = replace(ORDER_85, version=2)
    assert stacked([second, ORDER_85, REGULATION_809]).version == 2


def test_information_that_every_rule_set_excludes_is_judged_by_none() -> None:
    with pytest.raises(LookupError, match="state_secret"):
        stacked([REGULATION_809], classes=STATE_SECRET)


def test_what_happened_before_any_rule_set_is_judged_by_the_first() -> None:
    assert on(date(2012, 1, 2)) is ORDER_85
    assert REGISTER.in_force(date(2012, 1, 2)) == ()


def test_an_answer_is_bound_by_the_rule_set_of_the_day_of_receipt() -> None:
    story = received("2025-07-28", "privacy")
    answer = story.approved(time="2025-08-18")
    assert binding_day(answer, story.facts(answer)) == date(2025, 7, 28)
    assert bound(story, answer).codes == ()


def test_after_the_change_the_same_answer_is_late_and_the_reason_names_the_law() -> None:
    story = received("2025-08-01", "privacy")
    judgement = bound(story, story.approved(time="2025-08-18"))
    assert judgement.codes == (Reason.LATE_RESPONSE,)
    assert judgement.reasons[0].params == {"due": "2025-08-15", "rule_set": "cn-809-2025"}
    assert (judgement.rule_set, judgement.overlays) == ("js-85-2012", ("cn-809-2025",))


def test_a_request_for_a_state_secret_received_after_the_change_still_has_15_working_days() -> None:
    in_time, late = received("2025-08-01", "state_secret"), received("2025-08-01", "state_secret")
    assert bound(in_time, in_time.approved(time="2025-08-22")).codes == ()
    (raised,) = bound(late, late.approved(time="2025-08-25")).reasons
    assert (raised.reason, raised.params) == (Reason.LATE_RESPONSE, {"due": "2025-08-22"})


def test_an_answer_on_what_is_shared_without_condition_is_late_after_one_working_day() -> None:
    story = Story().cast()
    story.classified((), share_type="1")
    story.requested(time="2026-03-09")
    story.received(time="2026-03-09")
    assert bound(story, story.approved(time="2026-03-11")).reasons[0].params["due"] == "2026-03-10"


def test_a_use_is_bound_by_the_rule_set_of_the_day_of_use() -> None:
    story = Story().granted()
    use = story.used()
    assert binding_day(use, story.facts(use)) == day_of(use.time)
    judgement = bound(story, use)
    assert (judgement.verdict, judgement.overlays) == (Verdict.AUTHORIZED, ("cn-809-2025",))


def test_silence_is_measured_by_the_stacked_term_too() -> None:
    story = received("2025-08-01", "privacy")
    request, item = request_of(story), story.state("item/C04")
    assert isinstance(item, ItemState)
    rules = on(date(2025, 8, 1))
    (expired,) = unanswered(request, rules, CALENDAR, item=item)
    assert expired.since == at("2025-08-16T00:00")
    assert expired.raised.params == {"due": "2025-08-15", "rule_set": "cn-809-2025"}
    (later,) = unanswered(request, ORDER_85, CALENDAR, item=item)
    assert later.since > at("2025-08-16T00:00")


def test_silence_on_what_is_shared_without_condition_is_late_after_one_working_day() -> None:
    story = Story().cast()
    story.classified((), time="2026-02-02", share_type="1")
    story.requested(time="2026-03-09")
    story.received(time="2026-03-09")
    item = story.state("item/C04")
    assert isinstance(item, ItemState)
    asked = at("2026-03-11T00:00")
    rules = on(MARCH, frozenset())
    (expired,) = unanswered(request_of(story), rules, CALENDAR, item=item)
    assert expired.raised.params["due"] == "2026-03-10"
    assert expired.since == asked


def test_every_deadline_carries_the_mark_of_its_number() -> None:
    ours = response_clock(at("2026-03-09"), PRIVACY, ORDER_85, CALENDAR)
    theirs = response_clock(at("2026-03-09"), PRIVACY, on(MARCH), CALENDAR)
    assert (ours.certainty, ours.rule_set) == (Certainty.RECONSTRUCTED, "js-85-2012")
    assert (theirs.certainty, theirs.rule_set) == (Certainty.UNVERIFIED, "cn-809-2025")
