"""What the server still has to bring into the log is there after every failure, once, and goes when it is recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from ledger.store.outbox import Owed
from ledger.store.rows import OwedNote
from ledger.store.store import Store
from tests.support.faults import failing
from tests.support.plain_log import AT

LATER = AT + timedelta(minutes=1)


def note(id_: str, topic: str = "reads", record: str | None = None) -> OwedNote:
    return OwedNote(id_, topic, AT, f"of {id_}", record)


@pytest.fixture
def owed(store: Store) -> Owed:
    """Two notes that go into record r1, and a third one."""
    owed = Owed(store)
    for id_ in ("a", "b", "c"):
        owed.leave(note(id_))
    owed.gather({"r1": ["a", "b"]})
    return owed


def everything(owed: Owed) -> tuple[object, ...]:
    return owed.loose("reads", before=None), owed.gathered("reads"), owed.count()


def test_what_is_left_is_found_by_topic_whole_and_as_it_was(owed: Owed) -> None:
    owed.leave(note("d", "clocks"))
    assert everything(owed) == ([note("c")], {"r1": [note("a", record="r1"), note("b", record="r1")]}, 4)
    assert owed.loose("clocks", before=None) == [note("d", "clocks")]


def test_a_note_is_loose_from_the_moment_it_is_due(owed: Owed) -> None:
    assert owed.loose("reads", before=AT - timedelta(milliseconds=1)) == []
    assert owed.loose("reads", before=AT) == [note("c")]


def test_a_note_that_goes_into_one_record_is_never_put_into_another(owed: Owed) -> None:
    owed.gather({"r2": ["a", "c"]})
    assert {record: [each.id for each in notes] for record, notes in owed.gathered("reads").items()} == {
        "r1": ["a", "b"],
        "r2": ["c"],
    }


def test_a_recorded_note_goes_and_no_other(owed: Owed) -> None:
    owed.remove("r1")
    assert everything(owed) == ([note("c")], {}, 1)


def test_what_one_process_leaves_another_one_finds(owed: Owed, elsewhere: Store) -> None:
    assert everything(Owed(elsewhere)) == everything(owed)


def test_a_ledger_does_not_see_what_another_one_owes(owed: Owed, store: Store) -> None:
    assert Owed(Store(store.engine, "other.example")).count() == 0


def leaves(owed: Owed) -> None:
    owed.leave(note("d"))


def gathers(owed: Owed) -> None:
    owed.gather({"r3": ["c"]})


def removes(owed: Owed) -> None:
    owed.remove("r1")


WRITES = [(leaves, "INTO owed"), (gathers, "UPDATE owed"), (removes, "DELETE FROM owed")]


@pytest.mark.parametrize(("write", "step"), WRITES)
@pytest.mark.parametrize("after", [False, True], ids=["fails", "fails but has landed"])
def test_a_statement_that_fails_leaves_nothing(
    owed: Owed, store: Store, write: Callable[[Owed], None], step: str, after: bool
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
    owed: Owed, store: Store, write: Callable[[Owed], None], _step: str, landed: bool
) -> None:
    before = everything(owed)
    with failing(store.engine, "COMMIT", after=landed) as failed, pytest.raises(OperationalError):
        write(owed)
    assert failed
    assert (everything(owed) == before) is not landed
