"""The one transaction that changes a ledger. Whoever holds it holds the ledger's head row, so indexes are gapless and
in the order of the commits: a reader who has seen index n will never find one below n that he has not seen.
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
from ledger.store.pg_copy import RowStream
from ledger.store.rows import EMPTY, Head, StoredEntry, StoredRefusal, StoredSubmission
from ledger.tree import merkle
from ledger.tree.tiles import Tile


class RecordTaken(Exception):
    """An entry was to be written whose record, or whose place, is in the log already. Nothing was written."""


AHEAD = 250  # entries that are worth a system call of their own

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
# What was published stays published: a receipt's checkpoint for the same size does not take its place.
_REPLACE_CHECKPOINT = text(
    "UPDATE checkpoint SET note = :note, published = :published, at = :at"
    " WHERE ledger = :ledger AND size = :size AND (:published OR NOT published)"
).bindparams(*_NOTE)

_LAST_REFUSAL = select(func.max(schema.refusal.c.number)).where(schema.refusal.c.ledger == bindparam("ledger"))


@cache
def _save_head(backend: str) -> UpdateBase:
    table = schema.head
    ours = table.c.ledger == bindparam("our"), table.c.size == bindparam("before")
    values: dict[str, ColumnElement[Any]] = {field.name: bindparam(field.name) for field in fields(Head)}
    return update(table).where(*ours).values(values).returning(notifications.announcement(backend))


class WriteTransaction:
    """Made by `Store.writing`, which commits it when its block ends well and rolls it back otherwise."""

    head: Head  # as locked; after `append`, as it will be committed
    connection: Connection  # for rows that must be committed together with the log's

    def __init__(self, connection: Connection, ledger: str, origin: str) -> None:
        self.connection = connection
        self._ledger = ledger
        self.head = self._lock(origin)
        self._rows = RowStream(connection, schema.entry)
        self._unsent: list[StoredEntry] = []
        self._next = self.head.size  # the index of the next entry that is written

    def _lock(self, origin: str) -> Head:
        """The head row, ours until the transaction ends; an empty one for a ledger that has none yet."""
        ours = {"ledger": self._ledger}
        row = self.connection.execute(_LOCK_HEAD, ours).one_or_none()
        if row is None:
            self.connection.execute(_OPEN_LEDGER, ours | {"origin": origin, "root": EMPTY.root, "demo": False})
            row = self.connection.execute(_LOCK_HEAD, ours).one()
        assert row.origin == origin, f"the short id {self._ledger} of {origin!r} is taken by {row.origin!r}"
        return Head(*row[1:])

    def find_records(self, pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], StoredEntry]:
        """Of these (source, record id), those that are recorded."""
        self._finish_entries()
        by = ("source", "record_id")
        rows = bulk.find(self.connection, schema.entry, self._ledger, list(pairs), by=by)
        entries = map(entry_of, rows)
        return {(entry.source, entry.record_id): entry for entry in entries}

    def stream_heads(self, streams: Collection[str]) -> dict[str, tuple[int, bytes]]:
        """Of these streams, those that exist: the next position, and the leaf hash that comes before it."""
        self._finish_entries()
        keys = [(stream,) for stream in streams]
        rows = bulk.find(self.connection, schema.entry, self._ledger, keys, by=("stream",), latest="position")
        entries = map(entry_of, rows)
        return {entry.stream: (entry.position + 1, merkle.leaf_hash(entry.line)) for entry in entries}

    def write(self, entries: Sequence[StoredEntry]) -> None:
        """Begin to write the entries that come next in the log. The database keeps some of them already while the
        caller makes those that follow. `append` must come behind the last of them."""
        end = self._next + len(entries)
        assert [entry.index for entry in entries] == list(range(self._next, end)), "indexes have no gaps"
        self._next = end
        self._unsent += entries
        if len(self._unsent) >= AHEAD:
            self._send()

    def append(self, submissions: Sequence[StoredSubmission], tiles: Sequence[Tile], head: Head) -> None:
        """Put what was written at the end of the log, with the signatures that cover it, the tiles as they now are, and
        the head that all this amounts to. `RecordTaken`: the transaction can only be rolled back."""
        assert head.size == self._next, "the head counts every entry"
        self._finish_entries()
        ledger, fromhex = self._ledger, bytes.fromhex
        signed = [(ledger, fromhex(one.digest), one.first_index, one.count, one.jws) for one in submissions]
        bulk.insert(self.connection, schema.submission, signed)
        grown = [(ledger, tile.level, tile.n, tile.hashes) for tile in tiles]
        bulk.put(self.connection, schema.tile, grown)
        self._save_head(head)

    def check_whole(self) -> None:
        """To be asked before the commit: every entry that was written is counted by the head."""
        assert self._next == self.head.size, "entries were written and not appended"

    def abandon(self, failure: BaseException) -> None:
        """To be told before the rollback: the connection is to take no more of what was being written."""
        self._unsent.clear()
        self._rows.abandon(failure)

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
        with _as_taken():
            self._rows.send(rows)
        self._unsent.clear()

    def _finish_entries(self) -> None:
        """All that was written so far is in the table, and the connection free for another statement."""
        if self._unsent:
            self._send()
        with _as_taken():
            self._rows.end()

    def set_demo_clock(self, at: datetime) -> None:
        """Where the scripted clock of a demo ledger stands; the table refuses it to every other."""
        self._save_head(replace(self.head, demo_clock=at))

    def _save_head(self, head: Head) -> None:
        place = {"our": self._ledger, "before": self.head.size, **notifications.announced(self._ledger, head.size)}
        saved = self.connection.execute(_save_head(self.connection.dialect.name), place | asdict(head))
        assert len(saved.all()) == 1, "the head moved under its lock"
        self.head = head

    def save_checkpoint(self, size: int, note: bytes, *, published: bool, at: datetime) -> None:
        """Keep a signed note. A second one for the same size replaces the first, but no unpublished one a published.

        Each names the one kept before it, and the head the newest, so that a missing one is noticed. One that is
        older than the newest, and was not kept, is not kept now."""
        values = {"ledger": self._ledger, "size": size, "note": note, "published": published, "at": at}
        newest = self.head.checkpoint
        if newest is not None and size <= newest:
            self.connection.execute(_REPLACE_CHECKPOINT, values)
        else:
            self.connection.execute(_KEEP_CHECKPOINT, values | {"previous": newest})
            self._save_head(replace(self.head, checkpoint=size))

    def save_refusals(self, refusals: Sequence[StoredRefusal]) -> None:
        """Keep attempts that were not recorded, numbered in the order they were refused."""
        last = self.connection.scalar(_LAST_REFUSAL, {"ledger": self._ledger})
        numbered = enumerate(refusals, 0 if last is None else last + 1)
        rows = [(self._ledger, number, *_refusal_row(refusal)) for number, refusal in numbered]
        bulk.insert(self.connection, schema.refusal, rows)


@contextmanager
def _as_taken() -> Iterator[None]:
    try:
        yield
    except IntegrityError as taken:
        raise RecordTaken("a record, or its place in the log or in its stream, is taken") from taken


def entry_of(row: Sequence[Any]) -> StoredEntry:
    """A whole row of the entry table, as the store gives it out."""
    _, index, stream, position, type_, source, record_id, submission, line = row
    return StoredEntry(index, stream, position, type_, source, record_id, submission.hex(), line)


def _refusal_row(refusal: StoredRefusal) -> bulk.Row:
    digest, codes = bytes.fromhex(refusal.digest), json.dumps(refusal.codes)
    return refusal.at, refusal.source, refusal.kid, digest, refusal.line, codes, refusal.bytes
