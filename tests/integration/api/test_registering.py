"""Registering gives no power that the registrar lacks: proof of possession, one party a key, confirmation (A2, A5)."""

from __future__ import annotations

from typing import Any

import pytest

from demo.story.cast import StoryParty
from demo.story.opening import registration
from demo.story.steps import document, record
from ledger.keys.jwk import PrivateKey, generate
from ledger.keys.possession import as_first_key, prove_possession
from tests.integration.api.conftest import MORE, Ledger, code

pytestmark = pytest.mark.parametrize("opened", ["sqlite", "postgresql"], indirect=True, scope="module")

CHIEF = {"post": "责任岗-01"}


@pytest.fixture
def newcomers(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Parties that are in no register yet; each test takes those of its own number."""

    def two(number: int) -> tuple[StoryParty, StoryParty]:
        found = []
        for place in (0, 1):
            name = f"新机关{number}-{place}"
            party = StoryParty(name, code(f"1132000000000{number:03}{place}"), name, unit="处")
            monkeypatch.setitem(MORE, name, party)
            found.append(party)
        return found[0], found[1]

    return two


def registered(ledger: Ledger, party: StoryParty, **first_key: Any) -> list[dict[str, Any]]:
    """The two records by which the authority enters a party; ``first_key``: members of ``key.authorised``."""
    stream, now = f"party/{party.uscc}", ledger.runtime.clock()
    data = CHIEF | first_key | {"valid_from": "2026-03-02T00:00:00+08:00"}
    return [
        record("数据局", "party.registered", stream, now, CHIEF | registration(party)),
        record("数据局", "key.authorised", stream, now, data),
    ]


def first_key(ledger: Ledger, party: StoryParty, key: PrivateKey) -> dict[str, Any]:
    return as_first_key(key, origin=ledger.origin, uscc=party.uscc)


def own(party: StoryParty, name: str, ledger: Ledger, data: dict[str, Any]) -> dict[str, Any]:
    """A record of the party in its own stream."""
    made = record("民政厅", name, f"party/{party.uscc}", ledger.runtime.clock(), data)
    return made | {"source": f"urn:uscc:{party.uscc}"}


def faults(answer: Any) -> set[tuple[str, int, str]]:
    assert answer.status_code == 422, answer.text
    return {(each["code"], each["line"], each["pointer"]) for each in answer.json()["errors"]}


def test_a_key_is_shown_to_be_the_partys_on_this_ledger(opened: Ledger, newcomers: Any) -> None:
    party, other = newcomers(1)
    key, stranger = generate("ES256"), generate("ES256")
    for proof in (
        prove_possession(stranger, origin=opened.origin, uscc=party.uscc),
        prove_possession(key, origin=opened.origin, uscc=other.uscc),
        prove_possession(key, origin="ledger.example/other", uscc=party.uscc),
        opened.token("民政厅"),
        "nothing",
    ):
        answer = opened.submit("数据局", *registered(opened, party, key=key.public.jwk, possession=proof))
        assert faults(answer) == {("FIELD_INVALID", 2, "/data/possession")}
    opened.must("数据局", *registered(opened, party, **first_key(opened, party, key)))


def test_a_key_is_one_partys_in_one_submission_too_and_free_again_when_refused(opened: Ledger, newcomers: Any) -> None:
    one, other = newcomers(2)
    key = generate("Ed25519")
    mine, theirs = (registered(opened, party, **first_key(opened, party, key)) for party in (one, other))
    assert faults(opened.submit("数据局", *mine, *theirs)) == {("FIELD_INVALID", 4, "/data/key")}
    opened.must("数据局", *theirs)
    assert faults(opened.submit("数据局", *mine)) == {("FIELD_INVALID", 2, "/data/key")}
    assert faults(
        opened.submit("数据局", *registered(opened, one, **first_key(opened, one, opened.key("民政厅"))))
    ) == {("FIELD_INVALID", 2, "/data/key")}


def test_a_monitor_reads_nothing_until_the_government_confirms_it(opened: Ledger, newcomers: Any) -> None:
    party, _ = newcomers(3)
    monitor = StoryParty(party.key, party.uscc, party.name, category="MONITORING", unit="处")
    opened.must("数据局", *registered(opened, monitor, **first_key(opened, party, opened.key(party.key))))
    refused = opened.get("/v1/access", party.key)
    assert (refused.status_code, refused.json()["code"]) == (403, "CALLER_FORBIDDEN")
    assert "confirmed" in refused.json()["detail"]
    confirmation = CHIEF | {"instrument": document("苏政确〔2026〕9号", "省政府", "03-02")}
    stream = f"party/{party.uscc}"
    opened.must("省政府", record("省政府", "party.confirmed", stream, opened.runtime.clock(), confirmation))
    assert opened.get("/v1/access", party.key).status_code == 200


def test_who_asks_names_a_post_that_the_organ_holds(opened: Ledger) -> None:
    headers = {"Authorization": f"Bearer {opened.token('民政厅', post='厅长')}"}
    refused = opened.get("/v1/access", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "CALLER_FORBIDDEN")


def test_a_reading_key_reads_for_its_post_and_signs_nothing(opened: Ledger, newcomers: Any) -> None:
    party, _ = newcomers(4)
    opened.must("数据局", *registered(opened, party, **first_key(opened, party, opened.key(party.key))))
    reading = generate("Ed25519")
    data = CHIEF | {"key": reading.public.jwk, "valid_from": "2026-03-02T00:00:00+08:00"}
    data |= {"use": "READ", "officer": "责任岗-01"}
    opened.must(party.key, own(party, "key.authorised", opened, data))
    opened._keys[party.key] = reading
    assert opened.get("/v1/access", party.key).status_code == 200
    post = {**CHIEF, "officer": "经办岗-01", "unit": "处", "responsible": False, "from": "2026-03-02"}
    assert faults(opened.submit(party.key, own(party, "party.officer_appointed", opened, post))) == {
        ("SIGNER_UNAUTHORISED", 1, "/source")
    }
