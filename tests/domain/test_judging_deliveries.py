"""DELIVERY: the rows D1 to D8, and every reason that a delivery can carry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from domain import events as e
from domain.judgement.verdict import Judgement, Verdict
from domain.reasons.catalogue import Reason
from domain.vocabulary.values import Period, Subjects
from tests.support.casebook import RULES, at
from tests.support.story import PROVIDER, REQUESTER, SECRET, STATUTE, THIRD, Story, assert_judged, scope

OFF = {"channel": "OFF_PLATFORM", "way": "MEDIUM"}


def sensitive() -> Story:
    """Granted, agreed and reviewed: sensitive information that may be delivered."""
    story = Story().granted(SECRET).agreed()
    story.reviewed()
    return story


def delivered_in(story: Story, **changes: Any) -> Judgement:
    return story.judge(story.delivered(**changes))


def test_d1_a_delivery_without_a_grant_is_unauthorized_and_c3_if_sensitive() -> None:
    story = Story().granted()
    plain = story.judge(story.delivered(request_id=None, delivery_id="D9"))
    assert_judged(plain, Verdict.UNAUTHORIZED, "D1", Reason.NO_GRANT)
    assert plain.reasons[0].limb == "c1"
    story.classified(("privacy",), time="2026-05-01")
    secret = story.judge(story.delivered(request_id=None, delivery_id="D8", time="2026-05-06"))
    assert (secret.codes[0], secret.reasons[0].limb) == (Reason.NO_GRANT, "c3")


def test_d1_a_delivery_to_another_organ_than_the_requester_has_no_grant() -> None:
    story = Story().granted()
    assert_judged(story.judge(story.delivered(requester=THIRD)), Verdict.UNAUTHORIZED, "D1", Reason.NO_GRANT)


def test_d1_a_revocation_binds_the_provider_from_its_effect_without_any_notice() -> None:
    story = Story().granted()
    revoked = e.GrantRevoked(post="岗-01", cause="BREACH", effect=at("2026-05-12"))
    story.record("request/1", PROVIDER, "2026-05-11", revoked)
    judgement = story.judge(story.delivered(time="2026-05-12T10:00"))
    assert_judged(judgement, Verdict.UNAUTHORIZED, "D1", Reason.GRANT_REVOKED)


def test_d1_while_the_class_is_disputed_there_is_no_new_delivery() -> None:
    story = Story().granted()
    story.disputed("privacy")
    judgement = story.judge(story.delivered(time="2026-04-15"))
    assert_judged(judgement, Verdict.UNAUTHORIZED, "D1", Reason.GRANT_SUSPENDED)
    assert judgement.reasons[0].params["cause"] == "DISPUTE C04"


def test_d1_a_delivery_under_a_request_unknown_here_is_undetermined() -> None:
    story = Story().granted()
    judgement = story.judge(story.delivered(request_id="77"))
    assert_judged(judgement, Verdict.UNDETERMINED, "D1", Reason.EVIDENCE_GAP)


def test_d1b_more_fields_or_divisions_than_granted_are_named() -> None:
    story = Story().granted(scope=scope(subjects=Subjects(divisions=("320100",))))
    judgement = story.judge(story.delivered(fields=("name", "phone"), divisions=("320500",)))
    assert_judged(judgement, Verdict.UNAUTHORIZED, "D1b", Reason.OUT_OF_SCOPE_FIELDS, Reason.OUT_OF_SCOPE_SUBJECTS)


def test_d2_other_information_on_the_platform_needs_a_grant_only() -> None:
    judgement = delivered_in(Story().granted())
    assert_judged(judgement, Verdict.AUTHORIZED, "D2")


def test_d2_the_agreed_way_is_not_off_platform() -> None:
    story = Story().granted()
    assert_judged(story.judge(story.delivered(channel="AGREED_WAY")), Verdict.AUTHORIZED, "D2")


def test_d3_off_the_platform_for_a_special_reason_is_authorized_and_statistics_fall_due() -> None:
    story = Story().granted()
    delivery = story.delivered(**OFF, reason="平台检修")
    judgement = story.judge(delivery)
    assert_judged(judgement, Verdict.AUTHORIZED, "D3")
    assert judgement.turns_at == at("2026-04-01T00:00")


def test_d4_off_the_platform_without_a_reason_is_flagged() -> None:
    judgement = delivered_in(Story().granted(), **OFF)
    assert_judged(judgement, Verdict.AUTHORIZED_WITH_FLAGS, "D4", Reason.OFF_PLATFORM_NO_REASON)
    assert judgement.reasons[0].limb == "e"


def test_a_closed_period_with_off_platform_deliveries_and_no_statistics_is_flagged() -> None:
    story = Story().granted()
    delivery = story.delivered(**OFF, reason="平台检修")
    asked_later = story.judge(delivery, asked="2026-04-01T00:00")
    assert_judged(asked_later, Verdict.AUTHORIZED_WITH_FLAGS, "D3", Reason.STATISTICS_MISSING)
    assert asked_later.reasons[0].params == {"period": "2026-03"}
    filed = e.StatisticsFiled(post="岗-01", period=Period(from_=date(2026, 3, 1), to=date(2026, 3, 31)), rows=())
    filing = story.record(f"statistics/{PROVIDER}", PROVIDER, "2026-04-02", filed)
    covered = story.judge(delivery, asked="2026-05-01")
    assert_judged(covered, Verdict.AUTHORIZED, "D3")
    assert filing.index in covered.relied_on


def test_d5_sensitive_information_needs_an_agreement_before_it_is_delivered() -> None:
    story = Story().granted(SECRET)
    story.reviewed()
    story.agreed()
    early = story.delivered(delivery_id="D2", time="2026-03-23T15:00")
    assert_judged(story.judge(early), Verdict.UNAUTHORIZED, "D5", Reason.AGREEMENT_NOT_IN_FORCE)


def test_d5_an_agreement_narrower_than_the_delivery_does_not_cover_it() -> None:
    story = Story().granted(SECRET).agreed(scope=scope(fields=("name",)))
    story.reviewed()
    judgement = story.judge(story.delivered(fields=("name", "year")))
    assert_judged(judgement, Verdict.UNAUTHORIZED, "D5", Reason.AGREEMENT_SCOPE)


def test_d6_a_review_that_blocks_forbids_the_delivery() -> None:
    story = Story().granted(SECRET).agreed()
    story.reviewed("BLOCKED")
    assert_judged(story.judge(story.delivered()), Verdict.UNAUTHORIZED, "D6", Reason.SECRECY_REVIEW_BLOCKED)


def test_d7_a_state_secret_goes_over_a_classified_network_only() -> None:
    story = Story().granted()
    story.classified(("state_secret",), level="秘密", time="2026-03-21")
    story.agreed(classes=("state_secret",), level="秘密")
    story.reviewed()
    judgement = story.judge(story.delivered())
    assert_judged(judgement, Verdict.UNAUTHORIZED, "D7", Reason.WRONG_NETWORK)
    fit = story.delivered(delivery_id="D2", network="CLASSIFIED", system_level="秘密")
    assert_judged(story.judge(fit), Verdict.AUTHORIZED, "D8")


def test_d8_a_sensitive_delivery_within_grant_agreement_and_review_is_authorized() -> None:
    story = sensitive()
    judgement = story.judge(story.delivered())
    assert_judged(judgement, Verdict.AUTHORIZED, "D8")
    assert judgement.agreement == "A-1"
    assert "secrecy_review.concluded" in [story.acts[index].event.event_name for index in judgement.relied_on]


def test_d8_without_the_providers_own_review_it_is_flagged() -> None:
    story = Story().granted(SECRET).agreed()
    story.reviewed(by=REQUESTER)
    judgement = story.judge(story.delivered())
    assert_judged(judgement, Verdict.AUTHORIZED_WITH_FLAGS, "D8", Reason.SECRECY_REVIEW_MISSING)


def test_d8_an_uncertain_review_or_one_concluded_later_counts_as_missing() -> None:
    story = Story().granted(SECRET).agreed()
    story.reviewed("UNCERTAIN")
    assert story.judge(story.delivered()).codes == (Reason.SECRECY_REVIEW_MISSING,)
    story = Story().granted(SECRET).agreed()
    delivery = story.delivered(time="2026-03-25")
    story.reviewed(time="2026-03-26")
    assert story.judge(delivery).codes == (Reason.SECRECY_REVIEW_MISSING,)


def test_d8_off_the_platform_sensitive_information_needs_a_reason_too() -> None:
    judgement = delivered_in(sensitive(), **OFF)
    assert_judged(judgement, Verdict.AUTHORIZED_WITH_FLAGS, "D8", Reason.OFF_PLATFORM_NO_REASON)


def test_a_fee_is_flagged_under_limb_b_and_does_not_block() -> None:
    judgement = delivered_in(Story().granted(), fee_yuan=Decimal("50.00"))
    assert_judged(judgement, Verdict.AUTHORIZED_WITH_FLAGS, "D2", Reason.FEE_CHARGED)
    assert judgement.reasons[0].limb == "b"


def test_a_charge_that_the_requester_reports_is_held_against_its_delivery_alone() -> None:
    story = Story().granted()
    first, second = story.delivered(), story.delivered(delivery_id="D2", time="2026-03-26")
    charge = e.ChargeReported(post="岗-01", amount_yuan=Decimal(80), evidence="ab" * 32)
    story.record("request/1", REQUESTER, "2026-03-27", charge)
    assert story.judge(first).codes == ()
    assert story.judge(second).codes == (Reason.FEE_CHARGED,)
    named = e.ChargeReported(post="岗-01", delivery_id="D1", amount_yuan=Decimal(80), evidence="ab" * 32)
    story.record("request/1", REQUESTER, "2026-03-28", named)
    assert story.judge(first).codes == (Reason.FEE_CHARGED,)


def test_a_provider_below_the_province_of_a_centralised_resource_is_flagged() -> None:
    story = Story()
    story.party(PROVIDER, level="CITY")
    story.party(REQUESTER)
    story.classified(centralised_level="PROVINCE")
    story.requested()
    story.received()
    story.approved()
    judgement = story.judge(story.delivered())
    assert_judged(judgement, Verdict.AUTHORIZED_WITH_FLAGS, "D2", Reason.WRONG_PROVIDER_LEVEL)


def test_a_provider_that_is_not_the_source_of_record_is_flagged_without_limb() -> None:
    story = Story().granted()
    assigned = e.SourceAssigned(post="岗-01", datum="年报", party=THIRD, from_=date(2026, 3, 1))
    story.record("item/C04", PROVIDER, "2026-03-01", assigned)
    judgement = story.judge(story.delivered())
    assert_judged(judgement, Verdict.AUTHORIZED_WITH_FLAGS, "D2", Reason.PROVIDER_NOT_SOURCE)
    assert judgement.reasons[0].limb is None


def test_an_acknowledgement_is_missed_only_where_the_setting_asks_for_one() -> None:
    story = Story().granted()
    delivery = story.delivered()
    assert story.judge(delivery, asked="2026-12-01").codes == ()
    asking = replace(RULES, settings=replace(RULES.settings, acknowledgement_wd=5))
    story.rules = asking
    assert story.judge(delivery, asked="2026-04-01T23:59").codes == ()
    assert story.judge(delivery, asked="2026-04-02T00:00").codes == (Reason.NOT_ACKNOWLEDGED,)
    acknowledged = e.DeliveryAcknowledged(post="岗-01", delivery_id="D1", records=100, content="ab" * 32)
    story.record("request/1", REQUESTER, "2026-04-08", acknowledged)
    assert story.judge(delivery, asked="2026-12-01").codes == ()


def test_stale_information_and_an_emergency_are_flagged_on_a_delivery_too() -> None:
    story = Story().granted()
    changed = e.InformationChanged(post="岗-01", change_id="K1", how_known="业务办理")
    story.record("item/C04", PROVIDER, "2026-07-06", changed)
    judgement = story.judge(story.delivered(time="2026-08-04", emergency_statute=STATUTE))
    assert_judged(judgement, Verdict.AUTHORIZED_WITH_FLAGS, "D2", Reason.STALE_INFORMATION, Reason.EMERGENCY_CLAIMED)


def test_a_delivery_that_cites_an_agreement_nobody_proposed_has_a_gap() -> None:
    judgement = delivered_in(Story().granted(), agreement="A-9")
    assert_judged(judgement, Verdict.UNDETERMINED, "D2", Reason.EVIDENCE_GAP)
