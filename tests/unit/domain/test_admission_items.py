"""Resources, their catalogue entries, changes and sources of record (4.1, 4.10, A12)."""

from __future__ import annotations

from datetime import date

import pytest

from domain import events as e
from domain.families.authority.events import EntryVersion
from tests.support.admitted import AdmittedStates, admitted_states
from tests.support.payloads import CLERK, classified, entry_proposed, entry_published
from tests.support.story import AUTHORITY, DIGEST, DOC, PROVIDER, REQUESTER, THIRD, at

C05 = "item/C05"
C04 = "item/C04"


def drafted(by: str = PROVIDER, **changes: object) -> AdmittedStates:
    ledger = admitted_states()
    ledger.apply(C05, by, classified(**changes))
    return ledger


def test_the_first_classifier_is_the_provider_from_then_on() -> None:
    ledger = drafted()
    assert ledger.state(C05).provider == PROVIDER
    assert ledger.codes(C05, THIRD, classified()) == ["WRONG_ROLE"]


def test_only_a_state_secret_has_a_level() -> None:
    assert admitted_states().codes(C05, PROVIDER, classified(level="秘密")) == ["FIELD_INVALID"]
    assert admitted_states().codes(C05, PROVIDER, classified(classes=("state_secret",), level="秘密")) == []


def test_an_entry_is_proposed_by_the_provider_and_published_by_the_authority() -> None:
    ledger = drafted()
    assert ledger.codes(C05, AUTHORITY, entry_proposed()) == ["WRONG_ROLE"]
    ledger.apply(C05, PROVIDER, entry_proposed())
    assert ledger.codes(C05, PROVIDER, entry_published()) == ["WRONG_ROLE"]
    ledger.apply(C05, AUTHORITY, entry_published())
    assert ledger.state(C05).status == "PUBLISHED"


def test_an_entry_is_not_published_before_it_is_proposed() -> None:
    assert drafted().codes(C05, AUTHORITY, entry_published()) == ["WRONG_STATE", "FIELD_INVALID"]


def test_the_version_proposed_is_the_one_published() -> None:
    ledger = drafted()
    ledger.apply(C05, PROVIDER, entry_proposed())
    assert ledger.codes(C05, AUTHORITY, entry_published(version=2)) == ["FIELD_INVALID"]


def test_a_returned_entry_is_proposed_again() -> None:
    ledger = drafted()
    ledger.apply(C05, PROVIDER, entry_proposed())
    ledger.apply(C05, AUTHORITY, e.CatalogueEntryReturned(post=CLERK, version=1, reasons="缺更新周期"))
    assert ledger.codes(C05, PROVIDER, entry_proposed()) == []


def test_the_entry_is_published_for_its_provider() -> None:
    ledger = drafted()
    ledger.apply(C05, PROVIDER, entry_proposed())
    (refusal,) = ledger.refused(C05, AUTHORITY, entry_published(provider=REQUESTER))
    assert refusal.pointer == "/data/provider"


def test_a_provincially_centralised_resource_needs_a_provincial_provider() -> None:
    ledger = drafted(THIRD, centralised_level="PROVINCE")
    (refusal,) = ledger.refused(C05, THIRD, entry_proposed())
    assert refusal.code == "WRONG_PROVIDER_LEVEL"


def test_a_centralised_resource_of_a_provincial_organ_is_published() -> None:
    ledger = drafted(PROVIDER, centralised_level="PROVINCE")
    ledger.apply(C05, PROVIDER, entry_proposed())
    assert ledger.codes(C05, AUTHORITY, entry_published()) == []


def test_a_published_entry_keeps_what_was_proposed_and_what_the_authority_stated() -> None:
    version = admitted_states().state(C04).versions[1]
    assert (version.content.ground_a7, version.content.update_cycle) == ("A7_3", "每年")


def test_an_amendment_changes_the_fields_it_gives_and_ends_the_version_before() -> None:
    ledger = admitted_states()
    ledger.apply(C04, AUTHORITY, e.CatalogueEntryAmended(post=CLERK, version=2, update_cycle="每月"))
    state = ledger.state(C04)
    assert (state.versions[2].content.update_cycle, state.versions[2].content.name) == ("每月", "企业年报")
    assert state.versions[1].ended is not None


def test_an_amendment_carries_a_new_version_and_no_new_provider() -> None:
    ledger = admitted_states()
    assert ledger.codes(C04, AUTHORITY, e.CatalogueEntryAmended(post=CLERK, version=1)) == ["FIELD_INVALID"]
    moved = e.CatalogueEntryAmended(post=CLERK, version=2, provider_uscc=REQUESTER)
    assert ledger.codes(C04, AUTHORITY, moved) == ["FIELD_INVALID"]


