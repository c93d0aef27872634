"""The diverse population is what it claims: 51 organs, no two records alike, all admitted, judged as it was meant."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.server.data_dir import DataDir
from api.server.settings import Settings
from bench import sending
from bench.diverse.population import Diverse
from bench.diverse.scene import GRANTS, POSTS, Scene
from bench.diverse.traffic import OTHERS, UNLAWFUL
from bench.diverse.writers import writer_of
from bench.server import Server
from cli.identity import token_for

pytestmark = pytest.mark.journey

LINES, RECORDS, A_SUBMISSION, UNDERWAY = 20_000, 6_000, 60, 1_000
USE = "sharing.use.recorded.v1"


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    return Diverse(UNDERWAY).lines(LINES)


@pytest.fixture(scope="module")
def records(lines: list[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def uses(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [record["data"] for record in records if record["type"] == USE]


def test_the_same_seed_makes_the_same_records_and_another_seed_makes_others(lines: list[bytes]) -> None:
    assert Diverse(UNDERWAY).lines(500) == lines[:500]
    assert Diverse(UNDERWAY, seed=86).lines(500) != lines[:500]


def test_51_organs_fill_400_posts_and_hold_120_grants() -> None:
    scene = Scene(85)
    keys = {organ.uscc: {"kty": "OKP", "crv": "Ed25519", "x": ""} for organ in scene.everybody}
    opened = [record for deed in scene.opened(keys) for record in deed.records]
    appointed = sum(record["type"] == "sharing.party.officer_appointed.v1" for record in opened)
    assert len(scene.everybody) == 51
    assert appointed + 51 == POSTS == 400  # each organ is registered with its responsible post
    assert [deed.at for deed in scene.granted()] == sorted(deed.at for deed in Scene(85).granted())
    assert len(scene.grants) == GRANTS == 120
    assert len({grant.requester.uscc for grant in scene.grants}) == len(scene.organs)


def test_no_two_uses_say_the_same(uses: list[dict[str, Any]]) -> None:
    assert len({use["purpose_text"] for use in uses}) >= len(uses) * 0.99  # one misuse has one text
    assert len({use["matter_no"] for use in uses}) >= len(uses) * 0.99
    lengths = Counter(len(use["fields"]) for use in uses)
    assert lengths.keys() == set(range(1, 21))
    assert sum(use["fields"] != sorted(use["fields"]) for use in uses) > len(uses) / 2
    named = [name for use in uses for name in use.get("subjects", ())]
    assert len(set(named)) == len(named) > len(uses) / 2


def test_the_shares_of_other_acts_and_of_unlawful_uses_are_kept(records: list[dict[str, Any]]) -> None:
    kinds = Counter(record["type"] for record in records)
    planned = sum(":use:0" in record["id"] for record in records if record["type"] == USE)
    assert abs(len(records) - planned - OTHERS * len(records)) <= OTHERS * 500
    assert len(kinds) > 30, "requests, answers, agreements, deliveries, disputes, violations …"
    assert kinds["sharing.request.submitted.v1"] < OTHERS * len(records) * 0.6, "most go on with what has begun"


def test_five_writers_space_escape_and_order_the_members_differently() -> None:
    record = {"id": "x", "data": {"text": "婚姻登记", "fields": ["a", "b"], "duty": {"kind": "MATTER_CODE", "no": 1}}}
    written = [writer_of(number)(record) for number in range(5)]
    assert [json.loads(line) for line in written] == [record] * 5
    assert len(set(written)) == 5
    assert [b"\\u" in line for line in written] == [False, False, False, True, False]
    assert all(b"\n" not in line for line in written)
    assert list(json.loads(written[2])) == ["data", "id"]
    hashed = writer_of(0)
    assert len({hashed(record) for _ in range(20)}) > 2, "the order of a hash map differs from record to record"


# --- sent to a server


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict[str, Any]]]:
    """The access trail's uses of this population's own systems, after a server has taken all of them."""
    place = tmp_path_factory.mktemp("diverse")
    population = Diverse(UNDERWAY)
    directory = population.found(Settings(data=place / "ledger"))
    server = Server(place / "ledger", None, LEDGER_LIMIT_RECORDS="0", LEDGER_LIMIT_READS="0")
    try:
        requests = population.requests(RECORDS // A_SUBMISSION, A_SUBMISSION)
        assert any(request.after >= 0 for request in requests), "some cite what others record"
        sent = sending.send(server, requests, 8, place)
        assert sent.records >= RECORDS * 0.9
        sending.caught_up(server)
        found = list(_rows(server, directory, population.reader))
        yield [row for row in found if ":use:0" in row["id"]]
    finally:
        server.stop()


def _rows(server: Server, directory: DataDir, reader: str) -> Iterator[dict[str, Any]]:
    asked = {"limit": "500", "kind": "use"}
    with httpx.Client(base_url=server.address, timeout=120) as client:
        while asked:
            token = token_for(directory, reader, purpose="核对")
            answer = client.get("/v1/access", params=asked, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 200, answer.text
            body = answer.json()
            yield from body["rows"]
            asked = asked | {"cursor": body["next"]} if body["next"] else {}


def test_every_record_is_admitted_and_only_the_unlawful_uses_are_judged_unlawful(rows: list[dict[str, Any]]) -> None:
    """`sending.send` has seen a success for every submission."""
    verdicts = Counter(row["verdict"] for row in rows)
    assert len(rows) > RECORDS * 0.75, "the reader sees them"
    share = UNLAWFUL / (1 - OTHERS)
    assert abs(1 - verdicts["AUTHORIZED"] / len(rows) - share) < share / 10, verdicts
