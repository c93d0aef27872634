"""What is written is read back byte for byte, in order and without gaps, on either back end."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError

from ledger.store import tables as schema
from ledger.store.rows import Head, StoredCheckpoint, StoredRefusal, StoredSubmission
from ledger.store.store import Store, origins
from ledger.store.transaction import DuplicateRecord
from ledger.tree import merkle, tiles
from tests.support.faults import statements
from tests.support.plain_log import AT, append, append_within, write

ODD = 'lines keep 每一个字节, "quotes", \\ and \x00'


def test_a_ledger_that_nobody_wrote_to_is_the_empty_tree(store: Store) -> None:
    assert store.head() == Head(0, merkle.EMPTY_ROOT)
    assert store.entries(0, 10) == []
    assert store.entry(0) is store.published() is store.tile(0, 0) is store.submission("00" * 32) is None


def test_an_entry_is_found_by_index_by_stream_and_by_record(store: Store) -> None:
    append(store, ("request/1", "one"), ("use/1", ODD))
    second = append(store, ("request/1", "three"), ("request/2", "four"))
    assert store.entry(1) == ODD.encode()
    assert store.entry(4) is None
    assert [entry.line for entry in store.entries(1, 2)] == [ODD.encode(), b"three"]
    assert [(entry.index, entry.position) for entry in store.stream("request/1")] == [(0, 0), (2, 1)]
    assert store.stream("request/1", start=1, limit=5) == second[:1]
    assert store.stream("request/1", limit=1)[0].index == 0
    assert store.stream("request/9") == []
    assert store.find_record("urn:test", "id-3") == second[1]
    assert store.find_record("urn:other", "id-3") is None


def test_the_head_says_size_root_and_time_of_the_last_commit(store: Store) -> None:
    lines = [("s", f"line {n}") for n in range(5)]
    append(store, *lines)
    root = merkle.root_hash([merkle.leaf_hash(text.encode()) for _, text in lines])
    assert store.head() == Head(5, root, AT)


def test_tiles_grow_and_earlier_hashes_stay(store: Store) -> None:
    append(store, *(("s", f"{n}") for n in range(255)))
    before = store.tile(0, 0)
    append(store, ("s", "255"), ("s", "256"))
    hashes = [merkle.leaf_hash(f"{n}".encode()) for n in range(257)]
    assert before == b"".join(hashes[:255])
    assert store.tile(0, 0) == b"".join(hashes[:256])
    assert store.tile(0, 1) == hashes[256]
    assert store.tile(1, 0) == merkle.root_hash(hashes[:256])
    places = [(0, 0), (0, 1), (0, 2), (1, 0)]
    assert store.tiles(places) == {place: found for place in places if (found := store.tile(*place)) is not None}
    assert store.tiles([]) == {}
    assert tiles.TileReader(store.tile)(8, 0) == merkle.root_hash(hashes[:256])


def test_tiles_are_found_by_their_places_and_not_by_going_through_all(store: Store) -> None:
    plans: list[str] = []
    ahead = "EXPLAIN QUERY PLAN" if store.engine.dialect.name == "sqlite" else "EXPLAIN"

    def explain(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "hashes" in statement and not statement.startswith("EXPLAIN"):
            rows = connection.exec_driver_sql(f"{ahead} {statement}", parameters).all()
            plans.append("\n".join(str(row[-1]) for row in rows))

    with store.engine.connect() as connection:
        connection.execute(schema.tile.insert(), _tiles_of(store, 5_000))
        connection.commit()
        if store.engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE tile")
            connection.commit()
    event.listen(store.engine, "before_cursor_execute", explain)
    try:
        assert set(store.tiles([(0, 7), (0, 4_000), (1, 0)])) == {(0, 7), (0, 4_000)}
    finally:
        event.remove(store.engine, "before_cursor_execute", explain)
    (plan,) = plans
    if store.engine.dialect.name == "sqlite":
        assert plan.count("ledger=? AND level=? AND n=?") == 3
    else:
        # One scan a place, or one scan of all places: in both, the places are conditions of the index.
        conditions = "".join(line for line in plan.splitlines() if " Cond" in line)
        assert all(re.search(rf"\b{n}\b", conditions) for n in (7, 4_000, 0)), plan
    assert "Seq Scan" not in plan


def test_more_tiles_can_be_asked_for_than_one_statement_takes(store: Store) -> None:
    """A submission that is sent again may have been recorded all over the log."""
    with store.engine.connect() as connection:
        connection.execute(schema.tile.insert(), _tiles_of(store, 1_500))
        connection.commit()
    wanted = [(0, n) for n in range(0, 3_000, 2)]
    assert store.tiles(wanted) == dict.fromkeys(wanted[:750], bytes(32))


def _tiles_of(store: Store, count: int) -> list[dict[str, Any]]:
    return [{"ledger": store.ledger, "level": 0, "n": n, "hashes": bytes(32)} for n in range(count)]


def test_a_submission_is_kept_verbatim_with_its_range(store: Store) -> None:
    first, second = append(store, ("s", "a"), ("s", "b")), append(store, ("s", "c"))
    found = store.submission(second[0].submission)
    assert found is not None
    assert (found.first_index, found.count, found.jws[:15]) == (2, 1, "header.payload.")
    assert [one.first_index for one in store.submissions(0, 10)] == [0, 2]
    assert store.submissions(1, 10) == [found]
    assert store.submissions(0, 1)[0].digest == first[0].submission


def test_the_writer_finds_hundreds_of_records_and_streams_at_once(store: Store) -> None:
    entries = append(store, *((f"use/{n % 300}", f"line {n}") for n in range(700)))
    with store.writing() as transaction:
        pairs = [("urn:test", f"id-{n}") for n in range(0, 1400, 2)]
        found = transaction.find_records(pairs)
        heads = transaction.stream_heads({f"use/{n}" for n in range(250, 350)})
    assert found == {(entry.source, entry.record_id): entry for entry in entries if entry.index % 2 == 0}
    assert len(heads) == 50
    assert heads["use/299"] == (2, merkle.leaf_hash(b"line 599"))
    assert heads["use/250"] == (2, merkle.leaf_hash(b"line 550"))


def test_nothing_to_find_asks_the_database_nothing(store: Store, engine: Engine) -> None:
    with store.writing() as transaction:
        asked = statements(engine, lambda: (transaction.find_records([]), transaction.stream_heads([])))
    assert asked == []


def test_a_block_that_raises_leaves_no_trace(store: Store) -> None:
    append(store, ("s", "kept"))

    def write_and_raise() -> None:
        with store.writing() as transaction:
            append_within(store, transaction, [("s", "dropped")])
            transaction.save_checkpoint(2, b"note", published=True, instant=AT)
            raise RuntimeError("second thoughts")

    with pytest.raises(RuntimeError, match="second thoughts"):
        write_and_raise()
    assert store.head().size == 1
    assert store.entry(1) is store.published() is None
    assert append(store, ("s", "next"))[0].index == 1


@pytest.mark.parametrize("moved", [{"index": 2}, {"index": 0}])
def test_an_index_that_is_not_the_next_is_our_own_error(store: Store, moved: dict[str, int]) -> None:
    entry = append(store, ("s", "one"))[0]
    with pytest.raises(AssertionError, match="no gaps"), store.writing() as transaction:
        write(store, transaction, [msgspec.structs.replace(entry, **moved)])


def test_a_record_that_is_recorded_already_breaks_its_transaction_only(store: Store) -> None:
    entry = append(store, ("s", "personal data"))[0]
    with pytest.raises(DuplicateRecord) as raised, store.writing() as transaction:
        write(store, transaction, [msgspec.structs.replace(entry, index=1, stream="r")])
    assert "personal data" not in f"{raised.value} {raised.value.__cause__}"  # which may reach a log file
    assert store.head().size == 1
    assert append(store, ("r", "other"))[0].index == 1


def test_the_head_and_the_ledgers_of_a_database_are_known_by_origin(store: Store, engine: Engine) -> None:
    assert store.origin not in origins(engine)
    append(store, ("s", "one"))
    assert store.origin in origins(engine)


def test_the_newest_published_checkpoint_is_served(store: Store) -> None:
    with store.writing() as transaction:
        for size, published in ((1, True), (2, True), (3, False)):
            transaction.save_checkpoint(size, b"note \x00 of %d" % size, published=published, instant=AT)
    assert store.published() == b"note \x00 of 2"
    assert store.checkpoint(3) == b"note \x00 of 3"
    assert store.checkpoint(4) is None
    assert store.checkpoints(2, 1) == [StoredCheckpoint(2, b"note \x00 of 2", published=True, at=AT)]
    assert [one.size for one in store.checkpoints(0, 10)] == [1, 2, 3]


def test_a_checkpoint_older_than_the_newest_is_kept_only_where_it_was(store: Store) -> None:
    with store.writing() as transaction:
        for size in (3, 5, 4, 3):
            transaction.save_checkpoint(size, b"%d" % size, published=True, instant=AT)
    assert [one.size for one in store.checkpoints(0, 10)] == [3, 5]
    assert store.head().checkpoint == 5


def test_publishing_replaces_a_receipts_checkpoint_and_is_not_taken_back(store: Store) -> None:
    with store.writing() as transaction:
        transaction.save_checkpoint(1, b"one signature", published=False, instant=AT)
        transaction.save_checkpoint(1, b"two signatures", published=True, instant=AT + timedelta(seconds=1))
        transaction.save_checkpoint(1, b"one signature", published=False, instant=AT)
    assert store.checkpoints(1, 1) == [StoredCheckpoint(1, b"two signatures", True, AT + timedelta(seconds=1))]
    with store.writing() as transaction:
        transaction.save_checkpoint(1, b"cosigned", published=True, instant=AT)
    assert store.published() == b"cosigned"


def test_refusals_are_kept_beside_the_log_newest_first(store: Store) -> None:
    refusals = [
        StoredRefusal(
            AT, "urn:test", "kid", "ab" * 32, line, ("ID_REUSED", "另一个"), b"\x00evidence" if line else None
        )
        for line in (None, 1, 2)
    ]
    with store.writing() as transaction:
        transaction.save_refusals(refusals[:2])
    with store.writing() as transaction:
        transaction.save_refusals([])
        transaction.save_refusals(refusals[2:])
    assert store.refusals(10) == refusals[::-1]
    assert store.refusals(1) == refusals[2:]
    assert store.head().size == 0


def test_only_a_demo_ledger_takes_a_scripted_clock(store: Store) -> None:
    with pytest.raises(IntegrityError), store.writing() as transaction:
        transaction.set_demo_clock(AT)
    assert store.head().demo_clock is None


def test_a_demo_ledger_keeps_its_clock_across_commits(store: Store) -> None:
    with store.writing() as transaction:
        transaction.append([], [], replace(transaction.head, demo=True))
    with store.writing() as transaction:
        transaction.set_demo_clock(AT)
    assert store.head() == Head(0, merkle.EMPTY_ROOT, None, demo=True, demo_clock=AT)
    with store.writing() as transaction:
        assert transaction.head.demo_clock == AT


def test_a_transaction_takes_few_statements_however_many_lines_it_has(store: Store, engine: Engine) -> None:
    append(store, ("s", "one"))

    def commit() -> None:
        with store.writing() as transaction:
            transaction.find_records([("urn:test", f"id-{n}") for n in range(500)])
            append_within(store, transaction, [(f"s/{n}", f"{n}") for n in range(500)])
            transaction.save_checkpoint(501, b"note", published=False, instant=AT)

    sent = [
        one for one in statements(engine, commit) if not one.startswith(("SELECT tile", "SELECT pg_notify", "BEGIN"))
    ]
    assert [one.split()[0] for one in sent] == ["SELECT"] * 3 + ["INSERT"] * 3 + ["UPDATE", "INSERT", "UPDATE"]


def test_a_short_id_never_lets_one_ledger_write_into_another(store: Store, engine: Engine) -> None:
    append(store, ("s", "one"))
    other = Store(engine, "another.example")
    other.ledger = store.ledger  # as if the 64 bits had collided
    with pytest.raises(AssertionError, match="taken by"), other.writing():
        pass


def test_a_submission_without_a_digest_of_its_own_is_refused(store: Store) -> None:
    with store.writing() as transaction:
        write(store, transaction, [], [StoredSubmission("aa" * 32, "jws", 0, 1)])
    with pytest.raises(IntegrityError), store.writing() as transaction:
        write(store, transaction, [], [StoredSubmission("aa" * 32, "other", 1, 1)])
