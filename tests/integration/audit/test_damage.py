"""An SQLite file in which anything may stand anywhere: whatever is written into it, the audit ends and fails."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from ledger.store.engine import migrate, open_engine
from ledger.store.store import Store
from tests.support.audited import populate, run_audit
from tests.support.signing_parties import ORIGIN

ENTRY = "INSERT INTO entry SELECT ledger, -1, stream, 9999, type, source, 'more', submission, line FROM entry LIMIT 1"
TILE = "INSERT INTO tile SELECT ledger, {level}, {n}, hashes FROM tile WHERE level = 0 AND n = 0"
CHECKPOINT = "INSERT INTO checkpoint SELECT ledger, -1, note, published, at, previous FROM checkpoint LIMIT 1"
SUBMISSION = "INSERT INTO submission SELECT ledger, randomblob(32), -1, count, jws FROM submission LIMIT 1"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a ledger in which nothing is wrong."""
    path = tmp_path_factory.mktemp("sound") / "ledger.sqlite"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    store = Store(engine, ORIGIN)
    populate(store)
    store.close()
    engine.dispose()  # and with its last connection the write-ahead log
    return path.read_bytes()


@pytest.fixture
def path(sound: bytes, tmp_path: Path) -> Path:
    file = tmp_path / "ledger.sqlite"
    file.write_bytes(sound)
    return file


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE head SET size = -5",
        "UPDATE head SET size = 'many'",
        "UPDATE head SET demo = 1, demo_clock = x'00'",
        "UPDATE head SET checkpoint = 'x'",
        'UPDATE entry SET "index" = \'3x\' WHERE "index" = 3',
        'UPDATE entry SET line = 5 WHERE "index" = 0',
        ENTRY,
        "UPDATE submission SET first_index = '0x' WHERE first_index = 0",
        "UPDATE submission SET jws = 5 WHERE first_index = 0",
        SUBMISSION,
        "UPDATE tile SET hashes = 5 WHERE level = 0 AND n = 1",
        "UPDATE tile SET level = '0x' WHERE n = 1",
        "UPDATE tile SET n = 1.5 WHERE n = 1",
        TILE.format(level=-1, n=0),
        TILE.format(level=0, n=-1),
        TILE.format(level=1 << 40, n=0),
        "UPDATE checkpoint SET size = 'x' WHERE size = (SELECT max(size) FROM checkpoint)",
        "UPDATE checkpoint SET published = 2",
        "UPDATE checkpoint SET previous = 'x'",
        CHECKPOINT,
    ],
)
def test_whatever_stands_in_a_row_the_audit_ends_and_fails(path: Path, harm: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    with connection:
        connection.execute(harm)
    connection.close()
    engine = open_engine(f"sqlite:///{path}")
    store = Store(engine, ORIGIN)
    report = run_audit(store)
    store.close()
    engine.dispose()
    assert report.verdict == "fail"
    assert report.first_fault is not None
    assert report.first_fault.index is not None
