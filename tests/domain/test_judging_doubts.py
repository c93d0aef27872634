"""What was disowned has no force, what a stolen key says proves nothing, and no later step rewrites an earlier act."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domain import events as e
from domain.act import Act
from domain.judgement.verdict import Verdict
from domain.reasons.catalogue import Reason
from domain.vocabulary.values import Period, Ref
from tests.support.casebook import at
from tests.support.story import (
    AUTHORITY,
    DIGEST,
    DOC,
    DUTY,
    PAGE,
    PROVIDER,
    REQUESTER,
    SECRET,
    THIRD,
    Story,
    assert_judged,
)


def test_a_record_reaffirmed_with_the_stolen_key_stays_in_doubt() -> None:
    story = Story().granted()
    kid = story.key(REQUESTER)
    used = story.used(time="2026-04-10", kid=kid)
    stood_by = e.EventReaffirmed(post="经办岗-01", events=(used.ref,), reason="KEY_COMPROMISE")
    story.record("request/1", REQUESTER, "2026-04-11", stood_by, kid=kid)
    story.compromised(REQUESTER, kid, since="2026-04-01", reported="2026-04-20")
    assert_judged(story.judge(used), Verdict.UNDETERMINED, "U5", Reason.KEY_COMPROMISED)
    story.reaffirmed(used, reason="KEY_COMPROMISE", time="2026-04-21")
    assert_judged(story.judge(used), Verdict.AUTHORIZED, "U5")


def test_a_first_answer_does_not_escape_its_day_by_citing_what_reopens_it() -> None:
    story = Story().cast()
    story.classified(SECRET)
    story.requested(classes_acknowledged=SECRET)
    story.received(classes=SECRET)
    bogus = Ref(source=f"urn:uscc:{AUTHORITY}", id="nothing")
    late = story.approved(time="2026-04-10", reopened_by=bogus)
    assert story.judge(late).codes == (Reason.LATE_RESPONSE,)


def test_a_further_answer_that_cites_what_is_not_there_leaves_a_gap_in_the_evidence() -> None:
    story = Story().cast()
    story.classified()
    story.requested()
    story.received()
    story.refused(time="2026-03-12")
    bogus = Ref(source=f"urn:uscc:{AUTHORITY}", id="nothing")
    assert story.judge(story.approved(time="2026-03-20", reopened_by=bogus)).codes == (Reason.EVIDENCE_GAP,)


def test_a_review_opened_after_a_delivery_takes_nothing_from_the_review_before_it() -> None:
    story = Story().granted(SECRET).agreed()
    story.reviewed()
    delivered = story.delivered()
    opened = e.SecrecyReviewOpened(post="岗-01", review_id="R2", reviewer="岗-03")
    story.record("request/1", PROVIDER, "2026-04-01", opened)
    assert_judged(story.judge(delivered), Verdict.AUTHORIZED, "D8")
    again = story.delivered(delivery_id="D2", time="2026-04-02")
    assert story.judge(again).codes == (Reason.SECRECY_REVIEW_MISSING,)


def test_information_declassified_again_still_excuses_who_used_it_before_it_became_secret() -> None:
    story = Story().granted()
    used = story.used(time="2026-04-01")
    story.classified(SECRET, time="2026-05-01", from_=at("2026-03-01").date())
    story.classified((), time="2026-06-01")
    judgement = story.judge(used)
    assert judgement.codes == (Reason.AGREEMENT_MISSING, Reason.RECLASSIFIED_LATER)
    assert [raised.limb for raised in judgement.reasons] == [None, None]


def _disowned_review(story: Story) -> tuple[Act, Act]:
    review = story.reviewed()
    return review, story.delivered()


def _disowned_notice(story: Story) -> tuple[Act, Act]:
    revoked = e.GrantRevoked(post="岗-01", cause="BREACH", effect=at("2026-04-01"))
    act = story.record("request/1", PROVIDER, "2026-04-01", revoked)
    notice = story.record(
        "request/1", REQUESTER, "2026-04-02", e.GrantNoticeReceived(post="岗-01", notice=act.ref, how="PAPER")
    )
    return notice, story.used(time="2026-04-10")


def _disowned_dispute(story: Story) -> tuple[Act, Act]:
    return story.disputed("privacy"), story.used(time="2026-04-20")


def _disowned_change(story: Story) -> tuple[Act, Act]:
    event = e.InformationChanged(post="岗-01", change_id="K", how_known="检查")
    return story.record("item/C04", PROVIDER, "2026-03-02", event), story.used(time="2026-05-20")


@pytest.mark.parametrize(
    ("records", "before", "after"),
    [
        (_disowned_review, (), (Reason.SECRECY_REVIEW_MISSING,)),
        (_disowned_notice, (Reason.GRANT_REVOKED,), (Reason.REVOKED_UNNOTIFIED,)),
        (_disowned_dispute, (Reason.CLASSIFICATION_DISPUTED,), ()),
        (_disowned_change, (Reason.STALE_INFORMATION,), ()),
    ],
)
def test_what_was_disowned_has_no_force(
    records: Callable[[Story], tuple[Act, Act]], before: tuple[Reason, ...], after: tuple[Reason, ...]
) -> None:
    story = Story().granted(SECRET).agreed()
    denied, act = records(story)
    assert story.judge(act).codes == before
    story.disowned(denied)
    assert story.judge(act).codes == after


def test_a_disowned_filing_does_not_file_a_refusal() -> None:
    story = Story().cast()
    story.classified(["privacy"])
    story.requested(classes_acknowledged=("privacy",))
    story.received(classes=["privacy"])
    refusal = story.refused()
    filing = story.filed(refusal)
    assert_judged(story.judge(refusal, asked="2026-05-01"), Verdict.LAWFUL, "F6")
    story.disowned(filing)
    assert_judged(story.judge(refusal, asked="2026-05-01"), Verdict.DEFECTIVE, "F4", Reason.REFUSAL_NOT_FILED)


def test_a_disowned_correction_corrects_nothing() -> None:
    story = Story().granted()
    used = story.used(purpose_code="P9")
    changed = e.EventCorrected(post="岗-01", event=used.ref, changes={"purpose_code": "P1"}, reason="笔误")
    correction = story.record("request/1", REQUESTER, "2026-04-02", changed)
    assert story.judge(used).verdict is Verdict.AUTHORIZED
    story.disowned(correction)
    assert story.judge(used).codes == (Reason.PURPOSE_MISMATCH,)


def test_a_use_corrected_to_another_item_is_judged_by_that_items_class() -> None:
    story = Story().granted()
    story.classified(SECRET, item="C05")
    used = story.used()
    changed = e.EventCorrected(post="岗-01", event=used.ref, changes={"item": "C05"}, reason="笔误")
    story.record("request/1", REQUESTER, "2026-04-02", changed)
    judgement = story.judge(used)
    assert (judgement.codes, judgement.sensitive) == ((Reason.NO_GRANT,), True)


def test_the_authority_may_find_that_a_release_lay_outside_the_scope_though_another_limb_was_suspected() -> None:
    story = Story().granted()
    released = story.released(basis="DISCLOSURE_SCOPE", scope_article=PAGE, attribution="来源：某厅")
    suspected = e.ViolationSuspected(
        post="岗-01", accused=REQUESTER, limb="e", evidence=(released.ref,), statement="线索"
    )
    story.record("violation/V1", AUTHORITY, "2026-08-12", suspected)
    assert story.judge(released).table_row == "R4"
    found = e.ViolationFound(post="岗-01", limb="c2", facts="属实", evidence=(released.ref,), document=DOC)
    story.record("violation/V1", AUTHORITY, "2026-08-20", found)
    assert story.judge(released).table_row == "R7"


def test_an_heir_that_delivers_files_its_own_statistics() -> None:
    story = Story().granted()
    event = e.PartySucceeded(
        post="岗-00",
        mode="MERGED",
        successors=(e.Successor(party=THIRD, duty_bases=(DUTY,)),),
        effective=at("2026-03-21").date(),
        instrument=DOC,
    )
    story.record(f"party/{PROVIDER}", AUTHORITY, "2026-03-21", event)
    offline = e.DeliveryRecorded(
        post="岗-01",
        delivery_id="D1",
        request_id="1",
        requester=REQUESTER,
        item="C04",
        channel="OFF_PLATFORM",
        way="MEDIUM",
        network="GOV_EXTRANET",
        fields=("name",),
        records=1,
        content=DIGEST,
        fee_yuan=story.delivered(delivery_id="D0", time="2026-03-20T12:00").event.fee_yuan,  # type: ignore[attr-defined]
        reason="专线中断",
    )
    delivered = story.record("request/1", THIRD, "2026-03-25", offline)
    assert story.judge(delivered, asked="2026-05-01").codes == (Reason.STATISTICS_MISSING,)
    filed = e.StatisticsFiled(
        post="岗-01", period=Period(from_=at("2026-03-01").date(), to=at("2026-03-31").date()), rows=()
    )
    story.record(f"statistics/{THIRD}", THIRD, "2026-04-01", filed)
    assert_judged(story.judge(delivered, asked="2026-05-01"), Verdict.AUTHORIZED, "D3")


def test_who_delivers_without_a_request_must_be_an_organ_too() -> None:
    story = Story().granted()
    story.party("1232000000000006X5", category="OPERATOR")
    event = story.delivered(request_id=None, time="2026-03-25").event
    delivered = story.record("use/d99", "1232000000000006X5", "2026-03-26", event)
    assert Reason.PARTY_OUT_OF_SCOPE in story.judge(delivered).codes
