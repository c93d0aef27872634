"""Answers, acts on grants, acts in disputes and violations: reasons without a table, and so without a verdict."""

from __future__ import annotations

from datetime import date

import pytest

from domain import events as e
from domain.reasons.catalogue import Reason
from domain.vocabulary.codes import Cause, RefusalGround
from tests.support.casebook import at
from tests.support.story import (
    AUTHORITY,
    DIGEST,
    DOC,
    GOVERNMENT,
    PROVIDER,
    REQUESTER,
    SECRECY,
    STATUTE,
    THIRD,
    Story,
    assert_judged,
    determined,
    scope,
)


def test_an_approval_in_time_by_the_right_provider_carries_no_reason() -> None:
    story = Story().cast()
    story.classified(("privacy",))
    story.requested(classes_acknowledged=("privacy",))
    story.received(classes=("privacy",), time="2026-04-13")
    judgement = story.judge(story.approved(time="2026-05-06"))
    assert_judged(judgement, None, None)
    assert judgement.sensitive


def test_a_late_approval_is_valid_and_keeps_its_flag() -> None:
    story = Story().cast()
    story.classified(("privacy",))
    story.requested(classes_acknowledged=("privacy",))
    story.received(classes=("privacy",), time="2026-04-13")
    judgement = story.judge(story.approved(time="2026-05-08T00:00"))
    assert_judged(judgement, None, None, Reason.LATE_RESPONSE)
    assert (judgement.reasons[0].limb, judgement.reasons[0].params) == ("a", {"due": "2026-05-07"})
    assert story.judge(story.used(time="2026-05-11")).grant_version == 1


def test_if_the_requester_acknowledged_a_stricter_class_the_clock_runs_by_it() -> None:
    story = Story().cast()
    story.classified()
    story.requested(classes_acknowledged=("privacy",))
    story.received(time="2026-04-13")
    assert story.judge(story.approved(time="2026-05-08")).codes == (Reason.LATE_RESPONSE,)


def test_an_answer_by_a_provider_of_the_wrong_level_or_not_the_source_is_flagged() -> None:
    story = Story()
    story.party(PROVIDER, level="CITY")
    story.party(REQUESTER)
    story.party(THIRD)
    story.classified(centralised_level="PROVINCE")
    assigned = e.SourceAssigned(post="岗-01", datum="年报", party=THIRD, from_=date(2026, 3, 1))
    story.record("item/C04", AUTHORITY, "2026-03-01", assigned)
    story.requested()
    story.received()
    judgement = story.judge(story.approved())
    assert_judged(judgement, None, None, Reason.WRONG_PROVIDER_LEVEL, Reason.PROVIDER_NOT_SOURCE)


def test_an_answer_to_a_body_that_is_no_organ_is_flagged() -> None:
    story = Story()
    story.party(PROVIDER)
    story.party(REQUESTER, category="STATE_ORGAN")
    story.classified()
    story.requested()
    story.received()
    assert story.judge(story.approved()).codes == (Reason.PARTY_OUT_OF_SCOPE,)


@pytest.mark.parametrize(
    ("cause", "ground", "cited", "codes"),
    [
        ("PURPOSE_ENDED", None, False, (Reason.UNLAWFUL_REVOCATION_GROUND,)),
        ("REFUSAL_GROUND", "OTHER", False, (Reason.UNLAWFUL_REVOCATION_GROUND,)),
        ("REFUSAL_GROUND", "STATUTORY", False, (Reason.UNLAWFUL_REVOCATION_GROUND,)),
        ("REFUSAL_GROUND", "STATUTORY", True, ()),
        ("REFUSAL_GROUND", "PRIVACY", False, ()),
        ("RULING", None, False, ()),
        ("DETERMINATION", None, False, ()),
        ("BREACH", None, False, ()),
    ],
)
def test_a_grant_is_taken_back_on_a_lawful_ground_only(
    cause: Cause, ground: RefusalGround | None, cited: bool, codes: tuple[Reason, ...]
) -> None:
    story = Story().granted()
    statute = STATUTE if cited else None
    event = e.GrantRevoked(post="岗-01", cause=cause, ground=ground, statute=statute, effect=at("2026-05-12"))
    judgement = story.judge(story.record("request/1", PROVIDER, "2026-05-11", event))
    assert_judged(judgement, None, None, *codes)
    assert [raised.limb for raised in judgement.reasons] == ["a"] * len(codes)


def test_a_one_sided_narrowing_needs_a_ground_and_a_paired_one_does_not() -> None:
    story = Story().granted()
    narrow = {"post": "岗-01", "scope": scope(fields=("name",)), "effect": at("2026-05-12")}
    one_sided = e.GrantNarrowed(**narrow, cause="OTHER", ground="OTHER")  # type: ignore[arg-type]
    paired = e.GrantNarrowed(**narrow, cause="OTHER")  # type: ignore[arg-type]
    assert story.judge(story.record("request/1", PROVIDER, "2026-05-11", paired)).codes == ()
    first = story.record("request/1", PROVIDER, "2026-05-11", one_sided)
    assert story.judge(first).codes == (Reason.UNLAWFUL_REVOCATION_GROUND,)


