"""What the server still has to bring into the log is there after every failure, once, and goes when it is recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from ledger.store.outbox import Outbox
from ledger.store.rows import OutboxMessage
from ledger.store.store import Store
from tests.support.faults import failing
from tests.support.plain_log import AT

LATER = AT + timedelta(minutes=1)


def note(id_: str, topic: str = "reads", record: str | None = None) -> OutboxMessage:
    return OutboxMessage(id_, topic, AT, f"of {id_}", record)


@pytest.fixture
def owed(store: Store) -> Outbox:
    """Two notes that go into record r1, and a third one."""
    owed = Outbox(store)
    for id_ in ("a", "b", "c"):
        owed.add(note(id_))
    owed.assign({"r1": ["a", "b"]})
    return owed


def everything(owed: Outbox) -> tuple[object, ...]:
    return owed.pending("reads", before=None), owed.assigned("reads"), owed.count()


def test_what_is_left_is_found_by_topic_whole_and_as_it_was(owed: Outbox) -> None:
    owed.add(note("d", "clocks"))
    assert everything(owed) == ([note("c")], {"r1": [note("a", record="r1"), note("b", record="r1")]}, 4)
    assert owed.pending("clocks", before=None) == [note("d", "clocks")]


def test_a_note_is_loose_from_the_moment_it_is_due(owed: Outbox) -> None:
    assert owed.pending("reads", before=AT - timedelta(milliseconds=1)) == []
    assert owed.pending("reads", before=AT) == [note("c")]


def test_a_note_that_goes_into_one_record_is_never_put_into_another(owed: Outbox) -> None:
    owed.assign({"r2": ["a", "c"]})
    assert {record: [each.id for each in notes] for record, notes in owed.assigned("reads").items()} == {
        "r1": ["a", "b"],
        "r2": ["c"],
    }


def test_a_recorded_note_goes_and_no_other(owed: Outbox) -> None:
    owed.delete("r1")
    assert everything(owed) == ([note("c")], {}, 1)


def test_what_one_process_leaves_another_one_finds(owed: Outbox, elsewhere: Store) -> None:
    assert everything(Outbox(elsewhere)) == everything(owed)


def test_a_ledger_does_not_see_what_another_one_owes(owed: Outbox, store: Store) -> None:
    assert Outbox(Store(store.engine, "other.example")).count() == 0


def leaves(owed: Outbox) -> None:
    owed.add(note("d"))


def gathers(owed: Outbox) -> None:
    owed.assign({"r3": ["c"]})


def removes(owed: Outbox) -> None:
    owed.delete("r1")


WRITES = [(leaves, "INTO owed"), (gathers, "UPDATE owed"), (removes, "DELETE FROM owed")]


@pytest.mark.parametrize(("write", "step"), WRITES)
@pytest.mark.parametrize("after", [False, True], ids=["fails", "fails but has landed"])
def test_a_statement_that_fails_leaves_nothing(
    owed: Outbox, store: Store, write: Callable[[Outbox], None], step: str, after: bool
) -> None:
    before = everything(owed)
    with failing(store.engine, step, after=after) as failed, pytest.raises(OperationalError):
        write(owed)
    assert failed
    assert everything(owed) == before
    write(owed)
    assert everything(owed) != before


@pytest.mark.parametrize(("write", "_step"), WRITES)
@pytest.mark.parametrize("landed", [False, True], ids=["fails", "fails but has landed"])
def test_of_a_commit_that_fails_all_is_there_or_nothing(
    owed: Outbox, store: Store, write: Callable[[Outbox], None], _step: str, landed: bool
) -> None:
    before = everything(owed)
    with failing(store.engine, "COMMIT", after=landed) as failed, pytest.raises(OperationalError):
        write(owed)
    assert failed
    assert (everything(owed) == before) is not landed
