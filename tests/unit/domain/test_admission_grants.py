"""What is done with a grant after it was given (4.12), and secrecy reviews (4.5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain import events as e
from domain.vocabulary.values import UsccOrText
from tests.support.admitted import OPERATOR, AdmittedStates, admitted_states
from tests.support.payloads import CLERK
from tests.support.story import AUTHORITY, FIELDS, PROVIDER, REQUESTER, THIRD, at, scope

R1 = "request/1"


def revoked(**changes: Any) -> e.GrantRevoked:
    return e.GrantRevoked(**({"post": CLERK, "cause": "BREACH", "effect": at("2026-04-01")} | changes))


def suspended() -> e.GrantSuspended:
    return e.GrantSuspended(post=CLERK, cause="INCIDENT", effect=at("2026-04-01"))


def narrowed(**changes: Any) -> e.GrantNarrowed:
    members: dict[str, Any] = {
        "post": CLERK,
        "scope": scope(fields=FIELDS[:1]),
        "cause": "OTHER",
        "effect": at("2026-04-01"),
    }
    return e.GrantNarrowed(**(members | changes))


@pytest.mark.parametrize("event", [revoked(), suspended(), narrowed(ground="PRIVACY")])
def test_only_the_provider_changes_a_grant(event: e.Event) -> None:
    ledger = admitted_states().approved()
    assert ledger.codes(R1, REQUESTER, event) == ["WRONG_ROLE"]
    assert ledger.codes(R1, AUTHORITY, event) == ["WRONG_ROLE"]
    assert ledger.codes(R1, PROVIDER, event) == []


@pytest.mark.parametrize("event", [revoked(), suspended(), narrowed(ground="PRIVACY")])
def test_there_is_no_grant_before_an_approval(event: e.Event) -> None:
    assert admitted_states().received().codes(R1, PROVIDER, event) == ["WRONG_STATE"]


def test_a_revocation_without_any_ground_is_recorded() -> None:
    assert admitted_states().approved().codes(R1, PROVIDER, revoked(cause="OTHER")) == []


def test_a_grant_is_revoked_once() -> None:
    ledger = admitted_states().approved()
    ledger.apply(R1, PROVIDER, revoked())
    (refusal,) = ledger.refused(R1, PROVIDER, revoked())
    assert "REVOKED since entry" in refusal.detail


def test_a_grant_whose_term_has_ended_is_not_revoked() -> None:
    ledger = admitted_states().approved()
    ledger.now = at("2027-01-01")
    (refusal,) = ledger.refused(R1, PROVIDER, revoked())
    assert "EXPIRED" in refusal.detail


def test_notice_is_received_once_by_requester_or_platform() -> None:
    ledger = admitted_states().approved()
    change = ledger.apply(R1, PROVIDER, revoked())
    notice = e.GrantNoticeReceived(post=CLERK, notice=change.ref, how="PLATFORM")
    assert ledger.codes(R1, PROVIDER, notice) == ["WRONG_ROLE"]
    assert ledger.codes(R1, OPERATOR, notice) == []
    received = ledger.apply(R1, REQUESTER, notice)
    assert ledger.state(R1).grant.revocations[0].notice.id == received.id
    assert ledger.codes(R1, OPERATOR, notice) == ["WRONG_STATE"]


def test_notice_names_a_change_of_this_grant() -> None:
    ledger = admitted_states().approved()
    unknown = ledger.act(R1, PROVIDER, revoked()).ref
    notice = e.GrantNoticeReceived(post=CLERK, notice=unknown, how="PAPER")
    assert ledger.codes(R1, REQUESTER, notice) == ["FIELD_INVALID"]


def test_a_suspension_is_resumed_by_naming_it() -> None:
    ledger = admitted_states().approved()
    change = ledger.apply(R1, PROVIDER, suspended())
    assert ledger.codes(R1, PROVIDER, suspended()) == ["WRONG_STATE"]
    wrong = e.GrantResumed(post=CLERK, suspended=ledger.act(R1, PROVIDER, suspended()).ref, effect=at("2026-05-01"))
    assert ledger.codes(R1, PROVIDER, wrong) == ["FIELD_INVALID"]
    right = e.GrantResumed(post=CLERK, suspended=change.ref, effect=at("2026-05-01"))
    ledger.apply(R1, PROVIDER, right)
    grant = ledger.state(R1).grant
    assert grant.suspended_at(at("2026-04-15")) is not None
    assert grant.suspended_at(at("2026-05-01")) is None
    assert ledger.codes(R1, PROVIDER, right) == ["WRONG_STATE"]


def test_narrowing_never_widens() -> None:
    ledger = admitted_states().approved()
    (refusal,) = ledger.refused(R1, PROVIDER, narrowed(ground="PRIVACY", scope=scope(fields=(*FIELDS, "phone"))))
    assert (refusal.code, refusal.detail) == ("WIDER_THAN_REQUEST", "fields go beyond the grant")


def test_a_narrowing_with_a_ground_takes_effect_as_stated() -> None:
    ledger = admitted_states().approved()
    ledger.apply(R1, PROVIDER, narrowed(ground="PRIVACY"))
    grant = ledger.state(R1).grant
    assert grant.version_at(at("2026-03-31")).scope.fields == FIELDS
    assert grant.version_at(at("2026-04-01")).scope.fields == FIELDS[:1]


def test_a_narrowing_without_ground_takes_effect_with_the_second_organ() -> None:
    ledger = admitted_states().approved()
    ledger.apply(R1, REQUESTER, narrowed())
    assert ledger.state(R1).grant.current.scope.fields == FIELDS
    assert ledger.codes(R1, REQUESTER, narrowed()) == ["WRONG_STATE"]
    assert ledger.codes(R1, PROVIDER, narrowed(scope=scope(fields=FIELDS[:2]))) == ["DIGEST_MISMATCH"]
    ledger.apply(R1, PROVIDER, narrowed())
    assert ledger.state(R1).grant.current.scope.fields == FIELDS[:1]


def test_a_paired_narrowing_never_takes_effect_before_the_second_statement() -> None:
    ledger = admitted_states().approved()
    ledger.apply(R1, REQUESTER, narrowed(effect=at("2026-03-03")))
    ledger.now += timedelta(days=10)
    second = ledger.apply(R1, PROVIDER, narrowed(effect=at("2026-03-03")))
    assert ledger.state(R1).grant.current.effective == second.time


def test_a_ratification_is_the_providers() -> None:
    ledger = admitted_states().approved()
    event = e.RatificationRecorded(post=CLERK, uses=(ledger.act(R1, REQUESTER, revoked()).ref,), reason="事后同意")
    assert ledger.codes(R1, REQUESTER, event) == ["WRONG_ROLE"]
    assert ledger.codes(R1, PROVIDER, event) == []


OPENED = e.SecrecyReviewOpened(post=CLERK, review_id="S1", reviewer=CLERK)


def concluded(result: str) -> e.SecrecyReviewConcluded:
    members: dict[str, Any] = {"post": CLERK, "review_id": "S1", "result": result}
    return e.SecrecyReviewConcluded(**members)


def reviewed(*events: e.Event) -> AdmittedStates:
    ledger = admitted_states().received()
    for event in (OPENED, *events):
        ledger.apply(R1, PROVIDER, event)
    return ledger


def test_each_organ_reviews_for_itself() -> None:
    ledger = reviewed()
    assert ledger.codes(R1, REQUESTER, concluded("CLEARED")) == ["FIELD_INVALID"]
    assert ledger.codes(R1, REQUESTER, OPENED) == []
    assert ledger.codes(R1, THIRD, OPENED) == ["WRONG_ROLE"]
    assert ledger.codes(R1, THIRD, concluded("CLEARED")) == ["WRONG_ROLE", "FIELD_INVALID"]


def test_a_review_is_opened_and_concluded_once() -> None:
    ledger = reviewed()
    assert ledger.codes(R1, PROVIDER, OPENED) == ["WRONG_STATE"]
    ledger.apply(R1, PROVIDER, concluded("CLEARED"))
    assert ledger.codes(R1, PROVIDER, concluded("BLOCKED")) == ["WRONG_STATE"]
    assert ledger.state(R1).review_of(PROVIDER, ledger.now).status == "CLEARED"


def test_an_uncertain_review_is_escalated_and_then_decided() -> None:
    members: dict[str, Any] = {"post": CLERK, "review_id": "S1", "provisional_level": "秘密"}
    escalation = e.SecrecyReviewEscalated(**members, to=UsccOrText(text="省国家保密局"))
    assert reviewed().codes(R1, PROVIDER, escalation) == ["WRONG_STATE"]
    ledger = reviewed(concluded("UNCERTAIN"))
    assert ledger.codes(R1, PROVIDER, concluded("CLEARED")) == ["WRONG_STATE"]
    ledger.apply(R1, PROVIDER, escalation)
    assert ledger.codes(R1, PROVIDER, concluded("UNCERTAIN")) == ["FIELD_INVALID"]
    assert ledger.codes(R1, PROVIDER, concluded("BLOCKED")) == []


def test_a_revoked_grant_is_not_resumed() -> None:
    ledger = admitted_states().approved()
    change = ledger.apply(R1, PROVIDER, suspended())
    ledger.apply(R1, PROVIDER, revoked())
    event = e.GrantResumed(post=CLERK, suspended=change.ref, effect=at("2026-05-01"))
    (refusal,) = ledger.refused(R1, PROVIDER, event)
    assert "REVOKED since entry" in refusal.detail
