"""Uses and releases are recorded lawful or not: they stand in the right stream, signed by who did them (4.7, 4.8)."""

from __future__ import annotations

from typing import Any

import pytest

from domain import events as e
from tests.support.admitted import AdmittedStates, admitted_states
from tests.support.payloads import CLERK, SECOND, refused, used
from tests.support.story import DIGEST, FIELDS, PROVIDER, REQUESTER, THIRD

R1 = "request/1"


def release(**changes: Any) -> e.ReleaseRecorded:
    members: dict[str, Any] = {
        "post": CLERK,
        "second_post": SECOND,
        "release_id": "L1",
        "request_id": "1",
        "item": "C04",
        "fields": FIELDS[:1],
        "kind": "RELEASE",
        "basis": "NONE",
        "audience": "公众",
        "medium": "网站",
        "content": DIGEST,
        "third_party": "NONE",
    }
    return e.ReleaseRecorded(**(members | changes))


def consent_asked(release_id: str = "L1") -> e.ReleaseConsentRequested:
    return e.ReleaseConsentRequested(
        post=CLERK, release_id=release_id, fields=FIELDS[:1], kind="RELEASE", audience="公众", why="便民"
    )


def consent(release_id: str = "L1") -> e.ReleaseConsentGiven:
    return e.ReleaseConsentGiven(post=CLERK, release_id=release_id, fields=FIELDS[:1], kind="RELEASE", audience="公众")


def in_state(name: str) -> AdmittedStates:
    ledger = admitted_states().submitted()
    if name == "SUBMITTED":
        return ledger
    if name == "WITHDRAWN":
        ledger.apply(R1, REQUESTER, e.RequestWithdrawn(post=CLERK))
        return ledger
    ledger = admitted_states().received()
    ledger.apply(R1, PROVIDER, refused())
    return ledger


@pytest.mark.parametrize("name", ["SUBMITTED", "WITHDRAWN", "REFUSED"])
def test_a_use_is_accepted_in_every_state_of_the_request(name: str) -> None:
    ledger = in_state(name)
    assert ledger.state(R1).status == name
    assert ledger.codes(R1, REQUESTER, used()) == []


def test_an_unlawful_use_is_recorded() -> None:
    event = used(fields=("phone",), purpose_code=None, purpose_text=None, duty=None, matter_no=None)
    assert admitted_states().submitted().codes(R1, REQUESTER, event) == []


def test_a_use_of_the_request_changes_nothing_that_would_have_to_grow() -> None:
    ledger = admitted_states().approved()
    before = ledger.state(R1)
    ledger.apply(R1, REQUESTER, used())
    assert ledger.state(R1) is before


def test_a_use_that_cites_no_request_stands_in_a_stream_of_its_own() -> None:
    ledger = admitted_states().approved()
    (refusal,) = ledger.refused(R1, REQUESTER, used(request_id=None), id="u7")
    assert (refusal.code, refusal.pointer) == ("FIELD_INVALID", "/subject")
    assert refusal.next_step == "Record it in use/u7."
    assert ledger.codes("use/u7", REQUESTER, used(request_id=None), id="u7") == []


def test_a_use_that_cites_a_request_unknown_here_stands_in_a_stream_of_its_own() -> None:
    ledger = admitted_states()
    (refusal,) = ledger.refused("request/9", REQUESTER, used(request_id="9"), id="u7")
    assert refusal.next_step == "Record it in use/u7."
    assert ledger.codes("use/u7", REQUESTER, used(request_id="9"), id="u7") == []


def test_a_use_that_cites_another_organs_request_stands_in_a_stream_of_its_own() -> None:
    ledger = admitted_states().approved()
    (refusal,) = ledger.refused(R1, THIRD, used(), id="u7")
    assert refusal.next_step == "Record it in use/u7."
    assert ledger.codes("use/u7", THIRD, used(), id="u7") == []


def test_a_use_that_cites_its_own_request_does_not_hide_in_another_stream() -> None:
    (refusal,) = admitted_states().approved().refused("use/u7", REQUESTER, used(), id="u7")
    assert (refusal.pointer, refusal.next_step) == ("/subject", "Record it in request/1.")


def test_a_use_stands_in_the_request_that_it_cites_and_in_no_other() -> None:
    ledger = admitted_states().approved().submitted("2")
    (refusal,) = ledger.refused("request/2", REQUESTER, used(), id="u7")
    assert refusal.next_step == "Record it in request/1, or use/u7."


def test_the_stream_of_a_lone_use_is_named_after_its_record() -> None:
    (refusal,) = admitted_states().refused("use/other", REQUESTER, used(request_id=None), id="u7")
    assert refusal.next_step == "Record it in use/u7."


