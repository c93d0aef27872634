"""Anyone may suspect; the authority finds, orders and closes; the accused is heard and corrects (A33, A34, 4.11)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain import events as e
from tests.support.admitted import OPERATOR, AdmittedStates, admitted_states
from tests.support.payloads import CLERK
from tests.support.story import AUTHORITY, DIGEST, DOC, GOVERNMENT, PROVIDER, REQUESTER, THIRD

V1 = "violation/V1"
APPOINTING = "11320583000000051H"


def suspected(**changes: Any) -> e.ViolationSuspected:
    members: dict[str, Any] = {"post": CLERK, "accused": REQUESTER, "limb": "c1", "evidence": (), "statement": "超范围"}
    return e.ViolationSuspected(**(members | changes))


def found(limb: Any = "c1") -> e.ViolationFound:
    return e.ViolationFound(post=CLERK, limb=limb, facts="查实", evidence=(), document=DOC)


def ordered(limit: date = date(2026, 4, 1)) -> e.CorrectionOrdered:
    return e.CorrectionOrdered(post=CLERK, order=DOC, measures="销毁", limit=limit)


REPORTED = e.CorrectionReported(post=CLERK, done="已销毁", proof=DIGEST)
SERIOUS = e.ViolationSeriousFound(post=CLERK, reasons="再犯")
CRITICISED = e.CriticismNotified(post=CLERK, notice=DOC, audience="INTERNAL")
CLOSED = e.ViolationClosed(post=CLERK, reasons="已整改")
DISMISSED = e.ViolationDismissed(post=CLERK, reasons="不成立")


def file(*events: e.Event) -> AdmittedStates:
    ledger = admitted_states()
    ledger.apply(V1, PROVIDER, suspected())
    for event in events:
        ledger.apply(V1, AUTHORITY, event)
    return ledger


@pytest.mark.parametrize("by", [PROVIDER, THIRD, AUTHORITY, OPERATOR])
def test_any_registered_party_may_suspect(by: str) -> None:
    assert admitted_states().codes(V1, by, suspected()) == []


@pytest.mark.parametrize("event", [found(), DISMISSED])
@pytest.mark.parametrize("by", [PROVIDER, REQUESTER, OPERATOR, GOVERNMENT])
def test_nobody_but_the_authority_finds_or_dismisses(by: str, event: e.Event) -> None:
    assert file().codes(V1, by, event) == ["WRONG_ROLE"]
    assert file().codes(V1, AUTHORITY, event) == []


def test_the_accused_organ_is_heard() -> None:
    response = e.ViolationResponseRecorded(post=CLERK, statement=DIGEST)
    assert file().codes(V1, PROVIDER, response) == ["WRONG_ROLE"]
    assert file().codes(V1, REQUESTER, response) == []


def test_there_is_no_order_before_a_finding() -> None:
    assert file().codes(V1, AUTHORITY, ordered()) == ["WRONG_STATE"]


def test_an_order_sets_a_limit_that_can_be_met() -> None:
    (refusal,) = file(found()).refused(V1, AUTHORITY, ordered(date(2026, 3, 1)))
    assert refusal.pointer == "/data/limit"


def test_the_accused_reports_and_the_authority_accepts_that_report() -> None:
    ledger = file(found(), ordered())
    assert ledger.codes(V1, AUTHORITY, REPORTED) == ["WRONG_ROLE"]
    report = ledger.apply(V1, REQUESTER, REPORTED)
    other = e.CorrectionAccepted(post=CLERK, report=ledger.act(V1, REQUESTER, REPORTED).ref)
    assert ledger.codes(V1, AUTHORITY, other) == ["FIELD_INVALID"]
    accepted = e.CorrectionAccepted(post=CLERK, report=report.ref)
    assert ledger.codes(V1, REQUESTER, accepted) == ["WRONG_ROLE"]
    ledger.apply(V1, AUTHORITY, accepted)
    assert ledger.state(V1).correction == "CORRECTED"


def test_a_rejected_correction_is_under_the_order_again_with_its_new_limit() -> None:
    ledger = file(found(), ordered())
    report = ledger.apply(V1, REQUESTER, REPORTED)
    rejection = e.CorrectionRejected(post=CLERK, report=report.ref, reasons="不全", limit=date(2026, 5, 1))
    ledger.apply(V1, AUTHORITY, rejection)
    state = ledger.state(V1)
    assert (state.correction, state.order.limit) == ("CORRECTION_ORDERED", date(2026, 5, 1))
    assert ledger.codes(V1, REQUESTER, REPORTED) == []


def test_correction_is_reported_only_under_an_order() -> None:
    assert file(found()).codes(V1, REQUESTER, REPORTED) == ["WRONG_STATE"]


def test_criticism_needs_seriousness_found_first() -> None:
    assert file(found()).codes(V1, AUTHORITY, CRITICISED) == ["WRONG_STATE"]
    assert file(found(), SERIOUS).codes(V1, AUTHORITY, CRITICISED) == []


def test_criticism_by_another_organ_is_recorded_but_not_by_the_accused() -> None:
    ledger = file(found(), SERIOUS)
    assert ledger.codes(V1, GOVERNMENT, CRITICISED) == []
    assert ledger.codes(V1, PROVIDER, CRITICISED) == []
    assert ledger.codes(V1, REQUESTER, CRITICISED) == ["WRONG_ROLE"]


def test_the_sanction_runs_beside_the_correction() -> None:
    ledger = file(found(), ordered(), SERIOUS, CRITICISED)
    assert (ledger.state(V1).correction, ledger.state(V1).sanction) == ("CORRECTION_ORDERED", "CRITICISED")


def test_the_outcome_of_discipline_is_the_appointing_organs() -> None:
    ledger = file(found(), SERIOUS)
    ledger.apply(V1, AUTHORITY, e.DisciplineReferred(post=CLERK, to=DOC.issuer, persons=("岗-3",), file=DIGEST))
    outcome = e.DisciplineOutcomeRecorded(post=CLERK, persons=("岗-3",), kind="警告", document=DOC)
    assert ledger.codes(V1, AUTHORITY, outcome) == ["WRONG_ROLE"]
    ledger.party(APPOINTING, category="APPOINTING")
    assert ledger.codes(V1, APPOINTING, outcome) == []


def test_a_dismissed_file_is_final() -> None:
    ledger = file(DISMISSED)
    crime = e.CrimeReferred(post=CLERK, to="检察机关", file=DIGEST)
    assert ledger.codes(V1, AUTHORITY, found()) == ["WRONG_STATE"]
    assert ledger.codes(V1, AUTHORITY, crime) == ["WRONG_STATE"]


def test_a_crime_is_referred_from_any_file_that_was_not_dismissed() -> None:
    crime = e.CrimeReferred(post=CLERK, to="检察机关", file=DIGEST)
    assert file(found(), CLOSED).codes(V1, AUTHORITY, crime) == []
    assert file().codes(V1, PROVIDER, crime) == ["WRONG_ROLE"]


def test_where_the_authority_is_accused_the_government_takes_its_place() -> None:
    ledger = admitted_states()
    ledger.apply(V1, PROVIDER, suspected(accused=AUTHORITY, limb="34"))
    assert ledger.codes(V1, AUTHORITY, found("34")) == ["WRONG_ROLE"]
    assert ledger.codes(V1, GOVERNMENT, found("34")) == []


def test_the_tracks_keep_their_order_for_every_actor() -> None:
    outcome = e.DisciplineOutcomeRecorded(post=CLERK, persons=("岗-3",), kind="警告", document=DOC)
    ledger = file(found(), ordered())
    ledger.party(APPOINTING, category="APPOINTING")
    assert ledger.codes(V1, APPOINTING, outcome) == ["WRONG_STATE"]
    assert ledger.codes(V1, AUTHORITY, ordered()) == ["WRONG_STATE"]
    ledger.apply(V1, REQUESTER, REPORTED)
    assert ledger.codes(V1, REQUESTER, REPORTED) == ["WRONG_STATE"]
    ledger.apply(V1, AUTHORITY, SERIOUS)
    assert ledger.codes(V1, AUTHORITY, SERIOUS) == ["WRONG_STATE"]
