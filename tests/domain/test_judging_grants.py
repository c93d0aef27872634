"""The grant a use stands on: its term, its changes and their notice, backdating, emergencies."""

from __future__ import annotations

from datetime import date

from domain import events as e
from domain.judgement.verdict import Verdict
from domain.reasons.catalogue import Reason, Severity
from domain.vocabulary.values import Term
from tests.support.casebook import at
from tests.support.story import (
    DOC,
    FIELDS,
    GOVERNMENT,
    PROVIDER,
    REQUESTER,
    STATUTE,
    Story,
    assert_judged,
    determined,
    scope,
)


def test_a_use_before_the_approval_is_before_the_grant_takes_effect() -> None:
    story = Story().granted()
    use = story.used(time="2026-03-19")
    assert_judged(story.judge(use), Verdict.UNAUTHORIZED, "U2", Reason.GRANT_NOT_YET_EFFECTIVE)


def test_the_term_of_the_grant_includes_its_first_and_last_day() -> None:
    story = Story().granted(scope=scope(term=Term(from_=date(2026, 4, 1), to=date(2026, 4, 30))))
    day_before, first = story.used(time="2026-03-31"), story.used(time="2026-04-01T00:00")
    last, after = story.used(time="2026-04-30T23:59"), story.used(time="2026-05-01T00:00")
    assert story.judge(day_before).codes == (Reason.GRANT_NOT_YET_EFFECTIVE,)
    assert story.judge(first).codes == ()
    assert story.judge(last).codes == ()
    assert story.judge(after).codes == (Reason.GRANT_EXPIRED,)


def revoke(story: Story, *, effect: str, time: str = "2026-05-11", cause: str = "BREACH") -> e.Event:
    event = e.GrantRevoked(post="岗-01", cause=cause, effect=at(effect))  # type: ignore[arg-type]
    act = story.record("request/1", PROVIDER, time, event)
    notice = e.GrantNoticeReceived(post="岗-01", notice=act.ref, how="PLATFORM")
    story.record("request/1", REQUESTER, "2026-05-13", notice)
    return event


def test_a_change_of_the_grant_holds_from_its_very_instant() -> None:
    story = Story().granted()
    revoke(story, effect="2026-05-12T00:00")
    assert story.judge(story.used(time="2026-05-12T00:00")).codes == (Reason.REVOKED_UNNOTIFIED,)
    assert story.judge(story.used(time="2026-05-13T09:00")).codes == (Reason.GRANT_REVOKED,)
    recorded = story.used(time="2026-03-20T09:01")
    before = story.used(time="2026-03-20T09:00")
    assert story.judge(recorded).codes == ()
    assert story.judge(before).codes == (Reason.BACKDATED,)


def test_before_the_stated_effect_of_a_revocation_a_use_is_unaffected() -> None:
    story = Story().granted()
    revoke(story, effect="2026-05-12")
    assert_judged(story.judge(story.used(time="2026-05-11T23:00")), Verdict.AUTHORIZED, "U5")


def test_between_the_effect_of_a_revocation_and_its_notice_a_use_is_flagged() -> None:
    story = Story().granted()
    revoke(story, effect="2026-05-12")
    judgement = story.judge(story.used(time="2026-05-12T10:00"))
    assert_judged(judgement, Verdict.AUTHORIZED_WITH_FLAGS, "U5", Reason.REVOKED_UNNOTIFIED)
    assert judgement.reasons[0].limb is None


def test_after_effect_and_notice_of_a_revocation_a_use_is_unauthorized() -> None:
    story = Story().granted()
    revoke(story, effect="2026-05-12")
    judgement = story.judge(story.used(time="2026-05-14"))
    assert_judged(judgement, Verdict.UNAUTHORIZED, "U2", Reason.GRANT_REVOKED)
    names = {story.acts[index].event.event_name for index in judgement.relied_on}
    assert {"request.approved", "grant.revoked", "grant.notice_received"} <= names


def test_a_stored_copy_used_after_the_grant_has_ended_is_unauthorized() -> None:
    story = Story().granted(scope=scope(term=Term(from_=date(2026, 3, 1), to=date(2026, 6, 30))))
    story.delivered()
    use = story.used(time="2026-07-01", channel="STORED_COPY", delivery_id="D1")
    assert_judged(story.judge(use), Verdict.UNAUTHORIZED, "U2", Reason.GRANT_EXPIRED)


def test_a_suspension_stops_uses_from_notice_to_resumption() -> None:
    story = Story().granted()
    suspended = e.GrantSuspended(post="岗-01", cause="INCIDENT", effect=at("2026-05-12"))
    act = story.record("request/1", PROVIDER, "2026-05-11", suspended)
    story.record(
        "request/1", REQUESTER, "2026-05-13", e.GrantNoticeReceived(post="岗-01", notice=act.ref, how="PLATFORM")
    )
    resumed = e.GrantResumed(post="岗-01", suspended=act.ref, effect=at("2026-05-20"))
    story.record("request/1", PROVIDER, "2026-05-19", resumed)
    codes = {
        day: story.judge(story.used(time=day)).codes for day in ("2026-05-12T09:00", "2026-05-14", "2026-05-20T09:00")
    }
    assert codes == {
        "2026-05-12T09:00": (Reason.REVOKED_UNNOTIFIED,),
        "2026-05-14": (Reason.GRANT_SUSPENDED,),
        "2026-05-20T09:00": (),
    }


