"""A ledger on each back end, with nothing in it. On PostgreSQL one database serves all of them, as it may."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import URL

from ledger.store.engine import migrate, open_engine
from ledger.store.store import Store
from projections import KINDS
from projections.engine.projector import Projector
from projections.engine.runner import Runner
from replay.rulebook import BundledData

_names = itertools.count()


@pytest.fixture(scope="session")
def postgres_ledgers(postgres_server: URL) -> Iterator[Engine]:
    name = "ledger_projections"
    admin = open_engine(postgres_server).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE template0')
    engine = open_engine(postgres_server.set(database=name))
    migrate(engine)
    yield engine
    engine.dispose()
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "postgresql":
        store = Store(request.getfixturevalue("postgres_ledgers"), f"ledger.example/{next(_names)}")
        yield store
        store.close()
        return
    engine = open_engine(request.getfixturevalue("sqlite_url"))
    migrate(engine)
    store = Store(engine, "ledger.example/projections")
    yield store
    store.close()
    engine.dispose()


@pytest.fixture
def run(store: Store) -> Iterator[Callable[..., Runner]]:
    """Runners of this ledger; each call makes one, as another process would, and brings it to the end of the log."""
    made: list[Runner] = []

    def make(
        kinds: Sequence[type[Projector]] = KINDS, *, caught_up: bool = True, data: BundledData | None = None
    ) -> Runner:
        runner = Runner(store, kinds, data)
        made.append(runner)
        if caught_up:
            runner.catch_up()
        return runner

    yield make
    for runner in made:
        runner.stop()
