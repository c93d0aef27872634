"""A segment: a range of the log that is audited by itself, in this process or in another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256

from ledger.audit import rows as reading
from ledger.audit.entries import EntryAudit
from ledger.audit.leaves import LeafAudit
from ledger.audit.report import FindingCounter, StepName
from ledger.audit.submissions import SignatureToVerify, SubmissionAudit
from ledger.store.store import Store
from ledger.tree.tiles import tile_path

CHUNK = 2048  # entries read at once

_ROW_TYPES = (int, str, int, str, str, str, bytes, bytes)
_COLUMN_TYPES = [{each} for each in _ROW_TYPES]


@dataclass(slots=True)
class Audited:
    """What the audit of the entries [start, stop) gives to the whole."""

    start: int
    stop: int
    tally: FindingCounter
    signatures: list[SignatureToVerify] = field(default_factory=list)
    first_at: datetime | None = None  # recorded_at of the first and of the last entry, where it was looked at
    last_at: datetime | None = None

    def add(self, later: Audited) -> None:
        self.tally.add(later.tally)
        self.signatures += later.signatures
        self.first_at = self.first_at or later.first_at
        self.last_at = later.last_at or self.last_at


class Segment:
    """The entries [start, stop) of a tree of `size`: it begins where a submission begins, so that each is seen
    whole."""

    def __init__(self, store: Store, start: int, stop: int, size: int) -> None:
        self._store = store
        self._range = (start, stop)
        self._tally = FindingCounter()
        self._leaves = LeafAudit(size, self._tally, self._read_tiles)
        self._submissions = SubmissionAudit(store.origin, self._tally, self._leaves.changed)
        find = partial(reading.leaf_hashes_at, store)
        self._entries = EntryAudit(store.origin, self._tally, find, self._submissions.take)

    def parts(self) -> Iterator[Audited]:
        start, stop = self._range
        for at in range(start, stop, CHUNK):
            end = min(at + CHUNK, stop)
            self._chunk(at, end)
            if end == stop:
                self._entries.end()
                self._submissions.end()
            yield self._part(at, end)

    def _part(self, start: int, stop: int) -> Audited:
        first_at, last_at = self._entries.times()
        return Audited(start, stop, self._tally.drain(), self._submissions.drain(), first_at, last_at)

    def _chunk(self, start: int, stop: int) -> None:
        rows = self._entry_rows(start, stop)
        hashes = {index: sha256(b"\0" + row[7]).digest() for index, row in rows.items()}  # RFC 6962 §2.1
        self._leaves.take(start, stop, hashes)
        signed = reading.rows(self._store, reading.SUBMISSIONS, start, stop, self._unreadable_submission)
        self._submissions.load(signed)
        self._tally.checked["entries"] += len(rows)
        if len(rows) == stop - start:
            self._entries.take(list(rows.values()), list(hashes.values()))
            return
        for index in range(start, stop):
            if index in rows:
                self._entries.take([rows[index]], [hashes[index]])
            else:
                self._entries.skip(1)

    def _entry_rows(self, start: int, stop: int) -> dict[int, reading.Row]:
        unreadable: set[int] = set()

        def note(index: int, complaint: str) -> None:
            unreadable.add(index)
            self._fault("entries", "ROW_UNREADABLE", f"entry {index}", f"its row cannot be read: {complaint}", index)

        rows = {row[0]: row for row in reading.rows(self._store, reading.ENTRIES, start, stop, note)}
        if [set(map(type, column)) for column in zip(*rows.values(), strict=True)] != _COLUMN_TYPES:
            for index in [index for index, row in rows.items() if tuple(map(type, row)) != _ROW_TYPES]:
                note(index, "a column holds a value of another type")
                del rows[index]
        for index in range(start, stop) if len(rows) < stop - start else ():
            if index not in rows and index not in unreadable:
                self._fault("entries", "ENTRY_MISSING", f"entry {index}", "there is no entry at this index", index)
        return rows

    def _read_tiles(self, level: int, start: int, stop: int) -> Mapping[int, bytes]:
        def note(n: int, complaint: str) -> None:
            detail = f"its row cannot be read: {complaint}"
            self._fault("tiles", "ROW_UNREADABLE", tile_path(level, n), detail, n << 8 * (level + 1))

        return reading.tiles(self._store, level, start, stop, note)

    def _unreadable_submission(self, first: int, complaint: str) -> None:
        where = f"submission of entry {first}"
        self._fault("submissions", "ROW_UNREADABLE", where, f"its row cannot be read: {complaint}", first)

    def _fault(self, step: StepName, code: str, where: str, detail: str, index: int) -> None:
        self._tally.fault(step, code, where, detail, index=index)
