"""Opening a database so that what it confirms is durable, and readers never wait for the writer.

SQLite is the embedded default (a file; WAL, synchronous=FULL). PostgreSQL, through psycopg, is production. No setting
here or elsewhere trades an fsync for speed. Errors do not repeat what was to be stored: that may be personal data.
"""

from __future__ import annotations

import io
import os
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, Engine, Text, column, create_engine, event, inspect, select, table
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from ledger.store.tables import metadata
from ledger.store.wal_limit import limit_wal

if TYPE_CHECKING:
    from alembic.config import Config

_WRITES = "ledger_writes"
_POSTGRESQL = "postgresql+psycopg"
_OLDEST_SQLITE = (3, 35)  # UPDATE … RETURNING
_PLANS = "force_custom_plan"
_LOCK_WAIT = 30.0  # seconds that a writer waits for another one's SQLite lock

# A database that vanished without a word is noticed within five seconds, so that a writer who lost it stops in time.
# Unix sockets ignore these; there the kernel reports at once.
_PROMPT_DEATH = {
    "keepalives": 1,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
    "connect_timeout": 5,
}


# As many connections as a process has threads that may want one (``api.http.workers``, writer, publisher, projections).
# A thread that gets none waits no longer than a caller would.
_POOL: Final[dict[str, Any]] = {"pool_size": 8, "max_overflow": 48, "pool_timeout": 5.0}

# What is sent ahead of PostgreSQL (ledger.store.pg_copy) waits in the kernel, up to net.core.wmem_max. TCP finds its
# own size.
_SEND_BUFFER = 4 * 1024 * 1024


def open_engine(url: str | URL, *, read_only: bool = False) -> Engine:
    """An engine for `sqlite:///FILE` or `postgresql://…` (any spelling of the scheme: the driver is psycopg).

    ``read_only``: the database refuses every write. An SQLite file in a directory that may not be written to is read as
    it is, without its `-wal`: it must then be a copy that was taken whole.
    """
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _read_sqlite(parsed) if read_only else _open_sqlite(parsed)
    if backend in ("postgresql", "postgres"):
        return _open_postgresql(parsed.set(drivername=_POSTGRESQL), read_only=read_only)
    raise ValueError(f"the ledger is kept on sqlite or postgresql, not on {backend}")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes. On SQLite it takes the one write lock at its beginning: a transaction that read first
    and then wants to write would be refused (SQLITE_BUSY_SNAPSHOT) whenever another one wrote in between."""
    with engine.connect().execution_options(**{_WRITES: True}) as connection:
        with connection.begin():
            yield connection
        if engine.dialect.name == "sqlite":
            limit_wal(connection)


@contextmanager
def keeping_plans(connection: Connection) -> Iterator[None]:
    """Within it PostgreSQL keeps the plans of its own checks, such as those of foreign keys. Made again for every row,
    as `_prepare_postgresql` has it for statements, a plan costs more than the row. What fails within it fails the
    transaction.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    connection.exec_driver_sql("SET LOCAL plan_cache_mode = auto")
    yield
    connection.exec_driver_sql(f"SET LOCAL plan_cache_mode = {_PLANS}")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for reads that each stand alone: on PostgreSQL without the two round trips of a transaction."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT")
        yield connection