def test_a_narrowing_binds_uses_from_its_notice_on() -> None:
    story = Story().granted()
    narrowed = e.GrantNarrowed(
        post="岗-01", scope=scope(fields=("name",)), cause="REFUSAL_GROUND", ground="PRIVACY", effect=at("2026-05-12")
    )
    act = story.record("request/1", PROVIDER, "2026-05-11", narrowed)
    story.record(
        "request/1", REQUESTER, "2026-05-13", e.GrantNoticeReceived(post="岗-01", notice=act.ref, how="PLATFORM")
    )
    wide = {"fields": FIELDS}
    unnoticed, noticed = story.used(time="2026-05-12T10:00", **wide), story.used(time="2026-05-14", **wide)
    assert story.judge(unnoticed).codes == (Reason.REVOKED_UNNOTIFIED,)
    assert story.judge(noticed).codes == (Reason.OUT_OF_SCOPE_FIELDS,)
    assert (story.judge(unnoticed).grant_version, story.judge(noticed).grant_version) == (1, 2)


def test_a_paired_narrowing_is_known_to_both_at_once() -> None:
    story = Story().granted()
    event = e.GrantNarrowed(post="岗-01", scope=scope(fields=("name",)), cause="OTHER", effect=at("2026-05-12"))
    story.record("request/1", PROVIDER, "2026-05-10", event)
    story.record("request/1", REQUESTER, "2026-05-11", event)
    use = story.used(time="2026-05-12T10:00", fields=FIELDS)
    assert_judged(story.judge(use), Verdict.UNAUTHORIZED, "U3", Reason.OUT_OF_SCOPE_FIELDS)


def test_a_grant_recorded_after_the_use_with_an_earlier_date_leaves_it_undetermined_until_reaffirmed() -> None:
    story = Story().cast()
    story.classified()
    story.requested()
    story.received()
    use = story.used(time="2026-04-01")
    approval = story.approved(time="2026-03-20", recorded="2026-04-02")
    before = story.judge(use)
    assert_judged(before, Verdict.UNDETERMINED, "U5", Reason.BACKDATED)
    story.reaffirmed(approval)
    after = story.judge(use)
    assert_judged(after, Verdict.AUTHORIZED_WITH_FLAGS, "U5", Reason.BACKDATED)
    assert after.reasons[0].severity is Severity.FLAG


def test_a_disowned_approval_has_no_force() -> None:
    story = Story().granted()
    use = story.used()
    story.disowned(next(act for act in story.acts if isinstance(act.event, e.RequestApproved)))
    assert_judged(story.judge(use), Verdict.UNAUTHORIZED, "U2", Reason.NO_GRANT)


def test_an_oral_grant_under_an_emergency_statute_counts_from_its_day_if_recorded_in_time() -> None:
    story = Story().cast()
    story.classified()
    story.requested()
    story.received()
    use = story.used(time="2026-03-19T15:00")
    oral = {"oral_given_at": at("2026-03-19T12:00"), "emergency_statute": STATUTE}
    story.approved(time="2026-03-20", **oral)
    assert_judged(story.judge(use), Verdict.AUTHORIZED_WITH_FLAGS, "U5", Reason.EMERGENCY_CLAIMED)


def test_an_oral_grant_recorded_too_late_is_backdated() -> None:
    story = Story().cast()
    story.classified()
    story.requested()
    story.received()
    use = story.used(time="2026-03-19T15:00")
    story.approved(time="2026-03-25", oral_given_at=at("2026-03-19T12:00"), emergency_statute=STATUTE)
    assert story.judge(use).verdict is Verdict.UNDETERMINED
    assert Reason.BACKDATED in story.judge(use).codes


def test_an_emergency_without_a_grant_is_claimed_and_authorises_nothing() -> None:
    story = Story().granted()
    use = story.used(request_id=None, emergency_statute=STATUTE)
    assert_judged(story.judge(use), Verdict.UNAUTHORIZED, "U2", Reason.NO_GRANT, Reason.EMERGENCY_CLAIMED)


def test_a_later_ruling_not_to_share_ends_the_grant() -> None:
    story = partly_granted()
    opened = e.NegotiationOpened(post="岗-01", opening="商请")
    failed = e.NegotiationFailed(post="岗-01", record="ab" * 32)
    submitted = e.RulingSubmitted(post="岗-01", file="ab" * 32, to="320000", level_rule="SAME_DIVISION")
    ruled = e.RulingIssued(post="岗-01", instrument=DOC, share=False)
    story.refused(time="2026-06-01")
    for day, event in (
        ("2026-06-02", opened),
        ("2026-06-08", failed),
        ("2026-06-12", submitted),
        ("2026-06-16", ruled),
    ):
        story.record("request/1", GOVERNMENT, day, event)
    assert story.judge(story.used(time="2026-06-15")).codes == ()
    assert story.judge(story.used(time="2026-06-17")).codes == (Reason.GRANT_REVOKED,)


def test_a_determination_ends_a_grant_that_was_not_given_for_a_state_secret() -> None:
    story = Story().granted()
    story.disputed("state_secret", time="2026-04-10", level="机密")
    determined(story, "2026-04-20")
    judgement = story.judge(story.used(time="2026-04-21"))
    assert Reason.GRANT_REVOKED in judgement.codes


def partly_granted() -> Story:
    """Approved in part, so that the request can be answered again while the grant stands."""
    story = Story().cast()
    story.classified()
    story.requested()
    story.received()
    partly = e.RequestPartlyApproved(
        post="岗-01",
        second_post="岗-02",
        scope=scope(),
        classes=(),
        refused=(e.RefusedPart(fields=("phone",), ground="PRIVACY"),),
    )
    story.record("request/1", PROVIDER, "2026-03-20", partly)
    return story
