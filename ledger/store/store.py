"""One ledger in a database: its reads, and the transaction that writes it.

Reads take no lock and never wait for the writer. They see committed rows only. A caller that requires two answers of
one instant asks both up to the same tree size, because nothing below it ever changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from threading import Event
from typing import Any

from sqlalchemy import BindParameter, Engine, Select, and_, bindparam, or_, select

from ledger.store import bulk
from ledger.store import tables as schema
from ledger.store.engine import reading, writing
from ledger.store.notifications import LogGrowth
from ledger.store.rows import EMPTY, Head, StoredCheckpoint, StoredEntry, StoredRefusal, StoredSubmission
from ledger.store.transaction import HEAD, WriteTransaction, entry_of

_NO_LIMIT = 2**62
_TILES_AT_ONCE = 64  # in one statement; SQLite accepts no more than a thousand

# Statements are built once, because building one takes longer than running it.
_limit: BindParameter[int] = bindparam("limit")
_head, _entry, _submission = schema.head.c, schema.entry.c, schema.submission.c
_tile, _checkpoint, _refusal = schema.tile.c, schema.checkpoint.c, schema.refusal.c

_ORIGINS = select(_head.origin).order_by(_head.origin)
_HEAD = select(*HEAD).where(_head.ledger == bindparam("ledger"))

_ENTRIES = select(schema.entry).where(_entry.ledger == bindparam("ledger"))
_LINE = select(_entry.line).where(_entry.ledger == bindparam("ledger"), _entry.index == bindparam("at"))
_RANGE = _ENTRIES.where(_entry.index.between(bindparam("first"), bindparam("last"))).order_by(_entry.index)
_RECORD = _ENTRIES.where(_entry.source == bindparam("source"), _entry.record_id == bindparam("id"))
_STREAM = (
    _ENTRIES.where(_entry.stream == bindparam("stream"), _entry.position >= bindparam("first"))
    .order_by(_entry.position)
    .limit(_limit)
)

_SIGNED = select(_submission.digest, _submission.jws, _submission.first_index, _submission["count"])
_SUBMISSIONS = _SIGNED.where(_submission.ledger == bindparam("ledger"))
_BY_DIGEST = _SUBMISSIONS.where(_submission.digest == bindparam("digest"))
_LATER = (
    _SUBMISSIONS.where(_submission.first_index >= bindparam("first")).order_by(_submission.first_index).limit(_limit)
)

_TILE = select(_tile.hashes).where(
    _tile.ledger == bindparam("ledger"), _tile.level == bindparam("level"), _tile.n == bindparam("n")
)

_NOTES = select(_checkpoint.size, _checkpoint.note, _checkpoint.published, _checkpoint.at)
_CHECKPOINTS = _NOTES.where(_checkpoint.ledger == bindparam("ledger"))
_AT_SIZE = _CHECKPOINTS.where(_checkpoint.size == bindparam("of"))
_FROM_SIZE = _CHECKPOINTS.where(_checkpoint.size >= bindparam("of")).order_by(_checkpoint.size).limit(_limit)
_NEWEST = _CHECKPOINTS.where(_checkpoint.published).order_by(_checkpoint.size.desc()).limit(_limit)

_REFUSALS = (
    select(schema.refusal).where(_refusal.ledger == bindparam("ledger")).order_by(_refusal.number.desc()).limit(_limit)
)


def origins(engine: Engine) -> list[str]:
    """Return the origins of the ledgers in this database."""
    with reading(engine) as connection:
        return list(connection.scalars(_ORIGINS))


@cache
def _tiles(count: int) -> Select[Any]:
    """Return the statement for so many tiles, each by its whole key.

    With less, SQLite scans all tiles of the ledger.
    """
    ours = _tile.ledger == bindparam("ledger")
    places = [(_tile.level == bindparam(f"level_{at}"), _tile.n == bindparam(f"n_{at}")) for at in range(count)]
    return select(_tile.level, _tile.n, _tile.hashes).where(or_(*(and_(ours, *place) for place in places)))


class Store:
    """The tables of the ledger with this origin. Many threads may use one store. The caller owns the engine."""

    def __init__(self, engine: Engine, origin: str) -> None:
        self.engine = engine
        self.origin = origin
        self.ledger = schema.short_id(origin)
        self._wakeups = LogGrowth(engine, self.ledger, lambda: self.head().size)

    def close(self) -> None:
        """Wake every thread that waits for the log to grow."""
        self._wakeups.close()

    def head(self) -> Head:
        """Return the last committed head; the empty head for a ledger that does not exist yet."""
        rows = self._read(_HEAD)
        return Head(*rows[0]) if rows else EMPTY

    def entry(self, index: int) -> bytes | None:
        """Return the line of an entry, or None."""
        return _only(self._read(_LINE, at=index))

    def entries(self, start: int, limit: int) -> list[StoredEntry]:
        """Return the existing entries of [start, start + limit), in order."""
        return list(map(entry_of, self._read(_RANGE, first=start, last=start + limit - 1)))

    def find_record(self, source: str, record_id: str) -> StoredEntry | None:
        """Return the entry of a record, by the pair that is unique for ever (design.md §4)."""
        return next(map(entry_of, self._read(_RECORD, source=source, id=record_id)), None)

    def stream(self, stream: str, start: int = 0, limit: int | None = None) -> list[StoredEntry]:
        """Return the entries of a stream from position `start` on, in order."""
        rows = self._read(_STREAM, stream=stream, first=start, limit=_NO_LIMIT if limit is None else limit)
        return list(map(entry_of, rows))

    def has_entries(self) -> bool:
        """Return whether any entry of the ledger is stored, whatever the head says."""
        some = select(_entry.index).where(_entry.ledger == bindparam("ledger")).limit(1)
        return bool(list(self._read(some)))

    def submission(self, digest: str) -> StoredSubmission | None:
        """Return a JWS as received, by the hex SHA-256 of its compact form."""
        return next(map(_submission_of, self._read(_BY_DIGEST, digest=bytes.fromhex(digest))), None)

    def submissions(self, start: int, limit: int) -> list[StoredSubmission]:
        """Return the first `limit` submissions whose first entry has index `start` or more, in order."""
        return list(map(_submission_of, self._read(_LATER, first=start, limit=limit)))

    def tile(self, level: int, n: int) -> bytes | None:
        """Return the hashes of a tile so far, joined, or None.

        A narrower partial tile is a prefix of them (tlog-tiles).
        """
        return _only(self._read(_TILE, level=level, n=n))

    def tiles(self, places: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        """Return those of these tiles that exist, each as `tile` returns it.

        One statement finds the tiles of a proof.
        """
        rows_by_place: dict[tuple[int, int], bytes] = {}
        for start in range(0, len(places), _TILES_AT_ONCE):
            page = places[start : start + _TILES_AT_ONCE]
            args = {f"level_{at}": level for at, (level, _) in enumerate(page)}
            args |= {f"n_{at}": n for at, (_, n) in enumerate(page)}
            rows_by_place |= {(level, n): hashes for level, n, hashes in self._read(_tiles(len(page)), **args)}
        return rows_by_place

    def published(self) -> bytes | None:
        """Return the newest published checkpoint, or None."""
        return next((row.note for row in self._read(_NEWEST, limit=1)), None)

    def checkpoint(self, size: int) -> bytes | None:
        """Return the stored checkpoint of this size, or None."""
        return next((row.note for row in self._read(_AT_SIZE, of=size)), None)

    def checkpoints(self, start: int, limit: int) -> list[StoredCheckpoint]:
        """Return the first `limit` checkpoints of size `start` or more, in order."""
        return [StoredCheckpoint(*row) for row in self._read(_FROM_SIZE, of=start, limit=limit)]

    def refusals(self, limit: int) -> list[StoredRefusal]:
        """Return the latest refused attempts, the newest first."""
        return list(map(_refusal_of, self._read(_REFUSALS, limit=limit)))

    def _read(self, statement: Select[Any], **values: object) -> Sequence[Any]:
        with reading(self.engine) as connection:
            return bulk.fetch(connection, statement, values | {"ledger": self.ledger})

    def wait_for(self, size: int, timeout: float) -> int:
        """Return the size of the log as soon as it is at least `size`, or as it is after `timeout` seconds."""
        return self._wakeups.wait_for(size, timeout)

    def listen(self, listener: Event) -> None:
        """Set this event now, and whenever the log has grown."""
        self._wakeups.listen(listener)

    def unlisten(self, listener: Event) -> None:
        """Stop setting this event."""
        self._wakeups.unlisten(listener)

    @contextmanager
    def writing(self) -> Iterator[WriteTransaction]:
        """Open the next transaction of this ledger. Wait for the one before it, hold the head, commit at the end of the
        block.

        If the commit itself raises, its outcome is unknown: read the log to learn it, and never guess (design.md §5).
        Nothing else requires a repair, because an uncommitted transaction leaves no trace.
        """
        with writing(self.engine) as connection:
            transaction = WriteTransaction(connection, self.ledger, self.origin)
            try:
                yield transaction
                transaction.check_complete()
            except BaseException as failure:
                transaction.abort(failure)
                raise
        self._wakeups.notify(transaction.head.size)


def _only(rows: Sequence[Sequence[Any]]) -> bytes | None:
    return rows[0][0] if rows else None


def _submission_of(row: Any) -> StoredSubmission:
    digest, jws, first_index, count = row
    return StoredSubmission(digest.hex(), jws, first_index, count)


def _refusal_of(row: Any) -> StoredRefusal:
    codes = tuple(json.loads(row.codes))
    return StoredRefusal(row.at, row.source, row.kid, row.digest.hex(), row.line, codes, row.bytes)
