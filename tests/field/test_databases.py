"""A founded ledger whose database is missing, empty, of another release or damaged says so, and begins nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect

from api.server.doctor import examine
from api.server.opening import DatabaseUnusable, open_store
from api.server.settings import Settings
from cli.exits import Exit
from cli.keeping import verification
from ledger.store.engine import open_engine
from tests.support.server_processes import ServedLedger, found_ledger


def removed(file: Path) -> None:
    file.unlink()


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def begun_again(file: Path) -> None:
    file.unlink()
    sqlite3.connect(file).execute("CREATE TABLE other (x)").connection.close()


def of_a_newer_release(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE ledger_schema SET version_num = '9999'")
    connection.close()


def damaged(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[:100] = b"x" * 100
    file.write_bytes(content)


def a_directory(file: Path) -> None:
    file.unlink()
    file.mkdir()


CASES: tuple[tuple[Callable[[Path], None], str], ...] = (
    (removed, "DATABASE_MISSING"),
    (emptied, "DATABASE_MISSING"),
    (begun_again, "DATABASE_MISSING"),
    (of_a_newer_release, "DATABASE_NEWER"),
    (damaged, "DATABASE_CORRUPT"),
    (a_directory, "DATABASE_UNREADABLE"),
)


# Values of every type that SQLite keeps in any column, and spellings at their limits.
ODD_VALUES = ("NULL", "''", "'text'", "x''", "x'00ff'", "-1", "0", "9223372036854775807", "1.5", "1e300")
ODD_VALUES += ("'9999-99-99'", "'2026-01-01T00:00:00.000Z' || char(10)", "'١'")
AUDITED = ("head", "entry", "submission", "tile", "checkpoint", "ledger_schema")
# A value in these places is no fault: the schema's name of an older release, a clock that a demo may have, and (level,
# place) = 0 of the only tile.
HARMLESS = {("head", "demo_clock"), ("ledger_schema", "version_num"), ("tile", "level"), ("tile", "n")}


def state_of(directory: Path) -> dict[str, object]:
    """The files with their content; of a database that SQLite can open, its tables."""
    found: dict[str, object] = {file.name: file.read_bytes() for file in directory.glob("*.json")}
    database = directory / "ledger.sqlite"
    found["database"] = None if not database.is_file() else database.read_bytes()[:100]
    if database.is_file() and database.read_bytes()[:6] == b"SQLite":
        connection = sqlite3.connect(database)
        found["database"] = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()
        connection.close()
    return found


@pytest.mark.parametrize(("change", "code"), CASES, ids=lambda value: getattr(value, "__name__", value))
def test_a_database_that_is_none_of_the_ledger_is_named_and_left_as_it_is(
    ledger: ServedLedger, change: Callable[[Path], None], code: str
) -> None:
    settings, directory = ledger.settings, ledger.directory
    for beside in settings.data.glob("ledger.sqlite-*"):
        beside.unlink()
    change(directory.database)
    before = state_of(settings.data)

    for opening in (
        lambda: open_store(settings, directory.origin),
        lambda: examine(settings, directory),
        lambda: verification(settings, directory),
    ):
        with pytest.raises(DatabaseUnusable) as refused:
            opening()
        assert refused.value.code == code
        assert refused.value.next_step
    assert state_of(settings.data) == before
    assert Exit[code] not in (Exit.OK, Exit.USAGE)


@pytest.fixture
def on_postgresql(tmp_path: Path, postgres_url: str) -> Iterator[ServedLedger]:
    with found_ledger(Settings(data=tmp_path / "ledger", database_url=postgres_url)) as ledger:
        yield ledger


def test_an_empty_postgresql_under_a_founded_directory_gets_no_tables(
    on_postgresql: ServedLedger, other_postgres_url: str
) -> None:
    settings = Settings(data=on_postgresql.settings.data, database_url=other_postgres_url)
    with pytest.raises(DatabaseUnusable, match="was founded"):
        open_store(settings, on_postgresql.directory.origin)
    engine = open_engine(settings.url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


@pytest.mark.parametrize("back_end", ["ledger", "on_postgresql"])
def test_verifying_writes_nothing(request: pytest.FixtureRequest, back_end: str) -> None:
    ledger: ServedLedger = request.getfixturevalue(back_end)
    settings, directory = ledger.settings, ledger.directory
    assert verification(settings, directory)["verdict"] == "pass"
    store = open_store(settings, directory.origin, read_only=True)
    try:
        with pytest.raises(Exception, match=r"read.?only"), store.writing() as transaction:
            transaction.save_checkpoint(1, b"note", published=False, instant=transaction.head.recorded_at)  # type: ignore[arg-type]
    finally:
        store.close()
        store.engine.dispose()


@pytest.mark.parametrize("table", AUDITED)
def test_verification_ends_in_a_report_or_a_sentence_whatever_a_column_holds(ledger: ServedLedger, table: str) -> None:
    """Every value that SQLite can keep in a column, one at a time, in the last row of the table."""
    connection = sqlite3.connect(ledger.directory.database, isolation_level=None)
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    (last,) = connection.execute(f"SELECT max(rowid) FROM {table}").fetchone()
    passed, codes = set(), set()
    for column in columns:
        ((right,),) = connection.execute(f'SELECT "{column}" FROM {table} WHERE rowid = ?', (last,))
        for value in ODD_VALUES:
            try:
                connection.execute(f'UPDATE {table} SET "{column}" = {value} WHERE rowid = ?', (last,))
            except sqlite3.IntegrityError:
                continue
            try:
                report = verification(ledger.settings, ledger.directory)
            except DatabaseUnusable as refused:
                codes.add(refused.code)
            else:
                kept = connection.execute(f'SELECT "{column}" FROM {table} WHERE rowid = ?', (last,)).fetchone()
                if report["verdict"] == "pass" and kept != (right,):
                    passed.add((table, column))
            connection.execute(f'UPDATE {table} SET "{column}" = ? WHERE rowid = ?', (right, last))
    connection.close()
    assert passed <= HARMLESS
    assert codes <= {"DATABASE_MISSING", "DATABASE_NEWER"}
    assert verification(ledger.settings, ledger.directory)["verdict"] == "pass"


def test_files_of_a_ledger_are_closed_to_other_users(ledger: ServedLedger) -> None:
    inside = sorted(ledger.settings.data.rglob("*"))
    assert {file.name for file in inside} >= {"ledger.json", "ledger.sqlite", "keys"}
    opened = [file for file in (ledger.settings.data, *inside) if file.stat().st_mode & 0o077]
    assert opened == []


@pytest.mark.parametrize("back_end", ["ledger", "on_postgresql"])
def test_the_doctor_finds_room_and_a_clock_on_either_back_end(request: pytest.FixtureRequest, back_end: str) -> None:
    ledger: ServedLedger = request.getfixturevalue(back_end)
    findings = {finding.what: finding for finding in examine(ledger.settings, ledger.directory)}
    assert findings["存储 storage"].good, findings["存储 storage"].detail
    assert findings["时钟 clock"].good, findings["时钟 clock"].detail
