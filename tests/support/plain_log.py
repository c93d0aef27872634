"""Entries without signatures, put into a store the way the sequencer does: for tests of the store alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from eventsourcing.persistence import StoredEvent

from ledger.eventstore.recorder import Compose
from ledger.store.rows import Head, StoredEntry, StoredSubmission
from ledger.store.store import Store
from ledger.store.transaction import WriteTransaction
from ledger.tree import merkle, tiles

AT = datetime(2026, 3, 25, 1, 12, 3, 120_000, tzinfo=UTC)


def append(store: Store, *lines: tuple[str, str]) -> list[StoredEntry]:
    """One committed transaction: one submission of these (stream, text) lines."""
    with store.writing() as transaction:
        return append_within(store, transaction, lines)


def append_within(store: Store, transaction: WriteTransaction, lines: Sequence[tuple[str, str]]) -> list[StoredEntry]:
    start = transaction.head.size
    jws = f"header.payload.{start}"
    digest = hashlib.sha256(jws.encode()).hexdigest()
    nexts = {stream: place for stream, (place, _) in transaction.stream_heads({line[0] for line in lines}).items()}
    entries = []
    for index, (stream, text) in enumerate(lines, start):
        position = nexts.get(stream, 0)
        nexts[stream] = position + 1
        entries.append(
            StoredEntry(index, stream, position, "test.v1", "urn:test", f"id-{index}", digest, text.encode())
        )
    write(store, transaction, entries, [StoredSubmission(digest, jws, start, len(lines))])
    return entries


def write(
    store: Store,
    transaction: WriteTransaction,
    entries: Sequence[StoredEntry],
    submissions: Sequence[StoredSubmission] = (),
    *,
    begun: int = 0,
) -> None:
    """The tree over the entries, and all of it appended. So many of the entries are written already."""
    hashes = [merkle.leaf_hash(entry.line) for entry in entries]
    rows = {(row.level, row.n): row for row in tiles.grow(transaction.head.size, hashes, store.tile)}
    reader = tiles.TileReader(lambda level, n: rows[level, n].hashes if (level, n) in rows else store.tile(level, n))
    size = transaction.head.size + len(entries)
    head = Head(size, merkle.tree_root(size, reader), AT)
    transaction.write(entries[begun:])
    transaction.append(submissions, list(rows.values()), head)


def composing(store: Store, *, first_version: int = 1) -> Compose:
    """A `Compose` for the library's own test cases: their events are arbitrary bytes, and some begin with version 0."""

    def compose(transaction: WriteTransaction, events: Sequence[StoredEvent]) -> None:
        entries = [
            StoredEntry(
                index,
                str(event.originator_id),
                event.originator_version - first_version,
                event.topic,
                "urn:test",
                f"id-{index}",
                "00" * 32,
                event.state,
            )
            for index, event in enumerate(events, transaction.head.size)
        ]
        write(store, transaction, entries)

    return compose
