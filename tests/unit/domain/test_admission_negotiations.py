"""Outside the catalogue: the two organs negotiate, the government at their level rules (A13 ¶1, 4.4)."""

from __future__ import annotations

from typing import Any

import pytest

from domain import events as e
from tests.support.admitted import AdmittedStates, admitted_states
from tests.support.payloads import CHIEF, CLERK, OTHER_DIGEST, approved, classified, received
from tests.support.story import (
    AUTHORITY,
    DIGEST,
    DOC,
    FIELDS,
    GOVERNMENT,
    PROVIDER,
    REQUESTER,
    THIRD,
    scope,
)

R1 = "request/1"
CITY_GOVERNMENT = "11320583000000051H"
OPENED = e.NegotiationOpened(post=CLERK, opening="范围与频次")
FAILED = e.NegotiationFailed(post=CLERK, record=DIGEST)


def agreed(**changes: Any) -> e.NegotiationAgreed:
    return e.NegotiationAgreed(**({"post": CLERK, "scope": scope(fields=FIELDS[:2]), "record": DIGEST} | changes))


def negotiating() -> AdmittedStates:
    ledger = admitted_states().submitted(item=None, description="排污许可", classes_acknowledged=())
    ledger.apply("item/C08", PROVIDER, classified(classes=()))
    ledger.apply(R1, PROVIDER, received(item="C08", class_at_receipt=()))
    ledger.apply(R1, REQUESTER, OPENED)
    return ledger


def failed() -> AdmittedStates:
    ledger = negotiating()
    ledger.apply(R1, PROVIDER, FAILED)
    return ledger


def ruling(**changes: Any) -> e.RulingIssued:
    return e.RulingIssued(**({"post": CHIEF, "instrument": DOC, "share": True} | changes))


def submission(**changes: Any) -> e.RulingSubmitted:
    members: dict[str, Any] = {"post": CLERK, "file": DIGEST, "to": "320000", "level_rule": "SAME_DIVISION"}
    return e.RulingSubmitted(**(members | changes))


def submitted() -> AdmittedStates:
    ledger = failed()
    ledger.apply(R1, AUTHORITY, submission())
    return ledger


def test_an_item_of_the_catalogue_is_not_negotiated() -> None:
    (refusal,) = admitted_states().received().refused(R1, REQUESTER, OPENED)
    assert refusal.code == "WRONG_STATE"
    assert "catalogue" in refusal.detail


def test_a_third_organ_does_not_negotiate() -> None:
    assert negotiating().codes(R1, THIRD, FAILED) == ["WRONG_ROLE"]


def test_a_round_is_recorded_by_each_side_with_one_digest() -> None:
    ledger = negotiating()
    round_ = e.NegotiationRoundRecorded(
        post=CLERK, round=1, held_on=ledger.now.date(), record=DIGEST, position="先试后放"
    )
    ledger.apply(R1, REQUESTER, round_)
    assert ledger.codes(R1, REQUESTER, round_) == ["WRONG_STATE"]
    other = e.NegotiationRoundRecorded(
        post=CLERK, round=1, held_on=ledger.now.date(), record=OTHER_DIGEST, position="不同意"
    )
    assert ledger.codes(R1, PROVIDER, other) == ["DIGEST_MISMATCH"]
    ledger.apply(R1, PROVIDER, round_)
    assert ledger.state(R1).negotiation.rounds[1].complete


def test_agreement_takes_effect_with_the_second_statement() -> None:
    ledger = negotiating()
    first = ledger.apply(R1, REQUESTER, agreed())
    assert ledger.state(R1).status == "NEGOTIATING"
    assert ledger.codes(R1, PROVIDER, agreed(record=OTHER_DIGEST)) == ["DIGEST_MISMATCH"]
    assert ledger.codes(R1, PROVIDER, agreed(scope=scope())) == ["DIGEST_MISMATCH"]
    ledger.apply(R1, PROVIDER, agreed())
    assert ledger.state(R1).status == "AGREED"
    assert ledger.codes(R1, PROVIDER, approved(scope=scope(fields=FIELDS[:2]))) == ["FIELD_INVALID"]
    cited = approved(scope=scope(fields=FIELDS[:2]), negotiation=first.ref)
    assert ledger.codes(R1, PROVIDER, cited) == []
    assert ledger.codes(R1, PROVIDER, approved(negotiation=first.ref)) == ["WIDER_THAN_REQUEST"]