def test_a_suspension_is_lifted_by_who_made_it_or_the_authority() -> None:
    ledger = admitted_states()
    event = e.CatalogueEntrySuspended(post=CLERK, cause="DISPUTE", dispute="1")
    assert ledger.codes(C04, REQUESTER, event) == ["WRONG_ROLE"]
    suspended = ledger.apply(C04, AUTHORITY, event)
    restored = e.CatalogueEntryRestored(post=CLERK, suspended=suspended.ref)
    assert ledger.codes(C04, PROVIDER, restored) == ["WRONG_ROLE"]
    ledger.apply(C04, AUTHORITY, restored)
    assert ledger.state(C04).status == "PUBLISHED"


def test_a_withdrawn_entry_does_not_come_back() -> None:
    ledger = admitted_states()
    ledger.apply(C04, AUTHORITY, e.CatalogueEntryWithdrawn(post=CLERK, ground="定密"))
    assert ledger.codes(C04, PROVIDER, entry_proposed(version=2)) == ["WRONG_STATE"]
    assert ledger.codes(C04, PROVIDER, classified()) == []


def test_the_provider_is_succeeded_by_the_authoritys_word() -> None:
    ledger = admitted_states()
    event = e.CatalogueProviderSucceeded(
        post=CLERK, predecessor=PROVIDER, successor=REQUESTER, version=2, instrument=DOC
    )
    assert ledger.codes(C04, PROVIDER, event) == ["WRONG_ROLE"]
    ledger.apply(C04, AUTHORITY, event)
    assert ledger.state(C04).provider == REQUESTER
    assert ledger.codes(C04, PROVIDER, classified()) == ["WRONG_ROLE"]


def changed(change_id: str = "U1") -> e.InformationChanged:
    return e.InformationChanged(post=CLERK, change_id=change_id, how_known="业务办理")


def updated(change_id: str | None = "U1") -> e.InformationUpdated:
    return e.InformationUpdated(post=CLERK, change_id=change_id, version=1, digest=DIGEST)


def test_a_change_and_its_update_are_the_providers_and_happen_once() -> None:
    ledger = admitted_states()
    assert ledger.codes(C04, AUTHORITY, changed()) == ["WRONG_ROLE"]
    ledger.apply(C04, PROVIDER, changed())
    assert ledger.codes(C04, PROVIDER, changed()) == ["WRONG_STATE"]
    assert ledger.codes(C04, PROVIDER, updated("U2")) == ["FIELD_INVALID"]
    ledger.apply(C04, PROVIDER, updated())
    assert ledger.codes(C04, PROVIDER, updated()) == ["WRONG_STATE"]


def test_an_update_that_names_no_change_carries_those_before_it() -> None:
    ledger = admitted_states()
    ledger.apply(C04, PROVIDER, changed("U1"), time=at("2026-02-01"))
    ledger.apply(C04, PROVIDER, changed("U2"), time=at("2026-03-02"))
    ledger.apply(C04, PROVIDER, updated(None), time=at("2026-02-15"))
    assert [each.updated is not None for each in ledger.state(C04).changes] == [True, False]


def test_the_authority_assigns_the_source_of_record_also_before_any_class() -> None:
    ledger = admitted_states()
    event = e.SourceAssigned(post=CLERK, datum="年报", party=REQUESTER, from_=date(2026, 3, 2))
    assert ledger.codes("item/C09", PROVIDER, event) == ["WRONG_ROLE"]
    ledger.apply("item/C09", AUTHORITY, event)
    assert ledger.codes("item/C09", PROVIDER, changed()) == ["WRONG_STATE"]
    ledger.apply("item/C09", PROVIDER, classified())
    state = ledger.state("item/C09")
    assert (state.provider, state.source_of_record_at(at("2026-03-02"))) == (PROVIDER, REQUESTER)
    assert state.source_of_record_at(at("2026-03-01")) is None


def test_the_class_in_force_is_the_last_whose_day_has_come() -> None:
    ledger = admitted_states()
    ledger.apply(C04, PROVIDER, classified(classes=(), from_=date(2026, 5, 1)))
    state = ledger.state(C04)
    assert state.classification_at(at("2026-04-30T23:59")).classes == {"trade_secret"}
    assert state.classification_at(at("2026-05-01T00:00")).classes == set()


