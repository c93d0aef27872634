"""A store on each back end. Its ledger is its own; on PostgreSQL the database is not: one serves many ledgers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import URL

from ledger.store.engine import migrate, open_engine
from ledger.store.store import Store

_names = itertools.count()


@pytest.fixture(scope="session")
def shared_postgres(postgres_server: URL) -> Iterator[Engine]:
    name = f"ledger_store_{id(postgres_server):x}"
    admin = open_engine(postgres_server).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE template0')
    engine = open_engine(postgres_server.set(database=name))
    migrate(engine)
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A migrated database: on SQLite a fresh one."""
    if request.param == "postgresql":
        yield request.getfixturevalue("shared_postgres")
        return
    engine = open_engine(request.getfixturevalue("sqlite_url"))
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> Iterator[Store]:
    """A ledger that nobody has written to."""
    store = Store(engine, f"ledger.example/{next(_names)}")
    yield store
    store.close()


@pytest.fixture
def elsewhere(store: Store) -> Iterator[Store]:
    """The same ledger as another process has it: nothing shared but the database."""
    engine = open_engine(store.engine.url)
    other = Store(engine, store.origin)
    yield other
    other.close()
    engine.dispose()
