"""``verify``: its exit codes, and that it names what was harmed."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.support.command import shareledger

pytestmark = pytest.mark.journey


def test_an_untouched_ledger_passes(demo: Path) -> None:
    done = shareledger("verify", "--data", str(demo), "-o", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verdict"] == "pass"


def test_the_demos_tampering_is_found_named_and_healed(copy: Path) -> None:
    assert shareledger("demo", "tamper", "--data", str(copy)).returncode == 0
    failed = shareledger("verify", "--data", str(copy), "-o", "json")
    assert failed.returncode == 10
    connection = sqlite3.connect(copy / "ledger.sqlite")
    (index,) = connection.execute(
        """SELECT "index" FROM entry WHERE record_id = '2026-0001:use.recorded:07-13-1'"""
    ).fetchone()
    connection.close()
    assert json.loads(failed.stdout)["first_fault"]["entry"] == index
    assert shareledger("demo", "restore", "--data", str(copy)).returncode == 0
    assert shareledger("verify", "--data", str(copy)).returncode == 0


def test_another_key_than_the_logs_is_no_trust_root(copy: Path, demo: Path) -> None:
    facts = json.loads((copy / "ledger.json").read_text())
    (copy / "ledger.json").write_text(json.dumps(facts | {"vkeys": []}))
    assert shareledger("verify", "--data", str(copy)).returncode == 12


def test_a_missing_directory_is_a_usage_error_that_says_what_to_do(tmp_path: Path) -> None:
    done = shareledger("verify", "--data", str(tmp_path / "nowhere"))
    assert done.returncode == 2
    assert "shareledger init" in done.stderr


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE head SET recorded_at = 'no moment'",
        "UPDATE head SET demo_clock = 'no moment'",
        "UPDATE head SET root = CAST(root AS TEXT)",
        "DELETE FROM head",
        "UPDATE entry SET stream = CAST(x'ff41' AS TEXT) WHERE \"index\" = 0",
        "UPDATE submission SET jws = CAST(x'ff41' AS TEXT) WHERE first_index = 0",
        "DELETE FROM checkpoint WHERE size = (SELECT max(size) FROM checkpoint)",
    ],
)
def test_a_row_that_cannot_even_be_read_is_a_failed_verification(copy: Path, harm: str) -> None:
    connection = sqlite3.connect(copy / "ledger.sqlite")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    with connection:
        connection.execute(harm)
    connection.close()
    done = shareledger("verify", "--data", str(copy), "-o", "json")
    assert done.returncode == 10, done.stderr
    assert json.loads(done.stdout)["first_fault"]["entry"] is not None
