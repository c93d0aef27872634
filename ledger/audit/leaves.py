"""The audit of leaves: each entry hashes to its slot in a level-0 tile, and each full one of these to its slot a level
up."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ledger.audit.report import FindingCounter
from ledger.tree import merkle
from ledger.tree.merkle import HASH_SIZE
from ledger.tree.tiles import TILE_WIDTH, tile_path, width_at

ReadTiles = Callable[[int, int, int], Mapping[int, bytes]]
"""(level, start, stop) → the rows of [start, stop) at this level that can be read."""


def slots(row: bytes) -> list[bytes]:
    return [row[at : at + HASH_SIZE] for at in range(0, len(row), HASH_SIZE)]


def _whole(row: bytes) -> bytes:
    return row[: TILE_WIDTH * HASH_SIZE].ljust(TILE_WIDTH * HASH_SIZE, b"\0")


class LeafAudit:
    """`changed` collects the indexes of entries that are not what their tile says."""

    def __init__(self, size: int, tally: FindingCounter, read: ReadTiles) -> None:
        self.changed: set[int] = set()
        self._size = size
        self._tally = tally
        self._read = read

    def take(self, start: int, stop: int, hashes: Mapping[int, bytes]) -> None:
        """The leaf hashes of the entries in [start, stop) that could be read."""
        first, last = start // TILE_WIDTH, -(-stop // TILE_WIDTH)
        rows = self._read(0, first, last)
        stored = b"".join(_whole(rows.get(n, b"")) for n in range(first, last))
        offset = (start - first * TILE_WIDTH) * HASH_SIZE
        length = (stop - start) * HASH_SIZE
        if b"".join(hashes.values()) != stored[offset : offset + length]:
            self._name_each(first * TILE_WIDTH, stored, hashes)
        self._tally.checked["leaves"] += len(hashes)
        full = {n: row for n, row in rows.items() if start < (n + 1) * TILE_WIDTH <= stop}
        self.check_parents(0, full)

    def _name_each(self, base: int, stored: bytes, hashes: Mapping[int, bytes]) -> None:
        for index, hashed in hashes.items():
            at = (index - base) * HASH_SIZE
            if stored[at : at + HASH_SIZE] != hashed:
                self.changed.add(index)
                tile = tile_path(0, index // TILE_WIDTH)
                detail = f"it does not hash to its leaf in {tile}: one of the two was changed"
                self._tally.fault("leaves", "LEAF_DIFFERS", f"entry {index}", detail, index=index)

    def check_parents(self, level: int, rows: Mapping[int, bytes]) -> None:
        """Each row that is full in this tree has its root in the row above."""
        span = TILE_WIDTH ** (level + 1)
        full = {n: row for n, row in rows.items() if width_at(level, n, self._size) == TILE_WIDTH}
        if not full:
            return
        above = self._read(level + 1, min(full) // TILE_WIDTH, max(full) // TILE_WIDTH + 1)
        for n, row in full.items():
            self._tally.checked["tiles"] += 1
            at = n % TILE_WIDTH * HASH_SIZE
            if merkle.root_hash(slots(row)) != above.get(n // TILE_WIDTH, b"")[at : at + HASH_SIZE]:
                detail = f"it does not hash to its place in {tile_path(level + 1, n // TILE_WIDTH)}"
                self._tally.fault("tiles", "TILE_CHANGED", tile_path(level, n), detail, index=n * span)
