"""The fault table of docs/explanation/durability.md: each write of the store fails, and fails but has landed.

Whatever the database does in the middle of a transaction, nothing of it is there; whatever it answers to COMMIT, either
all of it is there or nothing, reading says which, and the next transaction needs no repair.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from eventsourcing.persistence import Tracking
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from ledger.eventstore.tracking import insert_tracking, max_tracking_id
from ledger.store.engine import migrate, open_engine, writing
from ledger.store.rows import StoredRefusal
from ledger.store.store import Store
from tests.support.faults import failing, statements
from tests.support.plain_log import AT, append, append_within

REFUSAL = StoredRefusal(AT, "urn:test", "kid", "ab" * 32, 1, ("ID_REUSED",))


def a_batch(store: Store) -> None:
    with store.writing() as transaction:
        append_within(store, transaction, [("s", "one"), ("s", "two")])
        transaction.save_checkpoint(2, b"note", published=False, instant=AT)


def a_publication(store: Store) -> None:
    with store.writing() as transaction:
        transaction.save_checkpoint(0, b"note", published=True, instant=AT)


def a_refusal(store: Store) -> None:
    with store.writing() as transaction:
        transaction.save_refusals([REFUSAL])


def a_demo(store: Store) -> None:
    with store.writing() as transaction:
        transaction.append([], [], replace(transaction.head, demo=True))
        transaction.set_demo_clock(AT)


def a_place(store: Store) -> None:
    with writing(store.engine) as connection:
        insert_tracking(connection, store.ledger, Tracking("access", 1))


def everything(store: Store) -> tuple[object, ...]:
    """All that the store holds."""
    with writing(store.engine) as connection:
        place = max_tracking_id(connection, store.ledger, "access")
    rows = store.entries(0, 9), store.submissions(0, 9), store.tile(0, 0), store.checkpoints(0, 9), store.refusals(9)
    return store.head(), place, *rows


WRITES = [a_batch, a_publication, a_refusal, a_demo, a_place]
STEPS = {
    a_batch: [
        'INSERT INTO "entry"',
        'INSERT INTO "submission"',
        'INSERT INTO "tile"',
        "UPDATE head",
        "INTO checkpoint",
    ],
    a_publication: ["INTO checkpoint", "UPDATE head"],
    a_refusal: ['INSERT INTO "refusal"'],
    a_demo: ["UPDATE head"],
    a_place: ["INTO tracking"],
}


@pytest.mark.parametrize("after", [False, True], ids=["fails", "fails but has landed"])
@pytest.mark.parametrize(("write", "step"), [(write, step) for write in WRITES for step in STEPS[write]])
def test_a_statement_that_fails_takes_its_transaction_with_it(
    store: Store, write: Callable[[Store], None], step: str, after: bool
) -> None:
    before = everything(store)
    with failing(store.engine, step, after=after) as failed, pytest.raises(OperationalError):
        write(store)
    assert failed
    assert everything(store) == before
    write(store)  # nothing needs to be repaired
    assert everything(store) != before


@pytest.mark.parametrize("write", WRITES)
def test_a_commit_that_fails_leaves_nothing(store: Store, write: Callable[[Store], None]) -> None:
    before = everything(store)
    with failing(store.engine, "COMMIT") as failed, pytest.raises(OperationalError):
        write(store)
    assert failed
    assert everything(store) == before
    write(store)
    assert everything(store) != before


@pytest.mark.parametrize("write", WRITES)
def test_a_commit_that_fails_but_has_landed_is_there_as_a_whole(
    store: Store, engine: Engine, write: Callable[[Store], None]
) -> None:
    twin = Store(engine, f"{store.origin}/twin")
    write(twin)
    with failing(engine, "COMMIT", after=True) as failed, pytest.raises(OperationalError):
        write(store)
    assert failed
    landed, expected = everything(store), everything(twin)
    assert [bool(part) for part in landed] == [bool(part) for part in expected]
    assert landed[0] == expected[0]
    assert append(store, ("r", "next"))[0].index == store.head().size - 1


def test_every_statement_of_a_write_stands_in_the_table(store: Store) -> None:
    a_batch(store)
    for write in WRITES:
        sent = statements(store.engine, lambda write=write: write(Store(store.engine, f"{store.origin}/{write}")))
        changing = [one for one in sent if one.startswith(("INSERT", "UPDATE", "DELETE")) and "INTO head" not in one]
        assert {one for one in changing if not any(step in one for step in STEPS[write])} == set()


def test_a_new_ledgers_head_row_is_gone_with_its_first_transaction(store: Store) -> None:
    for after in (False, True):
        with failing(store.engine, "INTO head", after=after) as failed, pytest.raises(OperationalError):
            a_batch(store)
        assert failed
        assert store.head().size == 0
    a_batch(store)
    assert store.head().size == 2


@pytest.mark.parametrize("after", [False, True], ids=["fails", "fails but has landed"])
def test_a_migration_that_dies_half_way_is_done_again_from_the_start(engine_url: str, after: bool) -> None:
    engine = open_engine(engine_url)
    for step in ("CREATE TABLE entry", "CREATE TABLE refusal", "INTO ledger_schema"):
        with failing(engine, step, after=after) as failed, pytest.raises(OperationalError):
            migrate(engine)
        assert failed
    migrate(engine)
    append(Store(engine, "o"), ("s", "one"))
    engine.dispose()
