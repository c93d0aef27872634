"""What a publication makes sure of before it signs, each by itself: no checkpoint contradicts one that is out."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select

from formats.errors import VerificationError
from ledger.notes.checkpoint import parse_checkpoint
from ledger.notes.note import parse_note
from ledger.publication.publisher import Publication
from ledger.sequencer.writer import Writer
from ledger.store.store import Store
from ledger.store.tables import checkpoint, entry, head, submission, tile
from tests.support.audited import flip, tampered
from tests.support.signing_parties import ORIGIN, SigningParty, Ticking, checkpoint_signer, process, writer_for

SIGNER = checkpoint_signer(ORIGIN)
TABLES = (checkpoint, tile, submission, entry, head)
Rows = dict[str, list[dict[str, object]]]


@pytest.fixture
def publication(store: Store, clock: Ticking) -> Publication:
    return Publication(store, SIGNER, clock=clock)


def backup(store: Store) -> Rows:
    with store.engine.begin() as connection:
        return {table.name: [dict(row._mapping) for row in connection.execute(select(table))] for table in TABLES}


def restore(store: Store, rows: Rows) -> None:
    with store.engine.begin() as connection:
        for table in TABLES:
            if table.name in rows:
                connection.execute(delete(table))
                if rows[table.name]:
                    connection.execute(insert(table), rows[table.name])


def published(store: Store) -> list[tuple[int, bytes]]:
    """Size and root of every checkpoint that is kept."""
    kept = [parse_checkpoint(parse_note(each.note).text) for each in store.checkpoints(0, 99)]
    return [(each.size, each.root) for each in kept]


@pytest.mark.parametrize("later", [1, 2, 9])
def test_a_log_set_back_and_grown_otherwise_is_refused_while_the_process_runs(
    writer: Writer, store: Store, organ: SigningParty, publication: Publication, later: int
) -> None:
    """It had five entries when it was published; then three; then four, five or twelve others."""
    process(writer, organ.sign(organ.lines(3)))
    publication.publish()
    copy = backup(store)
    process(writer, organ.sign(organ.lines(2)))
    publication.publish()
    restore(store, copy)
    before = published(store)
    process(writer_for(store, Ticking()), organ.sign(organ.lines(later)))
    for _ in range(2):  # it stays so
        with pytest.raises(VerificationError):
            publication.publish()
    assert published(store) == before
    assert [size for size, _ in before] == [3]


@pytest.mark.parametrize("later", [0, 1, 2, 9])
def test_a_log_set_back_under_a_checkpoint_that_is_kept_is_refused_by_a_new_process(
    writer: Writer, store: Store, organ: SigningParty, publication: Publication, clock: Ticking, later: int
) -> None:
    process(writer, organ.sign(organ.lines(3)))
    copy = backup(store)
    process(writer, organ.sign(organ.lines(2)))
    publication.publish()
    kept = {"checkpoint": backup(store)["checkpoint"]}
    restore(store, copy)
    if later:
        process(writer_for(store, Ticking()), organ.sign(organ.lines(later)))
    restore(store, kept)
    before = published(store)
    with pytest.raises(VerificationError):
        Publication(store, SIGNER, clock=clock).publish()
    assert published(store) == before
    assert [size for size, _ in before] == [5]


def test_the_same_log_grown_on_from_a_copy_is_published(
    writer: Writer, store: Store, organ: SigningParty, publication: Publication
) -> None:
    """Set back, and forward again to what it was: nothing that is out is contradicted."""
    process(writer, organ.sign(organ.lines(3)))
    early = backup(store)
    process(writer, organ.sign(organ.lines(2)))
    publication.publish()
    late = backup(store)
    restore(store, early)
    with pytest.raises(VerificationError):
        publication.publish()
    restore(store, late)
    process(writer, organ.sign(organ.lines(1)))
    publication.publish()
    assert [size for size, _ in published(store)] == [5, 6]


@pytest.mark.parametrize(
    ("table", "changes"), [(tile, {"hashes": flip(40)}), (head, {"root": flip(1)})], ids=["a leaf", "the root"]
)
def test_a_head_that_the_stored_tiles_do_not_have_is_not_signed(
    writer: Writer,
    store: Store,
    organ: SigningParty,
    publication: Publication,
    table: object,
    changes: dict[str, object],
) -> None:
    process(writer, organ.sign(organ.lines(3)))
    with tampered(store, table, table.c.ledger == store.ledger, **changes):  # type: ignore[attr-defined, arg-type]
        with pytest.raises(VerificationError, match="do not have the root of the head"):
            publication.publish()
        assert store.published() is None
    assert publication.publish() is not None
