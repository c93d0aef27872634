"""`kill -9` while an authority reads: every read that was answered is in the log afterwards, and counted once."""

from __future__ import annotations

import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import orjson
import pytest

from bench.server import Server
from cli.identity import token_for
from demo.story.cast import uscc
from demo.story.opening import AUTHORITY
from tests.support.server_processes import ServedLedger, wait_until

pytestmark = pytest.mark.journey

KILLS = 4
ANSWERS = 25  # in a round before the server is killed
CLIENTS = 4
ASKED = re.compile(r"/v1/access\?unit=(\d+-\d+)(?: ×(\d+))?")


class Readers:
    """Officers of the authority who ask one question after the other, each question once, until the server dies."""

    def __init__(self, ledger: ServedLedger) -> None:
        self.answered: list[str] = []
        self.unanswered: list[str] = []
        self._ledger = ledger
        self._lock = threading.Lock()  # guards the lists and the number
        self._number = 0

    def until_killed(self, server: Server, answers: int) -> None:
        goal = len(self.answered) + answers
        token = token_for(self._ledger.directory, uscc(AUTHORITY), purpose="监督检查")

        def officer(place: int) -> None:
            with httpx.Client(base_url=server.address, timeout=30, headers={"Authorization": f"Bearer {token}"}) as it:
                while self._asked(it, self._next(place)):
                    if len(self.answered) > goal:
                        server.kill()

        with ThreadPoolExecutor(CLIENTS) as pool:
            for each in [pool.submit(officer, place) for place in range(CLIENTS)]:
                each.result(60)
        self._ledger.kill(server)

    def _next(self, place: int) -> str:
        with self._lock:
            self._number += 1
            return f"{place}-{self._number}"

    def _asked(self, client: httpx.Client, unit: str) -> bool:
        try:
            status = client.get("/v1/access", params={"unit": unit}).status_code
        except httpx.TransportError:
            with self._lock:
                self.unanswered.append(unit)
            return False
        assert status == 200
        with self._lock:
            self.answered.append(unit)
        return True


def recorded(ledger: ServedLedger) -> Counter[str]:
    """How often each question stands in the log. Each was asked in a unit of its own, so that it is known again."""
    entries, report = ledger.read()
    assert report.verdict == "pass", report.first_fault
    found: Counter[str] = Counter()
    for entry in entries:
        if entry.type == "sharing.supervision.read.v1":
            data = orjson.loads(orjson.loads(entry.line)["record"])["data"]
            questions = ASKED.findall(data["question"])
            assert data["count"] == sum(int(times or 1) for _, times in questions)
            found.update({unit: int(times or 1) for unit, times in questions})
    return found


def test_after_kills_every_answered_read_is_in_the_log_once_and_nothing_that_nobody_asked(ledger: ServedLedger) -> None:
    readers = Readers(ledger)
    for _ in range(KILLS):
        readers.until_killed(ledger.serve(), ANSWERS)
    ledger.stop(ledger.serve())  # it needs no step of repair, and records what is owed before it ends

    found = recorded(ledger)

    assert set(found.values()) == {1}
    assert set(readers.answered) - set(found) == set()
    assert set(found) - set(readers.answered) <= set(readers.unanswered)
    assert len(readers.answered) > KILLS * ANSWERS


def test_what_a_standby_answered_the_leader_records(shared_ledger: ServedLedger) -> None:
    leader, standby = shared_ledger.serve(), shared_ledger.serve()
    token = token_for(shared_ledger.directory, uscc(AUTHORITY), purpose="监督检查")
    asked = standby.get("/v1/access?unit=0-1", Authorization=f"Bearer {token}")
    assert asked.status_code == 200
    shared_ledger.kill(standby)
    assert wait_until(lambda: leader.get("/readyz").json()["hand"]["waiting"] == 1)
    shared_ledger.stop(leader)
    assert recorded(shared_ledger) == {"0-1": 1}
