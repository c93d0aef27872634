"""How an act was recorded: purpose, cited delivery, lateness, doubtful keys, disowning."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain import events as e
from domain.judgement.verdict import Verdict
from domain.reasons.catalogue import Reason
from tests.support.casebook import RULES, at
from tests.support.story import (
    AUTHORITY,
    GOVERNMENT,
    PROVIDER,
    REQUESTER,
    Story,
    assert_judged,
)


def test_a_missing_purpose_is_undetermined_within_the_grace_and_blocks_after_it() -> None:
    story = Story().granted()
    use = story.used(purpose_code=None, time="2026-04-01")
    at_once = story.judge(use)
    assert_judged(at_once, Verdict.UNDETERMINED, "U4", Reason.PURPOSE_MISSING)
    assert at_once.turns_at == at("2026-04-03T00:00")
    assert story.judge(use, asked="2026-04-02T23:59").verdict is Verdict.UNDETERMINED
    later = story.judge(use, asked="2026-04-03T00:00")
    assert_judged(later, Verdict.UNAUTHORIZED, "U4", Reason.PURPOSE_MISSING)
    assert later.turns_at is None


def test_a_purpose_added_by_correction_is_what_is_judged() -> None:
    story = Story().granted()
    use = story.used(purpose_code=None)
    corrected = e.EventCorrected(
        post="经办岗-01", event=use.ref, changes={"purpose_code": "P1", "purpose_text": "核对"}, reason="漏填"
    )
    story.record("request/1", REQUESTER, "2026-04-01T15:00", corrected)
    assert_judged(story.judge(use, asked="2026-05-01"), Verdict.AUTHORIZED, "U5")


def test_a_use_earlier_than_the_delivery_it_cites_is_unauthorized() -> None:
    story = Story().granted()
    story.delivered(time="2026-04-02")
    use = story.used(time="2026-04-01", delivery_id="D1")
    assert_judged(story.judge(use), Verdict.UNAUTHORIZED, "U5", Reason.USE_BEFORE_DELIVERY)


def test_a_use_that_cites_a_delivery_not_in_the_ledger_is_undetermined() -> None:
    story = Story().granted()
    judgement = story.judge(story.used(delivery_id="D9"))
    assert_judged(judgement, Verdict.UNDETERMINED, "U5", Reason.EVIDENCE_GAP)


def test_a_late_record_is_flagged_with_its_lag_in_working_days() -> None:
    story = Story().granted()
    judgement = story.judge(story.used(time="2026-08-12", recorded="2026-08-17"))
    assert_judged(judgement, Verdict.AUTHORIZED_WITH_FLAGS, "U5", Reason.LATE_RECORD)
    assert judgement.reasons[0].params == {"lag": "3"}


def test_a_record_over_a_long_holiday_is_not_late() -> None:
    story = Story().granted()
    assert story.judge(story.used(time="2026-09-30T18:00", recorded="2026-10-08")).codes == ()


def test_a_use_recorded_between_a_compromise_and_its_report_is_undetermined_until_reaffirmed() -> None:
    story = Story().granted()
    kid = story.key(REQUESTER)
    sound, doubtful = story.used(time="2026-04-01", kid=kid), story.used(time="2026-04-05", kid=kid)
    story.compromised(REQUESTER, kid, since="2026-04-03", reported="2026-04-07")
    assert story.judge(sound).codes == ()
    assert_judged(story.judge(doubtful), Verdict.UNDETERMINED, "U5", Reason.KEY_COMPROMISED)
    story.reaffirmed(doubtful, reason="KEY_COMPROMISE")
    assert_judged(story.judge(doubtful), Verdict.AUTHORIZED, "U5")


def test_a_use_that_rests_on_an_approval_signed_by_a_doubtful_key_is_undetermined() -> None:
    story = Story().cast()
    kid = story.key(PROVIDER)
    story.classified()
    story.requested()
    story.received()
    approval = story.approved(kid=kid)
    use = story.used()
    story.compromised(PROVIDER, kid, since="2026-03-19", reported="2026-04-07")
    judgement = story.judge(use)
    assert_judged(judgement, Verdict.UNDETERMINED, "U5", Reason.KEY_COMPROMISED)
    assert approval.id in judgement.reasons[0].params["records"]
    story.reaffirmed(approval, reason="KEY_COMPROMISE")
    assert story.judge(use).codes == ()


def test_a_disowned_use_stays_and_nothing_is_held_against_the_organ() -> None:
    story = Story().granted()
    use = story.used(purpose_code="P9")
    story.disowned(use)
    assert_judged(story.judge(use), Verdict.UNDETERMINED, None, Reason.KEY_COMPROMISED)
    assert [raised.limb for raised in story.judge(use).reasons] == [None]


def test_a_setting_of_the_rule_set_moves_the_line() -> None:
    lenient = replace(RULES, settings=replace(RULES.settings, recording_lag_wd=3))
    story = Story(rules=lenient).granted()
    assert story.judge(story.used(time="2026-08-12", recorded="2026-08-17")).codes == ()


@pytest.mark.parametrize("organ", [GOVERNMENT, AUTHORITY])
def test_a_party_that_was_never_an_organ_cannot_answer_for_a_use(organ: str) -> None:
    story = Story().granted()
    assert Reason.PARTY_OUT_OF_SCOPE in story.judge(story.used(by=organ, stream="use/u9")).codes
