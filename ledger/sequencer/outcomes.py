"""The outcomes of a submission: receipts, or the reason why there are none.

An outcome leaves the process only when it is durable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from ledger.errors import Equivocation, PartlyRecorded, Refused, SubmissionFailed
from ledger.records.entry import parse_entry
from ledger.records.submission import Submission
from ledger.sequencer.batch import Batch
from ledger.sequencer.writer_state import GrowingTree
from ledger.store.rows import StoredEntry, StoredRefusal
from ledger.tree import merkle
from ledger.tree.merkle import leaf_hash


class ReceiptItem(msgspec.Struct, frozen=True, gc=False):
    """The receipt of one record. `path` leads from `leaf_hash`, the hash of `entry`, to the root of the checkpoint."""

    source: str
    id: str
    index: int
    stream: str
    position: int
    recorded_at: datetime
    entry: bytes
    leaf_hash: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Receipts:
    """The receipts of a submission, in the order of its lines, under one checkpoint: a note with its 0x01 signature.

    `replayed`: the records were in the log before. The items have their original places, proved in the current tree.
    """

    items: tuple[ReceiptItem, ...]
    checkpoint: bytes
    replayed: bool


class NotRecorded(SubmissionFailed):
    """The store failed, or its content contradicts itself. Nothing was recorded, and the sender may try again."""


ID_REUSED = "ID_REUSED"
PARTLY_RECORDED = "PARTLY_RECORDED"

Rejection = Refused | Equivocation | PartlyRecorded


def receipts_of_batch(batch: Batch, tree: GrowingTree, checkpoint: bytes) -> list[Receipts]:
    """Return the receipts of each submission of the batch, which is the end of the tree.

    Neighbouring paths share most of their hashes, so all paths are computed together.
    """
    start, leaves = tree.size - batch.count, batch.leaf_hashes
    paths = iter(merkle.prove_range(start, tree.size, tree.size, tree.read, leaves=leaves))
    return [
        Receipts(
            tuple(
                _item(entry, batch.recorded_at, hashed, next(paths))
                for entry, hashed in zip(placed.entries, placed.leaf_hashes, strict=True)
            ),
            checkpoint,
            replayed=False,
        )
        for placed in batch.accepted
    ]


def receipts_of_recorded(
    entries: Sequence[StoredEntry], tree: GrowingTree, checkpoint: bytes, *, replayed: bool
) -> Receipts:
    """Return receipts with the original places, proved in the current tree.

    The entries of one submission are neighbours. The entries may also be of several submissions.
    """
    first, count = entries[0].index, len(entries)
    if all(entry.index == first + line for line, entry in enumerate(entries)):
        paths = merkle.prove_range(first, first + count, tree.size, tree.read)
    else:
        paths = [merkle.prove_inclusion(entry.index, tree.size, tree.read) for entry in entries]
    items = [
        _item(entry, parse_entry(entry.line).recorded_at, leaf_hash(entry.line), path)
        for entry, path in zip(entries, paths, strict=True)
    ]
    return Receipts(tuple(items), checkpoint, replayed)


def _item(entry: StoredEntry, recorded_at: datetime, hashed: bytes, path: Sequence[bytes]) -> ReceiptItem:
    return ReceiptItem(
        entry.source,
        entry.record_id,
        entry.index,
        entry.stream,
        entry.position,
        recorded_at,
        entry.line,
        hashed,
        tuple(path),
    )


def refusal_rows(
    rejection: Rejection, submission: Submission, instant: datetime, *, keep_bytes: bool
) -> list[StoredRefusal]:
    """Return one row for each refused line.

    Bytes are kept only where they are evidence: of a record whose id the log holds with other bytes (design.md §6).
    """
    match rejection:
        case Refused():
            codes: dict[int | None, list[str]] = {}
            for refusal in rejection.refusals:
                codes.setdefault(refusal.line, []).append(refusal.code)
            return [_refusal_row(submission, instant, line, line_codes) for line, line_codes in codes.items()]
        case PartlyRecorded():
            return [_refusal_row(submission, instant, line, [PARTLY_RECORDED]) for line, *_ in rejection.recorded]
        case Equivocation():
            return [
                _refusal_row(
                    submission, instant, line, [ID_REUSED], submission.records[line - 1].line if keep_bytes else None
                )
                for line, *_ in rejection.conflicts
            ]


def _refusal_row(
    submission: Submission, instant: datetime, line: int | None, codes: Sequence[str], content: bytes | None = None
) -> StoredRefusal:
    source, digest = submission.records[0].source, submission.digest.hex()
    return StoredRefusal(instant, source, submission.kid, digest, line, tuple(codes), content)
