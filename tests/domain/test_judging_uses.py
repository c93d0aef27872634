"""USE: the rows U1 to U9, all reasons in order, and their precedence."""

from __future__ import annotations

from datetime import date

from domain import events as e
from domain.judgement.verdict import Verdict
from domain.reasons.catalogue import Reason
from domain.vocabulary.values import Subjects, Users
from tests.support.story import (
    AUTHORITY,
    OTHER_DUTY,
    PROVIDER,
    REQUESTER,
    SECRET,
    THIRD,
    Story,
    assert_judged,
    scope,
)


def test_u1_a_use_by_an_organ_whose_registration_has_ended_is_unauthorized() -> None:
    story = Story()
    story.party(PROVIDER)
    story.party(REQUESTER, valid_from=date(2026, 3, 25), valid_to=date(2026, 3, 31))
    story.classified()
    story.requested()
    story.received()
    story.approved()
    assert_judged(story.judge(story.used(time="2026-04-01")), Verdict.UNAUTHORIZED, "U1", Reason.PARTY_OUT_OF_SCOPE)
    assert_judged(story.judge(story.used(time="2026-03-31")), Verdict.AUTHORIZED, "U5")
    assert_judged(story.judge(story.used(time="2026-03-24")), Verdict.UNAUTHORIZED, "U1", Reason.PARTY_OUT_OF_SCOPE)


def test_u1_a_registration_without_end_holds_from_its_first_day() -> None:
    story = Story()
    story.party(PROVIDER)
    story.party(REQUESTER, valid_from=date(2026, 4, 1))
    story.classified()
    story.requested()
    story.received()
    story.approved()
    assert story.judge(story.used(time="2026-03-31T23:59")).codes == (Reason.PARTY_OUT_OF_SCOPE,)
    assert story.judge(story.used(time="2026-04-01T00:00")).codes == ()


def test_u1_a_body_of_another_category_cannot_use_shared_information() -> None:
    story = Story()
    story.party(PROVIDER)
    story.party(REQUESTER, category="OPERATOR")
    story.classified()
    story.requested()
    story.received()
    story.approved()
    judgement = story.judge(story.used())
    assert_judged(judgement, Verdict.UNAUTHORIZED, "U1", Reason.PARTY_OUT_OF_SCOPE)
    assert judgement.reasons[0].params == {"parties": REQUESTER}
    assert judgement.reasons[0].limb == "c3"


def test_u2_a_use_that_cites_no_request_has_no_grant() -> None:
    story = Story().granted()
    judgement = story.judge(story.used(request_id=None))
    assert_judged(judgement, Verdict.UNAUTHORIZED, "U2", Reason.NO_GRANT)
    assert judgement.reasons[0].limb == "c1"


def test_u2_a_use_that_cites_a_request_unknown_here_is_undetermined_until_it_is_known() -> None:
    story = Story().granted()
    judgement = story.judge(story.used(request_id="77"))
    assert_judged(judgement, Verdict.UNDETERMINED, "U2", Reason.EVIDENCE_GAP)
    assert judgement.reasons[0].params == {"missing": "request/77"}


def test_u2_a_use_under_another_organs_request_has_no_grant() -> None:
    story = Story().granted()
    use = story.used(by=THIRD, stream="use/u1")
    assert_judged(story.judge(use), Verdict.UNAUTHORIZED, "U2", Reason.NO_GRANT)


def test_u2_a_use_of_another_item_than_the_one_granted_has_no_grant() -> None:
    story = Story().granted()
    story.classified(item="C05")
    assert_judged(story.judge(story.used(item="C05")), Verdict.UNAUTHORIZED, "U2", Reason.NO_GRANT)


def test_u2_a_use_under_a_request_not_yet_answered_has_no_grant() -> None:
    story = Story().cast()
    story.classified()
    story.requested()
    story.received()
    use = story.used()
    assert_judged(story.judge(use), Verdict.UNAUTHORIZED, "U2", Reason.NO_GRANT)


def test_u3_fields_beyond_the_grant_are_named() -> None:
    story = Story().granted()
    judgement = story.judge(story.used(fields=("name", "phone", "address")))
    assert_judged(judgement, Verdict.UNAUTHORIZED, "U3", Reason.OUT_OF_SCOPE_FIELDS)
    assert judgement.reasons[0].params == {"fields": "address, phone"}


