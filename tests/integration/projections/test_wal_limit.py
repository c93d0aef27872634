"""SQLite's write-ahead log stays short while entries are recorded, projected and asked for; a long question delays
that, and stops nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.engine import URL

from ledger.store import wal_limit
from ledger.store.engine import migrate, open_engine, reading
from ledger.store.store import Store
from ledger.store.tables import entry, head
from projections import KINDS
from projections.engine.runner import Runner
from tests.support.log_writer import write_acts
from tests.support.plain_log import append
from tests.support.story import Story

LIMIT = 1 << 20
TRANSACTION = 1 << 20  # the largest one of these tests, roughly


@pytest.fixture
def engine(sqlite_url: URL, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setattr(wal_limit, "LIMIT", LIMIT)
    monkeypatch.setattr(wal_limit, "PAUSE", 0.0)
    engine = open_engine(sqlite_url)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> Iterator[Store]:
    store = Store(engine, "ledger.example/wal")
    yield store
    store.close()


def wal_of(engine: Engine) -> int:
    return Path(f"{engine.url.database}-wal").stat().st_size


class Questions:
    """Read transactions that overlap: at no moment does nobody read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _ask(self) -> None:
        with ExitStack() as last:
            held = [ExitStack(), ExitStack()]
            for mine in cycle(held):
                mine.close()
                connection = mine.enter_context(reading(self._engine))
                connection.execute(select(entry.c.line).limit(50)).all()
                if self._ended.wait(0.005):
                    break
            for each in held:
                last.push(each)


def test_it_stays_short_with_projections_and_questions_at_work(engine: Engine, store: Store) -> None:
    story = Story().granted()
    for place in range(6_000):
        story.used(time=f"2026-04-01T{place // 3600 % 24:02}:{place // 60 % 60:02}:{place % 60:02}")
    longest = 0
    runner, other = Runner(store, KINDS), Runner(store, KINDS)
    runner.start()
    try:
        with Questions(engine):
            for start in range(0, len(story.acts), 250):
                write_acts(store, story.acts[start : start + 250])
                longest = max(longest, wal_of(engine))
            other.catch_up()
    finally:
        runner.stop()
        other.stop()
    assert longest <= LIMIT + 2 * TRANSACTION


def test_a_long_question_lets_it_grow_until_it_ends(engine: Engine, store: Store) -> None:
    lines = [("s", f"{'x' * 4_000} {place}") for place in range(500)]
    append(store, *lines)
    with reading(engine) as connection:
        before = connection.execute(select(head.c.size)).scalar()
        append(store, *lines)
        append(store, *lines)
        assert wal_of(engine) > LIMIT
        assert connection.execute(select(head.c.size)).scalar() == before
    append(store, ("s", "the next"))
    assert wal_of(engine) == 0
    assert store.head().size == 1_501
