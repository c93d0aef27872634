"""Whoever waits for the log to grow learns of it, whichever process has written; and no reader ever skips an entry."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest
from sqlalchemy import text

from ledger.store import notifications
from ledger.store.engine import migrate, open_engine
from ledger.store.store import Store
from tests.support.plain_log import append, append_within


def test_a_log_that_is_long_enough_is_not_waited_for(store: Store) -> None:
    append(store, ("s", "one"))
    assert store.wait_for(0, 5) == 1
    assert store.wait_for(1, 5) == 1


def test_waiting_ends_with_the_time_and_says_how_far_the_log_is(store: Store) -> None:
    append(store, ("s", "one"))
    assert store.wait_for(2, 0.05) == 1


def test_a_commit_wakes_those_who_wait_here(store: Store) -> None:
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(store.wait_for, 1, 10)
        append(store, ("s", "one"))
        assert waiting.result() == 1


def test_a_commit_elsewhere_wakes_those_who_wait_here_within_a_second(
    store: Store, elsewhere: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "_NOTIFY_WAIT", 1.5)  # so that it is the notification that wakes
    store.wait_for(1, 0.3)  # is watching by now
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(store.wait_for, 1, 10)
        append(elsewhere, ("s", "one"))
        written = monotonic()
        assert waiting.result() == 1
        assert monotonic() - written < 1


def test_a_rolled_back_transaction_wakes_nobody(store: Store, elsewhere: Store) -> None:
    with elsewhere.writing() as transaction:
        append_within(elsewhere, transaction, [("s", "one")])
        transaction.connection.get_transaction().rollback()
    assert store.wait_for(1, 0.3) == 0


def test_closing_lets_those_go_who_wait(store: Store) -> None:
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(store.wait_for, 1, 30)
        store.close()
        assert waiting.result(timeout=5) == 0


def test_a_listener_is_told_of_growth_until_it_stops_listening(store: Store, elsewhere: Store) -> None:
    told = threading.Event()
    store.listen(told)
    assert told.is_set()
    told.clear()
    append(elsewhere, ("s", "one"))
    assert told.wait(5)
    told.clear()
    store.unlisten(told)
    append(store, ("s", "two"))
    assert not told.is_set()


def test_watching_goes_on_after_the_database_dropped_the_connection(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    migrate(engine)
    store, other = Store(engine, "o"), Store(engine, "o")
    told = threading.Event()
    store.listen(told)
    append(other, ("s", "one"))
    assert store.wait_for(1, 10) == 1  # it is watching
    told.clear()
    with engine.begin() as connection:
        dropped = connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
        )
        assert dropped.all()
    append(other, ("s", "two"))
    assert told.wait(10)
    store.close()
    other.close()
    engine.dispose()


def test_of_two_interleaved_writers_the_second_waits_for_the_firsts_commit(store: Store, elsewhere: Store) -> None:
    second_began, second_done = threading.Event(), threading.Event()

    def second() -> None:
        second_began.set()
        append(elsewhere, ("b", "second"))
        second_done.set()

    with ThreadPoolExecutor() as threads, store.writing() as first:
        append_within(store, first, [("a", "first")])
        threads.submit(second)
        second_began.wait()
        assert not second_done.wait(0.3)
        assert store.entries(0, 10) == []  # neither is visible: a reader's place is still before both
        first_ends = first.head.size
    assert second_done.wait(10)
    assert first_ends == 1
    assert [entry.line for entry in store.entries(0, 10)] == [b"first", b"second"]


def test_a_reader_who_goes_forward_beside_four_writers_skips_nothing(store: Store, elsewhere: Store) -> None:
    total, seen = 80, []

    def write(number: int) -> None:
        append(store if number % 2 else elsewhere, (f"s/{number}", "x"), (f"s/{number}", "y"))

    def read() -> None:
        while len(seen) < total:
            seen.extend(entry.index for entry in store.entries(seen[-1] + 1 if seen else 0, 7))
            store.wait_for(min(len(seen) + 1, total), 5)

    reader = threading.Thread(target=read)
    reader.start()
    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, range(total // 2)))
    reader.join(20)
    assert seen == list(range(total))