def _open_sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:" or "mode" in url.query:
        raise ValueError("a ledger in memory would be lost: name a file, as in sqlite:///ledger.sqlite")
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise ValueError(f"SQLite {sqlite3.sqlite_version} is too old: 3.35 is needed, or a PostgreSQL")
    # isolation_level None: the driver begins no transaction by itself; `_begin_sqlite` says which kind it is to be.
    arguments = {"isolation_level": None, "timeout": _LOCK_WAIT}
    engine = create_engine(url, connect_args=arguments, hide_parameters=True, **_POOL)
    event.listen(engine, "do_connect", lambda *_: _create_private(Path(str(url.database))))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _create_private(file: Path) -> None:
    """Creates a new database so that no other user can read it. SQLite gives `-wal` and `-shm` the same mode."""
    with suppress(FileExistsError, FileNotFoundError):  # of a missing directory, SQLite itself says so
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _read_sqlite(url: URL) -> Engine:
    assert url.database is not None
    file = Path(url.database).absolute()
    alone = not os.access(file.parent, os.W_OK)
    address = f"file:{quote(str(file))}?mode=ro{'&immutable=1' if alone else ''}"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, isolation_level=None, timeout=_LOCK_WAIT, check_same_thread=False)

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True, **_POOL)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    _turn_to_wal(cursor)
    # FULL: in WAL mode NORMAL would lose the last commits when the power fails.
    for pragma in ("synchronous = FULL", "trusted_schema = OFF", "cell_size_check = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _turn_to_wal(cursor: DBAPICursor) -> None:
    """Who opens a new file while another does finds it locked, and is not made to wait: SQLite does not call its busy
    handler where two could wait for each other. A write transaction waits; then it is tried again.
    """
    until = time.monotonic() + _LOCK_WAIT
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        cursor.execute("BEGIN IMMEDIATE")
        cursor.execute("ROLLBACK")


def _begin_sqlite(connection: Connection) -> None:
    kind = "IMMEDIATE" if connection.get_execution_options().get(_WRITES) else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {kind}")


def _open_postgresql(url: URL, *, read_only: bool) -> Engine:
    arguments: dict[str, Any] = _PROMPT_DEATH | {"application_name": "shareledger"}
    if read_only:
        arguments["options"] = "-c default_transaction_read_only=on"
    # The connection used last is used next: what its server process has learned of the tables is then at hand.
    engine = create_engine(url, connect_args=arguments, pool_use_lifo=True, hide_parameters=True, **_POOL)
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Any, _: ConnectionPoolEntry) -> None:
    with socket.socket(fileno=os.dup(connection.pgconn.socket)) as wire:
        if wire.family == socket.AF_UNIX:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
    with connection.cursor() as cursor:
        # `off` would confirm commits that a crash takes back. A stricter setting of the database is left alone.
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )
        # The driver prepares what it sends often; a plan made while a table was small must not serve when it is large.
        cursor.execute(f"SET plan_cache_mode = {_PLANS}")
    connection.commit()


LOCATION = "ledger.store:migrations"
VERSION_TABLE = "ledger_schema"
_MIGRATING = 0x6C6564676572  # key of the PostgreSQL lock that makes servers starting together migrate one after another


def migrate(engine: Engine, *, location: str = LOCATION, version_table: str = VERSION_TABLE) -> None:
    """Create or upgrade the tables: all of it, or nothing. Another room brings its own scripts and version table.

    Mostly they are in the present form. That takes one look, and Alembic, a tenth of what a server imports, none.
    """
    if _is_current(engine, location, version_table):
        return
    from alembic import command

    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_MIGRATING,))
        config = _config(location, version_table)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def migration_sql(url: str, *, location: str = LOCATION, version_table: str = VERSION_TABLE) -> str:
    """The same as SQL text, for administrators who run it themselves. Only the scheme of `url` is used."""
    from alembic import command

    config = _config(location, version_table)
    config.output_buffer = io.StringIO()
    config.attributes["url"] = url
    command.upgrade(config, "head", sql=True)
    return config.output_buffer.getvalue()


def run_migrations() -> None:
    """What each room's `env.py` calls."""
    from alembic import context

    config = context.config
    options = {"version_table": config.attributes["version_table"], "target_metadata": metadata}
    if context.is_offline_mode():
        context.configure(url=config.attributes["url"], literal_binds=True, **options)
    else:
        context.configure(connection=config.attributes["connection"], **options)
    with context.begin_transaction():
        context.run_migrations()


def schema_of(engine: Engine, version_table: str = VERSION_TABLE) -> str | None:
    """The revision of the tables, as `0005`; None where there are none."""
    with reading(engine) as connection:
        if not inspect(connection).has_table(version_table):
            return None
        known = connection.scalars(select(column("version_num", Text)).select_from(table(version_table)))
        revision = next(iter(known), None)
        return revision if revision is None else str(revision)  # SQLite keeps a value of any type


def newest_schema(location: str = LOCATION) -> str:
    """The revision that this release gives the tables."""
    return _newest(location)


def _is_current(engine: Engine, location: str, version_table: str) -> bool:
    """Whether the tables are in the form that the newest script gives them."""
    return schema_of(engine, version_table) == _newest(location)


def _newest(location: str) -> str:
    """The revision of the newest script: the files are named and ordered by theirs."""
    package, _, folder = location.partition(":")
    scripts = (resources.files(package) / folder / "versions").iterdir()
    return max(script.name.partition("_")[0] for script in scripts if script.name.endswith(".py"))


def _config(location: str, version_table: str) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", location)
    config.attributes["version_table"] = version_table
    return config
