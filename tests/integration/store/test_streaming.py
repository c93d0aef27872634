"""Entries that are written while the next are being made are in the log whole, or not at all."""

from __future__ import annotations

import time

import msgspec
import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from ledger.store.engine import reading
from ledger.store.rows import StoredEntry
from ledger.store.store import Store
from ledger.store.transaction import AHEAD, DuplicateRecord, WriteTransaction
from tests.support.plain_log import AT, append, write

MANY = AHEAD + 50
_PATIENCE = 20.0  # seconds


def entries(start: int, count: int) -> list[StoredEntry]:
    """Each in a stream of its own."""
    numbers = range(start, start + count)
    return [StoredEntry(n, f"s/{n}", 0, "test.v1", "urn:test", f"id-{n}", "ab" * 32, b"%d" % n) for n in numbers]


def test_what_is_written_in_parts_is_there_whole_and_in_order(store: Store) -> None:
    given = entries(0, 3 * MANY)
    with store.writing() as transaction:
        transaction.write(given[:MANY])
        transaction.write(given[MANY : MANY + 7])
        write(store, transaction, given, begun=MANY + 7)
    assert store.entries(0, 4 * MANY) == given


def test_a_question_in_the_middle_sees_what_was_written_and_more_can_follow(store: Store) -> None:
    given = entries(0, 2 * MANY)
    with store.writing() as transaction:
        transaction.write(given[:MANY])
        assert list(transaction.find_records([("urn:test", "id-3"), ("urn:test", "id-x")])) == [("urn:test", "id-3")]
        write(store, transaction, given, begun=MANY)
    assert store.entries(0, 3 * MANY) == given


def test_a_taken_record_among_many_leaves_nothing_behind(store: Store) -> None:
    append(store, ("s", "one"))  # its record is id-0
    wrong = entries(1, MANY)
    wrong[-1] = msgspec.structs.replace(wrong[-1], record_id="id-0")
    with pytest.raises(DuplicateRecord), store.writing() as transaction:
        write(store, transaction, wrong)
    assert store.head().size == len(store.entries(0, 2 * MANY)) == 1
    append(store, ("s", "two"))
    assert store.head().size == 2


def test_whoever_fails_in_the_middle_leaves_nothing_and_the_next_can_write(store: Store) -> None:
    def begun(transaction: WriteTransaction) -> None:
        transaction.write(entries(0, MANY))
        raise LookupError("in the middle")

    with pytest.raises(LookupError), store.writing() as transaction:
        begun(transaction)
    assert store.entries(0, 9) == []
    append(store, ("s", "one"))
    assert store.head().size == 1


def test_entries_that_no_head_counts_are_not_committed(store: Store) -> None:
    with pytest.raises(AssertionError, match="not appended"), store.writing() as transaction:
        transaction.write(entries(0, 2))
    assert store.entries(0, 9) == []


def test_a_gap_between_two_parts_is_noticed(store: Store) -> None:
    with store.writing() as transaction:
        write(store, transaction, entries(0, 2))
        with pytest.raises(AssertionError, match="no gaps"):
            transaction.write(entries(3, 2))
    assert store.entries(0, 9) == entries(0, 2)


def test_entries_in_another_order_are_noticed(store: Store) -> None:
    first, second, third, fourth = entries(0, 4)
    with pytest.raises(AssertionError, match="no gaps"), store.writing() as transaction:
        transaction.write([first, third, second, fourth])
    assert store.head().size == 0


def test_postgresql_takes_rows_in_while_the_next_are_made(shared_postgres: Engine) -> None:
    store = Store(shared_postgres, "ledger.example/ahead")
    taken = text("SELECT coalesce(sum(bytes_processed), 0) FROM pg_stat_progress_copy")
    with store.writing() as transaction:
        transaction.write(entries(0, MANY))
        until = time.monotonic() + _PATIENCE
        with reading(shared_postgres) as other:
            while (bytes_ := int(other.scalar(taken) or 0)) < 100 * MANY and time.monotonic() < until:
                continue
        assert bytes_ > 100 * MANY, "the rows did not come before the end"
        write(store, transaction, entries(0, MANY), begun=MANY)
    assert store.head().size == MANY
    store.close()


def test_a_connection_that_is_lost_in_the_middle_is_replaced(shared_postgres: Engine) -> None:
    store = Store(shared_postgres, "ledger.example/lost")

    def lost(transaction: WriteTransaction) -> None:
        server = transaction.connection.scalar(text("SELECT pg_backend_pid()"))
        transaction.write(entries(0, MANY))
        with reading(shared_postgres) as other:
            assert other.scalar(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": server})
        write(store, transaction, entries(0, 2 * MANY), begun=MANY)

    with pytest.raises(OperationalError), store.writing() as transaction:
        lost(transaction)
    assert store.entries(0, 9) == []
    append(store, ("s", "one"))
    assert [entry.line for entry in store.entries(0, 9)] == [b"one"]
    assert store.head().recorded_at == AT
    store.close()


def test_a_connection_that_fails_as_the_rows_begin_can_still_be_rolled_back(
    shared_postgres: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(shared_postgres, "ledger.example/begins")

    def fails(*_: object) -> None:
        raise psycopg.OperationalError("nothing can be sent")

    with monkeypatch.context() as patch:
        patch.setattr("ledger.store.pg_copy._NonBlockingWriter.write", fails)
        with pytest.raises(psycopg.OperationalError), store.writing() as transaction:
            transaction.write(entries(0, MANY))
    assert store.entries(0, 9) == []
    append(store, ("s", "one"))
    assert store.head().size == 1
    store.close()
