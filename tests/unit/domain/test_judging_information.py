"""The information a use concerns: up to date, undisputed, classified anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain import events as e
from domain.judgement.judge import judge
from domain.judgement.verdict import Verdict
from domain.reasons.catalogue import Reason
from tests.support.casebook import RULES
from tests.support.story import (
    PROVIDER,
    REQUESTER,
    SECRET,
    Story,
    assert_judged,
    determined,
)


def test_information_overdue_for_update_is_stale_for_uses_after_its_due_day() -> None:
    story = Story().granted()
    changed = e.InformationChanged(post="岗-01", change_id="K1", how_known="业务办理")
    story.record("item/C04", PROVIDER, "2026-07-06", changed)
    in_time, stale = story.used(time="2026-08-03"), story.used(time="2026-08-04")
    assert story.judge(in_time).codes == ()
    assert_judged(story.judge(stale), Verdict.AUTHORIZED_WITH_FLAGS, "U5", Reason.STALE_INFORMATION)
    updated = e.InformationUpdated(post="岗-01", change_id="K1", version=2, digest="ab" * 32)
    story.record("item/C04", PROVIDER, "2026-08-20", updated)
    assert story.judge(story.used(time="2026-08-21")).codes == ()
    assert story.judge(stale).codes == (Reason.STALE_INFORMATION,)


def test_what_one_rule_set_found_of_the_same_facts_is_not_taken_for_what_another_finds() -> None:
    story = Story().granted()
    changed = e.InformationChanged(post="岗-01", change_id="K1", how_known="业务办理")
    story.record("item/C04", PROVIDER, "2026-07-06", changed)
    use = story.used(time="2026-08-04")
    facts = story.facts(use)
    longer = replace(RULES, numbers={**RULES.numbers, "update": replace(RULES.update, value=30)})
    assert judge(use, facts, RULES, instant=use.time).codes == (Reason.STALE_INFORMATION,)
    assert judge(use, facts, longer, instant=use.time).codes == ()
    assert judge(use, facts, RULES, instant=use.time).codes == (Reason.STALE_INFORMATION,)


def test_an_open_discrepancy_on_the_item_is_flagged() -> None:
    story = Story().granted()
    reported = e.DiscrepancyReported(
        post="岗-01",
        item="C04",
        datum="金额",
        own="ab" * 32,
        shared="cd" * 32,
        severity="LOW",
        noticed_on=date(2026, 4, 1),
    )
    story.record("discrepancy/X1", REQUESTER, "2026-04-01", reported)
    judgement = story.judge(story.used(time="2026-04-02"))
    assert_judged(judgement, Verdict.AUTHORIZED_WITH_FLAGS, "U5", Reason.DISCREPANCY_OPEN)


def test_a_class_made_stricter_later_is_flagged_on_earlier_uses() -> None:
    story = Story().granted()
    use = story.used(time="2026-04-01")
    story.classified(("privacy",), time="2026-06-01")
    judgement = story.judge(use)
    assert_judged(judgement, Verdict.AUTHORIZED_WITH_FLAGS, "U5", Reason.RECLASSIFIED_LATER)


def test_a_class_holds_from_its_first_day() -> None:
    story = Story().granted()
    story.classified(("privacy",), time="2026-05-25", from_=date(2026, 6, 1))
    assert story.judge(story.used(time="2026-05-31T23:59")).sensitive is False
    assert story.judge(story.used(time="2026-06-01T00:00")).codes == (Reason.AGREEMENT_MISSING,)


def test_a_class_found_later_reaches_back_but_makes_no_c3_finding_for_the_past() -> None:
    story = Story().granted()
    use = story.used(time="2026-04-01")
    dispute = story.disputed("state_secret", time="2026-04-10")
    story.classified(("state_secret",), level="秘密", time="2026-06-01", cause=dispute.ref)
    judgement = story.judge(use)
    assert judgement.codes == (Reason.AGREEMENT_MISSING, Reason.WRONG_NETWORK, Reason.RECLASSIFIED_LATER)
    assert [raised.limb for raised in judgement.reasons] == [None, None, None]
    determined(story, "2026-06-01T10:00")
    later = {raised.reason: raised.limb for raised in story.judge(story.used(time="2026-06-02")).reasons}
    assert later[Reason.WRONG_NETWORK] == "c3"


def test_a_class_that_is_relaxed_later_changes_nothing_for_earlier_uses() -> None:
    story = Story().granted(SECRET).agreed()
    use = story.used(time="2026-04-01")
    story.classified((), time="2026-06-01")
    assert_judged(story.judge(use), Verdict.AUTHORIZED, "U9")
