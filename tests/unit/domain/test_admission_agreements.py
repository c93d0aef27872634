"""Agreements: one text, both organs, two posts each; nothing takes effect backwards (A19 ¶1, 4.5)."""

from __future__ import annotations

from datetime import UTC, date, timedelta

import pytest

from domain import events as e
from domain.families.party.events import Successor
from tests.support.admitted import AdmittedStates, admitted_states
from tests.support.payloads import (
    CHIEF,
    CLERK,
    OTHER_DIGEST,
    amended,
    amendment,
    proposed,
    signed,
    submitted,
)
from tests.support.story import AUTHORITY, DIGEST, DOC, FIELDS, PROVIDER, REQUESTER, THIRD, at

A1 = "agreement/A-1"


def made() -> AdmittedStates:
    ledger = admitted_states().approved()
    ledger.apply(A1, PROVIDER, proposed())
    return ledger


def in_force() -> AdmittedStates:
    return admitted_states().approved().agreed()


def test_an_agreement_is_proposed_by_one_of_its_organs() -> None:
    ledger = admitted_states().approved()
    assert ledger.codes(A1, THIRD, proposed()) == ["WRONG_ROLE"]
    assert ledger.codes(A1, REQUESTER, proposed()) == []


def test_one_organ_cannot_stand_on_both_sides() -> None:
    assert "SAME_ORGAN" in admitted_states().approved().codes(A1, PROVIDER, proposed(requester=PROVIDER))


def test_an_agreement_names_requests_of_these_two_organs() -> None:
    ledger = admitted_states().approved()
    ledger.apply("request/2", THIRD, submitted())
    (refusal,) = ledger.refused(A1, PROVIDER, proposed(requests=("1", "2")))
    assert (refusal.code, refusal.pointer) == ("FIELD_INVALID", "/data/requests/1")
    assert ledger.codes(A1, PROVIDER, proposed(requests=("9",))) == ["FIELD_INVALID"]


def test_a_proposal_does_not_take_effect_before_its_own_day() -> None:
    ledger = admitted_states().approved()
    (refusal,) = ledger.refused(A1, PROVIDER, proposed(effective_from=date(2026, 3, 1)))
    assert (refusal.code, refusal.pointer) == ("EFFECT_BACKDATED", "/data/effective_from")


def test_the_own_day_of_a_proposal_is_a_day_in_china() -> None:
    ledger = admitted_states().approved()
    ledger.now = at("2026-03-03T07:00").astimezone(UTC)
    assert ledger.now.date() == date(2026, 3, 2)
    assert ledger.codes(A1, PROVIDER, proposed(effective_from=date(2026, 3, 2))) == ["EFFECT_BACKDATED"]


def test_the_agreement_is_in_force_with_the_second_signature() -> None:
    ledger = made()
    ledger.apply(A1, REQUESTER, signed())
    assert ledger.state(A1).current.in_force_from is None
    ledger.now += timedelta(days=1)
    second = ledger.apply(A1, PROVIDER, signed())
    assert ledger.state(A1).current.in_force_from == second.time


def test_the_agreement_is_in_force_on_its_first_day_if_that_is_later() -> None:
    ledger = admitted_states().approved()
    ledger.apply(A1, PROVIDER, proposed(effective_from=date(2026, 4, 1)))
    for organ in (REQUESTER, PROVIDER):
        ledger.apply(A1, organ, signed())
    assert ledger.state(A1).current.in_force_from == at("2026-04-01T00:00")


def test_signatures_over_different_digests_are_refused() -> None:
    (refusal,) = made().refused(A1, REQUESTER, signed(text_digest=OTHER_DIGEST))
    assert (refusal.code, refusal.pointer) == ("DIGEST_MISMATCH", "/data/text_digest")


def test_each_organ_signs_once() -> None:
    ledger = made()
    ledger.apply(A1, REQUESTER, signed())
    assert ledger.codes(A1, REQUESTER, signed()) == ["WRONG_STATE"]


def test_a_third_organ_and_the_authority_do_not_sign() -> None:
    ledger = made()
    assert ledger.codes(A1, THIRD, signed()) == ["WRONG_ROLE"]
    assert ledger.codes(A1, AUTHORITY, signed()) == ["WRONG_ROLE"]


