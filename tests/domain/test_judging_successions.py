"""Grants and agreements when organs merge, split or end."""

from __future__ import annotations

from datetime import date

from domain import events as e
from domain.judgement.verdict import Verdict
from domain.reasons.catalogue import Reason
from domain.vocabulary.values import Duty
from tests.support.story import (
    AUTHORITY,
    DOC,
    DUTY,
    OTHER_DUTY,
    REQUESTER,
    SECRET,
    THIRD,
    Story,
    assert_judged,
)


def succeed(story: Story, heir: str, *duties: Duty) -> None:
    event = e.PartySucceeded(
        post="岗-00",
        mode="MERGED",
        successors=(e.Successor(party=heir, duty_bases=duties),),
        effective=date(2026, 5, 1),
        instrument=DOC,
    )
    story.record(f"party/{REQUESTER}", AUTHORITY, "2026-04-20", event)


def test_a_grant_passes_to_the_successor_with_its_duty_basis() -> None:
    story = Story().granted()
    succeed(story, THIRD, DUTY)
    heirs_use = story.used(by=THIRD, time="2026-05-04")
    own_use_before = story.used(time="2026-04-30")
    assert_judged(story.judge(heirs_use), Verdict.AUTHORIZED, "U5")
    assert_judged(story.judge(own_use_before), Verdict.AUTHORIZED, "U5")


def test_the_predecessor_can_no_longer_use_what_passed_to_its_successor() -> None:
    story = Story().granted()
    succeed(story, THIRD, DUTY)
    assert story.judge(story.used(time="2026-05-04")).codes == (Reason.GRANT_EXPIRED,)


def test_a_grant_whose_duty_basis_did_not_pass_ends_on_the_effect_date() -> None:
    story = Story().granted()
    succeed(story, THIRD, OTHER_DUTY)
    judgement = story.judge(story.used(by=THIRD, time="2026-05-04"))
    assert_judged(judgement, Verdict.UNAUTHORIZED, "U2", Reason.GRANT_EXPIRED)
    assert judgement.reasons[0].params == {"to": "2026-05-01"}


def test_an_agreement_needs_the_successors_accession() -> None:
    story = Story().granted(SECRET).agreed()
    succeed(story, THIRD, DUTY)
    use = story.used(by=THIRD, time="2026-05-06")
    assert_judged(story.judge(use), Verdict.UNAUTHORIZED, "U6", Reason.AGREEMENT_MISSING)
    accession = e.AgreementSucceeded(
        post="岗-01", predecessor=REQUESTER, version=2, text_digest="cd" * 32, instrument=DOC
    )
    story.record("agreement/A-1", THIRD, "2026-05-07", accession)
    assert_judged(story.judge(story.used(by=THIRD, time="2026-05-08")), Verdict.AUTHORIZED, "U9")
    assert story.judge(use).codes == (Reason.AGREEMENT_MISSING,)