@pytest.mark.parametrize(("version", "expected"), [(1, []), (2, ["FIELD_INVALID"])])
def test_a_catalogue_lists_versions_that_were_published(version: int, expected: list[str]) -> None:
    event = e.CataloguePublished(
        post=CLERK, version=1, entries=(EntryVersion(item="C04", version=version),), digest=DIGEST, audience="INTERNAL"
    )
    assert admitted_states().codes("authority/320000", AUTHORITY, event) == expected


def test_the_catalogue_is_the_authoritys_and_its_versions_rise() -> None:
    ledger = admitted_states()
    event = e.CataloguePublished(post=CLERK, version=1, entries=(), digest=DIGEST, audience="INTERNAL")
    assert ledger.codes("authority/320000", PROVIDER, event) == ["WRONG_ROLE"]
    ledger.apply("authority/320000", AUTHORITY, event)
    assert ledger.codes("authority/320000", AUTHORITY, event) == ["FIELD_INVALID"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"provider_uscc": REQUESTER}, "/data/provider_uscc"),
        ({"resource_code": "C06"}, "/data/resource_code"),
    ],
)
def test_a_proposal_is_for_its_own_organ_and_resource(changes: dict[str, str], pointer: str) -> None:
    (refusal,) = drafted().refused(C05, PROVIDER, entry_proposed(**changes))
    assert (refusal.code, refusal.pointer) == ("FIELD_INVALID", pointer)


def test_a_city_organ_does_not_propose_what_the_entry_calls_centralised() -> None:
    (refusal,) = drafted(THIRD).refused(C05, THIRD, entry_proposed(centralised_level="PROVINCE"))
    assert (refusal.code, refusal.pointer) == ("WRONG_PROVIDER_LEVEL", "/data/centralised_level")


def test_an_entry_becomes_unpublishable_when_its_line_is_centralised_meanwhile() -> None:
    ledger = drafted(THIRD)
    ledger.apply(C05, THIRD, entry_proposed())
    ledger.apply(C05, THIRD, classified(centralised_level="PROVINCE"))
    (refusal,) = ledger.refused(C05, AUTHORITY, entry_published(provider=THIRD))
    assert (refusal.code, refusal.pointer) == ("WRONG_PROVIDER_LEVEL", "/data/provider")


def test_a_centralised_resource_does_not_pass_to_a_city_organ() -> None:
    ledger = admitted_states()
    ledger.apply(C04, PROVIDER, classified(centralised_level="PROVINCE"))
    event = e.CatalogueProviderSucceeded(post=CLERK, predecessor=PROVIDER, successor=THIRD, version=2, instrument=DOC)
    (refusal,) = ledger.refused(C04, AUTHORITY, event)
    assert (refusal.code, refusal.pointer) == ("WRONG_PROVIDER_LEVEL", "/data/successor")


def test_a_succession_names_the_present_provider_and_a_new_version() -> None:
    event = e.CatalogueProviderSucceeded(post=CLERK, predecessor=THIRD, successor=REQUESTER, version=1, instrument=DOC)
    refusals = admitted_states().refused(C04, AUTHORITY, event)
    assert [refusal.pointer for refusal in refusals] == ["/data/version", "/data/predecessor"]


def test_the_version_returned_is_the_one_proposed() -> None:
    ledger = drafted()
    ledger.apply(C05, PROVIDER, entry_proposed())
    event = e.CatalogueEntryReturned(post=CLERK, version=7, reasons="缺项")
    assert ledger.codes(C05, AUTHORITY, event) == ["FIELD_INVALID"]


def test_a_restoration_names_the_suspension_in_force() -> None:
    ledger = admitted_states()
    event = e.CatalogueEntrySuspended(post=CLERK, cause="OTHER")
    ledger.apply(C04, AUTHORITY, event)
    other = ledger.act(C04, AUTHORITY, event).ref
    (refusal,) = ledger.refused(C04, AUTHORITY, e.CatalogueEntryRestored(post=CLERK, suspended=other))
    assert refusal.pointer == "/data/suspended"


def test_a_change_is_notified_by_the_provider_and_answered_by_an_amendment() -> None:
    ledger = admitted_states()
    event = e.CatalogueChangeNotified(post=CLERK, changed_on=date(2026, 3, 2), delta="新增字段")
    assert ledger.codes(C04, AUTHORITY, event) == ["WRONG_ROLE"]
    ledger.apply(C04, PROVIDER, event)
    assert ledger.state(C04).status == "CHANGE_NOTIFIED"
    assert ledger.codes(C04, PROVIDER, event) == ["WRONG_STATE"]
    ledger.apply(C04, AUTHORITY, e.CatalogueEntryAmended(post=CLERK, version=2, abstract="含新字段"))
    assert ledger.state(C04).status == "PUBLISHED"