def test_a_signature_needs_a_second_post() -> None:
    assert made().codes(A1, REQUESTER, signed(second_post=CLERK)) == ["SECOND_POST_MISSING"]


def test_another_version_than_the_one_proposed_is_not_signed() -> None:
    assert made().codes(A1, REQUESTER, signed(version=2)) == ["FIELD_INVALID"]


def test_an_amendment_takes_effect_with_both_and_leaves_the_old_version_until_then() -> None:
    ledger = in_force()
    ledger.apply(A1, PROVIDER, amendment())
    ledger.apply(A1, PROVIDER, amended())
    state = ledger.state(A1)
    assert (state.status, state.current.number) == ("AMENDMENT_PROPOSED", 1)
    ledger.apply(A1, REQUESTER, amended())
    state = ledger.state(A1)
    assert state.version_at(at("2026-03-09")).scope.fields == FIELDS
    assert state.version_at(at("2026-03-10")).scope.fields == FIELDS[:2]


def test_an_amendment_is_not_in_effect_before_the_second_signature() -> None:
    ledger = in_force()
    ledger.apply(A1, PROVIDER, amendment())
    ledger.apply(A1, PROVIDER, amended())
    ledger.now = at("2026-03-11")
    assert ledger.codes(A1, REQUESTER, amended()) == ["EFFECT_BACKDATED"]


def test_an_amendment_effective_before_its_own_day_is_refused() -> None:
    assert in_force().codes(A1, PROVIDER, amendment(effective_from=date(2026, 3, 1))) == ["EFFECT_BACKDATED"]


def test_an_amendment_is_the_next_version() -> None:
    assert in_force().codes(A1, PROVIDER, amendment(version=3)) == ["FIELD_INVALID"]


def test_the_text_of_an_amendment_is_one() -> None:
    ledger = in_force()
    ledger.apply(A1, PROVIDER, amendment())
    assert ledger.codes(A1, REQUESTER, amended(text_digest=DIGEST)) == ["DIGEST_MISMATCH"]


def test_an_unsigned_agreement_is_not_amended_suspended_or_ended() -> None:
    ledger = made()
    ending = e.AgreementTerminated(post=CLERK, clause="第9条", notice_on=date(2026, 3, 2), effect=date(2026, 4, 1))
    assert ledger.codes(A1, PROVIDER, amendment()) == ["WRONG_STATE"]
    assert ledger.codes(A1, PROVIDER, ending) == ["WRONG_STATE"]


def test_a_waiting_amendment_does_not_keep_the_provider_from_suspending() -> None:
    ledger = in_force()
    ledger.apply(A1, REQUESTER, amendment())
    suspension = e.AgreementSuspended(post=CLERK, cause="INCIDENT", effect=at("2026-03-05"))
    assert ledger.codes(A1, REQUESTER, suspension) == ["WRONG_ROLE"]
    suspended = ledger.apply(A1, PROVIDER, suspension)
    assert ledger.state(A1).suspended_at(at("2026-03-06")) is not None
    ledger.apply(A1, PROVIDER, e.AgreementResumed(post=CLERK, suspended=suspended.ref, effect=at("2026-03-08")))
    assert ledger.state(A1).status == "AMENDMENT_PROPOSED"


@pytest.mark.parametrize("by", [REQUESTER, PROVIDER])
def test_either_side_ends_the_agreement_by_its_clause(by: str) -> None:
    ledger = in_force()
    ending = e.AgreementTerminated(post=CLERK, clause="第9条", notice_on=date(2026, 3, 2), effect=date(2026, 4, 1))
    ledger.apply(A1, by, ending)
    assert ledger.state(A1).termination.instant == at("2026-04-01T00:00")
    assert ledger.codes(A1, by, ending) == ["WRONG_STATE"]


def test_an_expired_agreement_is_not_amended_back_to_life() -> None:
    ledger = in_force()
    ledger.now = at("2027-01-01T00:00")
    event = amendment(effective_from=date(2027, 1, 1), effective_to=date(2027, 12, 31))
    (refusal,) = ledger.refused(A1, PROVIDER, event)
    assert "EXPIRED" in refusal.detail


