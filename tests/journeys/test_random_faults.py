"""Faults at random under load: no receipt is lost. A minute of it here; `make torture` goes on for an hour."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from random import Random

import pytest
from sqlalchemy.engine import make_url

from api.server.settings import Settings
from tests.support.database_proxy import database_proxy
from tests.support.random_faults import Persistent, RandomFaults, require_whole
from tests.support.server_processes import Sender, found_ledger

pytestmark = pytest.mark.journey

FAULTS = int(os.environ.get("TORTURE_FAULTS", "25"))
SECONDS = float(os.environ.get("TORTURE_SECONDS", "60"))
SEED = int(os.environ.get("TORTURE_SEED", "2026"))


@pytest.mark.timeout(SECONDS + 300)
def test_no_receipt_is_lost_whatever_happens_to_servers_and_database(
    tmp_path: Path, postgres_url: str, sender: Sender, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = time.monotonic()
    with database_proxy(make_url(postgres_url)) as database:
        address = database.url.render_as_string(hide_password=False)
        with found_ledger(Settings(data=tmp_path / "ledger", database_url=address)) as ledger:
            load = Persistent(ledger, sender)
            faults = RandomFaults(ledger, database, load, Random(SEED))
            faults.run(faults=FAULTS, seconds=SECONDS)
            ledger.kill_all()
            size = require_whole(ledger, load)
    made = ", ".join(f"{count} {kind}" for kind, count in sorted(faults.counts.items()))
    report = (
        f"seed {SEED}: {sum(faults.counts.values())} faults ({made}) in {time.monotonic() - begun:.0f} s;",
        f"{len(load.receipts)} receipts, {size} entries; none lost, none twice, the log is whole;",
        f"at most {faults.slowest:.1f} s from the beginning of a fault to the next receipt",
    )
    with capsys.disabled():
        sys.stdout.write("\n".join(("", *report, "")))
    assert sum(faults.counts.values()) > 5
    assert size > 100
