"""Who may act in another organ's place: its heirs, and theirs, from the day on which the functions pass (A17)."""

from __future__ import annotations

import pytest

from domain import events as e
from tests.support.admitted import AdmittedStates, admitted_states
from tests.support.casebook import at
from tests.support.payloads import CHIEF, approved, refused
from tests.support.story import AUTHORITY, DOC, DUTY, PROVIDER, THIRD

FOURTH = "113206000000000787"


def passing(old: str, new: str, effective: str, ledger: AdmittedStates) -> AdmittedStates:
    heir = e.Successor(party=new, duty_bases=(DUTY,))
    event = e.PartySucceeded(
        post=CHIEF, mode="MERGED", successors=(heir,), effective=at(effective).date(), instrument=DOC
    )
    ledger.apply(f"party/{old}", AUTHORITY, event)
    return ledger


@pytest.mark.parametrize("answer", [approved(), refused()])
def test_an_heir_answers_from_the_day_on_which_the_functions_pass_and_not_before(answer: e.Event) -> None:
    ledger = passing(PROVIDER, THIRD, "2026-03-05", admitted_states().received())
    assert ledger.codes("request/1", THIRD, answer) == ["WRONG_ROLE"]
    ledger.now = at("2026-03-04T23:59")
    assert ledger.codes("request/1", THIRD, answer) == ["WRONG_ROLE"]
    ledger.now = at("2026-03-05T00:00")
    assert ledger.codes("request/1", THIRD, answer) == []


def test_the_heir_of_an_heir_stands_in_the_first_organs_place() -> None:
    ledger = admitted_states().received().party(FOURTH)
    passing(PROVIDER, THIRD, "2026-03-02", ledger)
    assert ledger.codes("request/1", FOURTH, approved()) == ["WRONG_ROLE"]
    passing(THIRD, FOURTH, "2026-03-02", ledger)
    assert ledger.codes("request/1", FOURTH, approved()) == []


def test_two_organs_that_name_each_other_as_heirs_send_nobody_in_circles() -> None:
    ledger = admitted_states().received().party(FOURTH)
    passing(PROVIDER, THIRD, "2026-03-02", ledger)
    passing(THIRD, PROVIDER, "2026-03-02", ledger)
    assert ledger.codes("request/1", FOURTH, approved()) == ["WRONG_ROLE"]
