"""Keys and posts count at the time of recording (A30); the time of the fact is a claim that may lie back, not ahead."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from domain import events as e
from domain.admission.admit import RULES, admit
from domain.admission.context import AdmissionSettings
from domain.events import EVENTS
from tests.support.admitted import AdmittedStates, admitted_states
from tests.support.payloads import CHIEF, CLERK, ORIGIN, SECOND, key_of, proposed, refused, submitted, used
from tests.support.story import AUTHORITY, PROVIDER, REQUESTER, at

STRANGER = "11320500000000043F"
PARTY = f"party/{REQUESTER}"


def test_every_event_has_its_rule() -> None:
    assert set(RULES) == set(EVENTS.values())


def test_an_organ_that_is_not_registered_cannot_sign() -> None:
    assert admitted_states().codes("request/9", STRANGER, submitted()) == ["SIGNER_UNAUTHORISED"]


def test_a_key_of_another_organ_does_not_sign_for_this_one() -> None:
    (refusal,) = admitted_states().refused("request/9", REQUESTER, submitted(), kid=key_of(PROVIDER).thumbprint())
    assert (refusal.code, refusal.pointer) == ("SIGNER_UNAUTHORISED", "/source")


def test_a_post_that_was_never_appointed_cannot_act() -> None:
    (refusal,) = admitted_states().refused("request/9", REQUESTER, submitted(post="经办岗-77"))
    assert (refusal.code, refusal.pointer) == ("SIGNER_UNAUTHORISED", "/data/post")


def test_a_post_acts_only_from_the_day_of_its_appointment() -> None:
    ledger = admitted_states()
    tomorrow = (ledger.now + timedelta(days=1)).date()
    appointment = e.PartyOfficerAppointed(post=CHIEF, officer="经办岗-09", unit="处", responsible=False, from_=tomorrow)
    ledger.apply(PARTY, REQUESTER, appointment)
    assert ledger.codes("request/9", REQUESTER, submitted(post="经办岗-09")) == ["SIGNER_UNAUTHORISED"]
    ledger.now += timedelta(days=1)
    assert ledger.codes("request/9", REQUESTER, submitted(post="经办岗-09")) == []


def test_a_relieved_post_no_longer_acts_even_for_the_past() -> None:
    ledger = admitted_states()
    relief = e.PartyOfficerRelieved(post=CHIEF, officer=CLERK, from_=ledger.now.date())
    ledger.apply(PARTY, REQUESTER, relief)
    past = ledger.now - timedelta(days=30)
    assert ledger.codes("request/9", REQUESTER, submitted(), time=past) == ["SIGNER_UNAUTHORISED"]


def test_the_second_post_must_be_another_one() -> None:
    ledger = admitted_states().received()
    (refusal,) = ledger.refused("request/1", PROVIDER, refused(second_post=CLERK))
    assert (refusal.code, refusal.pointer) == ("SECOND_POST_MISSING", "/data/second_post")


def test_the_second_post_must_be_held() -> None:
    ledger = admitted_states().received()
    (refusal,) = ledger.refused("request/1", PROVIDER, refused(second_post="复核岗-77"))
    assert (refusal.code, refusal.pointer) == ("SIGNER_UNAUTHORISED", "/data/second_post")


def test_two_different_posts_that_are_held_suffice() -> None:
    assert admitted_states().received().codes("request/1", PROVIDER, refused(second_post=SECOND)) == []


def rotated(ledger: AdmittedStates) -> AdmittedStates:
    event = e.KeyRotated(
        post=CHIEF, kid=key_of(REQUESTER).thumbprint(), from_=ledger.now, key=key_of(REQUESTER, 2), reason="换钥"
    )
    ledger.apply(PARTY, REQUESTER, event)
    return ledger


def test_a_rotated_key_is_refused_from_its_end_on_and_its_successor_signs() -> None:
    ledger = rotated(admitted_states())
    (refusal,) = ledger.refused("request/9", REQUESTER, submitted())
    assert refusal.code == "SIGNER_UNAUTHORISED"
    assert "was rotated out by entry" in refusal.detail
    assert ledger.codes("request/9", REQUESTER, submitted(), kid=key_of(REQUESTER, 2).thumbprint()) == []


def test_a_key_reported_compromised_is_refused_after_the_report() -> None:
    ledger = admitted_states()
    since = ledger.now - timedelta(days=3)
    report = e.KeyCompromised(post=CLERK, kid=key_of(REQUESTER).thumbprint(), from_=since, how_known="巡查")
    ledger.apply(PARTY, AUTHORITY, report)
    (refusal,) = ledger.refused("request/9", REQUESTER, submitted())
    assert "reported compromised" in refusal.detail


def test_a_key_signs_neither_before_nor_after_its_validity() -> None:
    ledger = admitted_states()
    start, end = ledger.now + timedelta(hours=1), ledger.now + timedelta(hours=2)
    kid = key_of(REQUESTER, 3).thumbprint()
    authorised = e.KeyAuthorised(post=CHIEF, key=key_of(REQUESTER, 3), valid_from=start, valid_to=end)
    ledger.apply(PARTY, REQUESTER, authorised)
    for now, expected in ((start, []), (end, ["SIGNER_UNAUTHORISED"]), (ledger.now, ["SIGNER_UNAUTHORISED"])):
        ledger.now = now
        assert ledger.codes("request/9", REQUESTER, submitted(), kid=kid) == expected


def test_a_fact_may_be_recorded_long_after_it_happened() -> None:
    assert admitted_states().codes("request/9", REQUESTER, submitted(), time=at("2013-01-07")) == []


def test_facts_may_be_recorded_out_of_their_order() -> None:
    ledger = admitted_states().submitted()
    before = ledger.state("request/1").fact.time - timedelta(days=400)
    event = e.RequestReceived(post=CLERK, how="PAPER", class_at_receipt=())
    assert ledger.codes("request/1", PROVIDER, event, time=before) == []


@pytest.mark.parametrize(("ahead", "expected"), [(120, []), (121, ["FUTURE_DATED"])])
def test_a_clock_may_run_ahead_by_two_minutes(ahead: int, expected: list[str]) -> None:
    ledger = admitted_states()
    time = ledger.now + timedelta(seconds=ahead)
    assert ledger.codes("request/9", REQUESTER, submitted(), time=time) == expected


def test_how_far_a_clock_may_run_ahead_is_a_setting() -> None:
    ledger = admitted_states()
    act = ledger.act("request/9", REQUESTER, submitted(), time=ledger.now + timedelta(seconds=5))
    (refusal,) = admit(act, ledger, AdmissionSettings(ORIGIN, ahead=timedelta(seconds=1)))
    assert (refusal.code, refusal.pointer) == ("FUTURE_DATED", "/time")


def test_an_organ_named_in_the_record_must_be_registered() -> None:
    (refusal,) = admitted_states().refused("request/9", REQUESTER, submitted(provider=STRANGER))
    assert (refusal.code, refusal.pointer) == ("PARTY_UNKNOWN", "/data/provider")


def test_an_unknown_organ_is_found_inside_lists_and_objects() -> None:
    ledger = admitted_states()
    inspection = e.InspectionOpened(
        post=CLERK, inspected=(PROVIDER, STRANGER), subject="检查", inspector=CLERK, sensitive_text=False
    )
    (refusal,) = ledger.refused("inspection/1", AUTHORITY, inspection)
    assert (refusal.code, refusal.pointer) == ("PARTY_UNKNOWN", "/data/inspected/1")


def test_all_refusals_are_collected() -> None:
    ledger = admitted_states()
    time = ledger.now + timedelta(days=1)
    event = submitted(post="无此岗", provider=STRANGER, item="C99")
    codes = ledger.codes("request/9", REQUESTER, event, time=time, kid="no such key")
    assert codes == ["FUTURE_DATED", "SIGNER_UNAUTHORISED", "SIGNER_UNAUTHORISED", "PARTY_UNKNOWN", "FIELD_INVALID"]


def test_every_refusal_says_where_and_what_to_do() -> None:
    ledger = admitted_states()
    refusals = [
        *ledger.refused("request/9", REQUESTER, submitted(provider=REQUESTER, item="C99")),
        *ledger.refused("agreement/9", PROVIDER, proposed(requester=PROVIDER)),
        *ledger.refused("request/9", REQUESTER, used()),
    ]
    assert len(refusals) > 4
    for refusal in refusals:
        assert refusal.pointer.startswith("/")
        assert refusal.detail
        assert refusal.next_step.endswith(".")


def test_recorded_at_is_compared_across_time_zones() -> None:
    ledger = admitted_states()
    assert ledger.codes("request/9", REQUESTER, submitted(), time=ledger.now.astimezone(UTC)) == []


def test_an_event_does_not_stand_in_a_stream_of_another_family() -> None:
    (refusal,) = admitted_states().refused("item/1", REQUESTER, submitted())
    assert (refusal.code, refusal.pointer, refusal.next_step) == ("FIELD_INVALID", "/subject", "Record it in request/.")
