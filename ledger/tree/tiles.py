"""Tiles and entry bundles (c2sp.org/tlog-tiles): the tree in rows of up to 256 hashes, and the entries in bundles.

Tile (level, n) holds, for i in 0 … 255, the hash of the complete subtree over the leaves
[(n·256 + i)·256^level, (n·256 + i + 1)·256^level). The store keeps one row for each (level, n), and the row grows only
at its end. So a partial tile is a prefix of every later state of its row, and a hash never changes once it is written.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from formats.errors import Malformed, VerificationError
from ledger.tree import merkle
from ledger.tree.merkle import HASH_SIZE

TILE_WIDTH = 256  # hashes in a full tile, and entries in a full bundle (tlog-tiles)
_FULL = TILE_WIDTH * HASH_SIZE
_KEPT_HEIGHT = 3  # nodes below this height are hashed again, because that is faster than a look-up
# tlog-tiles: N in groups of three digits, each but the last after an x; .p/<W> with W 1 … 255 for a partial tile.
_PLACE = r"((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
_TILE = re.compile(r"tile/(0|[1-9][0-9]?)/" + _PLACE)
_BUNDLE = re.compile("tile/entries/" + _PLACE)

Fetch = Callable[[int, int], bytes | None]
"""(level, n) → the row's hashes so far, joined; None if there is no such row."""


@dataclass(frozen=True, slots=True)
class TileId:
    """The level, index and width that a path names. `level` is None for an entry bundle."""

    level: int | None
    n: int
    width: int = TILE_WIDTH


@dataclass(frozen=True, slots=True)
class Tile:
    """The hashes of a row after an append, joined."""

    level: int
    n: int
    hashes: bytes


def tile_path(level: int | None, n: int, width: int = TILE_WIDTH) -> str:
    """Return `tile/<L>/<N>[.p/<W>]`, or `tile/entries/…` for level None (tlog-tiles)."""
    digits = f"{n:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    place = "/".join([*("x" + group for group in groups[:-1]), groups[-1]])
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{'entries' if level is None else level}/{place}{partial}"


def parse_tile_path(path: str) -> TileId:
    """Parse a path strictly: formatting the result gives the same path. Raise `Malformed` for every other text.

    1. Match the path of a tile or of an entry bundle.
    2. Refuse a level above 63, an index that no tree below 2^63 leaves has, and a width of 256 or more. A full tile is
       written without a width.
    3. Format the result and compare, which refuses leading groups of zeros.
    """
    if matched := _TILE.fullmatch(path):  # (1)
        level, place, width = int(matched[1]), matched[2], matched[3]
    elif matched := _BUNDLE.fullmatch(path):
        level, place, width = None, matched[1], matched[2]
    else:
        raise _not_a_path(path)
    tile_id = TileId(level, int(place.replace("x", "").replace("/", "")), int(width or TILE_WIDTH))
    # (2)
    if (level or 0) > 63 or tile_id.n << 8 * ((level or 0) + 1) >= 1 << 63 or (width and tile_id.width >= TILE_WIDTH):
        raise _not_a_path(path)
    if tile_path(tile_id.level, tile_id.n, tile_id.width) != path:  # (3)
        raise _not_a_path(path)
    return tile_id


def _not_a_path(path: str) -> Malformed:
    return Malformed(
        "TILE_PATH_MALFORMED",
        f"{path[:80]!r} is not a tile path",
        next_step="Ask for tile/<level>/<index> or tile/entries/<index>, the index in groups of three digits, each but "
        "the last after an x, then .p/<width> for a partial tile.",
    )


def width_at(level: int, n: int, size: int) -> int:
    """Return how many hashes tile (level, n) has in a tree of this size: 0 … 256. An empty tile (0) must not be served.

    The partial width at level l is floor(size / 256^l) mod 256 (tlog-tiles).
    """
    return max(0, min(TILE_WIDTH, (size >> 8 * level) - n * TILE_WIDTH))


