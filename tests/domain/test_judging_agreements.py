"""The agreement behind a sensitive use: in force at its instant, in the version of its time, and wide enough."""

from __future__ import annotations

from datetime import date

from domain import events as e
from domain.judgement.verdict import Verdict
from domain.reasons.catalogue import Reason
from domain.vocabulary.values import Purpose, Term, Users
from tests.support.casebook import at
from tests.support.story import DUTY, FIELDS, OTHER_DUTY, PROVIDER, REQUESTER, SECRET, Story, assert_judged, scope

NEW_TEXT = "cd" * 32


def amend(story: Story, *, effective: str = "2026-06-15", time: str = "2026-06-12", **changes: object) -> None:
    """Version 2 from 15 June 2026."""
    proposal = e.AgreementAmendmentProposed(
        post="岗-01",
        version=2,
        text_digest=NEW_TEXT,
        scope=scope(**changes),
        effective_from=date.fromisoformat(effective),
        effective_to=date(2026, 12, 31),
    )
    story.record("agreement/A-1", PROVIDER, "2026-06-11", proposal)
    for organ in (REQUESTER, PROVIDER):
        signed = e.AgreementAmended(post="岗-01", second_post="岗-02", version=2, text_digest=NEW_TEXT)
        story.record("agreement/A-1", organ, time, signed)


def test_an_agreement_signed_by_one_organ_is_not_in_force() -> None:
    story = Story().granted(SECRET)
    story.proposed()
    story.signed(PROVIDER)
    judgement = story.judge(story.used())
    assert_judged(judgement, Verdict.UNAUTHORIZED, "U6", Reason.AGREEMENT_NOT_IN_FORCE)
    assert judgement.agreement == "A-1"


def test_an_agreement_is_in_force_from_its_second_signature() -> None:
    story = Story().granted(SECRET)
    story.proposed()
    story.signed(PROVIDER)
    story.signed(REQUESTER, time="2026-03-26T12:00")
    before, after = story.used(time="2026-03-26T11:59"), story.used(time="2026-03-26T13:00")
    assert story.judge(before).codes == (Reason.AGREEMENT_NOT_IN_FORCE,)
    assert story.judge(after).codes == ()


def test_a_signature_counts_from_the_minute_in_which_it_was_recorded() -> None:
    story = Story().granted(SECRET).agreed()
    assert story.judge(story.used(time="2026-03-24T09:01")).codes == ()
    assert story.judge(story.used(time="2026-03-24T09:00")).codes == (Reason.BACKDATED,)


def test_an_agreement_is_not_in_force_before_its_first_day() -> None:
    story = Story().granted(SECRET).agreed(effective_from=date(2026, 4, 15))
    assert story.judge(story.used(time="2026-04-14T23:59")).codes == (Reason.AGREEMENT_NOT_IN_FORCE,)
    assert story.judge(story.used(time="2026-04-15T00:00")).codes == ()


def test_an_agreement_expires_with_its_last_day_while_the_grant_lives_on() -> None:
    story = Story().granted(SECRET).agreed(effective_to=date(2026, 6, 30))
    assert story.judge(story.used(time="2026-06-30T23:59")).codes == ()
    lapsed = story.used(time="2026-07-01T00:00")
    assert_judged(story.judge(lapsed), Verdict.UNAUTHORIZED, "U6", Reason.AGREEMENT_EXPIRED)


def test_a_new_agreement_does_not_heal_the_gap_and_a_ratification_changes_no_verdict() -> None:
    story = Story().granted(SECRET).agreed(effective_to=date(2026, 6, 30))
    lapsed = story.used(time="2026-07-03")
    story.proposed(name="A-2", time="2026-07-06", effective_from=date(2026, 7, 6))
    story.signed(REQUESTER, name="A-2", time="2026-07-06")
    story.signed(PROVIDER, name="A-2", time="2026-07-06")
    ratified = e.RatificationRecorded(post="岗-01", uses=(lapsed.ref,), reason="同意")
    story.record("request/1", PROVIDER, "2026-07-07", ratified)
    assert story.judge(lapsed).verdict is Verdict.UNAUTHORIZED
    assert story.judge(story.used(time="2026-07-07")).codes == ()


def test_a_terminated_agreement_ends_on_its_effect_date() -> None:
    story = Story().granted(SECRET).agreed()
    ended = e.AgreementTerminated(post="岗-01", clause="第九条", notice_on=date(2026, 5, 6), effect=date(2026, 5, 11))
    story.record("agreement/A-1", REQUESTER, "2026-05-06", ended)
    assert story.judge(story.used(time="2026-05-10T23:59")).codes == ()
    assert story.judge(story.used(time="2026-05-11T00:00")).codes == (Reason.AGREEMENT_TERMINATED,)


