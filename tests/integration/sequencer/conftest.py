"""A log with a running sequencer, on each back end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.sequencer.group_commit import SequencerSettings
from ledger.sequencer.sequencer import Sequencer
from ledger.sequencer.writer import Writer
from ledger.store.store import Store
from tests.support.databases import engine, migrated_postgres, migrated_sqlite
from tests.support.signing_parties import (
    ORIGIN,
    ContentPolicy,
    SequencerWith,
    SigningParty,
    Ticking,
    sequencer_for,
    signing_party,
    writer_for,
)

__all__ = ["engine", "migrated_postgres", "migrated_sqlite"]


@pytest.fixture
def store(engine: Engine) -> Iterator[Store]:
    store = Store(engine, ORIGIN)
    yield store
    store.close()


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def sequencer(store: Store, clock: Ticking) -> Iterator[Sequencer]:
    sequencer = sequencer_for(store, clock=clock)
    sequencer.start()
    yield sequencer
    sequencer.close()


@pytest.fixture
def sequencer_with(store: Store, clock: Ticking) -> Iterator[SequencerWith]:
    """Sequencers over the log, with settings; closed after the test."""
    made: list[Sequencer] = []

    def make(*, over: Store | None = None, **settings: Any) -> Sequencer:
        made.append(sequencer_for(over or store, clock=clock, settings=SequencerSettings(**settings)))
        made[-1].start()
        return made[-1]

    yield make
    for sequencer in made:
        sequencer.close()


@pytest.fixture(scope="session")
def organ() -> SigningParty:
    return signing_party()


@pytest.fixture
def gates() -> list[ContentPolicy]:
    """Every gate that the writer has opened."""
    return []


@pytest.fixture
def writer(store: Store, clock: Ticking, gates: list[ContentPolicy]) -> Writer:
    return writer_for(store, clock, gates)
