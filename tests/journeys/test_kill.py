"""`kill -9` of the server at any moment under load: what was receipted is in the log, and the log is whole."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.support.server_processes import Load, Sender, ServedLedger, require_receipts_held

pytestmark = pytest.mark.journey

KILLS = 10
ANSWERS = 12  # receipts in a round before the server is killed


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

    require_receipts_held(ledger, entries, load.receipts)
