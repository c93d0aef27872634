"""What arises from silence holds only after its last day, and never turns into an approval."""

from __future__ import annotations

from datetime import date

from domain import events as e
from domain.deadlines.expiry import (
    ExpiredDeadline,
    not_updated,
    proved_updates_of,
    recollected,
    response_of,
    ruling_ignored,
    unanswered,
    update_of,
)
from domain.judgement.verdict import RaisedReason
from domain.reasons.catalogue import Reason
from domain.state import DiscrepancyState, ItemState, PartyState, RequestState
from tests.support import payloads
from tests.support.casebook import CALENDAR, RULES, at
from tests.support.story import AUTHORITY, DIGEST, DOC, DUTY, GOVERNMENT, PROVIDER, REQUESTER, STATUTE, Story, scope

FROZEN = "2026-10-30"


def received(*classes: str, time: str = "2026-09-14") -> Story:
    story = Story().cast()
    story.classified(classes)
    story.requested(classes_acknowledged=classes)
    story.received(classes=classes, time=time)
    return story


def request_of(story: Story) -> RequestState:
    state = story.state("request/1")
    assert isinstance(state, RequestState)
    return state


def late(story: Story, asked: str) -> tuple[ExpiredDeadline, ...]:
    return holding(unanswered(request_of(story), RULES, CALENDAR), asked)


def holding(silences: tuple[ExpiredDeadline, ...], asked: str) -> tuple[ExpiredDeadline, ...]:
    return tuple(expired for expired in silences if expired.since <= at(asked))


def raised(silences: tuple[ExpiredDeadline, ...]) -> list[RaisedReason]:
    return [expired.raised for expired in silences]


def test_a_sensitive_request_left_unanswered_is_late_after_its_due_day() -> None:
    story = received("privacy")
    assert late(story, "2026-10-10T23:59") == ()
    (expired,) = late(story, "2026-10-11T00:00")
    assert (expired.raised.reason, expired.raised.limb, expired.accused) == (Reason.LATE_RESPONSE, "a", PROVIDER)
    assert expired.raised.params == {"due": "2026-10-10"}
    assert request_of(story).grant is None


def test_a_request_for_other_information_is_never_late() -> None:
    assert late(received(), FROZEN) == ()


def test_a_late_answer_keeps_the_flag_and_an_answer_in_time_ends_the_clock() -> None:
    story = received("privacy")
    story.approved(time="2026-10-12")
    assert raised(late(story, FROZEN))[0].reason is Reason.LATE_RESPONSE
    story = received("privacy")
    story.approved(time="2026-10-10")
    assert late(story, FROZEN) == ()


def test_a_supplement_does_not_stop_the_clock_and_a_withdrawal_does() -> None:
    story = received("privacy")
    asked = e.RequestSupplementAsked(post="岗-01", missing=("材料",))
    story.record("request/1", PROVIDER, "2026-09-15", asked)
    assert late(story, FROZEN) != ()
    story.record("request/1", REQUESTER, "2026-10-09", e.RequestSupplemented(post="岗-01", supplied=(DIGEST,)))
    story.record("request/1", REQUESTER, "2026-10-10", e.RequestWithdrawn(post="岗-01"))
    assert late(story, FROZEN) == ()


def test_a_refusal_that_claims_a_class_starts_the_clock_from_the_receipt() -> None:
    story = received()
    story.refused(time="2026-10-12", ground="PRIVACY")
    running = response_of(request_of(story), RULES, CALENDAR)
    assert running is not None
    assert running.deadline.days == 15
    assert late(story, FROZEN) != ()


def test_a_request_not_received_yet_has_no_clock() -> None:
    story = Story().cast()
    story.requested(classes_acknowledged=("privacy",))
    assert response_of(request_of(story), RULES, CALENDAR) is None
    assert late(story, FROZEN) == ()


def agreed_in_negotiation(story: Story, time: str) -> None:
    story.record("request/1", REQUESTER, "2026-09-16", e.NegotiationOpened(post="岗-01", opening="商请"))
    for organ in (REQUESTER, PROVIDER):
        agreed = e.NegotiationAgreed(post="岗-01", scope=scope(), record=DIGEST)
        story.record("request/1", organ, time, agreed)


def test_an_agreement_in_the_negotiation_stops_the_clock() -> None:
    story = received("privacy")
    agreed_in_negotiation(story, "2026-10-09")
    assert late(story, FROZEN) == ()
    assert story.judge(story.approved(time="2026-10-20", classes=("privacy",))).codes == ()