def test_u3_divisions_beyond_the_grant_are_named_and_a_division_covers_those_below_it() -> None:
    story = Story().granted(scope=scope(subjects=Subjects(divisions=("320100",))))
    assert_judged(story.judge(story.used(divisions=("320106",))), Verdict.AUTHORIZED, "U5")
    judgement = story.judge(story.used(divisions=("320106", "320500")))
    assert_judged(judgement, Verdict.UNAUTHORIZED, "U3", Reason.OUT_OF_SCOPE_SUBJECTS)
    assert judgement.reasons[0].params == {"divisions": "320500"}


def test_u3_what_a_use_leaves_out_is_not_compared() -> None:
    story = Story().granted(scope=scope(subjects=Subjects(divisions=("320100",))))
    assert_judged(story.judge(story.used(divisions=None)), Verdict.AUTHORIZED, "U5")


def test_u3_a_unit_or_post_that_the_grant_does_not_cover_is_out_of_scope() -> None:
    users = Users(units=("社会救助处",), posts=("经办岗-02",))
    story = Story().granted(scope=scope(users=users))
    judgement = story.judge(story.used(unit="财务处"))
    assert_judged(judgement, Verdict.UNAUTHORIZED, "U3", Reason.OUT_OF_SCOPE_USERS)
    assert judgement.reasons[0].params == {"users": "经办岗-01, 财务处"}


def test_u3_a_post_not_held_at_the_time_is_out_of_scope() -> None:
    story = Story().granted()
    appointed = e.PartyOfficerAppointed(
        post="经办岗-01", officer="经办岗-07", unit="社会救助处", responsible=False, from_=date(2026, 4, 10)
    )
    story.record(f"party/{REQUESTER}", REQUESTER, "2026-04-08", appointed)
    early, late = story.used(officer="经办岗-07", time="2026-04-09"), story.used(officer="经办岗-07", time="2026-04-10")
    assert_judged(story.judge(early), Verdict.UNAUTHORIZED, "U3", Reason.OUT_OF_SCOPE_USERS)
    assert_judged(story.judge(late), Verdict.AUTHORIZED, "U5")


def test_u4_a_purpose_that_was_not_granted_is_a_mismatch() -> None:
    story = Story().granted(SECRET).agreed()
    judgement = story.judge(story.used(purpose_code="P9", time="2026-07-13"))
    assert_judged(judgement, Verdict.UNAUTHORIZED, "U4", Reason.PURPOSE_MISMATCH)
    assert judgement.reasons[0].params == {"purpose": "P9", "granted": "P1"}
    assert judgement.reasons[0].limb == "c1"


def test_u4_a_use_without_duty_basis_or_on_another_is_not_duty_related() -> None:
    story = Story().granted()
    assert_judged(story.judge(story.used(duty=None)), Verdict.UNAUTHORIZED, "U4", Reason.NOT_DUTY_RELATED)
    assert_judged(story.judge(story.used(duty=OTHER_DUTY)), Verdict.UNAUTHORIZED, "U4", Reason.NOT_DUTY_RELATED)


def test_u5_a_use_of_information_that_is_not_sensitive_needs_no_agreement() -> None:
    story = Story().granted(("work_secret",))
    judgement = story.judge(story.used())
    assert_judged(judgement, Verdict.AUTHORIZED, "U5")
    assert (judgement.agreement, judgement.sensitive) == (None, False)


def test_u6_sensitive_information_needs_an_agreement_on_this_grant() -> None:
    story = Story().granted(SECRET)
    judgement = story.judge(story.used())
    assert_judged(judgement, Verdict.UNAUTHORIZED, "U6", Reason.AGREEMENT_MISSING)
    assert judgement.reasons[0].limb == "c3"


def test_u7_a_state_secret_outside_a_classified_network_is_unauthorized() -> None:
    story = Story().granted()
    story.classified(("state_secret",), level="机密", time="2026-03-21")
    story.agreed(classes=("state_secret",), level="机密")
    assert_judged(story.judge(story.used()), Verdict.UNAUTHORIZED, "U7", Reason.WRONG_NETWORK)
    low = story.used(network="CLASSIFIED", system_level="秘密")
    assert_judged(story.judge(low), Verdict.UNAUTHORIZED, "U7", Reason.WRONG_NETWORK)
    fit = story.used(network="CLASSIFIED", system_level="机密")
    assert_judged(story.judge(fit), Verdict.AUTHORIZED, "U9")


def test_u7_a_trade_secret_is_not_bound_to_a_classified_network() -> None:
    story = Story().granted(SECRET).agreed()
    assert_judged(story.judge(story.used(network="INTERNET")), Verdict.AUTHORIZED, "U9")