def test_an_approval_narrower_than_the_ruling_or_after_its_day_ignores_it() -> None:
    def ruled(scope_approved: object, day: str) -> tuple[Reason, ...]:
        story = Story().cast()
        story.classified()
        story.requested(item=None, description="排污单位监测")
        story.received(item="C04")
        story.record("request/1", REQUESTER, "2026-05-11", e.NegotiationOpened(post="岗-01", opening="商请"))
        story.record("request/1", REQUESTER, "2026-06-05", e.NegotiationFailed(post="岗-01", record=DIGEST))
        submitted = e.RulingSubmitted(post="岗-01", file=DIGEST, to="320000", level_rule="SAME_DIVISION")
        story.record("request/1", AUTHORITY, "2026-06-08", submitted)
        ruling = e.RulingIssued(post="岗-01", instrument=DOC, share=True, scope=scope(), comply_by=date(2026, 6, 26))
        issued = story.record("request/1", GOVERNMENT, "2026-06-12", ruling)
        return story.judge(story.approved(time=day, scope=scope_approved, ruling=issued.ref)).codes

    assert ruled(scope(), "2026-06-26") == ()
    assert ruled(scope(), "2026-06-27") == (Reason.RULING_IGNORED,)
    assert ruled(scope(fields=("name",)), "2026-06-16") == (Reason.RULING_IGNORED,)


def test_an_approval_after_a_negotiation_that_failed_in_time_is_not_late() -> None:
    story = Story().cast()
    story.classified(("privacy",))
    story.requested(item=None, description="明细", classes_acknowledged=("privacy",))
    story.received(classes=("privacy",), item="C04", time="2026-05-06")
    story.record("request/1", REQUESTER, "2026-05-11", e.NegotiationOpened(post="岗-01", opening="商请"))
    story.record("request/1", REQUESTER, "2026-05-20", e.NegotiationFailed(post="岗-01", record=DIGEST))
    submitted = e.RulingSubmitted(post="岗-01", file=DIGEST, to="320000", level_rule="SAME_DIVISION")
    story.record("request/1", AUTHORITY, "2026-06-08", submitted)
    ruling = e.RulingIssued(post="岗-01", instrument=DOC, share=True, scope=scope(), comply_by=date(2026, 8, 31))
    issued = story.record("request/1", GOVERNMENT, "2026-06-12", ruling)
    approval = story.approved(time="2026-08-03", classes=("privacy",), ruling=issued.ref)
    assert story.judge(approval).codes == ()


def test_a_determination_without_prior_objection_is_flagged() -> None:
    story = Story().granted()
    story.disputed("state_secret")
    determined(story, "2026-04-20")
    assert story.judge(story.acts[-1]).codes == (Reason.OBJECTION_SKIPPED,)


def test_a_determination_after_an_objection_carries_no_reason() -> None:
    story = Story().granted()
    story.disputed("state_secret")
    story.record(
        "dispute/C04", REQUESTER, "2026-04-13", e.DisputeObjectionFiled(post="岗-01", originator=DOC.issuer, filing=DOC)
    )
    decided = e.DisputeObjectionDecided(post="岗-01", decision="UPHELD", document=DOC)
    story.record("dispute/C04", REQUESTER, "2026-04-15", decided)
    determined(story, "2026-04-20")
    assert story.acts[-1].by == SECRECY
    assert story.judge(story.acts[-1]).codes == ()


@pytest.mark.parametrize(("issuer", "codes"), [(AUTHORITY, ()), (GOVERNMENT, ()), (THIRD, (Reason.ISSUER_UNUSUAL,))])
def test_criticism_by_another_organ_than_authority_or_government_is_unusual(
    issuer: str, codes: tuple[Reason, ...]
) -> None:
    story = Story().granted()
    appointed = e.AuthorityAppointed(
        post="岗-01", party=AUTHORITY, rule_set="js-85-2012", from_=date(2026, 1, 1), instrument=DOC
    )
    story.record("authority/320000", GOVERNMENT, "2026-01-04", appointed)
    suspicion = e.ViolationSuspected(post="岗-01", accused=REQUESTER, limb="c3", evidence=(), statement="线索")
    found = e.ViolationFound(post="岗-01", limb="c3", facts="发布", evidence=(), document=DOC)
    serious = e.ViolationSeriousFound(post="岗-01", reasons="严重")
    for event in (suspicion, found, serious):
        story.record("violation/V1", AUTHORITY, "2026-08-19", event)
    notice = e.CriticismNotified(post="岗-01", notice=DOC, audience="INTERNAL")
    assert story.judge(story.record("violation/V1", issuer, "2026-09-02", notice)).codes == codes
