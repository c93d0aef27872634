"""A database that says other than it said before: nothing is signed over it, and the fault is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Semaphore
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from formats.errors import VerificationError
from ledger.publication.publisher import Publication
from ledger.sequencer.outcomes import NotRecorded, Receipts
from ledger.sequencer.writer import Writer
from ledger.store.store import Store
from ledger.store.tables import checkpoint, entry, head, submission, tile
from tests.support.signing_parties import ORIGIN, SigningParty, Ticking, checkpoint_signer, process

SIGNER = checkpoint_signer(ORIGIN)
LOG = (checkpoint, tile, submission, entry, head)


def copied(store: Store) -> Callable[[], None]:
    """A backup of the whole log; calling it puts the database back to it."""
    with store.engine.begin() as connection:
        rows = {table: [dict(row._mapping) for row in connection.execute(select(table))] for table in LOG}

    def put_back() -> None:
        with store.engine.begin() as connection:
            for table, before in rows.items():
                connection.execute(delete(table))
                if before:
                    connection.execute(insert(table), before)

    return put_back


def test_a_database_set_back_under_the_writer_is_not_written_on(
    writer: Writer, store: Store, organ: SigningParty
) -> None:
    process(writer, organ.sign(organ.lines(3)))
    put_back = copied(store)
    process(writer, organ.sign(organ.lines(2)))
    put_back()
    answers = process(writer, organ.sign(organ.lines(4)))
    assert [type(answer) for answer in answers] == [NotRecorded]
    assert writer.fault == "the stored tree of size 3 contradicts what this process recorded of size 5"
    assert store.head().size == 3


def test_another_log_of_the_same_length_is_not_written_on(writer: Writer, store: Store, organ: SigningParty) -> None:
    process(writer, organ.sign(organ.lines(3)))
    put_back = copied(store)
    process(writer, organ.sign(organ.lines(2)))
    put_back()
    other = writer_of(writer, store)
    process(other, organ.sign(organ.lines(2)))
    (answer,) = process(writer, organ.sign(organ.lines()))
    assert isinstance(answer, NotRecorded)
    assert writer.fault == "the stored tree of size 5 contradicts what this process recorded of size 5"


def writer_of(like: Writer, store: Store) -> Writer:
    """A writer that knows nothing, as another process would have it."""
    return Writer(store, make_policy=like._make_policy, config=like._config)


def test_what_another_process_appended_is_written_on(writer: Writer, store: Store, organ: SigningParty) -> None:
    process(writer, organ.sign(organ.lines(3)))
    process(writer_of(writer, store), organ.sign(organ.lines(2)))
    (answer,) = process(writer, organ.sign(organ.lines()))
    assert isinstance(answer, Receipts)
    assert answer.items[0].index == 5


@pytest.fixture
def publication(store: Store, clock: Ticking) -> Publication:
    return Publication(store, SIGNER, clock=clock)


def test_a_database_set_back_is_not_published_over(
    writer: Writer, store: Store, organ: SigningParty, publication: Publication
) -> None:
    process(writer, organ.sign(organ.lines(3)))
    publication.publish()
    put_back = copied(store)
    process(writer, organ.sign(organ.lines(2)))
    publication.publish()
    put_back()
    with pytest.raises(VerificationError, match="size 5 is published, but the head is of size 3"):
        publication.publish()
    process(writer_of(writer, store), organ.sign(organ.lines(9)))
    with pytest.raises(VerificationError):
        publication.publish()
    assert [kept.size for kept in store.checkpoints(0, 9)] == [3]


class Turns:
    """The publication's waiting, taken turn by turn."""

    def __init__(self) -> None:
        self.go, self.waits, self.over = Semaphore(0), Semaphore(0), False

    def __call__(self, _: float) -> bool:
        self.waits.release()
        assert self.go.acquire(timeout=10)
        return self.over

    def one(self) -> None:
        """One publication, from its beginning to the next waiting."""
        self.go.release()
        assert self.waits.acquire(timeout=10)


@pytest.fixture
def turns(store: Store, clock: Ticking) -> Iterator[tuple[Publication, Turns]]:
    turns = Turns()
    publication = Publication(store, SIGNER, clock=clock, wait=turns)
    publication.start()
    assert turns.waits.acquire(timeout=10)
    yield publication, turns
    turns.over = True
    turns.go.release()
    publication.stop()


def test_publication_goes_on_after_a_damaged_checkpoint_was_mended(
    writer: Writer, store: Store, organ: SigningParty, turns: tuple[Publication, Turns]
) -> None:
    publication, turn = turns
    process(writer, organ.sign(organ.lines()))
    turn.one()
    whole: Any = store.published()
    for note, fault, size in ((b"no note", "Malformed", 1), (whole, None, 2)):
        with store.engine.begin() as connection:
            connection.execute(update(checkpoint).values(note=note))
        process(writer, organ.sign(organ.lines()))
        turn.one()
        assert publication.fault == fault
        assert store.checkpoints(0, 9)[-1].size == (size if fault else store.head().size)