def widths(size: int) -> list[tuple[int, int]]:
    """Return, for each level from 0, how many full tiles a tree of this size has, and the width of the partial one."""
    levels = range(-(-size.bit_length() // 8))
    return [divmod(size >> 8 * level, TILE_WIDTH) for level in levels]


def paths_to_root(size: int, *leaves: int) -> list[tuple[int, int]]:
    """Return the rows (level, n) from the end of a tree of this size, and from each of these leaves, to its root.

    They hold every hash of a leaf's inclusion proof in the tree and, from leaf m - 1, of the consistency proof with the
    tree of size m.
    """
    levels = range(-(-size.bit_length() // 8))
    places = {(level, leaf >> 8 * (level + 1)): None for leaf in (size - 1, *leaves) for level in levels}
    return [place for place in places if width_at(*place, size)]


def grow(size_before: int, leaf_hashes: Sequence[bytes], fetch: Fetch) -> list[Tile]:
    """Return the rows that change when these leaf hashes are appended, each whole, in the form that is stored.

    1. Append the hashes to the last row of the level. Start a new row after each 256.
    2. Every row that became full gives its root to the level above. A partial row gives nothing (tlog-tiles).
    3. Repeat one level up until a level gains nothing.
    The rows exist in memory only. If we die before the transaction that stores them commits, the old rows hold.
    """
    changed: list[Tile] = []
    level, size, gained = 0, size_before, leaf_hashes
    while gained:
        rows = _extend(level, size, b"".join(gained), fetch)  # (1)
        changed += rows
        gained = [_row_root(row.hashes) for row in rows if len(row.hashes) == _FULL]  # (2)
        level, size = level + 1, size >> 8  # (3)
    return changed


def _extend(level: int, size: int, gained: bytes, fetch: Fetch) -> list[Tile]:
    """Return the rows of one level that these hashes change. `size` is the number of hashes that the level holds."""
    n, held = divmod(size, TILE_WIDTH)
    before = (fetch(level, n) or b"") if held else b""
    if len(before) != held * HASH_SIZE:
        raise VerificationError(
            f"the stored row of {tile_path(level, n)} has {len(before)} bytes, not the {held} hashes of the tree"
        )
    hashes = before + gained
    rows = range(0, len(hashes), _FULL)
    return [Tile(level, n + at // _FULL, hashes[at : at + _FULL]) for at in rows]


def _row_root(hashes: bytes) -> bytes:
    """Return the root over the hashes of a full row, which is one hash of the level above."""
    return merkle.root_hash([hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE)])


class TileRow(bytes):
    """The hashes of a row, joined, with the nodes above them that a reader computed.

    Several threads may share a row: two threads that compute the same node get the same hash.
    """

    _nodes: dict[tuple[int, int], bytes]

    def __new__(cls, hashes: bytes) -> TileRow:
        row = super().__new__(cls, hashes)
        row._nodes = {}
        return row

    def node(self, height: int, place: int) -> bytes:
        """Return the root of a complete subtree of this row: `height` levels up, counted from the left by `place`.

        The whole subtree is hashed at once, which is faster than node by node. Its inner nodes are not kept, because
        the siblings of a path have no node in common.
        """
        node = self._nodes.get((height, place))
        if node is None:
            start, stop = place << height, place + 1 << height
            node = merkle.root_hash([self[at * HASH_SIZE : (at + 1) * HASH_SIZE] for at in range(start, stop)])
            if height >= _KEPT_HEIGHT:
                self._nodes[height, place] = node
        return node

    def grown(self, hashes: bytes) -> TileRow:
        """Return the row with more hashes behind these.

        Its known nodes stay true, because a complete node never changes.
        """
        row = TileRow(hashes)
        row._nodes = self._nodes
        return row


class TileReader:
    """A `ReadNode` over stored rows. It caches the last `keep` rows that it fetched, and the nodes computed from them.

    A reader may live as long as the tree grows. Rows are prefix-stable, so cached hashes stay true, and a row that is
    too short for a request is fetched again. Rows that were never committed are the exception: after a rollback, make a
    new reader. One thread owns a reader. A fetched `TileRow` is used as it is, with its known nodes.
    """

    __slots__ = ("_fetch", "_keep", "_rows")

    def __init__(self, fetch: Fetch, *, keep: int = 64) -> None:
        self._fetch = fetch
        self._keep = keep
        self._rows: OrderedDict[tuple[int, int], TileRow] = OrderedDict()

    def __call__(self, level: int, index: int) -> bytes:
        tile_level, height = divmod(level, 8)
        first = index << height
        n, offset = divmod(first, TILE_WIDTH)
        row = self._rows.get((tile_level, n))
        if row is None or len(row) < (offset + (1 << height)) * HASH_SIZE:
            row = self._load(tile_level, n, offset + (1 << height))
        return row.node(height, offset >> height)

    def _load(self, level: int, n: int, width: int) -> TileRow:
        """Fetch a row that must have at least `width` hashes, and cache it."""
        hashes = self._fetch(level, n) or b""
        if not width * HASH_SIZE <= len(hashes) <= _FULL or len(hashes) % HASH_SIZE:
            raise VerificationError(
                f"the stored row of {tile_path(level, n)} has {len(hashes)} bytes; {width} hashes of it are needed"
            )
        known = self._rows.get((level, n))
        row = hashes if isinstance(hashes, TileRow) else TileRow(hashes) if known is None else known.grown(hashes)
        self._rows[level, n] = row
        self._rows.move_to_end((level, n))
        if len(self._rows) > self._keep:
            self._rows.popitem(last=False)
        return row


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return the entries of one 256-aligned block, each after its length as u16be (tlog-tiles)."""
    assert 0 < len(entries) <= TILE_WIDTH, "an entry bundle holds 1 to 256 entries"
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_bundle(bundle: bytes) -> list[bytes]:
    """Parse a bundle strictly, as the inverse of `encode_bundle`.

    The caller still compares the leaf hash of each entry with its slot in the level-0 tile.
    """
    entries, at = [], 0
    while at < len(bundle):
        start = at + 2
        at = start + int.from_bytes(bundle[at:start], "big")
        entries.append(bundle[start:at])
    if at != len(bundle) or not 0 < len(entries) <= TILE_WIDTH:
        raise Malformed(
            "BUNDLE_MALFORMED",
            f"{len(bundle)} bytes are not 1 to 256 whole entries, each after its length in two bytes",
            next_step="Fetch the entry bundle again; it arrived cut or padded.",
        )
    return entries
