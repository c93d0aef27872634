"""What is claimed in one stream makes stubs in all others about the item (4, stub rule; 4.9)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain import events as e
from domain.admission.stub_rule import stub_required
from domain.evolve import evolve
from tests.support.admitted import AdmittedStates, admitted_states
from tests.support.payloads import CLERK, SECOND, approved, classified, proposed, received, refused, submitted, used
from tests.support.story import DIGEST, DOC, DUTY, PROVIDER, REQUESTER, SECRECY, THIRD, scope

SECRET = ("state_secret",)


def disputed(ledger: AdmittedStates, name: str = "D1", **changes: Any) -> AdmittedStates:
    members: dict[str, Any] = {"item": "C04", "counterparty": PROVIDER, "claimed_class": "state_secret"}
    opened = e.DisputeOpened(**({"post": CLERK, "fixed_by_central": False} | members | changes))
    ledger.apply(f"dispute/{name}", REQUESTER, opened)
    return ledger


def settled(ledger: AdmittedStates, event: e.Event, *, by: str, name: str = "D1") -> AdmittedStates:
    """Folded without asking admission: the secrecy administration is no party of this ledger."""
    stream = f"dispute/{name}"
    ledger.states[stream] = evolve(ledger.state(stream), ledger.act(stream, by, event, position=1))
    ledger.size += 1
    return ledger


def determination(result: str) -> e.DeterminationIssued:
    return e.DeterminationIssued(post=CLERK, document=DOC, result=result, effective=date(2026, 5, 1))  # type: ignore[arg-type]


def everywhere() -> AdmittedStates:
    """Streams of every family that are about item C04, and none of them claims anything."""
    ledger = admitted_states()
    ledger.apply("request/2", REQUESTER, submitted())
    ledger.apply("agreement/A-2", PROVIDER, proposed(requests=("2",)))
    ledger.apply("use/u1", THIRD, used(request_id=None), id="u1")
    ledger.apply("demand/1", THIRD, e.DemandStated(post=CLERK, wanted="企业年报", duty=DUTY, item="C04"))
    reported = {"datum": "名称", "own": DIGEST, "shared": DIGEST, "severity": "LOW", "noticed_on": date(2026, 3, 1)}
    ledger.apply("discrepancy/1", THIRD, e.DiscrepancyReported(post=CLERK, item="C04", **reported))  # type: ignore[arg-type]
    return disputed(ledger, "D2", claimed_class="privacy")


STREAMS = ("item/C04", "request/2", "agreement/A-2", "use/u1", "demand/1", "discrepancy/1", "dispute/D2")


@pytest.mark.parametrize("stream", STREAMS)
def test_a_dispute_makes_stubs_of_every_stream_about_the_item(stream: str) -> None:
    ledger = everywhere()
    assert not stub_required(stream, {}, ledger)
    assert stub_required(stream, {}, disputed(ledger))


@pytest.mark.parametrize("stream", STREAMS)
def test_what_a_provider_says_on_receipt_of_one_request_makes_stubs_of_every_stream(stream: str) -> None:
    ledger = everywhere().submitted()
    assert not stub_required(stream, {}, ledger)
    ledger.apply("request/1", PROVIDER, received(class_at_receipt=SECRET))
    assert stub_required(stream, {}, ledger)


@pytest.mark.parametrize(
    "refusal",
    [
        refused(ground="STATE_SECRET"),
        e.RequestPartlyApproved(
            post=CLERK,
            second_post=SECOND,
            scope=scope(fields=("amount", "year")),
            classes=("trade_secret",),
            refused=(e.RefusedPart(fields=("name",), ground="STATE_SECRET"),),
            reasons=DIGEST,
        ),
    ],
    ids=["whole", "in part"],
)
def test_a_refusal_on_that_ground_makes_stubs_of_other_requests(refusal: e.Event) -> None:
    ledger = everywhere().received()
    assert not stub_required("request/2", {}, ledger)
    ledger.apply("request/1", PROVIDER, refusal)
    assert stub_required("request/2", {}, ledger)


@pytest.mark.parametrize(
    ("stream", "data"),
    [
        ("use/u9", {"item": "C04"}),
        ("request/9", {"item": "C04"}),
        ("dispute/D9", {"item": "C04", "claimed_class": "privacy"}),
        ("agreement/A-9", {"requests": ["2"]}),
        ("use/u9", {"item": "C07", "request_id": "2"}),
        (f"party/{REQUESTER}", {"item": "C04"}),
    ],
)
def test_the_first_record_of_a_stream_is_a_stub_if_it_names_the_item_or_a_request_for_it(
    stream: str, data: dict[str, Any]
) -> None:
    ledger = everywhere()
    assert not stub_required(stream, data, ledger)
    assert stub_required(stream, data, disputed(ledger))


def test_a_claim_says_nothing_of_other_items() -> None:
    ledger = disputed(admitted_states().item("C05"))
    assert not stub_required("item/C05", {}, ledger)


def test_what_a_requester_acknowledges_makes_stubs_of_its_own_request_only() -> None:
    ledger = everywhere()
    ledger.apply("request/3", REQUESTER, submitted(classes_acknowledged=SECRET))
    assert stub_required("request/3", {}, ledger)
    assert not stub_required("request/2", {}, ledger)


def test_a_dispute_of_route_b_makes_no_stub() -> None:
    assert not stub_required("item/C04", {}, disputed(admitted_states(), claimed_class="privacy"))


def test_what_is_determined_to_be_none_takes_texts_again() -> None:
    ledger = settled(disputed(everywhere()), determination("NOT_STATE_SECRET"), by=SECRECY)
    assert not stub_required("request/2", {}, ledger)


def test_such_a_determination_also_ends_what_was_claimed_before_it_elsewhere() -> None:
    ledger = everywhere().submitted()
    ledger.apply("request/1", PROVIDER, received(class_at_receipt=SECRET))
    ledger = settled(disputed(ledger), determination("NOT_STATE_SECRET"), by=SECRECY)
    assert not stub_required("request/2", {}, ledger)
    ledger.apply("request/4", REQUESTER, submitted())
    ledger.apply("request/4", PROVIDER, received(class_at_receipt=SECRET))
    assert stub_required("request/2", {}, ledger)


def test_what_is_determined_to_be_one_is_a_stub_until_the_item_is_classified() -> None:
    ledger = settled(disputed(everywhere()), determination("IS_STATE_SECRET"), by=SECRECY)
    assert stub_required("request/2", {}, ledger)
    ledger.apply("item/C04", PROVIDER, classified(classes=("privacy",)))
    assert not stub_required("request/2", {}, ledger)


def test_an_open_dispute_outlasts_a_classification() -> None:
    ledger = disputed(everywhere())
    ledger.apply("item/C04", PROVIDER, classified(classes=("privacy",)))
    assert stub_required("request/2", {}, ledger)


def test_a_dispute_withdrawn_claims_nothing() -> None:
    ledger = settled(disputed(everywhere()), e.DisputeWithdrawn(post=CLERK, reason=""), by=REQUESTER)
    assert not stub_required("request/2", {}, ledger)


def test_a_provider_that_grants_what_it_called_secret_does_not_hold_on_to_it() -> None:
    ledger = everywhere().submitted()
    ledger.apply("request/1", PROVIDER, received(class_at_receipt=SECRET))
    ledger.apply("request/1", PROVIDER, approved())
    assert not stub_required("request/2", {}, ledger)
