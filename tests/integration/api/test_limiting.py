"""Who asks or sends more than his share of a minute is told to wait, and how long; nobody else is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest

from api.http.problems import Problem
from api.http.rate_limit import Limits, WindowCounter, quota_of
from api.server.settings import Settings
from demo.story.steps import record
from tests.integration.api.conftest import Ledger, play_opening, register_more

READS, RECORDS, ADDRESSES = 12, 90, 9


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger with small shares. Each test asks as an organ, or from an address, of its own."""
    data = tmp_path_factory.mktemp("limited") / "demo"
    settings = Settings(data=data, limit_reads=READS, limit_records=RECORDS, limit_addresses=ADDRESSES)
    ledger = Ledger(settings)
    try:
        play_opening(ledger)
        register_more(ledger)
        yield ledger
    finally:
        ledger.close()


def limit(answer: httpx.Response) -> tuple[str, int, int]:
    """Name, what is left, and for how many seconds, as the header `RateLimit` says."""
    found = re.fullmatch(r'"(\w+)";r=(\d+);t=(\d+)', answer.headers["RateLimit"])
    assert found, answer.headers["RateLimit"]
    return found[1], int(found[2]), int(found[3])


def refused(answer: httpx.Response) -> None:
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["retryable"]) == (429, "RATE_LIMITED", True)
    assert answer.headers["content-type"] == "application/problem+json"
    assert limit(answer)[1] == 0
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def from_address(ledger: Ledger, path: str, address: str, **headers: str) -> httpx.Response:
    return ledger.client.get(path, headers={"X-Forwarded-For": address, **headers})


def demand(ledger: Ledger, who: str, number: int) -> bytes:
    data = {"post": "责任岗-01", "wanted": "企业用水量", "duty": {"kind": "MATTER_CODE", "matter_code": "X-1"}}
    made = record("民政厅", "demand.stated", f"demand/L{number}", ledger.runtime.clock(), data)
    made |= {"source": f"urn:uscc:{ledger.uscc(who)}", "id": f"limit:{number}"}
    return orjson.dumps(made)


# --- questions, by organ


def test_an_answer_states_the_policy_and_counts_down(ledger: Ledger) -> None:
    first, second = ledger.get("/v1/cases", "医保局"), ledger.get("/v1/agreements", "医保局")
    assert first.headers["RateLimit-Policy"] == f'"reads";q={READS};w=60'
    assert [limit(each)[:2] for each in (first, second)] == [("reads", READS - 1), ("reads", READS - 2)]
    assert 0 < limit(second)[2] <= 60


def test_an_organ_that_asks_too_often_waits_and_another_one_does_not(ledger: Ledger) -> None:
    statuses = [ledger.get("/v1/cases", "财政厅").status_code for _ in range(READS)]
    assert statuses == [200] * READS
    refused(ledger.get("/v1/access", "财政厅"))
    assert ledger.get("/v1/access", "统计局").status_code == 200


def test_who_is_told_that_nothing_has_changed_has_taken_nothing(ledger: Ledger) -> None:
    asked = {"as_of": ledger.size, "at": "2026-10-30"}
    tag = {"If-None-Match": ledger.get("/v1/cases", "公安厅", **asked).headers["ETag"]}
    for _ in range(READS + 3):
        again = ledger.get("/v1/cases", "公安厅", headers=tag, **asked)
        assert (again.status_code, limit(again)[1]) == (304, READS - 1)


def test_an_auditor_has_a_share_of_its_own(ledger: Ledger) -> None:
    assert limit(ledger.get("/v1/entries/0", "auditor"))[:2] == ("reads", READS - 1)


# --- what proves nothing, by address


def test_an_address_that_asks_too_often_without_a_token_waits_and_another_one_does_not(ledger: Ledger) -> None:
    answers = [from_address(ledger, "/readyz", "198.51.100.1") for _ in range(ADDRESSES)]
    assert [answer.status_code for answer in answers] == [200] * ADDRESSES
    assert limit(answers[0])[:2] == ("addresses", ADDRESSES - 1)
    refused(from_address(ledger, "/tile/0/000.p/5", "198.51.100.1"))
    assert from_address(ledger, "/readyz", "198.51.100.2").status_code == 200


def test_a_header_that_is_no_token_is_no_way_around(ledger: Ledger) -> None:
    answers = [from_address(ledger, "/readyz", "198.51.100.3", Authorization="Bearer x") for _ in range(ADDRESSES + 1)]
    refused(answers[-1])


