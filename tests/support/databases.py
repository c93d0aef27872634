"""Fixtures for a `conftest.py` to import: a migrated, empty database for each test, made once and emptied between."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import URL

from ledger.store.engine import migrate, open_engine
from ledger.store.tables import metadata

_names = itertools.count()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file to copy."""
    path = tmp_path_factory.mktemp("migrated") / "ledger.sqlite"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@contextmanager
def postgres_database(server: URL) -> Iterator[Engine]:
    """A migrated database of its own, which is gone afterwards."""
    name = f"ledger_shared_{os.getpid()}_{next(_names)}"
    admin = open_engine(server).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE template0')
    engine = open_engine(server.set(database=name))
    migrate(engine)
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.dispose()


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: URL) -> Iterator[Engine]:
    """A database to empty."""
    with postgres_database(postgres_server) as engine:
        yield engine


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """The same test on both back ends. A test that ends its connections, or leaves some open, harms no other."""
    if request.param == "sqlite":
        copy = shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "ledger.sqlite")
        engine = open_engine(f"sqlite:///{copy}")
    else:
        engine = open_engine(request.getfixturevalue("migrated_postgres").url)
        with engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {', '.join(metadata.tables)}"))
    yield engine
    engine.dispose()
