"""The register: who may enter a party, its posts and its keys (A2, A30, 5.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain import events as e
from domain.families.party.events import Successor
from domain.families.party.state import POWERFUL
from domain.vocabulary.values import CiteOrDoc, Duty, Ref
from tests.support.admitted import OPERATOR, AdmittedStates, admitted_states
from tests.support.payloads import CHIEF, CLERK, appointed, key_of, registered, submitted, used
from tests.support.story import AUTHORITY, DIGEST, DOC, GOVERNMENT, PROVIDER, REQUESTER, STATUTE, THIRD, at

NEW = "11320500000000043F"
CITY_GOVERNMENT = "11320583000000051H"
PARTY = f"party/{REQUESTER}"


def test_a_party_is_registered_by_the_authority_of_its_division() -> None:
    ledger = admitted_states()
    assert ledger.codes(f"party/{NEW}", AUTHORITY, registered()) == []
    assert ledger.codes(f"party/{NEW}", PROVIDER, registered()) == ["WRONG_ROLE"]


def with_city_authority() -> AdmittedStates:
    ledger = admitted_states()
    ledger.party(CITY_GOVERNMENT, category="GOVERNMENT", level="CITY", division="320100")
    ledger.apply("authority/320100", CITY_GOVERNMENT, appointed(THIRD))
    return ledger


def test_a_division_without_authority_is_the_provincial_authoritys() -> None:
    assert admitted_states().codes(f"party/{NEW}", AUTHORITY, registered(level="CITY", division="320500")) == []


def test_the_provincial_authority_does_not_act_for_a_division_that_has_its_own() -> None:
    ledger = with_city_authority()
    event = registered(level="CITY", division="320100")
    assert ledger.codes(f"party/{NEW}", AUTHORITY, event) == ["WRONG_LEVEL"]
    assert ledger.codes(f"party/{NEW}", THIRD, event) == []


def test_a_city_authority_does_not_act_for_the_province() -> None:
    assert with_city_authority().codes(f"party/{NEW}", THIRD, registered()) == ["WRONG_LEVEL"]


def test_a_party_is_registered_once() -> None:
    assert admitted_states().codes(PARTY, AUTHORITY, registered()) == ["WRONG_STATE"]


def authorised(uscc: str, number: int, ledger: AdmittedStates, post: str = CHIEF) -> e.KeyAuthorised:
    return e.KeyAuthorised(post=post, key=key_of(uscc, number), valid_from=ledger.now, possession="shown")


def test_the_first_key_is_the_authoritys_to_authorise() -> None:
    ledger = admitted_states()
    ledger.apply(f"party/{NEW}", AUTHORITY, registered())
    assert ledger.codes(f"party/{NEW}", PROVIDER, authorised(NEW, 1, ledger)) == ["WRONG_ROLE"]
    assert ledger.codes(f"party/{NEW}", AUTHORITY, authorised(NEW, 1, ledger)) == []


def test_every_later_key_is_the_organs_by_its_responsible_post() -> None:
    ledger = admitted_states()
    assert ledger.codes(PARTY, AUTHORITY, authorised(REQUESTER, 2, ledger)) == ["WRONG_ROLE"]
    assert ledger.codes(PARTY, REQUESTER, authorised(REQUESTER, 2, ledger, CLERK)) == ["WRONG_ROLE"]
    assert ledger.codes(PARTY, REQUESTER, authorised(REQUESTER, 2, ledger)) == []


def test_a_key_is_authorised_once() -> None:
    ledger = admitted_states()
    (refusal,) = ledger.refused(PARTY, REQUESTER, authorised(REQUESTER, 1, ledger))
    assert (refusal.code, refusal.pointer) == ("FIELD_INVALID", "/data/key")


def rotation(ledger: AdmittedStates, **changes: Any) -> e.KeyRotated:
    members: dict[str, Any] = {"post": CLERK, "kid": key_of(REQUESTER).thumbprint(), "reason": "到期"}
    return e.KeyRotated(**(members | {"from_": ledger.now + timedelta(days=1)} | changes))


def test_a_key_is_ended_by_the_organ_or_the_authority_and_by_nobody_else() -> None:
    ledger = admitted_states()
    assert ledger.codes(PARTY, PROVIDER, rotation(ledger)) == ["WRONG_ROLE"]
    assert ledger.codes(PARTY, AUTHORITY, rotation(ledger)) == []
    ledger.apply(PARTY, REQUESTER, rotation(ledger))
    assert ledger.codes(PARTY, REQUESTER, rotation(ledger)) == ["WRONG_STATE"]


def test_naming_a_successor_key_takes_the_responsible_post() -> None:
    ledger = admitted_states()
    event = rotation(ledger, key=key_of(REQUESTER, 2))
    assert ledger.codes(PARTY, REQUESTER, event) == ["WRONG_ROLE"]
    assert ledger.codes(PARTY, REQUESTER, rotation(ledger, key=key_of(REQUESTER, 2), post=CHIEF)) == []


def test_a_rotated_key_still_signs_until_its_end() -> None:
    ledger = admitted_states()
    ledger.apply(PARTY, REQUESTER, rotation(ledger))
    assert ledger.codes("request/1", REQUESTER, submitted()) == []


@pytest.mark.parametrize("made", ["rotated", "compromised"])
def test_a_key_that_the_organ_never_had_is_not_ended(made: str) -> None:
    ledger = admitted_states()
    event: e.Event = rotation(ledger, kid="unknown")
    if made == "compromised":
        event = e.KeyCompromised(post=CLERK, kid="unknown", from_=ledger.now, how_known="巡查")
    assert ledger.codes(PARTY, REQUESTER, event) == ["FIELD_INVALID"]


def test_a_compromise_makes_doubtful_what_lies_between_it_and_its_report() -> None:
    ledger = admitted_states()
    since = ledger.now
    kid = key_of(REQUESTER).thumbprint()
    ledger.now += timedelta(days=2)
    ledger.apply(PARTY, REQUESTER, e.KeyCompromised(post=CLERK, kid=kid, from_=since, how_known="巡查"))
    key = ledger.state(PARTY).keys[kid]
    doubtful = [key.doubtful_at(since + timedelta(hours=hours)) for hours in (-1, 0, 48, 49)]
    assert doubtful == [False, True, True, False]


def test_posts_are_appointed_by_the_organ_itself() -> None:
    ledger = admitted_states()
    event = e.PartyOfficerAppointed(post=CLERK, officer="岗-9", unit="处", responsible=False, from_=date(2026, 3, 2))
    assert ledger.codes(PARTY, AUTHORITY, event) == ["WRONG_ROLE"]
    assert ledger.codes(PARTY, REQUESTER, event) == []


def test_a_post_is_held_through_the_last_day_of_its_appointment() -> None:
    ledger = admitted_states()
    event = e.PartyOfficerAppointed(
        post=CHIEF, officer="岗-9", unit="处", responsible=False, from_=date(2026, 3, 2), to=date(2026, 3, 4)
    )
    ledger.apply(PARTY, REQUESTER, event)
    held = [ledger.state(PARTY).holds("岗-9", at(f"2026-03-0{day}T23:59")) is not None for day in (1, 2, 4, 5)]
    assert held == [False, True, True, False]


def test_a_post_that_was_never_appointed_is_not_relieved() -> None:
    event = e.PartyOfficerRelieved(post=CLERK, officer="岗-9", from_=date(2026, 3, 2))
    assert admitted_states().codes(PARTY, REQUESTER, event) == ["FIELD_INVALID"]


def test_a_basis_is_the_authoritys_to_record() -> None:
    event = e.PartyAuthorityBasisRecorded(
        post=CLERK, kind="ENTRUSTED", basis=CiteOrDoc(doc=DOC), functions="查询", valid_from=date(2026, 1, 1)
    )
    assert admitted_states().codes(PARTY, REQUESTER, event) == ["WRONG_ROLE"]
    assert admitted_states().codes(PARTY, AUTHORITY, event) == []


@pytest.mark.parametrize(("by", "expected"), [(REQUESTER, []), (AUTHORITY, []), (PROVIDER, ["WRONG_ROLE"])])
def test_a_new_name_is_recorded_by_the_organ_or_the_authority(by: str, expected: list[str]) -> None:
    event = e.PartyRenamed(post=CLERK, name="新名", from_=date(2026, 3, 2), instrument=DOC)
    assert admitted_states().codes(PARTY, by, event) == expected


def succession(successor: str) -> e.PartySucceeded:
    return e.PartySucceeded(
        post=CLERK,
        mode="MERGED",
        successors=(Successor(party=successor, duty_bases=()),),
        effective=date(2026, 3, 2),
        instrument=DOC,
    )


@pytest.mark.parametrize(("by", "expected"), [(GOVERNMENT, []), (AUTHORITY, []), (REQUESTER, ["WRONG_ROLE"])])
def test_a_succession_is_recorded_by_authority_or_government(by: str, expected: list[str]) -> None:
    assert admitted_states().codes(PARTY, by, succession(THIRD)) == expected


def test_an_organ_does_not_succeed_itself() -> None:
    assert admitted_states().codes(PARTY, AUTHORITY, succession(REQUESTER)) == ["SAME_ORGAN"]


def test_a_successor_uses_in_the_request_of_its_predecessor() -> None:
    ledger = admitted_states().approved()
    ledger.apply(PARTY, AUTHORITY, succession(THIRD))
    assert ledger.codes("request/1", THIRD, used()) == []
    assert ledger.codes("request/1", REQUESTER, used()) == []


def declared() -> e.CollectionDeclared:
    return e.CollectionDeclared(
        post=CLERK,
        declaration_id="N1",
        datum="年报",
        item="C04",
        duty=Duty(kind="MATTER_CODE", matter_code="M"),
        catalogue_version=DIGEST,
        from_=date(2026, 3, 2),
    )


def test_a_collection_is_declared_once_and_exempted_by_the_organ_itself() -> None:
    ledger = admitted_states()
    exemption = e.CollectionExempted(post=CLERK, declaration_id="N1", statute=STATUTE)
    assert ledger.codes(PARTY, AUTHORITY, declared()) == ["WRONG_ROLE"]
    assert ledger.codes(PARTY, REQUESTER, exemption) == ["FIELD_INVALID"]
    ledger.apply(PARTY, REQUESTER, declared())
    assert ledger.codes(PARTY, REQUESTER, declared()) == ["WRONG_STATE"]
    ledger.apply(PARTY, REQUESTER, exemption)
    assert ledger.state(PARTY).declarations["N1"].exempted is not None


def test_an_incident_is_reported_by_organ_or_operator_and_closed_once() -> None:
    ledger = admitted_states()
    report = e.IncidentReported(post=CLERK, incident_id="I1", kind="OUTAGE", streams=(), state_secret=False)
    closing = e.IncidentClosed(post=CLERK, incident_id="I1", evidence_lost=())
    assert ledger.codes(PARTY, PROVIDER, report) == ["WRONG_ROLE"]
    assert ledger.codes(PARTY, REQUESTER, closing) == ["FIELD_INVALID"]
    ledger.apply(PARTY, OPERATOR, report)
    ledger.apply(PARTY, AUTHORITY, closing)
    assert ledger.codes(PARTY, REQUESTER, closing) == ["WRONG_STATE"]


def own(by: str) -> Ref:
    return Ref(source=f"urn:uscc:{by}", id="r1")


def test_only_the_signer_of_a_record_corrects_it() -> None:
    ledger = admitted_states().submitted()
    event = e.EventCorrected(post=CLERK, event=own(REQUESTER), changes={"matter_no": "M-2"}, reason="笔误")
    assert ledger.codes("request/1", PROVIDER, event) == ["WRONG_ROLE"]
    assert ledger.codes("request/1", REQUESTER, event) == []


def test_standing_by_a_record_and_disowning_it_take_the_responsible_post() -> None:
    ledger = admitted_states().submitted()
    for post, expected in ((CLERK, ["WRONG_ROLE"]), (CHIEF, [])):
        reaffirmed = e.EventReaffirmed(post=post, events=(own(REQUESTER),), reason="BACKDATED")
        disowned = e.EventDisowned(post=post, events=(own(REQUESTER),), reason="冒用")
        assert ledger.codes("request/1", REQUESTER, reaffirmed) == expected
        assert ledger.codes("request/1", REQUESTER, disowned) == expected


def test_a_disowned_act_stays_visible_and_is_marked() -> None:
    ledger = admitted_states()
    act = ledger.apply("request/1", REQUESTER, submitted())
    ledger.apply("request/1", REQUESTER, e.EventDisowned(post=CHIEF, events=(act.ref,), reason="冒用"))
    state = ledger.state("request/1")
    assert (state.submitted, (REQUESTER, act.id) in state.marks.disowned) == (submitted(), True)


def test_a_rotation_does_not_bring_back_a_known_key() -> None:
    ledger = admitted_states()
    event = rotation(ledger, key=key_of(REQUESTER), post=CHIEF)
    (refusal,) = ledger.refused(PARTY, REQUESTER, event)
    assert refusal.pointer == "/data/key"


def test_only_the_signer_stands_by_a_record_or_disowns_it() -> None:
    ledger = admitted_states().submitted()
    event = e.EventDisowned(post=CHIEF, events=(own(REQUESTER),), reason="冒用")
    (refusal,) = ledger.refused("request/1", PROVIDER, event)
    assert REQUESTER in refusal.detail


def test_an_incident_id_is_used_once_and_a_stranger_closes_nothing() -> None:
    ledger = admitted_states()
    report = e.IncidentReported(post=CLERK, incident_id="I1", kind="LEAK", streams=(), state_secret=False)
    ledger.apply(PARTY, REQUESTER, report)
    assert ledger.codes(PARTY, OPERATOR, report) == ["WRONG_STATE"]
    closing = e.IncidentClosed(post=CLERK, incident_id="I1", evidence_lost=())
    assert ledger.codes(PARTY, PROVIDER, closing) == ["WRONG_ROLE"]


def test_an_organ_registers_its_own_node_and_no_other_organs() -> None:
    ledger = admitted_states()
    event = e.NodeRegistered(post=CLERK, node_id="N1", platform="320000", interfaces=("if-1",), from_=date(2026, 3, 2))
    assert ledger.codes(PARTY, AUTHORITY, event) == ["WRONG_ROLE"]
    act = ledger.apply(PARTY, REQUESTER, event)
    assert ledger.state(PARTY).nodes["N1"].id == act.id


# --- power over others is confirmed by the provincial government

CITY = {"level": "CITY", "division": "320100"}


@pytest.mark.parametrize("category", sorted(POWERFUL))
def test_a_powerful_party_is_registered_by_the_provincial_authority_alone(category: str) -> None:
    ledger = with_city_authority()
    event = registered(category=category, **CITY)
    assert ledger.codes(f"party/{NEW}", THIRD, event) == ["WRONG_LEVEL"]
    assert ledger.codes(f"party/{NEW}", AUTHORITY, event) == []


def test_a_level_is_never_above_that_of_the_registrar() -> None:
    ledger = with_city_authority()
    for level, codes in (("PROVINCE", ["WRONG_LEVEL"]), ("CITY", []), ("COUNTY", [])):
        assert ledger.codes(f"party/{NEW}", THIRD, registered(level=level, division="320100")) == codes
    assert ledger.codes(f"party/{NEW}", THIRD, registered(level="NATION", division="320100")) == ["WRONG_LEVEL"]
    assert ledger.codes(f"party/{NEW}", AUTHORITY, registered(level="NATION")) == []


def unconfirmed(**changes: Any) -> AdmittedStates:
    ledger = admitted_states()
    ledger.apply(f"party/{NEW}", AUTHORITY, registered(**({"category": "MONITORING"} | changes)))
    ledger.apply(f"party/{NEW}", AUTHORITY, authorised(NEW, 1, ledger))
    return ledger


CONFIRMED = e.PartyConfirmed(post=CHIEF, instrument=DOC)


@pytest.mark.parametrize("changes", [{}, {"category": "ORGAN", "level": "NATION"}])
def test_a_powerful_party_does_nothing_until_the_provincial_government_confirms_it(changes: dict[str, str]) -> None:
    ledger = unconfirmed(**changes)
    stream = f"party/{NEW}"
    post = e.PartyOfficerAppointed(post=CHIEF, officer=CLERK, unit="处", responsible=False, from_=ledger.now.date())
    assert ledger.codes(stream, NEW, post) == ["SIGNER_UNAUTHORISED"]
    assert ledger.codes(stream, AUTHORITY, CONFIRMED) == ["WRONG_ROLE"]
    ledger.apply(stream, GOVERNMENT, CONFIRMED)
    assert ledger.codes(stream, NEW, post) == []
    assert ledger.codes(stream, GOVERNMENT, CONFIRMED) == ["WRONG_STATE"]


def test_an_ordinary_party_is_not_confirmed() -> None:
    assert admitted_states().codes(PARTY, GOVERNMENT, CONFIRMED) == ["WRONG_STATE"]


def test_a_key_that_the_authority_gives_a_powerful_party_asks_for_a_new_confirmation() -> None:
    ledger = admitted_states()
    stream, kid = f"party/{OPERATOR}", key_of(OPERATOR).thumbprint()
    event = rotation(ledger, kid=kid, key=key_of(OPERATOR, 2), from_=ledger.now)
    ledger.apply(stream, AUTHORITY, event)
    assert not ledger.state(stream).may_act
    ledger.apply(stream, GOVERNMENT, CONFIRMED)
    assert ledger.state(stream).may_act


def test_the_authority_gives_the_provincial_government_no_key() -> None:
    ledger = admitted_states()
    stream, kid = f"party/{GOVERNMENT}", key_of(GOVERNMENT).thumbprint()
    assert ledger.codes(stream, AUTHORITY, rotation(ledger, kid=kid, key=key_of(THIRD, 9))) == ["WRONG_ROLE"]
    assert ledger.codes(stream, AUTHORITY, rotation(ledger, kid=kid)) == []


# --- whose key it is, and what it is for


def test_the_first_key_of_a_party_comes_with_the_proof_of_its_possession() -> None:
    ledger = admitted_states()
    ledger.apply(f"party/{NEW}", AUTHORITY, registered())
    event = authorised(NEW, 1, ledger)
    (refusal,) = ledger.refused(f"party/{NEW}", AUTHORITY, replace(event, possession=None))
    assert (refusal.code, refusal.pointer) == ("FIELD_MISSING", "/data/possession")


def test_the_first_key_of_a_party_may_sign() -> None:
    ledger = admitted_states()
    ledger.apply(f"party/{NEW}", AUTHORITY, registered())
    for use, pointers in (("READ", ["/data/use"]), ("SIGN", []), (None, [])):
        event = replace(authorised(NEW, 1, ledger), use=use)  # type: ignore[arg-type]
        assert [each.pointer for each in ledger.refused(f"party/{NEW}", AUTHORITY, event)] == pointers


def test_a_thumbprint_is_one_partys_for_ever() -> None:
    ledger = admitted_states()
    stream = f"party/{REQUESTER}"
    for taken in (key_of(PROVIDER), key_of(GOVERNMENT)):
        event = replace(authorised(REQUESTER, 2, ledger), key=taken)
        assert [each.pointer for each in ledger.refused(stream, REQUESTER, event)] == ["/data/key"]
        assert [
            each.pointer for each in ledger.refused(stream, REQUESTER, rotation(ledger, key=taken, post=CHIEF))
        ] == ["/data/key"]
    ended = rotation(ledger, kid=key_of(PROVIDER).thumbprint(), from_=ledger.now)
    ledger.apply(f"party/{PROVIDER}", PROVIDER, ended)
    assert ledger.codes(stream, REQUESTER, replace(authorised(REQUESTER, 2, ledger), key=key_of(PROVIDER))) == [
        "FIELD_INVALID"
    ]


def test_a_key_for_reading_signs_no_act_and_a_posts_key_acts_for_that_post() -> None:
    ledger = admitted_states()
    for number, members in ((2, {"use": "READ"}), (3, {"officer": CLERK}), (4, {"use": "SIGN"})):
        ledger.apply(PARTY, REQUESTER, replace(authorised(REQUESTER, number, ledger), **members))

    def codes(number: int, post: str) -> list[str]:
        return ledger.codes("request/1", REQUESTER, submitted(post=post), kid=key_of(REQUESTER, number).thumbprint())

    assert [codes(number, CLERK) for number in (2, 3, 4)] == [["SIGNER_UNAUTHORISED"], [], []]
    assert codes(3, CHIEF) == ["SIGNER_UNAUTHORISED"]


def test_a_key_is_bound_to_a_post_that_the_organ_holds() -> None:
    ledger = admitted_states()
    event = replace(authorised(REQUESTER, 2, ledger), officer="无此岗")
    assert [each.pointer for each in ledger.refused(PARTY, REQUESTER, event)] == ["/data/officer"]


def test_a_successor_key_has_the_use_and_the_post_of_the_one_it_replaces() -> None:
    ledger = admitted_states()
    ledger.apply(PARTY, REQUESTER, replace(authorised(REQUESTER, 2, ledger), use="READ", officer=CLERK))
    kid = key_of(REQUESTER, 2).thumbprint()
    ledger.apply(PARTY, REQUESTER, rotation(ledger, kid=kid, key=key_of(REQUESTER, 3), post=CHIEF))
    key = ledger.state(PARTY).keys[key_of(REQUESTER, 3).thumbprint()]
    assert (key.use, key.officer) == ("READ", CLERK)


def test_another_division_takes_the_authority_over_both() -> None:
    ledger = with_city_authority()
    renamed = e.PartyRenamed(post=CLERK, name="新名", division="320100", from_=ledger.now.date(), instrument=DOC)
    assert ledger.codes(PARTY, REQUESTER, renamed) == ["WRONG_ROLE"]
    assert ledger.codes(PARTY, THIRD, renamed) == ["WRONG_LEVEL"]
    assert ledger.codes(PARTY, AUTHORITY, renamed) == []
    assert ledger.codes(PARTY, REQUESTER, replace(renamed, division="320000")) == []
