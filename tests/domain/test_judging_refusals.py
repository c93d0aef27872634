"""REFUSAL: the rows F1 to F6, refused parts, negotiations that failed, answers given again."""

from __future__ import annotations

from datetime import date

import pytest

from domain import events as e
from domain.act import Act
from domain.judgement.verdict import Verdict
from domain.reasons.catalogue import Reason
from domain.vocabulary.codes import RefusalGround
from domain.vocabulary.values import Cite
from tests.support.casebook import at
from tests.support.story import AUTHORITY, DIGEST, DOC, PROVIDER, REQUESTER, STATUTE, Story, assert_judged, scope

MUCH_LATER = "2026-10-30"


def asked(*classes: str, received: str = "2026-06-08") -> Story:
    """A request that awaits its answer."""
    story = Story().cast()
    story.classified(classes)
    story.requested(classes_acknowledged=classes)
    story.received(classes=classes, time=received)
    return story


# F1 to F6


def test_f1_a_refusal_without_ground_reasons_or_filing_makes_three_findings() -> None:
    story = asked("privacy")
    refusal = story.refused(time="2026-06-18", ground="NONE", reasons=None)
    judgement = story.judge(refusal, asked=MUCH_LATER)
    codes = (Reason.UNLAWFUL_REFUSAL_GROUND, Reason.REASONS_MISSING, Reason.REFUSAL_NOT_FILED)
    assert_judged(judgement, Verdict.UNLAWFUL, "F1", *codes)
    assert [raised.limb for raised in judgement.reasons] == ["a", "e", "e"]


def test_f1_a_ground_that_is_not_listed_is_unlawful_however_well_it_is_reasoned() -> None:
    story = asked("privacy")
    story.filed(refusal := story.refused(time="2026-06-18", ground="OTHER"))
    assert_judged(story.judge(refusal, asked=MUCH_LATER), Verdict.UNLAWFUL, "F1", Reason.UNLAWFUL_REFUSAL_GROUND)


def test_f2_a_statutory_ground_needs_a_citation() -> None:
    story = asked("privacy")
    story.filed(refusal := story.refused(time="2026-06-18", ground="STATUTORY"))
    judgement = story.judge(refusal, asked=MUCH_LATER)
    assert_judged(judgement, Verdict.DEFECTIVE, "F2", Reason.STATUTE_NOT_CITED)
    assert judgement.reasons[0].limb == "a"


def test_f3_a_listed_ground_without_written_reasons_is_defective() -> None:
    story = asked("privacy")
    story.filed(refusal := story.refused(time="2026-06-18", reasons=None))
    assert_judged(story.judge(refusal, asked=MUCH_LATER), Verdict.DEFECTIVE, "F3", Reason.REASONS_MISSING)


def test_f4_a_refusal_of_sensitive_information_must_be_filed_on_its_day() -> None:
    story = asked("privacy")
    refusal = story.refused(time="2026-06-18")
    on_the_day = story.judge(refusal)
    assert_judged(on_the_day, Verdict.LAWFUL, "F6")
    assert on_the_day.turns_at == at("2026-06-19T00:00")
    assert_judged(story.judge(refusal, asked="2026-06-19T00:00"), Verdict.DEFECTIVE, "F4", Reason.REFUSAL_NOT_FILED)


def test_f4_a_filing_on_a_later_day_comes_too_late() -> None:
    story = asked("privacy")
    story.filed(refusal := story.refused(time="2026-06-18"), time="2026-06-19T08:00")
    assert story.judge(refusal).codes == (Reason.REFUSAL_NOT_FILED,)


def test_f4_of_other_information_filing_is_recommended_and_the_refusal_stays_lawful() -> None:
    story = asked()
    refusal = story.refused(time="2026-06-18", ground="STATUTORY", statute=STATUTE)
    judgement = story.judge(refusal, asked=MUCH_LATER)
    assert_judged(judgement, Verdict.LAWFUL, "F4", Reason.REFUSAL_NOT_FILED)
    assert judgement.reasons[0].limb is None


