"""`kill -9` of the server at any moment under load: what was receipted is in the log, and the log is whole."""

from __future__ import annotations

from collections import Counter

import orjson
import pytest

from ledger.notes.log_keys import verifier_for
from ledger.records.receipt import verify_receipt
from tests.support.server_processes import Load, Sender, ServedLedger

pytestmark = pytest.mark.journey

KILLS = 10
ANSWERS = 12  # receipts in a round before the server is killed
USE = "sharing.use.recorded.v1"


def test_after_ten_kills_under_load_every_receipt_is_in_the_log_and_the_log_is_whole(
    ledger: ServedLedger, sender: Sender
) -> None:
    load = Load(ledger, sender, clients=6)
    for _ in range(KILLS):
        server = ledger.serve()  # it needs no step of repair
        load.again(server)
        load.until_killed(server, ANSWERS)
    load.again(ledger.serve())
    ledger.kill_all()

    entries, report = ledger.read()

    assert report.verdict == "pass", report.first_fault
    assert [entry.index for entry in entries] == list(range(len(entries)))
    positions = Counter((entry.stream, entry.position) for entry in entries)
    counts = Counter(entry.stream for entry in entries)
    assert positions.keys() == {(stream, at) for stream, count in counts.items() for at in range(count)}

    verifiers = [verifier_for(vkey) for vkey in ledger.directory.vkeys]
    receipted = Counter[tuple[str, str]]()
    for sealed, receipt in load.receipts:
        evidence = verify_receipt(receipt, verifiers, origin=ledger.directory.origin)
        assert [entry.record.encode() for entry in evidence.entries] == list(sealed.lines)
        for said in orjson.loads(receipt)["records"]:
            stored = entries[said["index"]]
            assert (stored.source, stored.record_id) == (said["source"], said["id"])
            assert (stored.stream, stored.position) == (said["stream"], said["position"])
            assert stored.line == said["entry"].encode()
            receipted[stored.source, stored.record_id] += 1
    assert receipted == Counter((entry.source, entry.record_id) for entry in entries if entry.type == USE)
