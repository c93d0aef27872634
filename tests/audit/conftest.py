"""A whole ledger on each back end. Tests that tamper with it put everything back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import URL

from ledger.sequencer.writer import Writer
from ledger.store import Store, migrate, open_engine
from tests.support.audited import populate
from tests.support.sealed import ORIGIN, Party, Ticking, party, writer_for


@pytest.fixture(scope="session")
def whole_postgres(postgres_server: URL) -> Iterator[Engine]:
    name = f"ledger_audit_{id(postgres_server):x}"
    admin = open_engine(postgres_server).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE template0')
    engine = open_engine(postgres_server.set(database=name))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.dispose()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A ledger in which nothing is wrong."""
    if request.param == "postgresql":
        engine = request.getfixturevalue("whole_postgres")
    else:
        engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('whole') / 'ledger.sqlite'}")
    migrate(engine)
    store = Store(engine, ORIGIN)
    populate(store)
    yield store
    store.close()
    engine.dispose()


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def empty(engine_url: str) -> Iterator[Store]:
    """A ledger of the test's own."""
    engine = open_engine(engine_url)
    migrate(engine)
    store = Store(engine, ORIGIN)
    yield store
    store.close()
    engine.dispose()


@pytest.fixture
def writer(empty: Store, clock: Ticking) -> Writer:
    return writer_for(empty, clock)


@pytest.fixture(scope="session")
def organ() -> Party:
    return party(2)
