"""Two servers over one PostgreSQL: one writes; the other stands by, and takes over when the first dies."""

from __future__ import annotations

import time

import httpx
import pytest

from bench.population import Sealed
from bench.server import Server
from tests.support.server_processes import Sender, ServedLedger, wait_until

pytestmark = pytest.mark.journey

WITHIN = 10.0  # seconds from the leader's death until the other one writes


def test_the_standby_refuses_to_write_and_still_answers_questions(shared_ledger: ServedLedger, sender: Sender) -> None:
    leader, standby = shared_ledger.serve(), shared_ledger.serve()
    sealed = shared_ledger.uses.sealed(3)

    refused = sender.send(standby, sealed)

    assert refused.status_code == 503
    assert refused.json()["code"] == "NOT_LEADER"
    assert int(refused.headers["Retry-After"]) > 0
    assert standby.get("/readyz").json()["writer"] == "standby"
    assert leader.get("/readyz").json()["writer"] == "leading"
    assert sender.send(leader, sealed).status_code == 201
    assert standby.get("/readyz").json()["size"] == leader.get("/readyz").json()["size"]


def test_the_standby_takes_over_within_ten_seconds_of_the_leaders_death_and_the_log_stays_one(
    shared_ledger: ServedLedger, sender: Sender
) -> None:
    leader, standby = shared_ledger.serve(), shared_ledger.serve()
    before = [_receipt(sender, leader, shared_ledger.uses.sealed(5)) for _ in range(3)]

    shared_ledger.kill(leader)
    died = time.monotonic()
    first = shared_ledger.uses.sealed(5)
    after = [_persistent(sender, standby, first)]
    took = time.monotonic() - died
    after += [_receipt(sender, standby, shared_ledger.uses.sealed(5)) for _ in range(3)]
    shared_ledger.kill_all()

    assert took < WITHIN
    entries, report = shared_ledger.read()
    assert report.verdict == "pass", report.first_fault
    indexes = [index for receipt in (*before, *after) for index in receipt]
    assert indexes == list(range(len(entries) - 35, len(entries)))


def test_a_dead_leader_that_comes_back_stands_by(shared_ledger: ServedLedger, sender: Sender) -> None:
    leader, standby = shared_ledger.serve(), shared_ledger.serve()
    shared_ledger.kill(leader)
    _persistent(sender, standby, shared_ledger.uses.sealed(1))

    back = shared_ledger.serve()

    assert sender.send(back, shared_ledger.uses.sealed(1)).json()["code"] == "NOT_LEADER"
    assert sender.send(standby, shared_ledger.uses.sealed(1)).status_code == 201


def _receipt(sender: Sender, server: Server, sealed: Sealed) -> list[int]:
    return _indexes(sender.send(server, sealed))


def _indexes(answer: httpx.Response) -> list[int]:
    assert answer.status_code == 201, answer.text
    return [record["index"] for record in answer.json()["records"]]


def _persistent(sender: Sender, server: Server, sealed: Sealed) -> list[int]:
    """As a client does that is told 503: it sends the same submission again."""
    answers: list[httpx.Response] = []

    def taken() -> bool:
        answers.append(sender.send(server, sealed))
        return answers[-1].status_code != 503

    assert wait_until(taken, within=2 * WITHIN)
    assert {answer.json()["code"] for answer in answers[:-1]} <= {"NOT_LEADER"}
    return _indexes(answers[-1])