def succeeded() -> AdmittedStates:
    ledger = in_force()
    successor = Successor(party=THIRD, duty_bases=())
    event = e.PartySucceeded(
        post=CLERK, mode="MERGED", successors=(successor,), effective=date(2026, 3, 2), instrument=DOC
    )
    ledger.apply(f"party/{REQUESTER}", AUTHORITY, event)
    return ledger


def accession(version: int = 2) -> e.AgreementSucceeded:
    return e.AgreementSucceeded(post=CLERK, predecessor=REQUESTER, version=version, text_digest=DIGEST, instrument=DOC)


def test_a_successor_accedes_in_place_of_its_predecessor() -> None:
    ledger = succeeded()
    ledger.apply(A1, THIRD, accession())
    state = ledger.state(A1)
    assert (state.requester, state.provider, state.current.number) == (THIRD, PROVIDER, 2)
    assert ledger.codes(A1, REQUESTER, amendment(version=3)) == ["WRONG_ROLE"]


def test_who_succeeded_nobody_does_not_accede() -> None:
    assert in_force().codes(A1, THIRD, accession()) == ["WRONG_ROLE"]


def test_a_proposal_may_not_reuse_an_agreements_stream() -> None:
    assert made().codes(A1, REQUESTER, proposed(post=CHIEF)) == ["WRONG_STATE"]


def test_a_suspension_is_lifted_by_naming_it() -> None:
    ledger = in_force()
    suspension = e.AgreementSuspended(post=CLERK, cause="INCIDENT", effect=at("2026-03-05"))
    ledger.apply(A1, PROVIDER, suspension)
    other = ledger.act(A1, PROVIDER, suspension).ref
    resumption = e.AgreementResumed(post=CLERK, suspended=other, effect=at("2026-03-08"))
    (refusal,) = ledger.refused(A1, PROVIDER, resumption)
    assert (refusal.code, refusal.pointer) == ("FIELD_INVALID", "/data/suspended")


@pytest.mark.parametrize("made", ["suspended", "terminated", "resumed", "succeeded"])
def test_nothing_more_is_done_with_an_expired_agreement(made: str) -> None:
    ledger = succeeded()
    suspension = e.AgreementSuspended(post=CLERK, cause="INCIDENT", effect=at("2026-03-05"))
    by, event = {
        "suspended": (PROVIDER, suspension),
        "terminated": (
            PROVIDER,
            e.AgreementTerminated(post=CLERK, clause="9", notice_on=date(2026, 3, 2), effect=date(2027, 4, 1)),
        ),
        "resumed": (
            PROVIDER,
            e.AgreementResumed(post=CLERK, suspended=ledger.act(A1, PROVIDER, suspension).ref, effect=at("2026-03-08")),
        ),
        "succeeded": (THIRD, accession()),
    }[made]
    if made == "resumed":
        ledger.apply(A1, PROVIDER, suspension)
    assert ledger.codes(A1, by, event) == []
    ledger.now = at("2027-01-01T00:00")
    assert ledger.codes(A1, by, event) == ["WRONG_STATE"]


def test_an_accession_names_a_side_and_the_next_version() -> None:
    ledger = succeeded()
    assert ledger.codes(A1, THIRD, accession(version=3)) == ["FIELD_INVALID"]
    stranger = e.AgreementSucceeded(post=CLERK, predecessor=AUTHORITY, version=2, text_digest=DIGEST, instrument=DOC)
    (refusal,) = ledger.refused(A1, THIRD, stranger)
    assert refusal.pointer == "/data/predecessor"


def test_the_other_side_does_not_accede_to_its_own_agreement() -> None:
    ledger = in_force()
    event = e.PartySucceeded(
        post=CLERK,
        mode="MERGED",
        successors=(Successor(party=PROVIDER, duty_bases=()),),
        effective=date(2026, 3, 2),
        instrument=DOC,
    )
    ledger.apply(f"party/{REQUESTER}", AUTHORITY, event)
    assert ledger.codes(A1, PROVIDER, accession()) == ["SAME_ORGAN"]
