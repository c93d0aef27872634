"""What a submitter gets: receipts, or the reason why there are none. Nothing here is said before it is durable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ledger.errors import SubmissionFailed
from ledger.values import light


@light
class ReceiptItem:
    """One record is in the log: `path` leads from `leaf_hash`, the hash of `entry`, to the root of the checkpoint."""

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
    """The answer to a submission, in the order of its lines, all under one checkpoint (a note with its 0x01 signature).
    `replayed`: the records were in the log already, and these are their places from then in the tree of now."""

    items: tuple[ReceiptItem, ...]
    checkpoint: bytes
    replayed: bool


class NotRecorded(SubmissionFailed):
    """The store failed, or what is stored contradicts itself; nothing was recorded, and the same submission may be sent
    again."""
