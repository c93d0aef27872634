"""Two servers over one PostgreSQL: one writes; the other stands by, and takes over when the first dies."""

from __future__ import annotations

import threading
import time

import pytest

from bench.population import Sealed
from bench.server import Server
from tests.support.served import Ledger, Sender

pytestmark = pytest.mark.journey

WITHIN = 10.0  # seconds from the leader's death until the other one writes
PAUSE = 0.1


def test_the_standby_refuses_to_write_and_still_answers_questions(shared_ledger: Ledger, sender: Sender) -> None:
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
    shared_ledger: Ledger, sender: Sender
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


def test_a_dead_leader_that_comes_back_stands_by(shared_ledger: Ledger, sender: Sender) -> None:
    leader, standby = shared_ledger.serve(), shared_ledger.serve()
    shared_ledger.kill(leader)
    _persistent(sender, standby, shared_ledger.uses.sealed(1))

    back = shared_ledger.serve()

    assert sender.send(back, shared_ledger.uses.sealed(1)).json()["code"] == "NOT_LEADER"
    assert sender.send(standby, shared_ledger.uses.sealed(1)).status_code == 201


def _receipt(sender: Sender, server: Server, sealed: Sealed) -> list[int]:
    answer = sender.send(server, sealed)
    assert answer.status_code == 201, answer.text
    return [record["index"] for record in answer.json()["records"]]


def _persistent(sender: Sender, server: Server, sealed: Sealed) -> list[int]:
    """As a client does that is told 503: it sends the same submission again."""
    end, pause = time.monotonic() + 2 * WITHIN, threading.Event()
    while (answer := sender.send(server, sealed)).status_code == 503 and time.monotonic() < end:
        assert answer.json()["code"] == "NOT_LEADER"
        pause.wait(PAUSE)
    return (
        _receipt(sender, server, sealed)
        if answer.status_code == 503
        else [r["index"] for r in answer.json()["records"]]
    )
