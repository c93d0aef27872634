"""A whole ledger on each back end. Tests that tamper with it put everything back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import URL

from ledger.sequencer.writer import Writer
from ledger.store.engine import migrate, open_engine
from ledger.store.store import Store
from tests.support.audited import populate
from tests.support.databases import engine, migrated_postgres, migrated_sqlite, postgres_database
from tests.support.signing_parties import ORIGIN, SigningParty, Ticking, signing_party, writer_for

__all__ = ["engine", "migrated_postgres", "migrated_sqlite"]


@pytest.fixture(scope="session")
def whole_postgres(postgres_server: URL) -> Iterator[Engine]:
    with postgres_database(postgres_server) as engine:
        yield engine


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A ledger in which nothing is wrong."""
    if request.param == "postgresql":
        url = request.getfixturevalue("whole_postgres").url
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('whole') / 'ledger.sqlite'}"
    engine = open_engine(url)
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
def empty(engine: Engine) -> Iterator[Store]:
    """A ledger of the test's own."""
    store = Store(engine, ORIGIN)
    yield store
    store.close()


@pytest.fixture
def writer(empty: Store, clock: Ticking) -> Writer:
    return writer_for(empty, clock)


@pytest.fixture(scope="session")
def organ() -> SigningParty:
    return signing_party(2)
