"""What the server still has to bring into the log is there after every failure, once, and goes when it is recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import OperationalError

from ledger.store import tables
from ledger.store.engine import writing
from ledger.store.outbox import Outbox
from ledger.store.rows import OutboxMessage
from ledger.store.store import Store
from tests.support.faults import failing
from tests.support.plain_log import AT

KEY = bytes(range(32))
LATER = AT + timedelta(minutes=1)


def note(id_: str, topic: str = "reads", record: str | None = None) -> OutboxMessage:
    return OutboxMessage(id_, topic, AT, f"of {id_}", record)


@pytest.fixture
def outbox(store: Store) -> Outbox:
    """Two notes that go into record r1, and a third one."""
    outbox = Outbox(store, KEY)
    for id_ in ("a", "b", "c"):
        outbox.add(note(id_))
    outbox.assign({"r1": ["a", "b"]})
    return outbox


def everything(outbox: Outbox) -> tuple[object, ...]:
    return outbox.pending("reads", before=None), outbox.assigned("reads"), outbox.count()


def test_what_is_left_is_found_by_topic_whole_and_as_it_was(outbox: Outbox) -> None:
    outbox.add(note("d", "clocks"))
    assert everything(outbox) == ([note("c")], {"r1": [note("a", record="r1"), note("b", record="r1")]}, 4)
    assert outbox.pending("clocks", before=None) == [note("d", "clocks")]


def test_a_note_is_loose_from_the_moment_it_is_due(outbox: Outbox) -> None:
    assert outbox.pending("reads", before=AT - timedelta(milliseconds=1)) == []
    assert outbox.pending("reads", before=AT) == [note("c")]


def test_a_note_that_goes_into_one_record_is_never_put_into_another(outbox: Outbox) -> None:
    outbox.assign({"r2": ["a", "c"]})
    assert {record: [each.id for each in notes] for record, notes in outbox.assigned("reads").items()} == {
        "r1": ["a", "b"],
        "r2": ["c"],
    }


def test_a_recorded_note_goes_and_no_other(outbox: Outbox) -> None:
    outbox.delete("r1")
    assert everything(outbox) == ([note("c")], {}, 1)


def test_what_one_process_leaves_another_one_finds(outbox: Outbox, elsewhere: Store) -> None:
    assert everything(Outbox(elsewhere, KEY)) == everything(outbox)


def test_a_ledger_does_not_see_what_another_one_owes(outbox: Outbox, store: Store) -> None:
    assert Outbox(Store(store.engine, "other.example"), KEY).count() == 0


def leaves(outbox: Outbox) -> None:
    outbox.add(note("d"))


def gathers(outbox: Outbox) -> None:
    outbox.assign({"r3": ["c"]})


def removes(outbox: Outbox) -> None:
    outbox.delete("r1")


WRITES = [(leaves, "INTO outbox"), (gathers, "UPDATE outbox"), (removes, "DELETE FROM outbox")]


@pytest.mark.parametrize(("write", "step"), WRITES)
@pytest.mark.parametrize("after", [False, True], ids=["fails", "fails but has landed"])
def test_a_statement_that_fails_leaves_nothing(
    outbox: Outbox, store: Store, write: Callable[[Outbox], None], step: str, after: bool
) -> None:
    before = everything(outbox)
    with failing(store.engine, step, after=after) as failed, pytest.raises(OperationalError):
        write(outbox)
    assert failed
    assert everything(outbox) == before
    write(outbox)
    assert everything(outbox) != before


@pytest.mark.parametrize(("write", "_step"), WRITES)
@pytest.mark.parametrize("landed", [False, True], ids=["fails", "fails but has landed"])
def test_of_a_commit_that_fails_all_is_there_or_nothing(
    outbox: Outbox, store: Store, write: Callable[[Outbox], None], _step: str, landed: bool
) -> None:
    before = everything(outbox)
    with failing(store.engine, "COMMIT", after=landed) as failed, pytest.raises(OperationalError):
        write(outbox)
    assert failed
    assert (everything(outbox) == before) is not landed


def test_a_message_that_was_not_made_here_is_kept_and_never_handed_out(outbox: Outbox, store: Store) -> None:
    """One who can write to the database can add a row, change one, or take one of another ledger."""
    with writing(store.engine) as connection:
        row = {"ledger": store.ledger, "topic": "reads", "due": AT, "note": "of the province", "mac": bytes(32)}
        connection.execute(insert(tables.outbox), row | {"id": "added"})
        connection.execute(update(tables.outbox).where(tables.outbox.c.id == "c").values(note="of another"))

    assert outbox.pending("reads", before=None) == []
    assert set(outbox.assigned("reads")) == {"r1"}
    assert outbox.forged == 2  # also after the messages of another kind were read
    assert outbox.count() == 4
    other = Outbox(store, bytes(32))
    assert other.assigned("reads") == {}
    assert other.forged == 2


@pytest.mark.parametrize("value", ["'text'", "1.5", "4611686018427387904", "x'00'"])
@pytest.mark.parametrize("column", ["mac", "note"])
def test_a_value_of_another_type_makes_a_message_wrong(outbox: Outbox, store: Store, column: str, value: str) -> None:
    if store.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL refuses a value of another type")
    with writing(store.engine) as connection:
        connection.exec_driver_sql(f"UPDATE outbox SET {column} = {value} WHERE id = 'c'")
    assert outbox.pending("reads", before=None) == []
    assert outbox.forged == 1
