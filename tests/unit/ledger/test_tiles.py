"""Tiles: paths spelt one way, rows that only grow, a tree read back from them; and entry bundles."""

from __future__ import annotations

import pytest

from formats.errors import Malformed, VerificationError
from ledger.tree import merkle, tiles
from ledger.tree.tiles import TileId

LEAVES = [merkle.leaf_hash(b"%d" % number) for number in range(1100)]


class Rows:
    """A store of rows, as the ledger keeps them: one per (level, n), overwritten by its longer self."""

    def __init__(self) -> None:
        self.stored: dict[tuple[int, int], bytes] = {}
        self.fetched: list[tuple[int, int]] = []

    def fetch(self, level: int, n: int) -> bytes | None:
        self.fetched.append((level, n))
        return self.stored.get((level, n))

    def append(self, size_before: int, leaf_hashes: list[bytes]) -> list[tiles.Tile]:
        changed = tiles.grow(size_before, leaf_hashes, self.fetch)
        for tile in changed:
            assert tile.hashes.startswith(self.stored.get((tile.level, tile.n), b"")), "a stored hash changed"
            self.stored[tile.level, tile.n] = tile.hashes
        return changed


def grown(size: int) -> Rows:
    rows = Rows()
    rows.append(0, LEAVES[:size])
    return rows


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("tile/0/000", TileId(0, 0)),
        ("tile/0/x001/x234/067", TileId(0, 1234067)),
        ("tile/0/x001/000", TileId(0, 1000)),
        ("tile/0/999", TileId(0, 999)),
        ("tile/2/000.p/1", TileId(2, 0, 1)),
        ("tile/0/273.p/112", TileId(0, 273, 112)),
        ("tile/63/000.p/255", TileId(63, 0, 255)),
        ("tile/entries/x001/x234/067", TileId(None, 1234067)),
        ("tile/entries/000.p/7", TileId(None, 0, 7)),
    ],
)
def test_a_tile_path_is_read_and_written_back(path: str, named: TileId) -> None:
    assert tiles.parse_tile_path(path) == named
    assert tiles.tile_path(named.level, named.n, named.width) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/x000/001",
        "tile/0/x001/x000",
        "tile/0/X001/000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/+1/000",
        "tile/data/000",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000.p/1/",
        "tile/0/000.p/1.p/1",
        "tile/0/000\n",
        "tile/0/000 ",
        " tile/0/000",
        "/tile/0/000",
        "tile/0/٠٠٠",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/0/x000/x000/x000/x000/x000/x000/x000/001",
        "tile/7/001",
        "tile/entries/x000/001",
        "tile/entries/000.p/256",
        "tile/ENTRIES/000",
    ],
)
def test_any_other_spelling_of_a_tile_path_is_refused(path: str) -> None:
    with pytest.raises(Malformed) as refused:
        tiles.parse_tile_path(path)
    assert refused.value.code == "TILE_PATH_MALFORMED"


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, []),
        (1, [(0, 1)]),
        (255, [(0, 255)]),
        (256, [(1, 0), (0, 1)]),
        (70_000, [(273, 112), (1, 17), (0, 1)]),
    ],
)
def test_a_tree_has_the_tiles_that_the_specification_counts(size: int, expected: list[tuple[int, int]]) -> None:
    assert tiles.widths(size) == expected
    for level, (full, partial) in enumerate(expected):
        served = [tiles.width_at(level, n, size) for n in range(full + 2)]
        assert served == [256] * full + [partial, 0]


def test_appending_in_any_portions_leaves_the_same_rows() -> None:
    at_once = grown(len(LEAVES))
    for portion in (1, 7, 255, 256, 257, 600):
        rows, size = Rows(), 0
        while size < len(LEAVES):
            rows.append(size, LEAVES[size : size + portion])
            size = min(size + portion, len(LEAVES))
        assert rows.stored == at_once.stored


def test_each_hash_of_a_row_is_the_root_of_its_leaves() -> None:
    rows = grown(len(LEAVES))
    assert {place: len(row) // 32 for place, row in rows.stored.items()} == {
        (0, 0): 256,
        (0, 1): 256,
        (0, 2): 256,
        (0, 3): 256,
        (0, 4): 76,
        (1, 0): 4,
    }
    assert rows.stored[0, 4] == b"".join(LEAVES[1024:])
    assert rows.stored[1, 0] == b"".join(merkle.root_hash(LEAVES[at : at + 256]) for at in (0, 256, 512, 768))


