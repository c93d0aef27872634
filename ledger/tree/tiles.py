"""Tiles and entry bundles (c2sp.org/tlog-tiles): the tree as rows of up to 256 hashes, and the entries as bundles.

Tile (level, n) holds, for i in 0 … 255, the hash of the complete subtree over the leaves
[(n·256 + i)·256^level, (n·256 + i + 1)·256^level). One row is stored per (level, n) and only ever grows at its end, so
a partial tile is a prefix of every later state of its row, and a hash once written never changes.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from formats.errors import Malformed, VerificationError
from ledger.tree import merkle
from ledger.tree.merkle import HASH_SIZE

TILE_WIDTH = 256
_FULL = TILE_WIDTH * HASH_SIZE
_KEPT_HEIGHT = 3  # nodes below are hashed again sooner than found
_PLACE = r"((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
_TILE = re.compile(r"tile/(0|[1-9][0-9]?)/" + _PLACE)
_BUNDLE = re.compile("tile/entries/" + _PLACE)

Fetch = Callable[[int, int], bytes | None]
"""(level, n) → the row's hashes so far, joined; None where there is no row."""


@dataclass(frozen=True, slots=True)
class TileId:
    """What a path names. `level` is None for an entry bundle."""

    level: int | None
    n: int
    width: int = TILE_WIDTH


@dataclass(frozen=True, slots=True)
class Tile:
    """A row of hashes as it stands after an append."""

    level: int
    n: int
    hashes: bytes


def tile_path(level: int | None, n: int, width: int = TILE_WIDTH) -> str:
    """`tile/<L>/<N>[.p/<W>]`, or `tile/entries/…` for level None."""
    digits = f"{n:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    place = "/".join([*("x" + group for group in groups[:-1]), groups[-1]])
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{'entries' if level is None else level}/{place}{partial}"


def parse_tile_path(path: str) -> TileId:
    """Strict inverse of `tile_path`: formatting again gives the same path."""
    if matched := _TILE.fullmatch(path):
        level, place, width = int(matched[1]), matched[2], matched[3]
    elif matched := _BUNDLE.fullmatch(path):
        level, place, width = None, matched[1], matched[2]
    else:
        raise _not_a_path(path)
    found = TileId(level, int(place.replace("x", "").replace("/", "")), int(width or TILE_WIDTH))
    # Only 64 levels exist, and no tree reaches 2^63 leaves; a width of 256 is written as no width.
    if (level or 0) > 63 or found.n << 8 * ((level or 0) + 1) >= 1 << 63 or (width and found.width >= TILE_WIDTH):
        raise _not_a_path(path)
    if tile_path(found.level, found.n, found.width) != path:  # leading groups of zeros
        raise _not_a_path(path)
    return found


def _not_a_path(path: str) -> Malformed:
    return Malformed(
        "TILE_PATH_MALFORMED",
        f"{path[:80]!r} is not a tile path",
        next_step="Ask for tile/<level>/<index> or tile/entries/<index>, the index in groups of three digits, each but "
        "the last after an x, then .p/<width> for a partial tile.",
    )


def width_at(level: int, n: int, size: int) -> int:
    """How many hashes tile (level, n) has in a tree of this size: 0 … 256. 0 means that it must not be served."""
    return max(0, min(TILE_WIDTH, (size >> 8 * level) - n * TILE_WIDTH))