def test_the_authority_submits_and_does_not_rule() -> None:
    ledger = submitted()
    assert ledger.codes(R1, AUTHORITY, ruling()) == ["WRONG_ROLE"]
    assert ledger.codes(R1, GOVERNMENT, ruling()) == []


def test_no_ruling_before_failure_and_submission() -> None:
    assert negotiating().codes(R1, AUTHORITY, submission()) == ["WRONG_STATE"]
    assert failed().codes(R1, GOVERNMENT, ruling()) == ["WRONG_STATE"]


def test_a_ruling_by_a_government_of_another_level_is_refused() -> None:
    ledger = submitted()
    ledger.party(CITY_GOVERNMENT, category="GOVERNMENT", level="CITY", division="320100")
    assert ledger.codes(R1, CITY_GOVERNMENT, ruling()) == ["WRONG_LEVEL"]


def test_the_file_goes_to_the_government_that_is_competent() -> None:
    (refusal,) = failed().refused(R1, AUTHORITY, submission(to="320100"))
    assert (refusal.code, refusal.pointer) == ("WRONG_LEVEL", "/data/to")


def test_a_ruling_to_share_gives_the_grant_itself() -> None:
    ledger = submitted()
    ledger.apply(R1, GOVERNMENT, ruling(scope=scope(fields=FIELDS[:2])))
    state = ledger.state(R1)
    assert (state.status, state.grant.current.scope.fields) == ("RULED_SHARE", FIELDS[:2])


def test_a_narrower_approval_after_a_ruling_leaves_the_grant_as_ruled() -> None:
    ledger = submitted()
    ruled = ledger.apply(R1, GOVERNMENT, ruling())
    ledger.apply(R1, PROVIDER, approved(scope=scope(fields=FIELDS[:1]), ruling=ruled.ref))
    assert ledger.state(R1).grant.current.scope.fields == FIELDS


def test_an_approval_after_a_ruling_cites_it() -> None:
    ledger = submitted()
    ledger.apply(R1, GOVERNMENT, ruling())
    (refusal,) = ledger.refused(R1, PROVIDER, approved())
    assert refusal.pointer == "/data/ruling"


def test_a_ruling_not_to_share_is_final() -> None:
    ledger = submitted()
    ledger.apply(R1, GOVERNMENT, ruling(share=False))
    assert ledger.state(R1).grant is None
    assert ledger.codes(R1, PROVIDER, approved()) == ["WRONG_STATE"]


@pytest.mark.parametrize("by", [REQUESTER, PROVIDER])
def test_either_side_may_state_the_failure(by: str) -> None:
    assert negotiating().codes(R1, by, FAILED) == []


def test_agreement_is_stated_once_by_each_side() -> None:
    ledger = negotiating()
    ledger.apply(R1, REQUESTER, agreed())
    assert ledger.codes(R1, REQUESTER, agreed()) == ["WRONG_STATE"]
    assert ledger.codes(R1, THIRD, agreed()) == ["WRONG_ROLE"]


@pytest.mark.parametrize(("by", "event"), [(AUTHORITY, submission()), (GOVERNMENT, ruling()), (PROVIDER, FAILED)])
def test_an_item_of_the_catalogue_does_not_go_to_the_government(by: str, event: e.Event) -> None:
    details = [refusal.detail for refusal in admitted_states().received().refused(R1, by, event)]
    assert any("catalogue" in detail for detail in details)
