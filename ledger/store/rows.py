"""What the store gives and takes: plain values, one per table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from ledger.tree.merkle import EMPTY_ROOT


@dataclass(frozen=True, slots=True)
class Head:
    """How far the log reaches: the tree of all entries, and when the last of them was recorded."""

    size: int
    root: bytes
    recorded_at: datetime | None = None  # None while the log is empty
    demo: bool = False
    demo_clock: datetime | None = None  # where a demo's scripted clock stands
    checkpoint: int | None = None  # the size of the newest checkpoint kept


EMPTY = Head(0, EMPTY_ROOT)


class StoredEntry(msgspec.Struct, frozen=True, gc=False):
    """An entry's line, and the places where it is found."""

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
    """A signature as it came; it covers the records of the entries [first_index, first_index + count)."""

    digest: str  # hex SHA-256 of `jws`
    jws: str
    first_index: int
    count: int


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A note that the ledger signed for its tree at a size."""

    size: int
    note: bytes
    published: bool  # carries every signature and is served, not only a receipt's
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredRefusal:
    """One line (from 1; None: all of them) of an attempt that was not recorded. Kept beside the log, not in it."""

    at: datetime
    source: str
    kid: str
    digest: str  # hex SHA-256 of the compact JWS
    line: int | None
    codes: tuple[str, ...]
    bytes: bytes | None = None  # only where they are evidence


@dataclass(frozen=True, slots=True)
class OwedNote:
    """Something that the server itself has still to bring into the log."""

    id: str
    topic: str
    due: datetime  # by the machine's clock: nothing is added to what it belongs with from then on
    note: str  # for whoever left it
    record: str | None = None  # the id of the record that it goes into, once that is settled
