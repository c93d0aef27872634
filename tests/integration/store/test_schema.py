"""The migrations make the tables that the code expects, and the tables refuse what must never be."""

from __future__ import annotations

import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from ledger.store import tables as schema
from ledger.store.engine import LOCATION, VERSION_TABLE, _config, _newest, migrate, migration_sql, open_engine, writing
from ledger.store.store import Store
from tests.support.plain_log import append

HEAD = "INSERT INTO head (ledger, origin, size, root, demo, demo_clock) VALUES ('l', 'o', :size, :root, :demo, :clock)"
ENTRY = 'INSERT INTO entry (ledger, "index", stream, position, type, source, record_id, submission, line)'
ENTRY += " VALUES (:ledger, :index, :stream, :position, 't', :source, :id, :line, :line)"
TILE = "INSERT INTO tile (ledger, level, n, hashes) VALUES ('l', 0, 0, :hashes)"


def test_the_migrations_make_exactly_the_tables_that_the_code_expects(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "ledger_schema", "compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


def test_migrating_again_changes_nothing(engine: Engine, store: Store) -> None:
    append(store, ("request/1", "one"))
    migrate(engine)
    assert store.head().size == 1


def test_tables_in_the_present_form_are_left_alone(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise AssertionError("there is nothing to upgrade")

    monkeypatch.setattr(command, "upgrade", fails)
    migrate(engine)


def test_tables_in_an_older_form_are_upgraded(engine_url: str) -> None:
    engine = open_engine(engine_url)
    with writing(engine) as connection:
        config = _config(LOCATION, VERSION_TABLE)
        config.attributes["connection"] = connection
        command.upgrade(config, revisions()[-2])
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert context.get_current_revision() == revisions()[-1]
    engine.dispose()


def revisions() -> list[str]:
    """Oldest first."""
    scripts = ScriptDirectory.from_config(_config(LOCATION, VERSION_TABLE))
    return [script.revision for script in scripts.walk_revisions()][::-1]


def test_the_newest_script_is_the_last_by_name() -> None:
    assert [_newest(LOCATION)] == revisions()[-1:]


def test_servers_that_start_together_migrate_one_after_another(engine_url: str) -> None:
    engines = [open_engine(engine_url) for _ in range(4)]
    with ThreadPoolExecutor() as threads:
        list(threads.map(migrate, engines))
    assert Store(engines[0], "o").head().size == 0
    for engine in engines:
        engine.dispose()


def test_whoever_opens_a_new_file_while_others_do_waits_and_gets_it(tmp_path: Path) -> None:
    for count in range(40):
        engines = [open_engine(f"sqlite:///{tmp_path}/{count}.sqlite") for _ in range(4)]
        with ThreadPoolExecutor() as threads:
            modes = threads.map(
                lambda engine: engine.connect().exec_driver_sql("PRAGMA journal_mode").scalar(), engines
            )
            assert set(modes) == {"wal"}
        for engine in engines:
            engine.dispose()


def test_an_administrator_can_run_the_migrations_as_sql(engine_url: str) -> None:
    script = migration_sql(engine_url)
    engine = open_engine(engine_url)
    statements = [one for one in re.split(r";\n", script) if one.strip() and not re.match(r"\s*(BEGIN|COMMIT)", one)]
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    migrate(engine)  # finds nothing left to do
    store = Store(engine, "o")
    append(store, ("request/1", "one"))
    assert store.head().size == 1
    engine.dispose()


def _entry(**changes: object) -> dict[str, object]:
    places = {"ledger": "l", "index": 5, "stream": "s", "position": 0, "source": "a", "id": "1", "line": b"x" * 32}
    return places | changes


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([(ENTRY, _entry()), (ENTRY, _entry(stream="r", id="2"))], id="two entries at one index"),
        pytest.param([(ENTRY, _entry()), (ENTRY, _entry(index=6, id="2"))], id="two entries at one position"),
        pytest.param([(ENTRY, _entry()), (ENTRY, _entry(index=6, stream="r"))], id="one record twice"),
        pytest.param([(ENTRY, _entry(position=6))], id="a position beyond the index"),
        pytest.param([(ENTRY, _entry(position=-1))], id="a negative position"),
        pytest.param([(TILE, {"hashes": b""})], id="an empty tile"),
        pytest.param([(TILE, {"hashes": b"x" * 33})], id="a torn tile"),
        pytest.param([(TILE, {"hashes": b"x" * 32 * 257})], id="a tile wider than 256"),
        pytest.param([(HEAD, {"size": 1, "root": b"x" * 31, "demo": True, "clock": None})], id="a torn root"),
        pytest.param([(HEAD, {"size": -1, "root": b"x" * 32, "demo": True, "clock": None})], id="a negative size"),
        pytest.param(
            [(HEAD, {"size": 1, "root": b"x" * 32, "demo": False, "clock": "2026-01-01T00:00:00.000Z"})],
            id="a scripted clock on a real ledger",
        ),
    ],
)
def test_the_table_itself_refuses(engine: Engine, rows: list[tuple[str, dict[str, object]]]) -> None:
    with engine.begin() as connection:
        for statement, values in rows[:-1]:
            connection.execute(text(statement), values)
        with pytest.raises(IntegrityError):
            connection.execute(text(rows[-1][0]), rows[-1][1])
        connection.rollback()


def test_one_database_holds_many_ledgers_with_equal_streams_and_records(engine: Engine) -> None:
    for origin in ("one.example", "two.example"):
        store = Store(engine, origin)
        append(store, ("request/1", f"of {origin}"))
        assert store.entry(0) == f"of {origin}".encode()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x"])
def test_a_database_that_could_not_keep_a_ledger_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"name a file|kept on sqlite or postgresql"):
        open_engine(url)


def test_an_sqlite_that_is_too_old_is_refused(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(ValueError, match=r"3\.35 is needed"):
        open_engine(sqlite_url)


def test_sqlite_confirms_only_what_is_on_disk(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'x.sqlite'}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    engine.dispose()


def test_postgresql_confirms_only_what_is_on_disk(postgres_url: str) -> None:
    admin = open_engine(postgres_url)
    with admin.begin() as connection:
        name = connection.exec_driver_sql("SELECT current_database()").scalar()
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    admin.dispose()
    engine = open_engine(postgres_url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
    engine.dispose()


def test_checkpoints_kept_before_there_was_a_chain_are_chained(engine_url: str) -> None:
    engine = open_engine(engine_url)
    with writing(engine) as connection:
        config = _config(LOCATION, VERSION_TABLE)
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for ledger, sizes in (("a", (4, 2, 9)), ("b", (3,)), ("c", ())):
            row = {"ledger": ledger, "root": bytes(32)}
            connection.execute(text("INSERT INTO head VALUES (:ledger, :ledger, 9, :root, NULL, false, NULL)"), row)
            for size in sizes:
                row = {"ledger": ledger, "size": size, "note": b"n"}
                connection.execute(text("INSERT INTO checkpoint VALUES (:ledger, :size, :note, true, '')"), row)
    migrate(engine)
    with engine.connect() as connection:
        chain = connection.execute(text("SELECT ledger, size, previous FROM checkpoint ORDER BY ledger, size")).all()
        newest = connection.execute(text("SELECT ledger, checkpoint FROM head ORDER BY ledger")).all()
    engine.dispose()
    assert [tuple(row) for row in chain] == [("a", 2, None), ("a", 4, 2), ("a", 9, 4), ("b", 3, None)]
    assert [tuple(row) for row in newest] == [("a", 9), ("b", 3), ("c", None)]
