"""A batch: submissions that are recorded together, placed one after the other behind the head of the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ledger.errors import Equivocation, PartlyRecorded
from ledger.records.entry import NO_PREVIOUS, EntryWriter, parse_entry
from ledger.records.submission import Submission
from ledger.store.rows import StoredEntry, StoredSubmission
from ledger.tree.merkle import leaf_hash

StreamEnd = tuple[int, str]
"""Where a stream goes on: the next position, and the hex leaf hash that comes before it."""

NEW_STREAM: StreamEnd = (0, NO_PREVIOUS)


@dataclass(frozen=True, slots=True)
class Placed:
    """A submission as it would stand in the log, if nothing else comes before it."""

    submission: Submission
    entries: list[StoredEntry]
    leaf_hashes: list[bytes]
    ends: dict[str, StreamEnd]  # of the streams it touches, after it

    @property
    def signature(self) -> StoredSubmission:
        first = self.entries[0]
        return StoredSubmission(first.submission, self.submission.jws, first.index, len(self.entries))


class Batch:
    """What has been accepted so far, in order, and where the next submission would go."""

    def __init__(self, origin: str, size: int, recorded_at: datetime, ends: Mapping[str, StreamEnd]) -> None:
        """`ends` holds every stream that exists and that a submission of this batch touches."""
        self.origin = origin
        self.recorded_at = recorded_at
        self.accepted: list[Placed] = []
        self.ends = dict(ends)
        self.count = 0  # of entries
        self._start = size
        self._ids: dict[str, set[str]] = {}  # of what is accepted, by issuer, who is the source of all that he signs

    def place(self, submission: Submission) -> Placed:
        """Build its entries: index, position, and the hash of the stream's entry before, also of this very
        submission."""
        placed = Placed(submission, [], [], {})
        digest = submission.digest.hex()
        write = EntryWriter(self.origin, self.recorded_at, digest, len(submission.records)).line
        for leaf, record in enumerate(submission.records):
            stream = record.subject
            position, previous = placed.ends.get(stream) or self.ends.get(stream, NEW_STREAM)
            index = self._start + self.count + leaf
            line = write(index, stream, position, previous, leaf, record.line.decode())
            hashed = leaf_hash(line)
            placed.ends[stream] = (position + 1, hashed.hex())
            placed.leaf_hashes.append(hashed)
            placed.entries.append(
                StoredEntry(index, stream, position, record.type, record.source, record.id, digest, line)
            )
        return placed

    def accept(self, placed: Placed) -> None:
        """It stands where it was placed."""
        assert placed.entries[0].index == self._start + self.count, "something else was accepted since it was placed"
        self.accepted.append(placed)
        self.ends.update(placed.ends)
        self.count += len(placed.entries)
        self._ids.setdefault(placed.submission.iss, set()).update([entry.record_id for entry in placed.entries])

    def repeats(self, submission: Submission) -> bool:
        """Whether it holds a record id that this batch records already: what it is can be said only after the
        commit."""
        known = self._ids.get(submission.iss)
        return known is not None and not known.isdisjoint([record.id for record in submission.records])

    @property
    def leaf_hashes(self) -> list[bytes]:
        return [hashed for placed in self.accepted for hashed in placed.leaf_hashes]


Recorded = Mapping[tuple[str, str], StoredEntry]
"""(source, id) → the entry that holds this record."""


def look_up(submission: Submission, recorded: Recorded) -> list[StoredEntry] | Equivocation | PartlyRecorded | None:
    """None: all of it is new. A list: all is recorded, byte for byte, in these entries, line by line.

    Who signed it this time does not matter for that: (source, id) is the idempotency key, as CloudEvents defines it.
    Lines that are recorded and lines that are new do not mix, so that every root can be recomputed from its own
    entries.
    """
    found = [
        (line, record, recorded[record.source, record.id])
        for line, record in enumerate(submission.records, 1)
        if (record.source, record.id) in recorded
    ]
    if not found:
        return None
    others = [
        (line, record.source, record.id, entry.index)
        for line, record, entry in found
        if parse_entry(entry.line).record.encode() != record.line
    ]
    if others:
        return Equivocation(others)
    if len(found) < len(submission.records):
        return PartlyRecorded([(line, record.source, record.id, entry.index) for line, record, entry in found])
    return [entry for _, _, entry in found]
