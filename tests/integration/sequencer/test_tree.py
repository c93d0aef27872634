"""What the writer makes sure of before it signs: that it extends the stored tree, and the published one with it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import pytest

from ledger.notes.checkpoint import Checkpoint
from ledger.publication.publisher import Publication
from ledger.sequencer.outcomes import NotRecorded, Receipts
from ledger.sequencer.writer import Writer
from ledger.store.store import Store
from ledger.store.tables import checkpoint, entry, head, tile
from ledger.tree import merkle
from tests.support.audited import added, flip, tampered
from tests.support.signing_parties import NOON, ORIGIN, SigningParty, Ticking, checkpoint_signer, process, writer_for


@pytest.fixture
def recorded(store: Store, writer: Writer, organ: SigningParty, clock: Ticking) -> Store:
    """Three hundred entries; the first two hundred are published."""
    process(writer, organ.sign(organ.lines(200)))
    Publication(store, checkpoint_signer(ORIGIN), clock=clock).publish()
    process(writer, organ.sign(organ.lines(100)))
    return store


def fault_of_a_start(store: Store, organ: SigningParty) -> str | None:
    """What a writer says that finds the log as it is now, and records nothing."""
    starting = writer_for(store, Ticking())
    before = store.head()
    (answer,) = process(starting, organ.sign(organ.lines(1)))
    assert isinstance(answer, NotRecorded)
    assert store.head() == before
    return starting.fault


TAMPERED: dict[str, tuple[Any, Any, dict[str, Any], str]] = {
    "a leaf": (tile, (tile.c.level == 0) & (tile.c.n == 1), {"hashes": flip(40)}, "do not have the root of the head"),
    "the root": (head, head.c.size == 300, {"root": flip(1)}, "do not have the root of the head"),
    "the size": (head, head.c.size == 300, {"size": 299}, "do not have the root of the head"),
    "a lost tile": (tile, tile.c.n == 1, {"gone": True}, "has 0 bytes"),
    "the last entry": (entry, entry.c.index == 299, {"line": flip(-30)}, "entry 299, the last one of the tree, is"),
    "no last entry": (entry, entry.c.index == 299, {"gone": True}, "entry 299, the last one of the tree, is missing"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_stored_tree_that_contradicts_itself_is_not_extended(recorded: Store, organ: SigningParty, what: str) -> None:
    table, rows, changes, fault = TAMPERED[what]
    with tampered(recorded, table, rows, **changes):
        assert fault in str(fault_of_a_start(recorded, organ))
    (answer,) = process(writer_for(recorded, Ticking()), organ.sign(organ.lines(1)))
    assert isinstance(answer, Receipts)


def test_an_entry_beyond_the_tree_is_not_written_over(recorded: Store, organ: SigningParty) -> None:
    change = {"index": 300, "position": 300, "record_id": "extra"}
    with added(recorded, entry, entry.c.index == 299, change):
        assert fault_of_a_start(recorded, organ) == "there is an entry 300, beyond the tree"


def other_publication(store: Store, size: int) -> AbstractContextManager[None]:
    """A checkpoint that says of this size what the tree does not."""
    note = checkpoint_signer(ORIGIN).publish(Checkpoint(ORIGIN, size, bytes(32)), NOON)
    return tampered(store, checkpoint, checkpoint.c.size == 200, note=note)


@pytest.mark.parametrize("size", [200, 301])
def test_a_tree_that_contradicts_the_published_one_is_not_extended(
    recorded: Store, organ: SigningParty, size: int
) -> None:
    with other_publication(recorded, size):
        expected = f"the stored tree of size 300 contradicts the published checkpoint of size {size}"
        assert fault_of_a_start(recorded, organ) == expected


def test_a_root_that_does_not_extend_the_stored_one_is_never_signed(
    recorded: Store, writer: Writer, organ: SigningParty, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = merkle.tree_root
    with monkeypatch.context() as flawed:
        flawed.setattr(merkle, "tree_root", lambda size, read: bytes(32) if size == 301 else right(size, read))
        (answer,) = process(writer, organ.sign(organ.lines(1)))
    assert isinstance(answer, NotRecorded)
    assert writer.fault == "the consistency proof does not lead from the old root to the new root"
    assert recorded.head().size == 300
    (answer,) = process(writer, organ.sign(organ.lines(1)))
    assert isinstance(answer, Receipts)


def test_a_tile_is_read_once_and_then_extended_as_it_was_read(
    recorded: Store, organ: SigningParty, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[tuple[int, int]] = []
    whole = recorded.tile
    monkeypatch.setattr(recorded, "tile", lambda level, n: read.append((level, n)) or whole(level, n))
    starting = writer_for(recorded, Ticking())
    for _ in range(3):
        process(starting, organ.sign(organ.lines(100)))
    assert sorted(read) == sorted(set(read))
    assert {(0, 1), (1, 0)} <= set(read)
