"""The same submission once more, at the same time or after a crash: it stands in the log once, with its receipts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.server_processes import Sender, ServedLedger

pytestmark = pytest.mark.journey

AT_ONCE = 16
PLACE = ("source", "id", "ledger", "index", "stream", "position", "recorded_at", "entry", "leaf_hash")


def test_a_submission_sent_sixteen_times_at_once_is_recorded_once_and_answered_alike(
    ledger: ServedLedger, sender: Sender
) -> None:
    server = ledger.serve()
    before = server.get("/readyz").json()["size"]
    sealed = ledger.uses.sealed(20)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: sender.send(server, sealed), range(AT_ONCE)))

    assert [answer.status_code for answer in answers] == [201] * AT_ONCE
    first = _places(answers[0].json())
    assert all(_places(answer.json()) == first for answer in answers)
    assert [place["index"] for place in first] == list(range(before, before + 20))
    assert server.get("/readyz").json()["size"] == before + 20
    replayed = [answer.headers.get("Idempotency-Replayed") for answer in answers]
    assert sorted(replayed, key=str) == [None, *["true"] * (AT_ONCE - 1)]


def test_after_a_crash_the_same_submission_gets_its_first_receipts_again(ledger: ServedLedger, sender: Sender) -> None:
    server = ledger.serve()
    sealed = ledger.uses.sealed(20)
    first = sender.send(server, sealed)
    ledger.kill(server)

    again = sender.send(ledger.serve(), sealed)

    assert first.status_code == again.status_code == 201
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert _places(again.json()) == _places(first.json())


def _places(receipt: dict[str, Any]) -> list[dict[str, Any]]:
    """Where each record stands; the proof is in the tree of now, and that may have grown."""
    return [{name: record[name] for name in PLACE} for record in receipt["records"]]
