"""Complete rows of tiles, kept in memory: what every proof and every answer's root is computed from."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from ledger.merkle import HASH_SIZE
from ledger.tiles import TILE_WIDTH, Fetch, Row, TileReader

_COMPLETE = TILE_WIDTH * HASH_SIZE


class KeptTiles:
    """A row of 256 hashes never changes again (c2sp.org/tlog-tiles), so it is read once, and kept with the nodes that
    were hashed above it. Rows that still grow are always read. Safe to use from any thread; `keep` rows take 8 KiB
    each, and up to 6 more for their nodes."""

    def __init__(self, fetch: Fetch, *, keep: int = 1024) -> None:
        self._fetch = fetch
        self._keep = keep
        self.reached = 0  # a tree size that the log is known to have
        self._lock = Lock()
        self._rows: OrderedDict[tuple[int, int], Row] = OrderedDict()  # guarded by _lock; the latest used last

    def __call__(self, level: int, n: int) -> bytes | None:
        place = level, n
        with self._lock:
            kept = self._rows.get(place)
            if kept is not None:
                self._rows.move_to_end(place)
                return kept
        found = self._fetch(level, n)
        if found is None or len(found) < _COMPLETE:
            return found
        row = Row(found)
        with self._lock:
            self._rows[place] = row
            if len(self._rows) > self._keep:
                self._rows.popitem(last=False)
        return row

    def reader(self) -> TileReader:
        """Nodes of the tree, for one question."""
        return TileReader(self)
