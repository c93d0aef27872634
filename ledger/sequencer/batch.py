"""A batch: submissions that are recorded together, placed one after the other behind the head of the log.

Placing and idempotency are in one module, because both answer where a record is in the log.
"""

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
"""The end of a stream: the next position, and the hex leaf hash of the entry before it (design.md §4, `previous`)."""

NEW_STREAM: StreamEnd = (0, NO_PREVIOUS)


@dataclass(frozen=True, slots=True)
class PlacedSubmission:
    """A submission with the entries that it has in the log, if nothing else comes before it."""

    submission: Submission
    entries: list[StoredEntry]
    leaf_hashes: list[bytes]
    ends: dict[str, StreamEnd]  # of its streams, after its last entry

    @property
    def signature(self) -> StoredSubmission:
        """The row for its JWS, which covers its entries [first_index, first_index + count)."""
        first = self.entries[0]
        return StoredSubmission(first.submission, self.submission.jws, first.index, len(self.entries))


class Batch:
    """The submissions accepted so far, in order, and the place of the next one."""

    def __init__(self, origin: str, size: int, recorded_at: datetime, ends: Mapping[str, StreamEnd]) -> None:
        """`ends` holds every existing stream that a submission of this batch belongs to."""
        self.origin = origin
        self.recorded_at = recorded_at
        self.accepted: list[PlacedSubmission] = []
        self.ends = dict(ends)
        self.count = 0  # of entries
        self._start = size
        # Record ids accepted, by issuer: the `source` of each record is the submission's `iss` (design.md §4).
        self._ids: dict[str, set[str]] = {}

    def place(self, submission: Submission) -> PlacedSubmission:
        """Build the entries of a submission: index, position, and the hash of the stream's entry before (design.md §4).

        The entry before may be one of this submission. Nothing is accepted yet.
        """
        placed = PlacedSubmission(submission, [], [], {})
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

    def accept(self, placed: PlacedSubmission) -> None:
        """Accept a submission at the place that it was given."""
        assert placed.entries[0].index == self._start + self.count, "something else was accepted since it was placed"
        self.accepted.append(placed)
        self.ends.update(placed.ends)
        self.count += len(placed.entries)
        self._ids.setdefault(placed.submission.iss, set()).update([entry.record_id for entry in placed.entries])

    def contains_any_id_of(self, submission: Submission) -> bool:
        """Return whether this batch accepted a record id of this submission already.

        Only after the commit can such a submission be compared with the recorded bytes.
        """
        known = self._ids.get(submission.iss)
        return known is not None and not known.isdisjoint([record.id for record in submission.records])

    @property
    def leaf_hashes(self) -> list[bytes]:
        return [hashed for placed in self.accepted for hashed in placed.leaf_hashes]


RecordedById = Mapping[tuple[str, str], StoredEntry]
"""(source, id) → the entry that holds the record. CloudEvents 1.0 makes this pair unique; it is the idempotency key."""


def find_recorded(
    submission: Submission, recorded: RecordedById
) -> list[StoredEntry] | Equivocation | PartlyRecorded | None:
    """Return how a submission relates to the log (design.md §6).

    - None: every record is new.
    - A list: every record is in the log, byte for byte, in these entries, in the order of the lines.
    - `Equivocation`: a record id is in the log with other bytes.
    - `PartlyRecorded`: some lines are in the log and others are new. They do not mix, so that every root can be
      recomputed from its own entries.
    The signer does not matter here, because (source, id) is the idempotency key.
    """
    recorded_lines = [
        (line, record, recorded[record.source, record.id])
        for line, record in enumerate(submission.records, 1)
        if (record.source, record.id) in recorded
    ]
    if not recorded_lines:
        return None
    others = [
        (line, record.source, record.id, entry.index)
        for line, record, entry in recorded_lines
        if parse_entry(entry.line).record.encode() != record.line
    ]
    if others:
        return Equivocation(others)
    if len(recorded_lines) < len(submission.records):
        return PartlyRecorded([(line, record.source, record.id, entry.index) for line, record, entry in recorded_lines])
    return [entry for _, _, entry in recorded_lines]