def test_a_token_that_proves_nothing_counts_for_the_address_and_not_for_the_organ(ledger: Ledger) -> None:
    forged = f"Bearer {ledger.token('交通厅')[:-8]}AAAAAAAA"
    answers = [from_address(ledger, "/v1/cases", "198.51.100.4", Authorization=forged) for _ in range(ADDRESSES + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {401}
    refused(answers[-1])
    good = {"Authorization": f"Bearer {ledger.token('交通厅')}"}
    assert limit(from_address(ledger, "/v1/cases", "198.51.100.4", **good))[:2] == ("reads", READS - 1)


def test_whether_the_process_lives_may_always_be_asked(ledger: Ledger) -> None:
    answers = [from_address(ledger, "/livez", "198.51.100.5") for _ in range(ADDRESSES + 1)]
    assert {answer.status_code for answer in answers} == {200}
    assert "RateLimit" not in answers[0].headers


# --- submissions, by the organ whose key signed


def test_an_organ_that_sends_too_often_waits_and_nothing_of_it_is_recorded(ledger: Ledger) -> None:
    lines = [demand(ledger, "苏州民政", number) for number in range(RECORDS + 1)]
    answers = [ledger.post(line, ledger.sealed("苏州民政", [line])) for line in lines]
    assert {answer.status_code for answer in answers[:-1]} == {201}
    assert limit(answers[-2])[:2] == ("records", 0)
    refused(answers[-1])
    assert ledger.runtime.store.find_record(f"urn:uscc:{ledger.uscc('苏州民政')}", f"limit:{RECORDS}") is None
    line = demand(ledger, "常州民政", 1000)
    assert limit(ledger.post(line, ledger.sealed("常州民政", [line])))[:2] == ("records", RECORDS - 1)


def test_each_record_of_a_submission_counts(ledger: Ledger) -> None:
    lines = [demand(ledger, "监察", 4100 + number) for number in range(2)]
    answer = ledger.post(b"\n".join(lines), ledger.sealed("监察", lines))
    assert limit(answer)[:2] == ("records", RECORDS - 2)


def test_who_signs_for_another_organ_uses_up_his_own_share(ledger: Ledger) -> None:
    line = demand(ledger, "南京数据", 2000)
    stolen = ledger.post(line, ledger.sealed("南京数据", [line], key=ledger.key("工信厅")))
    left = limit(stolen)[1]
    assert stolen.status_code == 422
    assert limit(ledger.post(line, ledger.sealed("工信厅", [line], iss=ledger.uscc("南京数据"))))[1] == left - 1
    mine = ledger.post(line, ledger.sealed("南京数据", [line]))
    assert limit(mine)[1] == RECORDS - 1


def test_a_signature_that_does_not_hold_counts_for_the_address(ledger: Ledger) -> None:
    line = demand(ledger, "工信厅", 3000)
    signature = ledger.sealed("工信厅", [line])[:-8] + "AAAAAAAA"
    headers = {"X-Forwarded-For": "198.51.100.6"}
    answers = [ledger.post(line, signature, **headers) for _ in range(ADDRESSES + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {401}
    refused(answers[-1])
    assert ledger.post(line, ledger.sealed("工信厅", [line]), **headers).status_code == 201


# --- how it is counted


class Time:
    """A clock that a test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def taken(limits: Limits, address: str) -> dict[str, Any]:
    scope: dict[str, Any] = {"type": "http", "client": (address, 1)}
    limits.count_unauthenticated(scope)
    return scope


def test_a_minute_later_all_is_there_again() -> None:
    time = Time()
    limits = Limits(records=1, reads=1, addresses=1, clock=time)
    taken(limits, "a")
    time.now += 59.9
    with pytest.raises(Problem) as problem:
        taken(limits, "a")
    assert problem.value.headers == {"Retry-After": "1"}
    time.now += 0.1
    taken(limits, "a")


def test_zero_is_any_number() -> None:
    limits = Limits(records=0, reads=0, addresses=0)
    assert {quota_of(taken(limits, "a")) for _ in range(1000)} == {None}


def test_what_is_given_back_after_the_minute_is_not_given_to_the_next() -> None:
    time = Time()
    limits = Limits(records=1, reads=1, addresses=2, clock=time)
    share = quota_of(taken(limits, "a"))
    assert share is not None
    time.now += 60
    share.give_back()
    assert limits.left(share) == (2, 0)
    taken(limits, "a")
    assert limits.left(share)[0] == 1


def test_a_network_of_ipv6_is_one_address() -> None:
    limits = Limits(records=1, reads=1, addresses=2)
    for address in ("2001:db8::1", "2001:db8::ffff:2"):
        taken(limits, address)
    with pytest.raises(Problem):
        taken(limits, "2001:db8::3%eth0")
    taken(limits, "2001:db8:0:1::1")


def test_the_counts_are_bounded_and_the_oldest_is_forgotten_first() -> None:
    counts = WindowCounter(most=2)
    for key in ("a", "b", "b", "c"):
        counts.add(key)
    assert [counts.window(key)[0] for key in "abc"] == [0, 2, 1]
