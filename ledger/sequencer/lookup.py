"""What the log already holds of a submission: nothing, all of it, a part of it, or other bytes under the same ids."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.errors import Equivocation, PartlyRecorded
from ledger.records.entry import parse_entry
from ledger.records.submission import Submission
from ledger.store.rows import StoredEntry

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