def test_an_append_names_only_the_rows_that_it_changes() -> None:
    rows = grown(700)
    assert [(tile.level, tile.n, len(tile.hashes) // 32) for tile in rows.append(700, LEAVES[700:770])] == [
        (0, 2, 256),
        (0, 3, 2),
        (1, 0, 3),
    ]
    assert [(tile.level, tile.n) for tile in rows.append(770, LEAVES[770:771])] == [(0, 3)]
    assert rows.append(771, []) == []


def test_an_append_reads_only_the_partial_row_that_it_lengthens() -> None:
    rows = grown(768)
    rows.fetched.clear()
    rows.append(768, LEAVES[768:800])
    assert rows.fetched == []
    rows.append(800, LEAVES[800:801])
    assert rows.fetched == [(0, 3)]


@pytest.mark.parametrize("wrong", [b"", b"".join(LEAVES[:2]), b"".join(LEAVES[:4]), b"".join(LEAVES[:3])[:-1]])
def test_an_append_to_a_row_of_another_width_is_refused(wrong: bytes) -> None:
    rows = grown(3)
    rows.stored[0, 0] = wrong
    with pytest.raises(VerificationError, match=r"tile/0/000 has .* not the 3 hashes"):
        rows.append(3, LEAVES[3:5])


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 513, 700, 1024, 1100])
def test_a_tree_is_read_back_from_its_tiles(size: int) -> None:
    read = tiles.TileReader(grown(size).fetch)
    assert merkle.tree_root(size, read) == merkle.root_hash(LEAVES[:size])
    for index in {0, 1, size // 3, size // 2, size - 1}:
        if index < size:
            assert merkle.prove_inclusion(index, size, read) == merkle.prove_inclusion_in_memory(index, LEAVES[:size])
    for old in {1, size // 2 or 1, size - 1 or 1, size}:
        path = merkle.prove_consistency(old, size, read)
        roots = merkle.root_hash(LEAVES[:old]), merkle.root_hash(LEAVES[:size])
        merkle.check_consistency(path, old, size, *roots)


def test_the_paths_of_one_batch_come_out_of_the_tiles_together() -> None:
    read = tiles.TileReader(grown(1100).fetch)
    expected = [merkle.prove_inclusion_in_memory(index, LEAVES) for index in (500, 517, 1099)]
    together = merkle.prove_range(500, 1100, 1100, read)
    assert [together[index - 500] for index in (500, 517, 1099)] == expected


def test_a_reader_that_outlives_an_append_fetches_the_longer_row_and_stays_right() -> None:
    rows = grown(300)
    read = tiles.TileReader(rows.fetch)
    assert merkle.tree_root(300, read) == merkle.root_hash(LEAVES[:300])
    rows.append(300, LEAVES[300:900])
    assert merkle.tree_root(900, read) == merkle.root_hash(LEAVES[:900])
    assert merkle.tree_root(300, read) == merkle.root_hash(LEAVES[:300])


def test_a_row_that_readers_share_is_hashed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    row = tiles.TileRow(b"".join(LEAVES[:256]))
    hashed: list[int] = []
    hash_ = merkle.root_hash
    monkeypatch.setattr(merkle, "root_hash", lambda leaves: hashed.append(len(leaves)) or hash_(leaves))
    for _ in range(2):
        read = tiles.TileReader(lambda level, n: row)
        assert [read(level, 1) for level in (4, 7)] == [hash_(LEAVES[16:32]), hash_(LEAVES[128:256])]
    assert hashed == [16, 128]


def test_a_reader_fetches_a_row_once_and_keeps_a_bounded_number() -> None:
    rows = grown(1024)
    read = tiles.TileReader(rows.fetch, keep=2)
    rows.fetched.clear()
    for leaf in (0, 1, 2, 255):
        assert read(0, leaf) == LEAVES[leaf]
    assert rows.fetched == [(0, 0)]
    for leaf in (256, 512, 0):
        assert read(0, leaf) == LEAVES[leaf]
    assert rows.fetched == [(0, 0), (0, 1), (0, 2), (0, 0)]


@pytest.mark.parametrize("row", [None, b"".join(LEAVES[:4]), b"".join(LEAVES[:9])[:-1], b"".join(LEAVES[:257])])
def test_a_row_that_is_missing_short_or_cut_is_named(row: bytes | None) -> None:
    read = tiles.TileReader(lambda level, n: row)
    with pytest.raises(VerificationError, match="tile/0/000"):
        read(2, 1)


def test_a_bundle_holds_its_entries_byte_for_byte() -> None:
    entries = [b"", b"one", bytes(65_535)]
    bundle = tiles.encode_bundle(entries)
    assert bundle[:7] == b"\x00\x00\x00\x03one"
    assert tiles.decode_bundle(bundle) == entries


@pytest.mark.parametrize(
    "bundle",
    [b"", b"\x00", b"\x00\x01", b"\x00\x03on", b"\x00\x03one\x00", b"\x00\x03one\x00\x01", b"\x00\x00" * 257],
    ids=["empty", "half a length", "no entry", "cut entry", "trailing byte", "trailing length", "257 entries"],
)
def test_a_bundle_cut_or_padded_is_refused(bundle: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        tiles.decode_bundle(bundle)
    assert refused.value.code == "BUNDLE_MALFORMED"