def test_u8_a_use_while_the_class_is_disputed_is_undetermined_and_shows_the_stricter_verdict() -> None:
    story = Story().granted()
    dispute = story.disputed("privacy")
    judgement = story.judge(story.used(time="2026-04-15"))
    assert_judged(judgement, Verdict.UNDETERMINED, "U8", Reason.CLASSIFICATION_DISPUTED)
    assert judgement.if_stricter is Verdict.UNAUTHORIZED
    assert dispute.index in judgement.relied_on


def test_u8_where_the_agreement_covers_the_claimed_class_the_stricter_verdict_is_authorized() -> None:
    story = Story().granted().agreed()
    story.disputed("privacy")
    judgement = story.judge(story.used(time="2026-04-15"))
    assert_judged(judgement, Verdict.UNDETERMINED, "U8", Reason.CLASSIFICATION_DISPUTED)
    assert judgement.if_stricter is Verdict.AUTHORIZED


def test_u8_a_dispute_that_is_settled_leaves_later_uses_alone() -> None:
    story = Story().granted()
    story.disputed("privacy")
    story.record("dispute/C04", REQUESTER, "2026-04-20", e.DisputeWithdrawn(post="岗-01", reason="撤回"))
    assert_judged(story.judge(story.used(time="2026-04-21")), Verdict.AUTHORIZED, "U5")


def test_u9_a_sensitive_use_within_grant_and_agreement_is_authorized_and_says_what_it_rests_on() -> None:
    story = Story().granted(SECRET).agreed()
    judgement = story.judge(story.used())
    assert_judged(judgement, Verdict.AUTHORIZED, "U9")
    assert (judgement.grant_version, judgement.agreement, judgement.agreement_version) == (1, "A-1", 1)
    assert (judgement.rule_set, judgement.rule_set_version) == ("js-85-2012", 1)
    names = [story.acts[index].event.event_name for index in judgement.relied_on]
    assert names == [
        "resource.classified",
        "request.approved",
        "agreement.proposed",
        "agreement.signed",
        "agreement.signed",
    ]


def test_a_judgement_names_the_entry_version_that_was_published_at_the_act() -> None:
    story = Story().granted()
    members = {"post": "岗-01", "name": "企业年报", "version": 1}
    story.record("item/C04", PROVIDER, "2026-03-02", e.CatalogueEntryProposed(**members, ground_a7="A7_3"))  # type: ignore[arg-type]
    published = e.CatalogueEntryPublished(
        **members,  # type: ignore[arg-type]
        format="数据库",
        share_condition="业务协同",
        share_way="平台接口",
        provider=PROVIDER,
        published_on=date(2026, 4, 10),
        update_cycle="每日",
    )
    story.record("item/C04", AUTHORITY, "2026-04-10", published)
    assert story.judge(story.used(time="2026-04-09")).item_version is None
    assert story.judge(story.used(time="2026-04-11")).item_version == 1
    assert story.judge(story.released()).item_version == 1


def test_a_use_rests_on_the_delivery_it_cites() -> None:
    story = Story().granted()
    delivery = story.delivered()
    assert delivery.index in story.judge(story.used(delivery_id="D1")).relied_on


def test_all_reasons_are_collected_in_the_order_of_the_catalogue() -> None:
    story = Story().granted(SECRET)
    use = story.used(
        purpose_code="P9", fields=("phone",), duty=None, unit="财务处", time="2027-01-05", recorded="2027-03-01"
    )
    assert_judged(
        story.judge(use),
        Verdict.UNAUTHORIZED,
        "U2",
        Reason.GRANT_EXPIRED,
        Reason.OUT_OF_SCOPE_FIELDS,
        Reason.OUT_OF_SCOPE_USERS,
        Reason.PURPOSE_MISMATCH,
        Reason.NOT_DUTY_RELATED,
        Reason.AGREEMENT_MISSING,
        Reason.LATE_RECORD,
    )


def test_under_no_grant_nothing_is_compared_with_a_grant() -> None:
    story = Story().granted(SECRET)
    use = story.used(request_id=None, purpose_code="P9", fields=("phone",), unit="财务处")
    assert_judged(story.judge(use), Verdict.UNAUTHORIZED, "U2", Reason.NO_GRANT)


def test_an_undetermined_reason_yields_to_a_blocking_one_and_prevails_over_a_flag() -> None:
    story = Story().granted()
    both = story.used(request_id="77", duty=None)
    assert_judged(story.judge(both), Verdict.UNAUTHORIZED, "U2", Reason.NOT_DUTY_RELATED, Reason.EVIDENCE_GAP)
    flagged = story.used(delivery_id="D9", time="2026-04-01", recorded="2026-04-08")
    assert_judged(story.judge(flagged), Verdict.UNDETERMINED, "U5", Reason.LATE_RECORD, Reason.EVIDENCE_GAP)
