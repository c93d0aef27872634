"""Disputes about what the information is: who may determine it, and that the authority never does (A19 ¶2, 4.9)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain import events as e
from domain.vocabulary.values import UsccOrText
from tests.support.admitted import AdmittedStates, admitted_states
from tests.support.payloads import CLERK, submitted
from tests.support.story import AUTHORITY, DOC, PROVIDER, REQUESTER, THIRD, at

D1 = "dispute/D1"
BUREAU = "11320000000000211P"
COURT = "11320583000000051H"


def opened(**changes: Any) -> e.DisputeOpened:
    members: dict[str, Any] = {
        "post": CLERK,
        "item": "C04",
        "counterparty": PROVIDER,
        "claimed_class": "state_secret",
        "level": "秘密",
        "fixed_by_central": False,
    }
    return e.DisputeOpened(**(members | changes))


TRADE: dict[str, Any] = {"claimed_class": "trade_secret", "level": None}
FILED = e.DisputeObjectionFiled(post=CLERK, originator=UsccOrText(uscc=PROVIDER), filing=DOC)
DECIDED = e.DisputeObjectionDecided(post=CLERK, decision="UPHELD", document=DOC)
APPLIED = e.DisputeApplied(post=CLERK, organ="演示机构甲", case_no="1", applied_on=date(2026, 3, 2))
OUTCOME = e.DisputeOutcomeRecorded(post=CLERK, outcome="IS_NOT", document=DOC, effective=date(2026, 3, 2))
DETERMINED = e.DeterminationIssued(post=CLERK, document=DOC, result="IS_STATE_SECRET", effective=date(2026, 3, 2))


def escalated(to: Any = "PROVINCE") -> e.DisputeEscalated:
    return e.DisputeEscalated(post=CLERK, to=to, filing=DOC)


def disputed(*acts: tuple[str, e.Event], **changes: Any) -> AdmittedStates:
    ledger = admitted_states()
    ledger.party(BUREAU, category="SECRECY").party(COURT, category="STATE_ORGAN")
    ledger.apply(D1, REQUESTER, opened(**changes))
    for by, event in acts:
        ledger.apply(D1, by, event)
    return ledger


def test_a_dispute_is_opened_between_the_provider_and_another_organ() -> None:
    ledger = admitted_states()
    assert ledger.codes(D1, THIRD, opened(counterparty=REQUESTER)) == ["WRONG_ROLE"]
    assert ledger.codes(D1, PROVIDER, opened(counterparty=REQUESTER)) == []
    assert ledger.codes(D1, REQUESTER, opened(item="C99")) == ["FIELD_INVALID"]


def test_a_dispute_on_a_request_is_between_its_two_organs() -> None:
    ledger = admitted_states()
    ledger.apply("request/1", REQUESTER, submitted())
    assert ledger.codes(D1, THIRD, opened(request_id="1")) == ["FIELD_INVALID"]
    assert ledger.codes(D1, REQUESTER, opened(request_id="1")) == []


def test_no_dispute_with_oneself_and_none_about_a_work_secret() -> None:
    assert "SAME_ORGAN" in admitted_states().codes(D1, PROVIDER, opened())
    assert admitted_states().codes(D1, REQUESTER, opened(claimed_class="work_secret", level=None)) == ["FIELD_INVALID"]


@pytest.mark.parametrize(("claimed", "route"), [("state_secret", "A"), ("trade_secret", "B"), ("privacy", "B")])
def test_the_route_follows_the_claimed_class(claimed: str, route: Any) -> None:
    ledger = disputed(claimed_class=claimed, level=None)
    wrong: Any = "B" if route == "A" else "A"
    assert ledger.codes(D1, REQUESTER, e.DisputeRouted(post=CLERK, route=wrong)) == ["FIELD_INVALID"]
    assert ledger.codes(D1, AUTHORITY, e.DisputeRouted(post=CLERK, route=route)) == []


@pytest.mark.parametrize("event", [DETERMINED, OUTCOME])
def test_the_authority_decides_no_dispute(event: e.Event) -> None:
    ledger = disputed(**(TRADE if event is OUTCOME else {}))
    assert ledger.codes(D1, AUTHORITY, event) == ["WRONG_ROLE"]


def test_the_provincial_administration_determines_what_is_the_provinces() -> None:
    ledger = disputed((REQUESTER, FILED), (PROVIDER, DECIDED), (REQUESTER, escalated()))
    ledger.apply(D1, BUREAU, DETERMINED)
    assert ledger.state(D1).status == "DETERMINED"


def test_an_early_determination_is_recorded() -> None:
    assert disputed().codes(D1, BUREAU, DETERMINED) == []


@pytest.mark.parametrize("level", ["CITY", "COUNTY"])
def test_no_bureau_of_a_city_or_county_determines(level: str) -> None:
    ledger = admitted_states().party(BUREAU, category="SECRECY", level=level, division="320100")
    ledger.apply(D1, REQUESTER, opened())
    assert ledger.codes(D1, BUREAU, DETERMINED) == ["WRONG_LEVEL"]


@pytest.mark.parametrize("change", [{"level": "绝密"}, {"fixed_by_central": True}])
def test_the_province_does_not_determine_what_is_the_nations(change: dict[str, Any]) -> None:
    assert disputed(**change).codes(D1, BUREAU, DETERMINED) == ["WRONG_LEVEL"]


def test_what_is_the_nations_is_escalated_to_the_nation() -> None:
    ledger = disputed((REQUESTER, FILED), (PROVIDER, DECIDED), level="绝密")
    (refusal,) = ledger.refused(D1, REQUESTER, escalated())
    assert (refusal.code, refusal.pointer) == ("WRONG_LEVEL", "/data/to")
    assert ledger.codes(D1, REQUESTER, escalated("NATION")) == []


def test_an_objection_to_the_provinces_determination_goes_to_the_nation() -> None:
    ledger = disputed((BUREAU, DETERMINED))
    settled = ledger.now
    assert ledger.codes(D1, REQUESTER, escalated()) == ["WRONG_LEVEL"]
    ledger.apply(D1, REQUESTER, escalated("NATION"))
    assert ledger.state(D1).open_at(settled)


def test_the_objecting_party_says_that_it_was_ignored() -> None:
    ledger = disputed((REQUESTER, FILED))
    ignored = e.DisputeObjectionIgnored(post=CLERK, since=date(2026, 3, 2))
    assert ledger.codes(D1, PROVIDER, ignored) == ["WRONG_ROLE"]
    assert ledger.codes(D1, REQUESTER, ignored) == []


def test_a_party_applies_and_records_the_outcome_of_route_b() -> None:
    ledger = disputed(**TRADE)
    assert ledger.codes(D1, THIRD, APPLIED) == ["WRONG_ROLE"]
    ledger.apply(D1, REQUESTER, APPLIED)
    assert ledger.codes(D1, COURT, OUTCOME) == []
    ledger.apply(D1, REQUESTER, OUTCOME)
    assert not ledger.state(D1).open_at(at("2026-03-03"))


@pytest.mark.parametrize(("claimed", "event"), [({}, APPLIED), (TRADE, FILED)])
def test_the_routes_do_not_mix(claimed: dict[str, Any], event: e.Event) -> None:
    assert disputed(**claimed).codes(D1, REQUESTER, event) == ["WRONG_STATE"]


def test_who_opened_the_dispute_withdraws_it_until_it_is_settled() -> None:
    withdrawal = e.DisputeWithdrawn(post=CLERK, reason="接受")
    assert disputed().codes(D1, PROVIDER, withdrawal) == ["WRONG_ROLE"]
    assert disputed().codes(D1, REQUESTER, withdrawal) == []
    assert disputed((BUREAU, DETERMINED)).codes(D1, REQUESTER, withdrawal) == ["WRONG_STATE"]


@pytest.mark.parametrize(
    ("by", "event"),
    [
        (REQUESTER, FILED),
        (PROVIDER, DECIDED),
        (REQUESTER, e.DisputeObjectionIgnored(post=CLERK, since=date(2026, 3, 2))),
        (REQUESTER, escalated()),
        (BUREAU, DETERMINED),
    ],
)
def test_route_a_is_not_gone_for_a_trade_secret(by: str, event: e.Event) -> None:
    (first, *_) = [refusal for refusal in disputed(**TRADE).refused(D1, by, event) if "route B" in refusal.detail]
    assert first.code == "WRONG_STATE"


@pytest.mark.parametrize("event", [APPLIED, OUTCOME])
def test_route_b_is_not_gone_for_a_state_secret(event: e.Event) -> None:
    (refusal,) = disputed().refused(D1, REQUESTER, event)
    assert "route A" in refusal.detail
