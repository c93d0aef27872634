"""The tricky cases of 5.4 that no table shows by itself: what changes afterwards, and what does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain import events as e
from domain.judgement.verdict import Verdict
from domain.reasons.catalogue import Reason
from domain.vocabulary.values import Scope
from tests.support.casebook import at
from tests.support.story import (
    AUTHORITY,
    DIGEST,
    DOC,
    FIELDS,
    PROVIDER,
    REQUESTER,
    SECRECY,
    SECRET,
    Story,
    assert_judged,
    scope,
)

NARROWER = scope(fields=("name",))


def amended(story: Story, wanted: Scope, *, day: str) -> None:
    """Both organs sign version 2, effective on the day."""
    members = {"version": 2, "text_digest": DIGEST, "scope": wanted, "effective_to": date(2026, 12, 31)}
    proposal = e.AgreementAmendmentProposed(post="岗-01", effective_from=date.fromisoformat(day), **members)  # type: ignore[arg-type]
    story.record("agreement/A-1", PROVIDER, f"{day}T08:00", proposal)
    for organ in (REQUESTER, PROVIDER):
        signature = e.AgreementAmended(post="岗-01", second_post="岗-02", version=2, text_digest=DIGEST)
        story.record("agreement/A-1", organ, f"{day}T08:30", signature)


def not_a_state_secret(story: Story, day: str) -> None:
    determination = e.DeterminationIssued(
        post="岗-01", document=DOC, result="NOT_STATE_SECRET", effective=date.fromisoformat(day)
    )
    story.record("dispute/C04", SECRECY, day, determination)


# Agreement amended.


def test_a_delivery_is_judged_by_the_agreement_at_delivery_and_later_uses_by_that_of_their_own_day() -> None:
    story = Story().granted(SECRET).agreed()
    story.reviewed()
    delivery = story.delivered(fields=FIELDS)
    amended(story, NARROWER, day="2026-05-06")
    later = story.used(time="2026-05-07", fields=FIELDS)
    assert_judged(story.judge(delivery), Verdict.AUTHORIZED, "D8")
    assert_judged(story.judge(later), Verdict.UNAUTHORIZED, "U6", Reason.AGREEMENT_SCOPE)


def test_an_agreement_widened_later_does_not_cover_earlier_uses() -> None:
    story = Story().granted(SECRET).agreed(scope=NARROWER)
    early = story.used(time="2026-05-05", fields=FIELDS)
    amended(story, scope(), day="2026-05-06")
    assert_judged(story.judge(early), Verdict.UNAUTHORIZED, "U6", Reason.AGREEMENT_SCOPE)
    assert_judged(story.judge(story.used(time="2026-05-07", fields=FIELDS)), Verdict.AUTHORIZED, "U9")


# Retained copies.


def test_a_copy_delivered_in_time_is_no_longer_used_once_the_grant_has_ended() -> None:
    story = Story().granted()
    delivery = story.delivered()
    use = story.used(time="2027-01-04", channel="STORED_COPY", delivery_id="D1")
    assert_judged(story.judge(delivery), Verdict.AUTHORIZED, "D2")
    assert_judged(story.judge(use), Verdict.UNAUTHORIZED, "U2", Reason.GRANT_EXPIRED)


# Renamed, rotated, relieved.


def test_a_renamed_organ_goes_on_under_its_grant() -> None:
    story = Story().granted()
    renaming = e.PartyRenamed(post="岗-00", name="新名称", from_=date(2026, 4, 15), instrument=DOC)
    story.record(f"party/{REQUESTER}", AUTHORITY, "2026-04-15", renaming)
    assert_judged(story.judge(story.used(time="2026-05-04")), Verdict.AUTHORIZED, "U5")


def test_a_key_rotated_afterwards_takes_nothing_from_what_it_signed() -> None:
    story = Story().granted()
    kid = story.key(REQUESTER)
    use = story.used(time="2026-04-01", kid=kid)
    rotation = e.KeyRotated(post="经办岗-01", kid=kid, from_=at("2026-04-02"), reason="到期")
    story.record(f"party/{REQUESTER}", REQUESTER, "2026-04-02", rotation)
    assert_judged(story.judge(use), Verdict.AUTHORIZED, "U5")


def test_an_officer_relieved_afterwards_takes_nothing_from_earlier_acts() -> None:
    story = Story().granted()
    use = story.used(time="2026-04-01")
    relief = e.PartyOfficerRelieved(post="经办岗-01", officer="经办岗-01", from_=date(2026, 4, 2))
    story.record(f"party/{REQUESTER}", REQUESTER, "2026-04-02", relief)
    assert_judged(story.judge(use), Verdict.AUTHORIZED, "U5")
    assert story.judge(story.used(time="2026-04-03")).codes == (Reason.OUT_OF_SCOPE_USERS,)


def test_a_record_from_before_the_compromise_keeps_its_force() -> None:
    story = Story().granted()
    kid = story.key(REQUESTER)
    use = story.used(time="2026-04-01", kid=kid)
    story.compromised(REQUESTER, kid, since="2026-04-03", reported="2026-04-07")
    assert_judged(story.judge(use), Verdict.AUTHORIZED, "U5")


# Found not to be of the class.


def test_a_delivery_blocked_in_the_interim_stays_blocked_when_the_class_is_not_made_out() -> None:
    story = Story().granted()
    story.disputed("state_secret", time="2026-04-10", level="机密")
    blocked = story.delivered(time="2026-04-13")
    not_a_state_secret(story, "2026-04-20")
    assert_judged(story.judge(blocked), Verdict.UNAUTHORIZED, "D1", Reason.GRANT_SUSPENDED)
    assert_judged(story.judge(story.delivered(time="2026-04-21", delivery_id="D2")), Verdict.AUTHORIZED, "D2")


def refused_as_a_state_secret() -> Story:
    story = Story().cast()
    story.classified()
    story.requested()
    story.received()
    story.filed(story.refused(ground="STATE_SECRET"))
    story.disputed("state_secret", time="2026-03-27", level="机密")
    not_a_state_secret(story, "2026-04-20")
    return story


def test_a_refusal_in_good_faith_on_that_ground_stays_lawful() -> None:
    story = refused_as_a_state_secret()
    refusal = next(act for act in story.acts if isinstance(act.event, e.RequestRefused))
    assert_judged(story.judge(refusal, asked="2026-06-01"), Verdict.LAWFUL, "F6")


@pytest.mark.parametrize(("answered", "codes"), [("2026-05-13", ()), ("2026-05-14", (Reason.LATE_RESPONSE,))])
def test_the_provider_answers_again_by_the_setting_and_the_15_days_of_the_receipt_do_not_restart(
    answered: str, codes: tuple[Reason, ...]
) -> None:
    story = refused_as_a_state_secret()
    determination = next(act for act in story.acts if isinstance(act.event, e.DeterminationIssued))
    again = story.approved(time=answered, reopened_by=determination.ref)
    assert story.judge(again).codes == codes


# Both a state secret and privacy claimed.


def test_while_it_may_be_a_state_secret_what_is_decided_on_privacy_sets_nothing_free() -> None:
    story = Story().granted(("privacy",)).agreed()
    story.disputed("state_secret", time="2026-04-10", level="机密")
    other = e.DisputeOpened(
        post="岗-01", item="C04", counterparty=PROVIDER, claimed_class="privacy", fixed_by_central=False
    )
    story.record("dispute/C04-B", REQUESTER, "2026-04-10", other)
    outcome = e.DisputeOutcomeRecorded(post="岗-01", outcome="IS_NOT", document=DOC, effective=date(2026, 4, 14))
    story.record("dispute/C04-B", REQUESTER, "2026-04-14", outcome)
    assert story.judge(story.released(time="2026-04-15")).table_row == "R1"
    assert Reason.CLASSIFICATION_DISPUTED in story.judge(story.used(time="2026-04-15")).codes


# Declassified.


def test_once_declassified_the_item_needs_no_classified_network_and_no_agreement() -> None:
    story = Story().granted(("state_secret",), scope=scope(network="CLASSIFIED"))
    story.classified((), time="2026-06-01")
    before, after = story.used(time="2026-05-29"), story.used(time="2026-06-02")
    assert_judged(story.judge(before), Verdict.UNAUTHORIZED, "U6", Reason.AGREEMENT_MISSING, Reason.WRONG_NETWORK)
    assert_judged(story.judge(after), Verdict.AUTHORIZED, "U5")


# Wrong record.


def test_a_corrected_record_is_judged_as_corrected_and_still_says_what_it_said() -> None:
    story = Story().granted()
    use = story.used(purpose_code="P9")
    assert_judged(story.judge(use), Verdict.UNAUTHORIZED, "U4", Reason.PURPOSE_MISMATCH)
    correction = e.EventCorrected(post="经办岗-01", event=use.ref, changes={"purpose_code": "P1"}, reason="误选")
    story.record(use.stream, REQUESTER, "2026-04-02", correction)
    assert_judged(story.judge(use), Verdict.AUTHORIZED, "U5")
    assert use.event == replace(use.event, purpose_code="P9")  # type: ignore[call-arg]
