"""One ledger in a database: what of it can be read, and the door to writing it.

Reads take no lock and never wait for the writer; what they see was committed. Whoever needs two answers of one moment
asks for both up to the same tree size: below it nothing ever changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event
from typing import Any

from sqlalchemy import Engine, Select, select

from ledger.store import bulk, schema
from ledger.store.engine import reading, writing
from ledger.store.rows import EMPTY, Head, StoredCheckpoint, StoredEntry, StoredRefusal, StoredSubmission
from ledger.store.wake import Wakeups
from ledger.store.writing import HEAD, WriteTransaction, entry_of

_entry, _submission, _checkpoint, _refusal = schema.entry, schema.submission, schema.checkpoint, schema.refusal


def origins(engine: Engine) -> list[str]:
    """The ledgers that this database holds."""
    with reading(engine) as connection:
        return list(connection.scalars(select(schema.head.c.origin).order_by(schema.head.c.origin)))


class Store:
    """The tables of the ledger with this origin. Many threads may use one; the engine stays its maker's."""

    def __init__(self, engine: Engine, origin: str) -> None:
        self.engine = engine
        self.origin = origin
        self.ledger = schema.short_id(origin)
        self._wakeups = Wakeups(engine, self.ledger, lambda: self.head().size)

    def close(self) -> None:
        """Let those go who wait for the log to grow."""
        self._wakeups.close()

    def head(self) -> Head:
        """The last committed head; of a ledger that does not exist yet, the empty one."""
        with reading(self.engine) as connection:
            row = connection.execute(select(*HEAD).where(schema.head.c.ledger == self.ledger)).one_or_none()
            return Head(*row) if row else EMPTY

    def entry(self, index: int) -> bytes | None:
        """An entry's line."""
        with reading(self.engine) as connection:
            chosen = select(_entry.c.line).where(_entry.c.ledger == self.ledger, _entry.c.index == index)
            return _only(bulk.fetch(connection, chosen))

    def entries(self, start: int, limit: int) -> list[StoredEntry]:
        """The entries of [start, start + limit) that exist, in order."""
        within = _entry.c.index.between(start, start + limit - 1)
        return self._entries(select(_entry).where(within).order_by(_entry.c.index))

    def find_record(self, source: str, record_id: str) -> StoredEntry | None:
        """The entry of a record, by the key that is unique for ever."""
        found = self._entries(select(_entry).where(_entry.c.source == source, _entry.c.record_id == record_id))
        return found[0] if found else None

    def stream(self, stream: str, start: int = 0, limit: int | None = None) -> list[StoredEntry]:
        """A stream's entries from a position on, in order."""
        one = select(_entry).where(_entry.c.stream == stream, _entry.c.position >= start)
        return self._entries(one.order_by(_entry.c.position).limit(limit))

    def _entries(self, chosen: Select[Any]) -> list[StoredEntry]:
        with reading(self.engine) as connection:
            return list(map(entry_of, bulk.fetch(connection, chosen.where(_entry.c.ledger == self.ledger))))

    def submission(self, digest: str) -> StoredSubmission | None:
        """A signature as it came, by the hex SHA-256 of its compact JWS."""
        found = self._submissions(select(_submission).where(_submission.c.digest == bytes.fromhex(digest)))
        return found[0] if found else None

    def submissions(self, start: int, limit: int) -> list[StoredSubmission]:
        """The first `limit` submissions whose first entry has index `start` or later, in order."""
        later = select(_submission).where(_submission.c.first_index >= start)
        return self._submissions(later.order_by(_submission.c.first_index).limit(limit))

    def _submissions(self, chosen: Select[Any]) -> list[StoredSubmission]:
        with reading(self.engine) as connection:
            rows = connection.execute(chosen.where(_submission.c.ledger == self.ledger))
            return [StoredSubmission(digest.hex(), jws, first, count) for _, digest, first, count, jws in rows]

    def tile(self, level: int, n: int) -> bytes | None:
        """A tile's hashes so far; a narrower partial tile is a prefix of them."""
        tile = schema.tile.c
        with reading(self.engine) as connection:
            chosen = select(tile.hashes).where(tile.ledger == self.ledger, tile.level == level, tile.n == n)
            return _only(bulk.fetch(connection, chosen))

    def published(self) -> bytes | None:
        """The newest checkpoint that was published."""
        newest = select(_checkpoint).where(_checkpoint.c.published).order_by(_checkpoint.c.size.desc()).limit(1)
        found = self._checkpoints(newest)
        return found[0].note if found else None

    def checkpoint(self, size: int) -> bytes | None:
        """The checkpoint kept for this size."""
        found = self._checkpoints(select(_checkpoint).where(_checkpoint.c.size == size))
        return found[0].note if found else None

    def checkpoints(self, start: int, limit: int) -> list[StoredCheckpoint]:
        """The first `limit` checkpoints of size `start` or more, in order."""
        later = select(_checkpoint).where(_checkpoint.c.size >= start)
        return self._checkpoints(later.order_by(_checkpoint.c.size).limit(limit))

    def _checkpoints(self, chosen: Select[Any]) -> list[StoredCheckpoint]:
        with reading(self.engine) as connection:
            rows = connection.execute(chosen.where(_checkpoint.c.ledger == self.ledger))
            return [StoredCheckpoint(row.size, row.note, row.published, row.at) for row in rows]

    def refusals(self, limit: int) -> list[StoredRefusal]:
        """The latest attempts that were not recorded, newest first."""
        chosen = (
            select(_refusal).where(_refusal.c.ledger == self.ledger).order_by(_refusal.c.number.desc()).limit(limit)
        )
        with reading(self.engine) as connection:
            return [
                StoredRefusal(
                    row.at, row.source, row.kid, row.digest.hex(), row.line, tuple(json.loads(row.codes)), row.bytes
                )
                for row in connection.execute(chosen)
            ]

    def wait_for(self, size: int, timeout: float) -> int:
        """The log's size, as soon as it is at least `size`, or as it is after `timeout` seconds."""
        return self._wakeups.wait_for(size, timeout)

    def listen(self, listener: Event) -> None:
        """Set this event now and whenever the log has grown."""
        self._wakeups.listen(listener)

    def unlisten(self, listener: Event) -> None:
        self._wakeups.unlisten(listener)

    @contextmanager
    def writing(self) -> Iterator[WriteTransaction]:
        """The next transaction of this ledger: waits for the one before it, holds the head, commits at the block's end.

        When the commit itself raises, its outcome is unknown: read what has become of it, never guess. Nothing else
        needs to be put right, whatever is raised: an uncommitted transaction leaves no trace."""
        with writing(self.engine) as connection:
            transaction = WriteTransaction(connection, self.ledger, self.origin)
            yield transaction
        self._wakeups.announce(transaction.head.size)


def _only(rows: Sequence[Sequence[Any]]) -> bytes | None:
    return rows[0][0] if rows else None