def test_the_provider_does_not_record_uses_in_its_own_request() -> None:
    assert admitted_states().approved().codes(R1, PROVIDER, used()) == ["WRONG_ROLE"]


def test_a_stream_of_use_holds_one_act() -> None:
    ledger = admitted_states()
    ledger.apply("use/u7", REQUESTER, used(request_id=None), id="u7")
    assert ledger.codes("use/u7", REQUESTER, used(request_id=None), id="u7") == ["WRONG_STATE"]


def test_a_release_without_any_consent_is_recorded() -> None:
    assert admitted_states().approved().codes(R1, REQUESTER, release()) == []


def test_a_release_needs_two_posts() -> None:
    assert admitted_states().approved().codes(R1, REQUESTER, release(second_post=CLERK)) == ["SECOND_POST_MISSING"]


def test_one_release_is_recorded_once() -> None:
    ledger = admitted_states().approved()
    ledger.apply(R1, REQUESTER, release())
    assert ledger.codes(R1, REQUESTER, release()) == ["WRONG_STATE"]


def test_a_release_in_a_stream_of_its_own_is_retracted_there() -> None:
    ledger = admitted_states()
    ledger.apply("use/u7", THIRD, release(request_id=None), id="u7")
    retraction = e.ReleaseRetracted(post=CLERK, release_id="L1", cause="误发")
    assert ledger.codes("use/u7", REQUESTER, retraction) == ["WRONG_ROLE"]
    ledger.apply("use/u7", THIRD, retraction)
    assert ledger.state("use/u7").release.status == "RETRACTED"


def test_what_was_not_released_cannot_be_retracted() -> None:
    ledger = admitted_states().approved()
    retraction = e.ReleaseRetracted(post=CLERK, release_id="L1", cause="误发")
    assert ledger.codes(R1, REQUESTER, retraction) == ["FIELD_INVALID"]
    ledger.apply(R1, REQUESTER, consent_asked())
    assert ledger.codes(R1, REQUESTER, retraction) == ["WRONG_STATE"]


def test_consent_is_asked_by_the_requester_and_given_by_the_provider() -> None:
    ledger = admitted_states().approved()
    assert ledger.codes(R1, PROVIDER, consent_asked()) == ["WRONG_ROLE"]
    ledger.apply(R1, REQUESTER, consent_asked())
    assert ledger.codes(R1, REQUESTER, consent()) == ["WRONG_ROLE"]
    ledger.apply(R1, PROVIDER, consent())
    assert ledger.state(R1).releases["L1"].status == "CONSENTED"


def test_consent_that_nobody_asked_for_is_refused() -> None:
    assert admitted_states().approved().codes(R1, PROVIDER, consent()) == ["FIELD_INVALID"]


def test_consent_is_answered_once() -> None:
    ledger = admitted_states().approved()
    ledger.apply(R1, REQUESTER, consent_asked())
    ledger.apply(R1, PROVIDER, e.ReleaseConsentRefused(post=CLERK, release_id="L1", reasons="含个人信息"))
    assert ledger.codes(R1, PROVIDER, consent()) == ["WRONG_STATE"]


def test_consent_asked_for_can_still_be_answered_after_the_release() -> None:
    ledger = admitted_states().approved()
    ledger.apply(R1, REQUESTER, consent_asked())
    ledger.apply(R1, REQUESTER, release())
    ledger.apply(R1, PROVIDER, consent())
    known = ledger.state(R1).releases["L1"]
    assert (known.status, known.consent) == ("RELEASED", consent())


def test_consent_is_asked_for_once_per_release() -> None:
    ledger = admitted_states().approved()
    ledger.apply(R1, REQUESTER, consent_asked())
    assert ledger.codes(R1, REQUESTER, consent_asked()) == ["WRONG_STATE"]


def test_a_release_stands_where_a_use_would_and_is_the_requesters() -> None:
    ledger = admitted_states().approved()
    (lone,) = ledger.refused(R1, THIRD, release(), id="l7")
    assert lone.next_step == "Record it in use/l7."
    assert ledger.codes("use/l7", THIRD, release(), id="l7") == []
    assert ledger.codes(R1, PROVIDER, release()) == ["WRONG_ROLE"]


def test_a_release_in_a_request_is_retracted_by_the_requester() -> None:
    ledger = admitted_states().approved()
    ledger.apply(R1, REQUESTER, release())
    retraction = e.ReleaseRetracted(post=CLERK, release_id="L1", cause="误发")
    assert ledger.codes(R1, PROVIDER, retraction) == ["WRONG_ROLE"]
    assert ledger.codes(R1, REQUESTER, retraction) == []