def test_f5_a_refusal_after_the_15th_working_day_is_late_and_its_ground_stays_lawful() -> None:
    story = asked("privacy")
    story.filed(refusal := story.refused(time="2026-07-01T00:00"))
    judgement = story.judge(refusal, asked=MUCH_LATER)
    assert_judged(judgement, Verdict.DEFECTIVE, "F5", Reason.LATE_RESPONSE)
    assert judgement.reasons[0].params == {"due": "2026-06-30"}


def test_f5_order_85_gives_no_number_of_days_for_other_information() -> None:
    story = asked()
    story.filed(refusal := story.refused(time="2026-09-01", ground="STATUTORY", statute=STATUTE))
    assert_judged(story.judge(refusal, asked=MUCH_LATER), Verdict.LAWFUL, "F6")


def test_f6_a_refusal_on_a_listed_ground_reasoned_filed_and_in_time_is_lawful() -> None:
    story = asked("trade_secret", received="2026-05-18")
    filing = story.filed(refusal := story.refused(time="2026-06-05", ground="TRADE_SECRET"))
    judgement = story.judge(refusal, asked=MUCH_LATER)
    assert_judged(judgement, Verdict.LAWFUL, "F6")
    assert filing.index in judgement.relied_on


# grounds


@pytest.mark.parametrize(("day", "row"), [("2024-04-30", "F1"), ("2024-05-01", "F6")])
def test_a_work_secret_is_a_statutory_ground_from_1_may_2024_only(day: str, row: str) -> None:
    story = Story().cast()
    story.classified(("work_secret",), from_=date(2020, 1, 1))
    story.requested(time="2024-04-01")
    story.received(time="2024-04-02")
    cite = Cite(law="保守国家秘密法", article="64")
    story.filed(refusal := story.refused(time=day, ground="WORK_SECRET", statute=cite))
    assert story.judge(refusal).table_row == row


@pytest.mark.parametrize("ground", ["STATE_SECRET", "TRADE_SECRET", "PRIVACY"])
def test_a_refusal_that_claims_a_stricter_class_is_judged_by_that_class(ground: RefusalGround) -> None:
    story = asked()
    refusal = story.refused(time="2026-07-01", ground=ground)
    judgement = story.judge(refusal, asked=MUCH_LATER)
    assert judgement.sensitive
    assert judgement.codes == (Reason.REFUSAL_NOT_FILED, Reason.LATE_RESPONSE)


def test_a_refused_part_is_judged_like_a_refusal() -> None:
    story = asked("privacy")
    partly = partly_approved(story, "NONE", reasons=None)
    judgement = story.judge(partly, asked=MUCH_LATER)
    codes = (Reason.UNLAWFUL_REFUSAL_GROUND, Reason.REASONS_MISSING, Reason.REFUSAL_NOT_FILED)
    assert_judged(judgement, Verdict.UNLAWFUL, "F1", *codes)


def test_a_refused_part_on_a_listed_ground_reasoned_and_filed_is_lawful() -> None:
    story = asked("privacy")
    story.filed(partly := partly_approved(story, "PRIVACY"))
    assert_judged(story.judge(partly, asked=MUCH_LATER), Verdict.LAWFUL, "F6")


def partly_approved(story: Story, ground: RefusalGround, *, reasons: str | None = DIGEST) -> Act:
    event = e.RequestPartlyApproved(
        post="岗-01",
        second_post="岗-02",
        scope=scope(fields=("name",)),
        classes=("privacy",),
        refused=(e.RefusedPart(fields=("year",), ground=ground),),
        reasons=reasons,
    )
    return story.record("request/1", PROVIDER, "2026-06-18", event)


def failed(story: Story, ground: RefusalGround | None, *, time: str = "2026-06-22") -> Act:
    story.record("request/1", REQUESTER, "2026-06-15", e.NegotiationOpened(post="岗-01", opening="商请"))
    event = e.NegotiationFailed(post="岗-01", record=DIGEST, provider_ground=ground)
    return story.record("request/1", PROVIDER, time, event)


