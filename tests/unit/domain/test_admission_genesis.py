"""The first entries: who may found a ledger, and that nothing comes before its first authority (design.md §11)."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain import events as e
from domain.vocabulary.values import UsccOrText
from tests.support.admitted import OPERATOR, AdmittedStates
from tests.support.payloads import (
    CHIEF,
    CLERK,
    ORIGIN,
    appointed,
    founded,
    founding_party,
    key_of,
    registered,
)
from tests.support.story import AUTHORITY, DIGEST, DOC, GOVERNMENT, PROVIDER, REQUESTER, at

LEDGER = f"ledger/{ORIGIN}"


def begun() -> AdmittedStates:
    """Entry 0 stands."""
    ledger = AdmittedStates()
    ledger.apply(LEDGER, AUTHORITY, founded())
    return ledger


def test_the_founding_authority_founds_the_ledger_with_the_key_it_names() -> None:
    assert AdmittedStates().codes(LEDGER, AUTHORITY, founded()) == []


def test_a_founding_record_is_signed_by_the_authority_it_names() -> None:
    assert "WRONG_ROLE" in AdmittedStates().codes(LEDGER, REQUESTER, founded())


def test_a_founding_record_signed_by_a_key_it_does_not_name_is_refused() -> None:
    other = key_of(AUTHORITY, 2).thumbprint()
    assert AdmittedStates().codes(LEDGER, AUTHORITY, founded(), kid=other) == ["SIGNER_UNAUTHORISED"]


def test_a_founding_record_by_another_post_than_the_responsible_one_is_refused() -> None:
    assert AdmittedStates().codes(LEDGER, AUTHORITY, founded(post=CLERK)) == ["SIGNER_UNAUTHORISED"]


def test_a_founding_record_for_another_origin_is_refused() -> None:
    (refusal, *_) = AdmittedStates().refused("ledger/other", AUTHORITY, founded(origin="other"))
    assert (refusal.code, refusal.pointer) == ("FIELD_INVALID", "/data/origin")


def test_a_founding_record_stands_in_the_stream_of_its_origin() -> None:
    (refusal,) = AdmittedStates().refused("ledger/other", AUTHORITY, founded())
    assert (refusal.pointer, refusal.next_step) == ("/subject", f"Record it in {LEDGER}.")


def test_authority_and_government_are_two_organs() -> None:
    government = founding_party(AUTHORITY, category="GOVERNMENT")
    assert AdmittedStates().codes(LEDGER, AUTHORITY, founded(government=government)) == ["SAME_ORGAN"]


def test_the_founding_government_is_a_government() -> None:
    (refusal,) = AdmittedStates().refused(LEDGER, AUTHORITY, founded(government=founding_party(GOVERNMENT)))
    assert refusal.pointer == "/data/government/category"


def test_a_ledger_is_founded_once() -> None:
    ledger = AdmittedStates().founding()
    assert ledger.codes(LEDGER, AUTHORITY, founded()) == ["WRONG_STATE"]
    assert ledger.codes("ledger/again", AUTHORITY, founded(origin="again")) != []


def test_nothing_is_admitted_before_the_ledger_is_founded() -> None:
    assert "WRONG_STATE" in AdmittedStates().codes(f"party/{REQUESTER}", AUTHORITY, registered())


def test_entry_one_appoints_the_founding_authority() -> None:
    assert begun().codes("authority/320000", GOVERNMENT, appointed(AUTHORITY)) == []


def test_nothing_is_admitted_before_the_first_authority_is_appointed() -> None:
    (refusal, *_) = begun().refused(f"party/{REQUESTER}", AUTHORITY, registered())
    assert (refusal.code, refusal.next_step) == ("WRONG_STATE", "Record authority.appointed first.")


def test_entry_one_is_signed_by_the_founding_government() -> None:
    assert "WRONG_ROLE" in begun().codes("authority/320000", AUTHORITY, appointed(AUTHORITY))


def test_entry_one_appoints_no_other_party_in_no_other_division() -> None:
    refusals = begun().refused("authority/320100", GOVERNMENT, appointed(GOVERNMENT))
    assert {"/subject", "/data/party"} <= {refusal.pointer for refusal in refusals}


def test_the_founding_parties_need_no_registration() -> None:
    ledger = AdmittedStates().founding()
    assert ledger.state(f"party/{GOVERNMENT}").category == "GOVERNMENT"
    assert ledger.codes(f"party/{GOVERNMENT}", AUTHORITY, registered()) == ["WRONG_STATE"]


def test_a_founding_partys_own_stream_goes_on_from_entry_0() -> None:
    ledger = AdmittedStates().founding().posts(AUTHORITY)
    assert set(ledger.state(f"party/{AUTHORITY}").posts) >= {CHIEF, CLERK}


def test_only_the_operator_adds_a_witness() -> None:
    ledger = AdmittedStates().cast()
    witness = e.WitnessAdded(post=CLERK, name="省审计厅", vkey="witness+key")
    assert ledger.codes(LEDGER, OPERATOR, witness) == []
    assert ledger.codes(LEDGER, AUTHORITY, witness) == ["WRONG_ROLE"]


def test_a_drill_passed_is_the_operators_to_record() -> None:
    drill = e.BackupDrillPassed(post=CLERK, tree_size=9, root=DIGEST)
    assert AdmittedStates().cast().codes(LEDGER, PROVIDER, drill) == ["WRONG_ROLE"]


def test_a_checkpoint_key_is_rotated_by_the_authority_and_ends_the_one_in_force() -> None:
    ledger = AdmittedStates().cast()
    rotation = e.LedgerKeyRotated(post=CLERK, vkey="new", ends="vkey", from_size=99)
    assert ledger.codes(LEDGER, OPERATOR, rotation) == ["WRONG_ROLE"]
    ledger.apply(LEDGER, AUTHORITY, rotation)
    again = e.LedgerKeyRotated(post=CLERK, vkey="newer", ends="vkey", from_size=100)
    assert ledger.codes(LEDGER, AUTHORITY, again) == ["FIELD_INVALID"]


def test_a_second_authority_is_appointed_by_the_government_of_its_division() -> None:
    ledger = AdmittedStates().cast()
    assert ledger.codes("authority/320100", GOVERNMENT, appointed(PROVIDER)) == ["WRONG_LEVEL"]
    assert ledger.codes("authority/320100", PROVIDER, appointed(PROVIDER)) == ["WRONG_ROLE"]


def test_the_role_of_authority_passes_by_succession_not_by_a_second_appointment() -> None:
    ledger = AdmittedStates().cast()
    assert ledger.codes("authority/320000", GOVERNMENT, appointed(PROVIDER)) == ["WRONG_STATE"]
    succession = e.AuthoritySucceeded(
        post=CHIEF,
        predecessor=AUTHORITY,
        successor=PROVIDER,
        from_=date(2026, 3, 3),
        instrument=appointed(PROVIDER).instrument,
    )
    assert ledger.codes("authority/320000", GOVERNMENT, succession) == []


def succession(**changes: Any) -> e.AuthoritySucceeded:
    members: dict[str, Any] = {"post": CHIEF, "predecessor": AUTHORITY, "successor": PROVIDER, "instrument": DOC}
    return e.AuthoritySucceeded(**(members | {"from_": date(2026, 3, 3)} | changes))


def test_a_succession_names_the_present_holder_and_a_day_after_its_appointment() -> None:
    ledger = AdmittedStates().cast()
    (wrong,) = ledger.refused("authority/320000", GOVERNMENT, succession(predecessor=REQUESTER))
    (early,) = ledger.refused("authority/320000", GOVERNMENT, succession(from_=date(2026, 3, 1)))
    assert (wrong.pointer, early.pointer) == ("/data/predecessor", "/data/from")


def test_an_act_is_the_holders_at_its_own_time() -> None:
    ledger = AdmittedStates().cast()
    ledger.apply("authority/320000", GOVERNMENT, succession())
    ledger.now = at("2026-03-05")
    event = e.PartyRenamed(post=CLERK, name="新名", from_=date(2026, 3, 2), instrument=DOC)
    for by, time, expected in (
        (AUTHORITY, at("2026-03-02T12:00"), []),
        (AUTHORITY, at("2026-03-04"), ["WRONG_ROLE"]),
        (PROVIDER, at("2026-03-04"), []),
        (PROVIDER, at("2026-03-02T12:00"), ["WRONG_ROLE"]),
    ):
        assert ledger.codes(f"party/{REQUESTER}", by, event, time=time) == expected


def test_a_checkpoint_key_is_new() -> None:
    rotation = e.LedgerKeyRotated(post=CLERK, vkey="vkey", from_size=99)
    (refusal,) = AdmittedStates().cast().refused(LEDGER, AUTHORITY, rotation)
    assert refusal.pointer == "/data/vkey"


def test_a_founding_record_in_a_ledger_that_has_entries_says_so() -> None:
    ledger = AdmittedStates().founding()
    refusals = ledger.refused("ledger/again", AUTHORITY, founded())
    assert "WRONG_STATE" in {refusal.code for refusal in refusals}


def test_entry_one_by_another_organ_that_is_known_is_refused() -> None:
    refusals = begun().refused("authority/320000", AUTHORITY, appointed(AUTHORITY))
    assert [refusal.detail for refusal in refusals if GOVERNMENT in refusal.detail] != []


def test_an_exported_package_is_the_operators_to_record_and_its_record_stays() -> None:
    ledger = AdmittedStates().cast()
    recipient = UsccOrText(text="人民法院")
    export = e.EvidenceExported(
        post=CLERK, package="P1", streams=("request/1",), digest=DIGEST, tree_size=9, recipient=recipient, why="诉讼"
    )
    assert ledger.codes(LEDGER, AUTHORITY, export) == ["WRONG_ROLE"]
    act = ledger.apply(LEDGER, OPERATOR, export)
    assert ledger.state(LEDGER).exports["P1"].id == act.id