def changed(story: Story, time: str, name: str = "K1") -> None:
    event = e.InformationChanged(post="岗-01", change_id=name, how_known="业务办理")
    story.record("item/C04", PROVIDER, time, event)


def stale(story: Story, asked: str = FROZEN, *discrepancies: DiscrepancyState) -> list[RaisedReason]:
    item = story.state("item/C04")
    assert isinstance(item, ItemState)
    notified = [update_of(item, change, lambda _: RULES, CALENDAR) for change in item.changes]
    proved = proved_updates_of(item, discrepancies, lambda _: RULES, CALENDAR)
    return raised(holding(not_updated([*notified, *proved]), asked))


def test_a_change_not_carried_within_20_working_days_is_a_late_update_of_limb_b() -> None:
    story = Story().cast()
    story.classified(time="2026-02-02")
    changed(story, "2026-09-07")
    assert stale(story, "2026-10-10T23:59") == []
    (late_update,) = stale(story)
    assert (late_update.reason, late_update.limb) == (Reason.LATE_UPDATE, "b")
    assert late_update.params["due"] == "2026-10-10"


def test_an_update_in_time_leaves_nothing_and_a_late_one_stays_late() -> None:
    story = Story().cast()
    story.classified(time="2026-02-02")
    changed(story, "2026-07-06")
    story.record("item/C04", PROVIDER, "2026-08-20", e.InformationUpdated(post="岗-01", version=2, digest=DIGEST))
    changed(story, "2026-09-07", "K2")
    updated = e.InformationUpdated(post="岗-01", change_id="K2", version=3, digest=DIGEST)
    story.record("item/C04", PROVIDER, "2026-10-09", updated)
    assert [each.params["due"] for each in stale(story)] == ["2026-08-03"]


def test_a_change_that_nobody_notified_is_proved_by_a_discrepancy() -> None:
    story = Story().cast()
    story.classified(time="2026-02-02")
    discrepancy = proved(story)
    assert [each.params["due"] for each in stale(story, FROZEN, discrepancy)] == ["2026-08-03"]
    assert stale(story) == []


def proved(story: Story) -> DiscrepancyState:
    """A discrepancy that proves a change on 6 July 2026."""
    reported = e.DiscrepancyReported(
        post="岗-01", item="C04", datum="金额", own=DIGEST, shared=DIGEST, severity="LOW", noticed_on=date(2026, 9, 1)
    )
    story.record("discrepancy/X1", REQUESTER, "2026-09-01", reported)
    verified = e.DiscrepancyVerified(post="岗-01", result="SOURCE_WRONG", change_proved_on=date(2026, 7, 6))
    story.record("discrepancy/X1", PROVIDER, "2026-09-08", verified)
    discrepancy = story.state("discrepancy/X1")
    assert isinstance(discrepancy, DiscrepancyState)
    return discrepancy


def ruled(comply_by: date | None = date(2026, 6, 26)) -> Story:
    story = Story().cast()
    story.classified()
    story.requested(item=None, description="排污单位监测")
    story.received(item="C04")
    story.record("request/1", REQUESTER, "2026-05-11", e.NegotiationOpened(post="岗-01", opening="商请"))
    story.record("request/1", REQUESTER, "2026-06-05", e.NegotiationFailed(post="岗-01", record=DIGEST))
    submitted = e.RulingSubmitted(post="岗-01", file=DIGEST, to="320000", level_rule="SAME_DIVISION")
    story.record("request/1", AUTHORITY, "2026-06-08", submitted)
    ruling = e.RulingIssued(post="岗-01", instrument=DOC, share=True, scope=scope(), comply_by=comply_by)
    story.record("request/1", GOVERNMENT, "2026-06-12", ruling)
    return story


def ignored(story: Story, asked: str = FROZEN) -> list[Reason]:
    return [each.reason for each in raised(holding(ruling_ignored(request_of(story), RULES), asked))]


def test_a_ruling_is_ignored_when_its_day_has_passed_without_an_approval_as_wide() -> None:
    assert ignored(ruled(), "2026-06-26T23:59") == []
    assert ignored(ruled()) == [Reason.RULING_IGNORED]
    narrow, wide = ruled(), ruled()
    narrow.approved(time="2026-06-16", scope=scope(fields=("name",)))
    wide.approved(time="2026-06-16")
    assert ignored(narrow) == [Reason.RULING_IGNORED]
    assert ignored(wide) == []
    too_late = ruled()
    too_late.approved(time="2026-06-27T00:00")
    assert ignored(too_late) == [Reason.RULING_IGNORED]


