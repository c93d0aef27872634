"""Complete rows of tiles, kept in memory: what every proof and every answer's root is computed from."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from threading import Lock

from ledger.tree.merkle import HASH_SIZE
from ledger.tree.tiles import TILE_WIDTH, TileReader, TileRow, paths_to_root

_COMPLETE = TILE_WIDTH * HASH_SIZE

TilePlace = tuple[int, int]
FetchAll = Callable[[Sequence[TilePlace]], Mapping[TilePlace, bytes]]
"""Places (level, n) → the rows that there are, in one question."""


class TileCache:
    """A row of 256 hashes never changes again (c2sp.org/tlog-tiles), so it is read once, and kept with the nodes that
    were hashed above it. Rows that still grow are always read. Safe to use from any thread; `keep` rows take 8 KiB
    each, and up to 6 more for their nodes."""

    def __init__(self, fetch: FetchAll, *, keep: int = 1024) -> None:
        self._fetch = fetch
        self._keep = keep
        self.reached = 0  # a tree size that the log is known to have
        self._lock = Lock()
        self._rows: OrderedDict[TilePlace, TileRow] = OrderedDict()  # guarded by _lock; the latest used last

    def reader(self, size: int, *leaves: int) -> TileReader:
        """Nodes of the tree of this size, which the log has come to, for one question. What leads from its end and from
        these leaves to its root is read at once, where it is not kept."""
        rows = self.rows(paths_to_root(size, *leaves))
        return TileReader(lambda level, n: rows.pop((level, n), None) or self.rows([(level, n)]).get((level, n)))

    def rows(self, places: Sequence[TilePlace]) -> dict[TilePlace, bytes]:
        """Those of these rows that there are, as long as they are now, or complete."""
        rows: dict[TilePlace, bytes] = {}
        with self._lock:
            for place in places:
                kept = self._rows.get(place)
                if kept is not None:
                    self._rows.move_to_end(place)
                    rows[place] = kept
        missing = [place for place in places if place not in rows]
        if missing:
            rows |= {place: self._kept(place, hashes) for place, hashes in self._fetch(missing).items()}
        return rows

    def _kept(self, place: TilePlace, hashes: bytes) -> bytes:
        if len(hashes) < _COMPLETE:
            return hashes
        row = TileRow(hashes)
        with self._lock:
            self._rows[place] = row
            if len(self._rows) > self._keep:
                self._rows.popitem(last=False)
        return row
