"""The newest tree is published, at most once a second, under every key of the log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from ledger.notes.checkpoint import open_checkpoint
from ledger.notes.cosignature import ML_DSA_44
from ledger.notes.note import ED25519
from ledger.publication.publisher import Publication
from ledger.sequencer.sequencer import Sequencer
from ledger.sequencer.writer import Writer
from ledger.store.store import Store
from tests.support.faults import failing
from tests.support.signing_parties import (
    NOON,
    ORIGIN,
    SequencerWith,
    SigningParty,
    Ticking,
    checkpoint_signer,
    process,
    verifiers,
)

SIGNER = checkpoint_signer(ORIGIN)


@pytest.fixture
def publication(store: Store, clock: Ticking) -> Publication:
    return Publication(store, SIGNER, clock=clock)


def test_a_published_checkpoint_is_the_head_signed_by_every_key(
    writer: Writer, store: Store, organ: SigningParty, publication: Publication
) -> None:
    process(writer, organ.sign(organ.lines(5)))
    note = publication.publish()
    assert note is not None
    signed = open_checkpoint(note, verifiers(SIGNER), origin=ORIGIN, every=True)
    head = store.head()
    assert (signed.checkpoint.size, signed.checkpoint.root) == (head.size, head.root)
    types = {verifier.key.key_id: verifier.key.type for verifier in verifiers(SIGNER)}
    assert [types[line.key_id] for line in signed.note.signatures] == [ED25519, ML_DSA_44]
    (kept,) = store.checkpoints(0, 9)
    assert (kept.note, kept.published, kept.at) == (note, True, NOON.replace(microsecond=0))


def test_an_empty_log_and_one_that_has_not_grown_publish_nothing(
    writer: Writer, store: Store, organ: SigningParty, publication: Publication, clock: Ticking
) -> None:
    assert publication.publish() is None
    process(writer, organ.sign(organ.lines(5)))
    note = publication.publish()
    clock.forward(seconds=10)
    assert publication.publish() is None
    assert store.published() == note


def test_what_was_published_is_kept_when_the_next_one_is(
    writer: Writer, store: Store, organ: SigningParty, publication: Publication
) -> None:
    notes = []
    for count in (1, 300, 7):
        process(writer, organ.sign(organ.lines(count)))
        notes.append(publication.publish())
    assert [kept.note for kept in store.checkpoints(0, 9)] == notes
    assert [kept.size for kept in store.checkpoints(0, 9)] == [1, 301, 308]
    assert store.published() == notes[-1]


def test_a_running_publication_publishes_once_a_turn_and_once_more_when_it_stops(
    writer: Writer, store: Store, organ: SigningParty, clock: Ticking
) -> None:
    turns: list[float] = []

    def wait(seconds: float) -> bool:
        """Three commits a turn; the third turn is the last."""
        turns.append(seconds)
        for _ in range(3):
            process(writer, organ.sign(organ.lines(1)))
        return len(turns) == 3

    publication = Publication(store, SIGNER, clock=clock, wait=wait)
    publication.start()
    publication.stop()
    assert turns == [1.0, 1.0, 1.0]
    assert [kept.size for kept in store.checkpoints(0, 9)] == [3, 6, 9]


def test_the_leader_publishes_and_the_time_signed_is_the_machines(
    store: Store, organ: SigningParty, sequencer_with: SequencerWith, clock: Ticking
) -> None:
    sequencer: Sequencer = sequencer_with()
    sequencer.submit(organ.sign(organ.lines(3))).result(10)
    sequencer.close()
    (kept,) = store.checkpoints(0, 9)
    assert kept.size == 3
    assert kept.at > clock.at + timedelta(days=1)  # the records' clock is a scripted one


@pytest.mark.parametrize("write", ["INTO checkpoint", "COMMIT"])
def test_a_publication_that_fails_is_made_good_by_the_next(
    writer: Writer, store: Store, engine: Engine, organ: SigningParty, publication: Publication, write: str
) -> None:
    process(writer, organ.sign(organ.lines(5)))
    with failing(engine, write), pytest.raises(OperationalError):
        publication.publish()
    assert store.checkpoints(0, 9) == []
    publication.publish()
    assert [kept.size for kept in store.checkpoints(0, 9)] == [5]


def test_a_publication_that_landed_unheard_is_published(
    writer: Writer, store: Store, engine: Engine, organ: SigningParty, publication: Publication
) -> None:
    process(writer, organ.sign(organ.lines(5)))
    with failing(engine, "COMMIT", after=True), pytest.raises(OperationalError):
        publication.publish()
    assert publication.publish() is None
    assert [kept.size for kept in store.checkpoints(0, 9)] == [5]


def test_a_publication_that_fails_in_its_thread_is_told_and_tried_again(
    writer: Writer, store: Store, engine: Engine, organ: SigningParty, clock: Ticking
) -> None:
    process(writer, organ.sign(organ.lines(5)))
    faults: list[str | None] = []

    def wait(seconds: float) -> bool:
        faults.append(publication.fault)
        return len(faults) == 2

    publication = Publication(store, SIGNER, clock=clock, wait=wait)
    with failing(engine, "INTO checkpoint"):
        publication.start()
        publication.stop()
    assert faults == [None, "OperationalError"]
    assert publication.fault is None
    assert [kept.size for kept in store.checkpoints(0, 9)] == [5]