def test_a_ruling_without_a_day_cannot_be_late() -> None:
    assert ignored(ruled(None)) == []


def declared(story: Story, name: str, item: str, *, time: str = "2026-04-20") -> None:
    event = e.CollectionDeclared(
        post="岗-01",
        declaration_id=name,
        datum="年报",
        item=item,
        duty=DUTY,
        catalogue_version=DIGEST,
        from_=date(2026, 5, 1),
    )
    story.record(f"party/{REQUESTER}", REQUESTER, time, event)


def published(time: str = "2026-02-10") -> Story:
    story = Story().cast()
    story.classified(time="2026-02-02")
    story.record("item/C04", PROVIDER, "2026-02-03", payloads.entry_proposed())
    story.record("item/C04", AUTHORITY, time, payloads.entry_published())
    return story


def collected_anew(story: Story) -> list[tuple[Reason, str | None, str]]:
    party, item = story.state(f"party/{REQUESTER}"), story.state("item/C04")
    assert isinstance(party, PartyState)
    assert isinstance(item, ItemState)
    return [
        (expired.raised.reason, expired.raised.limb, expired.about.split()[-1])
        for expired in recollected(party, [item])
    ]


def test_collecting_again_what_the_catalogue_offers_needs_a_statute() -> None:
    story = published()
    for name, item in (("N1", "C04"), ("N2", "C04"), ("N3", "C99")):
        declared(story, name, item)
    first = story.acts[-3].id
    exempted = e.CollectionExempted(post="岗-01", declaration_id="N2", statute=STATUTE)
    story.record(f"party/{REQUESTER}", REQUESTER, "2026-04-21", exempted)
    assert collected_anew(story) == [(Reason.RECOLLECTED, "e", first)]


def test_what_the_catalogue_did_not_offer_then_may_be_collected() -> None:
    before, suspended = published("2026-04-21"), published()
    declared(before, "N1", "C04")
    event = e.CatalogueEntrySuspended(post="岗-01", cause="DISPUTE", dispute="X")
    suspended.record("item/C04", AUTHORITY, "2026-04-01", event)
    declared(suspended, "N1", "C04")
    assert collected_anew(before) == collected_anew(suspended) == []


# --- what its signer disowned has no force (5.4)


def test_a_disowned_answer_stops_no_clock_and_a_disowned_receipt_starts_none() -> None:
    story = received("privacy")
    answer = story.approved(time="2026-10-09")
    assert late(story, FROZEN) == ()
    story.disowned(answer, time="2026-10-12")
    assert raised(late(story, FROZEN))[0].reason is Reason.LATE_RESPONSE
    story = received("privacy")
    story.disowned(story.acts[-1], time="2026-09-20")
    assert late(story, FROZEN) == ()


def test_an_answer_after_a_disowned_one_is_the_first() -> None:
    story = received("privacy")
    story.disowned(story.refused(time="2026-10-09", ground="PRIVACY"), time="2026-10-10")
    answer = story.approved(time="2026-10-12")
    assert raised(late(story, FROZEN))[0].reason is Reason.LATE_RESPONSE
    assert story.judge(answer).codes == (Reason.LATE_RESPONSE,)


def test_a_disowned_ruling_and_a_disowned_approval_count_for_nothing() -> None:
    story = ruled()
    approval = story.approved(time="2026-06-16")
    story.disowned(approval, time="2026-06-20")
    assert ignored(story) == [Reason.RULING_IGNORED]
    story = ruled()
    story.disowned(story.acts[-1], time="2026-06-20")
    assert ignored(story) == []


def test_a_disowned_change_starts_no_clock_and_what_a_disowned_update_carried_waits_for_the_next() -> None:
    story = Story().cast()
    story.classified(time="2026-02-02")
    changed(story, "2026-07-06")
    update = story.record("item/C04", PROVIDER, "2026-07-10", payloads.updated())
    story.disowned(update, time="2026-07-11")
    assert [each.params["due"] for each in stale(story)] == ["2026-08-03"]
    story.record("item/C04", PROVIDER, "2026-07-20", payloads.updated())
    assert stale(story) == []
    changed(story, "2026-07-21", "K2")
    story.disowned(story.acts[-1], time="2026-07-22")
    assert stale(story) == []


def test_a_proved_change_is_carried_by_the_first_update_since_not_by_the_last() -> None:
    story = Story().cast()
    story.classified(time="2026-02-02")
    discrepancy = proved(story)
    for time in ("2026-07-20", "2026-09-01"):
        story.record("item/C04", PROVIDER, time, payloads.updated())
    assert stale(story, FROZEN, discrepancy) == []
