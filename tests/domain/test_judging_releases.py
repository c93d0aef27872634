"""RELEASE: the rows R0 to R8, and every reason that a release can carry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain import events as e
from domain.act import Act
from domain.judgement.verdict import Verdict
from domain.reasons.catalogue import Reason, Severity
from domain.vocabulary.codes import Limb
from tests.support.casebook import RULES
from tests.support.story import (
    AUTHORITY,
    DOC,
    PAGE,
    PROVIDER,
    REQUESTER,
    SECRET,
    THIRD,
    Story,
    assert_judged,
)

CLAIMED = {"kind": "DISCLOSURE", "basis": "DISCLOSURE_SCOPE", "scope_article": PAGE}
SOURCE = {"attribution": "来源：江苏省市场监督管理局"}


def suspected(story: Story, release: Act, *, limb: Limb = "c2") -> None:
    event = e.ViolationSuspected(post="岗-01", accused=REQUESTER, limb=limb, evidence=(release.ref,), statement="线索")
    story.record("violation/V1", AUTHORITY, "2026-08-20", event)


# R0 to R8


def test_r0_passing_on_to_a_third_organ_is_unauthorized_even_with_consent() -> None:
    story = Story().granted()
    story.consented(kind="ONWARD")
    judgement = story.judge(story.released(kind="ONWARD", basis="CONSENT", recipient=THIRD))
    assert_judged(judgement, Verdict.UNAUTHORIZED, "R0", Reason.ONWARD_TO_THIRD_PARTY)
    assert (judgement.reasons[0].limb, judgement.reasons[0].params) == ("c1", {"recipient": THIRD})


def test_r0_passing_on_sensitive_information_falls_under_c3() -> None:
    story = Story().granted(SECRET)
    judgement = story.judge(story.released(kind="ONWARD", recipient=THIRD))
    limbs = {raised.reason: raised.limb for raised in judgement.reasons}
    assert limbs[Reason.ONWARD_TO_THIRD_PARTY] == "c3"


def test_r0_where_a_setting_allows_it_passing_on_needs_the_providers_consent() -> None:
    allowing = replace(RULES, settings=replace(RULES.settings, onward_with_consent=True))
    story = Story(rules=allowing).granted()
    without = story.released(kind="ONWARD", recipient=THIRD, release_id="L2")
    assert_judged(story.judge(without), Verdict.UNAUTHORIZED, "R7", Reason.NO_CONSENT)
    story.consented(kind="ONWARD")
    consented = story.released(kind="ONWARD", basis="CONSENT", recipient=THIRD)
    assert_judged(story.judge(consented), Verdict.AUTHORIZED, "R6")


def test_r1_a_state_secret_is_never_released_whatever_the_basis() -> None:
    story = Story().granted()
    story.classified(("state_secret",), level="秘密", time="2026-04-01")
    story.consented()
    act = story.released(basis="CONSENT", third_party="PUBLIC_INTEREST", third_party_doc=DOC)
    judgement = story.judge(act)
    assert_judged(judgement, Verdict.UNAUTHORIZED, "R1", Reason.SENSITIVE_RELEASE)
    assert judgement.reasons[0].limb == "c3"


def test_r2_privacy_without_the_third_partys_consent_is_unauthorized_and_so_is_the_missing_consent() -> None:
    story = Story().granted(("privacy",))
    judgement = story.judge(story.released())
    assert_judged(judgement, Verdict.UNAUTHORIZED, "R2", Reason.NO_CONSENT, Reason.SENSITIVE_RELEASE)
    assert [raised.limb for raised in judgement.reasons] == ["c2", "c3"]


def test_r2_the_providers_consent_never_suffices_for_sensitive_information() -> None:
    story = Story().granted(SECRET)
    story.consented()
    judgement = story.judge(story.released(basis="CONSENT"))
    assert_judged(judgement, Verdict.UNAUTHORIZED, "R2", Reason.SENSITIVE_RELEASE)


def test_r2_with_the_third_partys_document_the_other_rows_decide() -> None:
    story = Story().granted(SECRET)
    story.consented()
    act = story.released(basis="CONSENT", third_party="THIRD_PARTY_CONSENT", third_party_doc=DOC)
    assert_judged(story.judge(act), Verdict.AUTHORIZED, "R6")


def test_r2_a_third_partys_consent_claimed_without_document_is_a_gap() -> None:
    story = Story().granted(SECRET)
    story.consented()
    act = story.released(basis="CONSENT", third_party="THIRD_PARTY_CONSENT")
    assert_judged(story.judge(act), Verdict.UNDETERMINED, "R6", Reason.EVIDENCE_GAP)


def test_r3_inside_the_disclosure_scope_the_source_must_be_stated() -> None:
    story = Story().granted()
    judgement = story.judge(story.released(**CLAIMED))
    assert_judged(judgement, Verdict.UNAUTHORIZED, "R3", Reason.NO_SOURCE_ATTRIBUTION, Reason.DISCLOSER_NOT_ORIGINATOR)


def test_r4_inside_the_disclosure_scope_with_the_source_stated_no_consent_is_needed() -> None:
    story = Story().granted()
    judgement = story.judge(story.released(**CLAIMED, **SOURCE))
    assert_judged(judgement, Verdict.AUTHORIZED, "R4", Reason.DISCLOSER_NOT_ORIGINATOR)
    assert judgement.reasons[0].severity is Severity.WARNING
    assert judgement.reasons[0].limb is None


def test_r4_before_15_may_2019_no_law_reserved_disclosure_to_the_maker() -> None:
    story = Story().granted()
    story.classified(from_=date(2013, 1, 1))
    before, since = (
        story.released(**CLAIMED, **SOURCE, time="2019-05-14T23:59"),
        story.released(**CLAIMED, **SOURCE, time="2019-05-15T00:00", release_id="L2"),
    )
    assert_judged(story.judge(before), Verdict.AUTHORIZED, "R4")
    assert_judged(story.judge(since), Verdict.AUTHORIZED, "R4", Reason.DISCLOSER_NOT_ORIGINATOR)


def test_r5_with_consent_as_an_independent_basis_a_missing_source_is_a_flag() -> None:
    story = Story().granted()
    story.consented(kind="DISCLOSURE")
    judgement = story.judge(story.released(**CLAIMED))
    codes = (Reason.NO_SOURCE_ATTRIBUTION, Reason.DISCLOSER_NOT_ORIGINATOR)
    assert_judged(judgement, Verdict.AUTHORIZED_WITH_FLAGS, "R5", *codes)
    assert judgement.reasons[0].severity is Severity.FLAG


def test_r6_a_release_within_the_providers_consent_is_authorized() -> None:
    story = Story().granted()
    consent = story.consented()
    judgement = story.judge(story.released(basis="CONSENT"))
    assert_judged(judgement, Verdict.AUTHORIZED, "R6")
    assert consent.index in judgement.relied_on


def test_r6_a_consent_of_the_same_instant_is_not_later_than_the_release() -> None:
    story = Story().granted()
    story.consented(time="2026-08-07")
    judgement = story.judge(story.released(basis="CONSENT", time="2026-08-07"))
    assert_judged(judgement, Verdict.UNDETERMINED, "R6", Reason.BACKDATED)


def test_r7_a_release_without_consent_is_unauthorized() -> None:
    story = Story().granted()
    judgement = story.judge(story.released())
    assert_judged(judgement, Verdict.UNAUTHORIZED, "R7", Reason.NO_CONSENT)
    assert judgement.reasons[0].limb == "c2"


def test_r7_a_consent_for_other_fields_or_another_kind_does_not_cover() -> None:
    story = Story().granted()
    story.consented(fields=("name",), kind="OPENING")
    judgement = story.judge(story.released(basis="CONSENT", fields=("name", "year")))
    assert_judged(judgement, Verdict.UNAUTHORIZED, "R7", Reason.CONSENT_SCOPE)
    assert judgement.reasons[0].params == {"beyond": "year, RELEASE"}


def test_r7_a_consent_expires_with_its_last_day() -> None:
    story = Story().granted()
    story.consented(expires=date(2026, 8, 10))
    assert story.judge(story.released(basis="CONSENT", time="2026-08-10T23:00")).codes == ()
    story = Story().granted()
    story.consented(expires=date(2026, 8, 10))
    judgement = story.judge(story.released(basis="CONSENT", time="2026-08-11T00:00"))
    assert_judged(judgement, Verdict.UNAUTHORIZED, "R7", Reason.CONSENT_EXPIRED)


def test_r7_a_consent_given_after_the_release_comes_too_late() -> None:
    story = Story().granted()
    asked = e.ReleaseConsentRequested(
        post="岗-01", release_id="L1", fields=("name",), kind="RELEASE", audience="公众", why="便民"
    )
    story.record("request/1", REQUESTER, "2026-08-05", asked)
    release = story.released(basis="CONSENT", time="2026-08-06T12:00")
    given = e.ReleaseConsentGiven(post="岗-01", release_id="L1", fields=("name",), kind="RELEASE", audience="公众")
    story.record("request/1", PROVIDER, "2026-08-07", given)
    assert_judged(story.judge(release), Verdict.UNAUTHORIZED, "R7", Reason.CONSENT_AFTER_RELEASE)


def test_r7_a_claimed_scope_that_is_not_made_out_is_held_against_the_release() -> None:
    story = Story().granted()
    release = story.released(**CLAIMED, **SOURCE)
    suspected(story, release)
    found = e.ViolationFound(post="岗-01", limb="c2", facts="不属于公开范围", evidence=(release.ref,), document=DOC)
    story.record("violation/V1", AUTHORITY, "2026-08-25", found)
    judgement = story.judge(release)
    codes = (Reason.NO_CONSENT, Reason.NOT_IN_DISCLOSURE_SCOPE, Reason.DISCLOSER_NOT_ORIGINATOR)
    assert_judged(judgement, Verdict.UNAUTHORIZED, "R7", *codes)


def test_r8_a_scope_claimed_without_article_is_undetermined_without_consent() -> None:
    story = Story().granted()
    judgement = story.judge(story.released(**(CLAIMED | {"scope_article": None}), **SOURCE))
    codes = (Reason.DISCLOSURE_SCOPE_UNKNOWN, Reason.DISCLOSER_NOT_ORIGINATOR)
    assert_judged(judgement, Verdict.UNDETERMINED, "R8", *codes)


def test_r8_a_scope_under_an_undecided_suspicion_is_undetermined_until_it_is_dismissed() -> None:
    story = Story().granted()
    release = story.released(**CLAIMED, **SOURCE)
    suspected(story, release)
    assert story.judge(release).table_row == "R8"
    story.record("violation/V1", AUTHORITY, "2026-08-25", e.ViolationDismissed(post="岗-01", reasons="属于公开范围"))
    assert story.judge(release).table_row == "R4"


def test_r8_a_suspicion_of_another_limb_does_not_contest_the_scope() -> None:
    story = Story().granted()
    release = story.released(**CLAIMED, **SOURCE)
    suspected(story, release, limb="c3")
    assert story.judge(release).table_row == "R4"


def test_r8_with_consent_the_unknown_scope_does_not_matter() -> None:
    story = Story().granted()
    story.consented(kind="DISCLOSURE")
    act = story.released(**(CLAIMED | {"scope_article": None}))
    assert_judged(story.judge(act), Verdict.AUTHORIZED, "R6", Reason.DISCLOSER_NOT_ORIGINATOR)


# consent, class, record


def test_a_consent_recorded_after_the_release_with_an_earlier_date_is_backdated() -> None:
    story = Story().granted()
    consent = story.consented(time="2026-08-07", recorded="2026-08-12")
    release = story.released(basis="CONSENT", time="2026-08-11")
    assert_judged(story.judge(release), Verdict.UNDETERMINED, "R6", Reason.BACKDATED)
    story.reaffirmed(consent)
    assert_judged(story.judge(release), Verdict.AUTHORIZED_WITH_FLAGS, "R6", Reason.BACKDATED)


def test_a_disowned_consent_is_none() -> None:
    story = Story().granted()
    story.disowned(story.consented())
    assert story.judge(story.released(basis="CONSENT")).codes == (Reason.NO_CONSENT,)


def test_a_release_that_cites_a_request_unknown_here_may_have_had_consent() -> None:
    story = Story().granted()
    judgement = story.judge(story.released(request_id="77"))
    assert_judged(judgement, Verdict.UNDETERMINED, "R7", Reason.EVIDENCE_GAP)


def test_while_the_class_is_disputed_a_release_is_judged_by_the_stricter_class() -> None:
    story = Story().granted()
    story.disputed("privacy")
    story.consented()
    judgement = story.judge(story.released(basis="CONSENT"))
    codes = (Reason.SENSITIVE_RELEASE, Reason.CLASSIFICATION_DISPUTED)
    assert_judged(judgement, Verdict.UNAUTHORIZED, "R2", *codes)
    assert judgement.if_stricter is Verdict.UNAUTHORIZED


def test_an_organ_needs_nobodys_consent_to_release_what_it_provides_itself() -> None:
    story = Story().granted()
    own = replace(story.released(request_id=None).event)
    act = story.record("use/own", PROVIDER, "2026-08-12", own)
    assert_judged(story.judge(act), Verdict.AUTHORIZED, "R6")


def test_a_class_found_later_makes_an_earlier_release_sensitive_without_a_c3_finding() -> None:
    story = Story().granted()
    story.consented()
    release = story.released(basis="CONSENT")
    dispute = story.disputed("state_secret", time="2026-08-20")
    story.classified(("state_secret",), level="秘密", time="2026-09-10", cause=dispute.ref)
    judgement = story.judge(release)
    assert judgement.codes == (Reason.SENSITIVE_RELEASE, Reason.RECLASSIFIED_LATER)
    assert [raised.limb for raised in judgement.reasons] == [None, None]


def test_a_late_retraction_is_flagged_and_judged_by_no_table() -> None:
    story = Story().granted()
    story.released(time="2026-08-11")
    retracted = e.ReleaseRetracted(post="岗-01", release_id="L1", cause="页面撤下")
    act = story.record("request/1", REQUESTER, "2026-08-12", retracted, recorded="2026-08-17")
    judgement = story.judge(act)
    assert_judged(judgement, None, None, Reason.LATE_RECORD)
    assert judgement.reasons[0].sentence() == "补录：晚记 3 个工作日"