def widths(size: int) -> list[tuple[int, int]]:
    """Per level, from 0: how many full tiles a tree of this size has, and the width of the partial one after them."""
    levels = range(-(-size.bit_length() // 8))
    return [divmod(size >> 8 * level, TILE_WIDTH) for level in levels]


def paths_to_root(size: int, *leaves: int) -> list[tuple[int, int]]:
    """The rows (level, n) of a tree of this size that lead from its end, and from each of these leaves, to its root:
    all that the leaf's inclusion in it takes, and, from leaf m - 1, its consistency with a tree of size m."""
    levels = range(-(-size.bit_length() // 8))
    places = {(level, leaf >> 8 * (level + 1)): None for leaf in (size - 1, *leaves) for level in levels}
    return [place for place in places if width_at(*place, size)]


def grow(size_before: int, leaf_hashes: Sequence[bytes], fetch: Fetch) -> list[Tile]:
    """The rows that change when these leaves are appended, each whole as it is to be stored.

    1. Append the hashes to the level's last row, cutting a new row after each 256.
    2. Every row that became full gives one hash, its root, to the level above; a partial row gives none.
    3. Repeat one level up until a level gains nothing.
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
    return merkle.root_hash([hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE)])


class Row(bytes):
    """The hashes of a row, joined, and those of the nodes above them that were asked for. Several readers may share
    it: what two threads hash at once is the same.
    """

    _nodes: dict[tuple[int, int], bytes]

    def __new__(cls, hashes: bytes) -> Row:
        row = super().__new__(cls, hashes)
        row._nodes = {}
        return row

    def node(self, height: int, place: int) -> bytes:
        """Of a subtree that is complete. All of it is hashed at once, which is faster than node after node, and little
        of it would be asked for again: a path's siblings have nothing in common.
        """
        found = self._nodes.get((height, place))
        if found is None:
            start, stop = place << height, place + 1 << height
            found = merkle.root_hash([self[at * HASH_SIZE : (at + 1) * HASH_SIZE] for at in range(start, stop)])
            if height >= _KEPT_HEIGHT:
                self._nodes[height, place] = found
        return found

    def grown(self, hashes: bytes) -> Row:
        """The same row with more hashes behind these: no node that was complete changes."""
        row = Row(hashes)
        row._nodes = self._nodes
        return row


class TileReader:
    """A `ReadNode` over stored rows. It keeps up to `keep` rows, the latest fetched, and what it has hashed of them.

    It may live as long as the tree grows: rows are prefix-stable, so what is kept stays true, and a row that has become
    too short for a question is fetched again. Rows that were never committed are the exception: after a rollback, start
    a new reader. Owned by one thread; a `Row` that is fetched is used as it is, with what is known of it.
    """

    __slots__ = ("_fetch", "_keep", "_rows")

    def __init__(self, fetch: Fetch, *, keep: int = 64) -> None:
        self._fetch = fetch
        self._keep = keep
        self._rows: OrderedDict[tuple[int, int], Row] = OrderedDict()

    def __call__(self, level: int, index: int) -> bytes:
        tile_level, height = divmod(level, 8)
        first = index << height
        n, offset = divmod(first, TILE_WIDTH)
        row = self._rows.get((tile_level, n))
        if row is None or len(row) < (offset + (1 << height)) * HASH_SIZE:
            row = self._load(tile_level, n, offset + (1 << height))
        return row.node(height, offset >> height)

    def _load(self, level: int, n: int, width: int) -> Row:
        hashes = self._fetch(level, n) or b""
        if not width * HASH_SIZE <= len(hashes) <= _FULL or len(hashes) % HASH_SIZE:
            raise VerificationError(
                f"the stored row of {tile_path(level, n)} has {len(hashes)} bytes; {width} hashes of it are needed"
            )
        known = self._rows.get((level, n))
        row = hashes if isinstance(hashes, Row) else Row(hashes) if known is None else known.grown(hashes)
        self._rows[level, n] = row
        self._rows.move_to_end((level, n))
        if len(self._rows) > self._keep:
            self._rows.popitem(last=False)
        return row


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """The entries of one 256-aligned block, each after its length as u16be: no entry is longer than that holds."""
    assert 0 < len(entries) <= TILE_WIDTH, "an entry bundle holds 1 to 256 entries"
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_bundle(bundle: bytes) -> list[bytes]:
    """Strict inverse of `encode_bundle`. The caller still compares each entry's leaf hash with its level-0 tile."""
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
