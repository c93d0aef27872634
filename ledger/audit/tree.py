"""The audit of what is above the leaves: the head, and the tiles up to its root."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Text, func, select, type_coerce

from formats import rfc3339
from formats.errors import Malformed, VerificationError
from ledger.audit import rows as reading
from ledger.audit.leaves import LeafAudit
from ledger.audit.report import FindingCounter, StepName
from ledger.records.entry import parse_entry
from ledger.records.record import parse_record
from ledger.store import tables as schema
from ledger.store.store import Store
from ledger.tree import merkle
from ledger.tree.tiles import TileReader, tile_path, width_at

_MISSING_AT_MOST = 1000  # entries that are looked for one by one where the head counts more than there are


@dataclass(frozen=True, slots=True)
class Claim:
    """What the head says, and how far the log is looked at."""

    size: int
    root: bytes
    recorded_at: str | None
    demo: bool
    demo_clock: str | None = None
    checkpoint: int | None = None


class TreeAudit:
    """`begin` takes one picture of all tables' extents; `end` compares it with what the entries turned out to be."""

    def __init__(self, store: Store, tally: FindingCounter) -> None:
        self.claim = Claim(0, merkle.EMPTY_ROOT, None, False)
        self.newest_checkpoint = 0
        self._store = store
        self._tally = tally

    def begin(self) -> int:
        """The number of entries to audit."""
        with reading.snapshot(self._store.engine) as connection:
            head = self._find_head(connection)
            extents = [self._extent(connection, table, key, step) for table, key, step in _EXTENTS]
            widths = self._widths(connection)
        (entries, last), (_, last_submission), (_, self.newest_checkpoint) = extents
        if head is None:
            return entries
        self.claim = head
        self._tally.checked["head"] = 1
        size = head.size
        if last >= size or size > entries:
            self._fault("HEAD_SIZE_WRONG", f"it counts {size} entries; there are {entries}", min(size, entries))
        if last_submission >= size or self.newest_checkpoint > size:
            self._fault("BEYOND_HEAD", f"a submission or checkpoint lies beyond size {size}", size)
        self._check_newest_checkpoint()
        size = size if size <= entries + _MISSING_AT_MOST else entries
        self._check_widths(widths, size)
        return size

    def end(self, size: int, last_at: datetime | None) -> TileReader:
        """Follow the tiles up to the root. The reader knows only rows that could be read."""
        leaves = LeafAudit(size, self._tally, self._read_tiles)
        level = 1
        while size >> 8 * level:
            count = -(-(size >> 8 * level) // 256)
            for start in range(0, count, 256):
                leaves.check_parents(level, self._read_tiles(level, start, min(start + 256, count)))
            level += 1
        reader = TileReader(lambda level, n: self._read_tiles(level, n, n + 1).get(n))
        self._check_root(size, reader)
        self._check_moment(size, last_at)
        return reader

    def _check_root(self, size: int, reader: TileReader) -> None:
        try:
            root = merkle.tree_root(size, reader)
        except VerificationError as error:
            self._tally.fault("tiles", "TILE_MISSING", "the right edge of the tree", str(error), index=max(size - 1, 0))
            return
        if root == self.claim.root:
            return
        detail = f"the {size} leaves in the tiles have another root"
        # Where leaves, tiles and sizes agree among themselves, it is the head that was changed.
        if any(self._tally.counts[step] for step in _BELOW):
            self._tally.fault("tiles", "ROOT_WRONG", "the root in the head", detail, index=max(size - 1, 0))
        else:
            self._fault("HEAD_ROOT_WRONG", detail, max(size - 1, 0))

    def _check_newest_checkpoint(self) -> None:
        said, there = self.claim.checkpoint, self.newest_checkpoint
        if said is not None and said > there:
            detail = "the head names it as the newest kept, and it is not there"
            self._tally.fault("checkpoints", "CHECKPOINT_MISSING", f"checkpoint {said}", detail, index=max(said - 1, 0))
        elif there != (-1 if said is None else said):
            self._fault(
                "HEAD_CHECKPOINT_WRONG", f"the newest kept checkpoint is that of size {there}", max(there - 1, 0)
            )

    def _check_moment(self, size: int, last_at: datetime | None) -> None:
        last_recorded = rfc3339.format_milliseconds(last_at) if last_at else None
        if last_recorded != self.claim.recorded_at and size == self.claim.size:
            self._fault("HEAD_TIME_WRONG", "its recorded_at is not that of the last entry", max(size - 1, 0))
        recorded, clock = self.claim.recorded_at, self.claim.demo_clock
        # A scripted clock is never before what was recorded by it. The text sorts as time (formats.rfc3339).
        least = recorded if type(recorded) is str else ""
        if clock is not None and not (type(clock) is str and _is_moment(clock) and clock >= least):
            self._fault("HEAD_TIME_WRONG", "its scripted clock is before the last entry", max(size - 1, 0))
        founding = self._store.entry(0)
        try:
            demo = type(founding) is bytes and _says_demo(founding)
        except Malformed:
            return  # entry 0 is named at its own place
        if demo != self.claim.demo:
            self._fault("HEAD_DEMO_WRONG", "whether it is a demo is not what the founding record says", 0)

    def _find_head(self, connection: Connection) -> Claim | None:
        try:
            claim = self._read_head(connection)
        except reading.damage(self._store.engine) as failure:
            reading.require_database(self._store.engine)
            self._fault("HEAD_UNREADABLE", f"its row cannot be read: {type(failure).__name__}", 0)
            return None
        if claim is None:
            self._fault("HEAD_MISSING", "the ledger has no head", 0)
        return claim

    def _read_head(self, connection: Connection) -> Claim | None:
        head = schema.head.c
        times = (type_coerce(head.recorded_at, Text), type_coerce(head.demo_clock, Text))
        columns = (head.origin, head.size, head.root, *times, type_coerce(head.demo, Integer), head.checkpoint)
        row = connection.execute(select(*columns).where(head.ledger == self._store.ledger)).one_or_none()
        if row is None:
            return None
        origin, size, root, recorded_at, demo_clock, demo, newest = row
        wrong_types = type(size) is not int or type(root) is not bytes or not isinstance(newest, int | None)
        if origin != self._store.origin or wrong_types or size < 0 or demo not in (0, 1):
            raise ValueError("a column holds another origin, or a value of another type")
        return Claim(size, root, recorded_at, bool(demo), demo_clock, newest)

    def _extent(self, connection: Connection, table: Any, key: str, step: StepName) -> tuple[int, int]:
        """How many rows, and the largest key; -1 for none."""
        column = table.c[key]
        counted = select(func.count(), func.min(column), func.max(column)).where(table.c.ledger == self._store.ledger)
        count, first, last = connection.execute(counted).one()
        if count == 0:
            return 0, -1
        # SQLite lets a column hold any type; of these, numbers sort before all others.
        if not (_is_count(first) and _is_count(last)):
            self._tally.fault(step, "KEY_WRONG", table.name, f"a row has a {key} that is no index", index=0)
        return count, last if _is_count(last) else -1

    def _widths(self, connection: Connection) -> list[tuple[int, int, int]]:
        tile = schema.tile.c
        chosen = select(tile.level, tile.n, func.length(tile.hashes)).where(tile.ledger == self._store.ledger)
        return [(level, n, length) for level, n, length in connection.execute(chosen)]

    def _check_widths(self, widths: list[tuple[int, int, int]], size: int) -> None:
        for level, n, length in widths:
            if not (_is_count(level) and _is_count(n) and level < _LEVELS):
                self._tally.fault("tiles", "KEY_WRONG", "tile", f"no tree has a tile {level!r}, {n!r}", index=0)
                continue
            expected = width_at(level, n, size) * merkle.HASH_SIZE
            if length != expected:
                detail = f"it has {length} bytes; in a tree of size {size} it has {expected}"
                self._tally.fault("tiles", "TILE_WIDTH_WRONG", tile_path(level, n), detail, index=n << 8 * (level + 1))

    def _read_tiles(self, level: int, start: int, stop: int) -> Mapping[int, bytes]:
        def note(n: int, complaint: str) -> None:
            detail = f"its row cannot be read: {complaint}"
            self._tally.fault("tiles", "ROW_UNREADABLE", tile_path(level, n), detail, index=n << 8 * (level + 1))

        return reading.tiles(self._store, level, start, stop, note)

    def _fault(self, code: str, detail: str, index: int) -> None:
        self._tally.fault("head", code, "head", detail, index=index)


_BELOW: tuple[StepName, ...] = ("head", "leaves", "tiles")
_EXTENTS: tuple[tuple[Any, str, StepName], ...] = (
    (schema.entry, "index", "entries"),
    (schema.submission, "first_index", "submissions"),
    (schema.checkpoint, "size", "checkpoints"),
)
_LEVELS = 64  # c2sp.org/tlog-tiles


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_moment(text: str) -> bool:
    try:
        return rfc3339.format_milliseconds(rfc3339.parse(text)) == text
    except Malformed:
        return False


def _says_demo(founding: bytes) -> bool:
    return parse_record(parse_entry(founding).record.encode()).data.get("demo") is True
