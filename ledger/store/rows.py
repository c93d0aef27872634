"""The values that the store accepts and returns: plain values, one type for each table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from ledger.tree.merkle import EMPTY_ROOT


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the log: the tree of all entries, and the instant at which the last one was recorded."""

    size: int
    root: bytes
    recorded_at: datetime | None = None  # None while the log is empty
    demo: bool = False
    demo_clock: datetime | None = None  # the instant of a demo's scripted clock
    checkpoint: int | None = None  # the size of the newest stored checkpoint


EMPTY = Head(0, EMPTY_ROOT)


class StoredEntry(msgspec.Struct, frozen=True, gc=False):
    """The line of an entry (design.md §4), and the members by which it is found."""

    index: int
    stream: str
    position: int
    type: str
    source: str
    record_id: str
    submission: str  # hex SHA-256 of the compact JWS
    line: bytes


@dataclass(frozen=True, slots=True)
class StoredSubmission:
    """A JWS as received. It covers the records of the entries [first_index, first_index + count)."""

    digest: str  # hex SHA-256 of `jws`
    jws: str
    first_index: int
    count: int


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A note that the log signed for its tree of this size."""

    size: int
    note: bytes
    published: bool  # it carries every signature and is served; other checkpoints are those of receipts
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredRefusal:
    """One refused line of an attempt, counted from 1; None means every line.

    The row is beside the log (design.md §6).
    """

    at: datetime
    source: str
    kid: str
    digest: str  # hex SHA-256 of the compact JWS
    line: int | None
    codes: tuple[str, ...]
    bytes: bytes | None = None  # only where they are evidence (design.md §6)


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A message that the server itself has still to bring into the log."""

    id: str
    topic: str
    due: datetime  # by the machine's clock; its record gains no message after this instant
    note: str  # the content, in the form of its topic
    record: str | None = None  # the id of its record, once assigned