def test_a_negotiation_that_failed_without_a_ground_leaves_nothing_to_judge() -> None:
    story = asked()
    assert_judged(story.judge(failed(story, None), asked=MUCH_LATER), None, None)


def test_the_providers_ground_in_a_failed_negotiation_is_judged_like_a_refusal() -> None:
    story = asked()
    assert_judged(
        story.judge(failed(story, "NONE"), asked=MUCH_LATER),
        Verdict.UNLAWFUL,
        "F1",
        Reason.UNLAWFUL_REFUSAL_GROUND,
    )
    story = asked("privacy")
    assert_judged(story.judge(failed(story, "PRIVACY"), asked=MUCH_LATER), Verdict.LAWFUL, "F6")


def test_the_failure_of_a_negotiation_stops_the_clock_of_15_days() -> None:
    story = asked("privacy")
    late = failed(story, "PRIVACY", time="2026-07-01")
    assert story.judge(late, asked=MUCH_LATER).codes == (Reason.LATE_RESPONSE,)


def test_a_negotiation_after_a_refusal_in_time_cannot_be_late() -> None:
    story = asked("privacy")
    story.filed(story.refused(time="2026-06-12"))
    assert story.judge(failed(story, "PRIVACY", time="2026-08-03"), asked=MUCH_LATER).codes == ()


# answered again


def test_an_answer_given_again_has_the_setting_of_15_days_from_what_reopened_it() -> None:
    story = asked("privacy")
    refusal = story.refused(time="2026-06-18", ground="NONE")
    order = ordered(story, refusal, "2026-06-23")
    story.filed(again := story.refused(time="2026-07-14", reopened_by=order.ref))
    assert story.judge(again, asked=MUCH_LATER).codes == ()
    story.filed(late := story.refused(time="2026-07-15T00:00", reopened_by=order.ref))
    assert story.judge(late, asked=MUCH_LATER).codes == (Reason.LATE_RESPONSE,)


def test_the_refusal_that_was_answered_again_keeps_its_judgement() -> None:
    story = asked("privacy")
    refusal = story.refused(time="2026-06-18", ground="NONE")
    before = story.judge(refusal, asked=MUCH_LATER)
    order = ordered(story, refusal, "2026-06-23")
    approval = story.approved(time="2026-06-26", classes=("privacy",), reopened_by=order.ref)
    assert story.judge(refusal, asked=MUCH_LATER).codes == before.codes
    assert_judged(story.judge(approval), None, None)


def ordered(story: Story, refusal: Act, time: str) -> Act:
    suspicion = e.ViolationSuspected(
        post="岗-01", accused=PROVIDER, limb="a", evidence=(refusal.ref,), statement="线索"
    )
    found = e.ViolationFound(post="岗-01", limb="a", facts="无法定理由", evidence=(refusal.ref,), document=DOC)
    order = e.CorrectionOrdered(post="岗-01", order=DOC, measures="重新答复", limit=date(2026, 6, 30))
    story.record("violation/V1", AUTHORITY, time, suspicion)
    story.record("violation/V1", AUTHORITY, time, found)
    return story.record("violation/V1", AUTHORITY, time, order)


def test_a_refusal_whose_key_is_in_doubt_is_undetermined() -> None:
    story = asked("privacy")
    kid = story.key(PROVIDER)
    refusal = story.refused(time="2026-06-18", kid=kid)
    story.filed(refusal)
    story.compromised(PROVIDER, kid, since="2026-06-17", reported="2026-06-20")
    assert_judged(story.judge(refusal, asked=MUCH_LATER), Verdict.UNDETERMINED, "F6", Reason.KEY_COMPROMISED)


def test_a_disowned_refusal_is_undetermined() -> None:
    story = asked("privacy")
    story.disowned(refusal := story.refused(time="2026-06-18", ground="NONE"))
    judgement = story.judge(refusal, asked=MUCH_LATER)
    assert_judged(judgement, Verdict.UNDETERMINED, None, Reason.KEY_COMPROMISED)
    assert judgement.relied_on == (story.acts[-1].index,)