def test_a_suspended_agreement_stops_uses_until_it_is_resumed() -> None:
    story = Story().granted(SECRET).agreed()
    stop = e.AgreementSuspended(post="岗-01", cause="INCIDENT", effect=at("2026-05-11T00:00"))
    act = story.record("agreement/A-1", PROVIDER, "2026-05-10", stop)
    story.record(
        "agreement/A-1",
        PROVIDER,
        "2026-05-20",
        e.AgreementResumed(post="岗-01", suspended=act.ref, effect=at("2026-05-20")),
    )
    assert story.judge(story.used(time="2026-05-12")).codes == (Reason.AGREEMENT_SUSPENDED,)
    assert story.judge(story.used(time="2026-05-20T10:00")).codes == ()


def test_uses_are_judged_by_the_version_in_force_at_their_time() -> None:
    story = Story().granted(SECRET).agreed()
    amend(story, fields=("name", "amount"))
    before, after = story.used(time="2026-06-14", fields=FIELDS), story.used(time="2026-06-15", fields=FIELDS)
    assert (story.judge(before).codes, story.judge(before).agreement_version) == ((), 1)
    judgement = story.judge(after)
    assert_judged(judgement, Verdict.UNAUTHORIZED, "U6", Reason.AGREEMENT_SCOPE)
    assert judgement.agreement_version == 2
    assert judgement.reasons[0].params == {"agreement": "A-1", "beyond": "year"}
    assert judgement.reasons[0].limb == "c1"


def test_an_agreement_narrower_in_purpose_than_the_grant_is_exceeded_by_that_purpose() -> None:
    purposes = (Purpose(code="P1", text="核对"), Purpose(code="P2", text="统计"))
    story = Story().granted(SECRET, scope=scope(purposes=purposes)).agreed()
    judgement = story.judge(story.used(purpose_code="P2"))
    assert_judged(judgement, Verdict.UNAUTHORIZED, "U6", Reason.AGREEMENT_SCOPE)
    assert judgement.reasons[0].params["beyond"] == "purpose P2"


def test_an_agreement_narrower_in_duty_basis_or_users_than_the_grant_is_exceeded_by_them() -> None:
    wide = scope(duty_bases=(DUTY, OTHER_DUTY), users=Users(units=("社会救助处", "财务处")))
    story = Story().granted(SECRET, scope=wide).agreed()
    judgement = story.judge(story.used(duty=OTHER_DUTY, unit="财务处"))
    assert_judged(judgement, Verdict.UNAUTHORIZED, "U6", Reason.AGREEMENT_SCOPE)
    assert judgement.reasons[0].params["beyond"] == "duty basis, 财务处"


def test_what_lies_beyond_the_grant_already_is_not_also_held_against_the_agreement() -> None:
    story = Story().granted(SECRET).agreed()
    assert story.judge(story.used(fields=("phone",))).codes == (Reason.OUT_OF_SCOPE_FIELDS,)


def test_an_agreement_for_another_class_or_a_lower_level_does_not_cover() -> None:
    story = Story().granted(SECRET).agreed(classes=("privacy",))
    judgement = story.judge(story.used())
    assert_judged(judgement, Verdict.UNAUTHORIZED, "U6", Reason.AGREEMENT_SCOPE)
    assert judgement.reasons[0].params["beyond"] == "class trade_secret"


def test_an_agreement_whose_items_or_term_leave_the_use_out_does_not_cover() -> None:
    narrow = scope(items=("C05",), term=Term(from_=date(2026, 3, 1), to=date(2026, 3, 31)))
    story = Story().granted(SECRET).agreed(scope=narrow)
    assert story.judge(story.used()).reasons[0].params["beyond"] == "item C04, term"


def test_of_several_agreements_one_that_covers_is_enough() -> None:
    story = Story().granted(SECRET).agreed()
    story.agreed(name="A-2", scope=scope(fields=("year",)))
    judgement = story.judge(story.used(fields=("name",)))
    assert_judged(judgement, Verdict.AUTHORIZED, "U9")
    assert judgement.agreement == "A-1"


def test_if_none_of_several_agreements_covers_the_newest_gives_the_code() -> None:
    story = Story().granted(SECRET).agreed(effective_to=date(2026, 3, 31))
    story.proposed(name="A-2")
    judgement = story.judge(story.used())
    assert_judged(judgement, Verdict.UNAUTHORIZED, "U6", Reason.AGREEMENT_NOT_IN_FORCE)
    assert judgement.agreement == "A-2"


def test_a_signature_recorded_after_the_use_with_an_earlier_date_is_backdated_until_reaffirmed() -> None:
    story = Story().granted(SECRET)
    story.proposed()
    story.signed(REQUESTER)
    use = story.used(time="2026-04-01")
    late = story.signed(PROVIDER, time="2026-03-30", recorded="2026-04-02")
    assert_judged(story.judge(use), Verdict.UNDETERMINED, "U9", Reason.BACKDATED)
    story.reaffirmed(late)
    assert_judged(story.judge(use), Verdict.AUTHORIZED_WITH_FLAGS, "U9", Reason.BACKDATED)


def test_a_disowned_signature_leaves_the_agreement_without_force() -> None:
    story = Story().granted(SECRET).agreed()
    signature = next(act for act in story.acts if act.event.event_name == "agreement.signed")
    story.disowned(signature)
    assert story.judge(story.used()).codes == (Reason.AGREEMENT_NOT_IN_FORCE,)
