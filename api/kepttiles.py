"""Rows of tiles, kept in memory: what every proof and every answer's root is computed from."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from threading import Lock

from ledger.merkle import HASH_SIZE
from ledger.tiles import Row, TileReader, paths_to_root, width_at

Place = tuple[int, int]
FetchAll = Callable[[Sequence[Place]], Mapping[Place, bytes]]
"""Places (level, n) → the rows that there are, in one question."""


class KeptTiles:
    """A row only grows at its end (c2sp.org/tlog-tiles), so that one which was read serves every tree that it is long
    enough for, with the nodes that were hashed above it. Safe to use from any thread; `keep` rows take 8 KiB each, and
    up to 6 more for their nodes."""

    def __init__(self, fetch: FetchAll, *, keep: int = 1024) -> None:
        self._fetch = fetch
        self._keep = keep
        self.reached = 0  # a tree size that the log is known to have
        self._lock = Lock()
        self._rows: OrderedDict[Place, Row] = OrderedDict()  # guarded by _lock; the latest used last

    def reader(self, size: int, *leaves: int) -> TileReader:
        """Nodes of the tree of this size, which the log has come to, for one question. What leads from its end and from
        these leaves to its root is read at once, where it is not kept."""
        rows = self.rows(size, paths_to_root(size, *leaves))
        return TileReader(lambda level, n: rows.get((level, n)) or self.rows(size, [(level, n)]).get((level, n)))

    def rows(self, size: int, places: Sequence[Place]) -> dict[Place, Row]:
        """Those of these rows that there are, each at least as long as in the tree of this size."""
        found: dict[Place, Row] = {}
        with self._lock:
            for place in places:
                kept = self._rows.get(place)
                if kept is not None and len(kept) >= width_at(*place, size) * HASH_SIZE:
                    self._rows.move_to_end(place)
                    found[place] = kept
        missing = [place for place in places if place not in found]
        if missing:
            found |= self._read(missing)
        return found

    def _read(self, places: Sequence[Place]) -> dict[Place, Row]:
        read = self._fetch(places)
        with self._lock:
            rows = {place: self._longer(place, hashes) for place, hashes in read.items()}
            self._rows |= rows
            while len(self._rows) > self._keep:
                self._rows.popitem(last=False)
        return rows

    def _longer(self, place: Place, hashes: bytes) -> Row:
        """What is kept, or what was read if that is longer: another thread may have read it later."""
        kept = self._rows.pop(place, None)
        if kept is None:
            return Row(hashes)
        return kept if len(kept) >= len(hashes) else kept.grown(hashes)
