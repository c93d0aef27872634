"""The audit in pieces: in several processes, and over rows that cannot even be read."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from ledger.audit import audit as auditing
from ledger.audit import entries, segment
from ledger.audit.leaves import LeafAudit
from ledger.audit.report import FindingCounter
from ledger.audit.segment import Audited
from ledger.store.engine import migrate, open_engine
from ledger.store.store import Store
from ledger.store.tables import entry
from ledger.tree import tiles
from tests.support.audited import SIZE, codes, flip, named, populate, run_audit, tampered
from tests.support.faults import failing
from tests.support.signing_parties import NOON, ORIGIN


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditing, "SEGMENT", 100)
    monkeypatch.setattr(auditing, "ALONE", 0)


@pytest.mark.journey
@pytest.mark.usefixtures("small_parts")
def test_several_processes_say_what_one_says(whole: Store) -> None:
    with tampered(whole, entry, entry.c.index == 400, line=flip(-40)):
        one, several = run_audit(whole, processes=1), run_audit(whole, processes=2)
    assert one == several
    assert named(several) == 400


@pytest.mark.usefixtures("small_parts")
def test_segments_begin_where_submissions_begin(whole: Store) -> None:
    assert list(auditing._ranges(whole, SIZE)) == [(0, 301), (301, 602), (602, SIZE)]


@pytest.mark.parametrize("chunk", [7, 256, 299])
def test_the_size_of_a_chunk_makes_no_difference(whole: Store, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    expected = run_audit(whole)
    monkeypatch.setattr(segment, "CHUNK", chunk)
    assert run_audit(whole) == expected


def test_streams_that_do_not_fit_into_memory_are_read_again(whole: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "_KEPT_STREAMS", 0)
    monkeypatch.setattr(segment, "CHUNK", 50)
    assert run_audit(whole).verdict == "pass"


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A copy of a whole SQLite ledger, to damage for good."""
    engine = open_engine(f"sqlite:///{tmp_path / 'whole.sqlite'}")
    migrate(engine)
    populate(Store(engine, ORIGIN))
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return Path(shutil.copy(tmp_path / "whole.sqlite", tmp_path / "damaged.sqlite"))


def execute(database: Path, statement: str) -> None:
    connection = sqlite3.connect(database)
    with connection:
        assert connection.execute(statement).rowcount == 1
    connection.close()


@pytest.mark.parametrize(
    ("statement", "code", "index"),
    [
        ("""UPDATE entry SET stream = CAST(x'ff41' AS TEXT) WHERE "index" = 123""", "ROW_UNREADABLE", 123),
        ("""UPDATE entry SET line = 'text' WHERE "index" = 123""", "ROW_UNREADABLE", 123),
        ("UPDATE submission SET jws = CAST(x'ff41' AS TEXT) WHERE first_index = 301", "ROW_UNREADABLE", 301),
        ("UPDATE submission SET count = 'three' WHERE first_index = 301", "SUBMISSION_COUNT", 301),
        ("UPDATE checkpoint SET note = 7 WHERE size = 302", "ROW_UNREADABLE", 301),
        ("UPDATE head SET recorded_at = 'yesterday'", "HEAD_TIME_WRONG", SIZE - 1),
        ("UPDATE head SET size = 'many'", "HEAD_UNREADABLE", 0),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_the_others_are_looked_at(
    damaged: Path, statement: str, code: str, index: int
) -> None:
    execute(damaged, statement)
    store = Store(open_engine(f"sqlite:///{damaged}"), ORIGIN)
    report = run_audit(store)
    store.engine.dispose()
    assert named(report) == index
    assert code in codes(report)
    assert report.steps[1].checked >= SIZE - 1


@pytest.mark.parametrize("part", ["line", "jws", "hashes", "note", "root"])
def test_a_bit_flipped_in_the_database_file_fails_the_audit(damaged: Path, part: str) -> None:
    store = Store(open_engine(f"sqlite:///{damaged}"), ORIGIN)
    line, published, tile = store.entry(5), store.published(), store.tile(0, 0)
    signature = store.submissions(300, 1)[0].jws.encode()
    root = store.head().root
    store.engine.dispose()
    assert line is not None
    line = line[line.index(b'"id') :]  # what comes before stands in many places
    assert published is not None
    assert tile is not None
    sought = {"line": line, "jws": signature, "hashes": tile, "note": published, "root": root}[part]
    content = damaged.read_bytes()
    at = content.find(sought[20:30] if part != "root" else sought)
    assert at >= 0
    damaged.write_bytes(content[:at] + bytes([content[at] ^ 0x80]) + content[at + 1 :])
    store = Store(open_engine(f"sqlite:///{damaged}"), ORIGIN)
    assert run_audit(store).verdict == "fail"
    store.engine.dispose()


def test_a_database_that_does_not_answer_accuses_no_row(whole: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(Exception, match="connection"):
        run_audit(Store(engine, ORIGIN))
    engine.dispose()


def test_a_database_that_stops_answering_accuses_no_row(whole: Store) -> None:
    with (
        failing(whole.engine, "FROM entry", skip=1),
        failing(whole.engine, "SELECT 1"),
        pytest.raises(OperationalError, match="SELECT 1"),
    ):
        run_audit(whole)


def test_moments_are_compared_across_parts() -> None:
    tally = FindingCounter()
    auditing._join(tally, Audited(50, 60, FindingCounter(), first_at=NOON), NOON + timedelta(seconds=1))
    auditing._join(tally, Audited(70, 80, FindingCounter(), first_at=NOON), NOON)
    assert [(fault.code, fault.index) for fault in tally.faults["times"]] == [("TIME_BACKWARDS", 50)]


def test_tiles_above_the_first_level_are_compared_with_those_above_them() -> None:
    """A tree of 65 536 leaves: level 1 has one full tile, whose root is the only hash of level 2."""
    rows: dict[tuple[int, int], bytes] = {}
    hashes = [number.to_bytes(32) for number in range(65_536)]
    rows |= {(tile.level, tile.n): tile.hashes for tile in tiles.grow(0, hashes, lambda level, n: None)}
    tally = FindingCounter()
    audit = LeafAudit(65_536, tally, lambda level, start, stop: {n: rows[level, n] for n in range(start, stop)})
    audit.check_parents(1, {0: rows[1, 0]})
    assert not tally.counts
    audit.check_parents(1, {0: flip(77)(rows[1, 0])})
    assert [(fault.code, fault.where, fault.index) for fault in tally.faults["tiles"]] == [
        ("TILE_CHANGED", "tile/1/000", 0)
    ]
