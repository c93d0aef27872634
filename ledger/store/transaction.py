"""The one transaction that changes a ledger.

Its holder has the head row locked (`FOR UPDATE`, design.md §5), so indexes have no gaps and follow the order of the
commits. A reader that has seen index n will never find a new entry below n.

1. Lock the head row.
2. Look up records and streams, and write entries while their successors are still being made.
3. Append: signatures, tiles, and the head last.
4. Check that the head counts every entry. Then commit.
If we die before the commit, the database rolls back: no entry exists, and no index is used. If the commit has landed
unseen, everything is there. The caller then reads the log by (source, id), and never guesses. Each write is listed with
both faults in docs/explanation/durability.md.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, LargeBinary, UpdateBase, bindparam, func, select, text, update
from sqlalchemy.exc import IntegrityError

from ledger.store import bulk, notifications
from ledger.store import tables as schema
from ledger.store.pg_copy import CopyStream
from ledger.store.rows import EMPTY, Head, StoredEntry, StoredRefusal, StoredSubmission
from ledger.tree import merkle
from ledger.tree.tiles import Tile


class DuplicateRecord(Exception):
    """The log already holds the record, or the place, of an entry to write. Nothing was written."""


AHEAD = 250  # entries for which a system call of their own pays

HEAD = tuple(schema.head.c[field.name] for field in fields(Head))

_LOCK_HEAD = select(schema.head.c.origin, *HEAD).where(schema.head.c.ledger == bindparam("ledger")).with_for_update()
_OPEN_LEDGER = text(
    "INSERT INTO head (ledger, origin, size, root, demo) VALUES (:ledger, :origin, 0, :root, :demo)"
    " ON CONFLICT (ledger) DO NOTHING"
)
_NOTE = bindparam("at", type_=schema.Instant), bindparam("note", type_=LargeBinary)
_KEEP_CHECKPOINT = text(
    "INSERT INTO checkpoint (ledger, size, note, published, at, previous)"
    " VALUES (:ledger, :size, :note, :published, :at, :previous)"
).bindparams(*_NOTE)
# A published checkpoint stays published: the checkpoint of a receipt for the same size does not replace it.
_REPLACE_CHECKPOINT = text(
    "UPDATE checkpoint SET note = :note, published = :published, at = :at"
    " WHERE ledger = :ledger AND size = :size AND (:published OR NOT published)"
).bindparams(*_NOTE)

_LAST_REFUSAL = select(func.max(schema.refusal.c.number)).where(schema.refusal.c.ledger == bindparam("ledger"))


@cache
def _save_head() -> UpdateBase:
    table = schema.head
    ours = table.c.ledger == bindparam("our"), table.c.size == bindparam("before")
    values: dict[str, ColumnElement[Any]] = {field.name: bindparam(field.name) for field in fields(Head)}
    return update(table).where(*ours).values(values)


class WriteTransaction:
    """The open transaction.

    `Store.writing` makes it, commits it at the end of its block, and rolls it back on an exception.
    """

    head: Head  # as locked; after `append`, as it will be after the commit
    connection: Connection  # for rows that must commit together with those of the log

    def __init__(self, connection: Connection, ledger: str, origin: str) -> None:
        self.connection = connection
        self._ledger = ledger
        self.head = self._lock(origin)  # (1)
        self._rows = CopyStream(connection, schema.entry)
        self._unsent: list[StoredEntry] = []
        self._next = self.head.size  # the index of the next entry that is written

    def _lock(self, origin: str) -> Head:
        """Lock the head row until the transaction ends. Insert an empty one for a ledger that has none yet."""
        ours = {"ledger": self._ledger}
        row = self.connection.execute(_LOCK_HEAD, ours).one_or_none()
        if row is None:
            self.connection.execute(_OPEN_LEDGER, ours | {"origin": origin, "root": EMPTY.root, "demo": False})
            row = self.connection.execute(_LOCK_HEAD, ours).one()
        assert row.origin == origin, f"the short id {self._ledger} of {origin!r} is taken by {row.origin!r}"
        return Head(*row[1:])

    def find_records(self, pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], StoredEntry]:
        """Return the entries of those of these (source, record id) pairs that are recorded."""
        self._finish_entries()
        by = ("source", "record_id")
        rows = bulk.find(self.connection, schema.entry, self._ledger, list(pairs), columns=by)
        entries = map(entry_of, rows)
        return {(entry.source, entry.record_id): entry for entry in entries}

    def stream_heads(self, streams: Collection[str]) -> dict[str, tuple[int, bytes]]:
        """Return, for those of these streams that exist, the next position and the leaf hash of the last entry."""
        self._finish_entries()
        keys = [(stream,) for stream in streams]
        rows = bulk.find(self.connection, schema.entry, self._ledger, keys, columns=("stream",), latest="position")
        entries = map(entry_of, rows)
        return {entry.stream: (entry.position + 1, merkle.leaf_hash(entry.line)) for entry in entries}

    def write(self, entries: Sequence[StoredEntry]) -> None:
        """Step 2. Begin to write the next entries of the log, in order. `append` must follow after the last of them.

        The database stores some of them while the caller makes their successors.
        """
        end = self._next + len(entries)
        assert [entry.index for entry in entries] == list(range(self._next, end)), "indexes have no gaps"
        self._next = end
        self._unsent += entries
        if len(self._unsent) >= AHEAD:
            self._send()

    def append(self, submissions: Sequence[StoredSubmission], tiles: Sequence[Tile], head: Head) -> None:
        """Step 3. Write the signatures of the written entries, the tiles in their new state, and the new head.

        Raise `DuplicateRecord` if the table refuses an entry. Only a rollback is possible then.
        """
        assert head.size == self._next, "the head counts every entry"
        self._finish_entries()
        ledger, fromhex = self._ledger, bytes.fromhex
        signed = [(ledger, fromhex(one.digest), one.first_index, one.count, one.jws) for one in submissions]
        bulk.insert(self.connection, schema.submission, signed)
        grown = [(ledger, tile.level, tile.n, tile.hashes) for tile in tiles]
        bulk.put(self.connection, schema.tile, grown)
        self._save_head(head)

    def check_complete(self) -> None:
        """Step 4, before the commit. Check that the head counts every entry that was written."""
        assert self._next == self.head.size, "entries were written and not appended"

    def abort(self, failure: BaseException) -> None:
        """Before the rollback: end the write that is in progress, so that the connection is free."""
        self._unsent.clear()
        self._rows.abort(failure)

    def _send(self) -> None:
        ledger, digests = (
            self._ledger,
            {one: bytes.fromhex(one) for one in {entry.submission for entry in self._unsent}},
        )
        rows = [
            (
                ledger,
                one.index,
                one.stream,
                one.position,
                one.type,
                one.source,
                one.record_id,
                digests[one.submission],
                one.line,
            )
            for one in self._unsent
        ]
        with _as_duplicate():
            self._rows.send(rows)
        self._unsent.clear()

    def _finish_entries(self) -> None:
        """Wait until every written entry is in the table. The connection is then free for another statement."""
        if self._unsent:
            self._send()
        with _as_duplicate():
            self._rows.end()

    def set_demo_clock(self, instant: datetime) -> None:
        """Set the scripted clock of a demo ledger. The table refuses this for any other ledger (design.md §11)."""
        self._save_head(replace(self.head, demo_clock=instant))

    def _save_head(self, head: Head) -> None:
        """Write the head row, and the notification to other processes, which is sent with the commit.

        They are two statements: a distributed PostgreSQL refuses a volatile function in what an UPDATE returns.
        """
        place = {"our": self._ledger, "before": self.head.size}
        saved = self.connection.execute(_save_head(), place | asdict(head))
        assert saved.rowcount == 1, "the head moved under its lock"
        notifications.send(self.connection, self._ledger, head.size)
        self.head = head

    def save_checkpoint(self, size: int, note: bytes, *, published: bool, instant: datetime) -> None:
        """Store a signed note. A second note for the same size replaces the first, but never an unpublished one a
        published one.

        Each row names the checkpoint before it, and the head names the newest one, so that a missing row is noticed. A
        note that is older than the newest, and was not stored, is not stored now.
        """
        values = {"ledger": self._ledger, "size": size, "note": note, "published": published, "at": instant}
        newest = self.head.checkpoint
        if newest is not None and size <= newest:
            self.connection.execute(_REPLACE_CHECKPOINT, values)
        else:
            self.connection.execute(_KEEP_CHECKPOINT, values | {"previous": newest})
            self._save_head(replace(self.head, checkpoint=size))

    def save_refusals(self, refusals: Sequence[StoredRefusal]) -> None:
        """Store refused attempts, numbered in the order of their refusal (design.md §6)."""
        last = self.connection.scalar(_LAST_REFUSAL, {"ledger": self._ledger})
        numbered = enumerate(refusals, 0 if last is None else last + 1)
        rows = [(self._ledger, number, *_refusal_row(refusal)) for number, refusal in numbered]
        bulk.insert(self.connection, schema.refusal, rows)


@contextmanager
def _as_duplicate() -> Iterator[None]:
    try:
        yield
    except IntegrityError as taken:
        raise DuplicateRecord("a record, or its place in the log or in its stream, is taken") from taken


def entry_of(row: Sequence[Any]) -> StoredEntry:
    """Return the value for a whole row of the entry table."""
    _, index, stream, position, type_, source, record_id, submission, line = row
    return StoredEntry(index, stream, position, type_, source, record_id, submission.hex(), line)


def _refusal_row(refusal: StoredRefusal) -> bulk.Row:
    digest, codes = bytes.fromhex(refusal.digest), json.dumps(refusal.codes)
    return refusal.at, refusal.source, refusal.kid, digest, refusal.line, codes, refusal.bytes
