"""Rows of tiles are read once and in one question, again only when a tree needs more of them, and memory is bounded."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from api.log.tile_cache import TileCache, TilePlace
from ledger.tree import merkle, tiles

LEAVES = [merkle.leaf_hash(b"%d" % number) for number in range(70_000)]
COMPLETE = bytes(256 * 32)


class Rows(dict[TilePlace, bytes]):
    """The rows of a log, and what was asked for at once."""

    def __init__(self) -> None:
        self.asked: list[list[TilePlace]] = []

    def fetch(self, places: Sequence[TilePlace]) -> dict[TilePlace, bytes]:
        self.asked.append(list(places))
        return {place: self[place] for place in places if place in self}

    def append(self, size: int, leaves: Sequence[bytes]) -> None:
        changed = tiles.grow(size, leaves, lambda level, n: self.get((level, n)))
        self.update({(tile.level, tile.n): tile.hashes for tile in changed})


def of_log(size: int) -> Rows:
    rows = Rows()
    rows.append(0, LEAVES[:size])
    return rows


def test_a_proof_and_the_root_it_leads_to_take_one_question_and_then_only_for_rows_that_still_grow() -> None:
    rows = of_log(70_000)
    kept = TileCache(rows.fetch)
    for _ in range(2):
        read = kept.reader(69_999, 4_000)
        path, root = merkle.prove_inclusion(4_000, 69_999, read), merkle.tree_root(69_999, read)
        merkle.check_inclusion(path, 4_000, 69_999, LEAVES[4_000], root)
        assert root == merkle.root_hash(LEAVES[:69_999])
    growing = [(0, 273), (1, 1), (2, 0)]
    assert rows.asked == [[*growing, (0, 15), (1, 0)], growing]


@pytest.mark.parametrize("seed", range(20))
def test_every_proof_of_any_tree_takes_at_most_one_question(seed: int) -> None:
    rng = Random(seed)
    rows = of_log(70_000)
    kept = TileCache(rows.fetch, keep=4)
    edges = [1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 65_792, 70_000]
    for _ in range(20):
        old, new = sorted(rng.choice([*edges, rng.randrange(1, 70_001)]) for _ in range(2))
        rows.asked.clear()
        read = kept.reader(new, old - 1)
        roots = [merkle.tree_root(size, read) for size in (old, new)]
        merkle.check_consistency(merkle.prove_consistency(old, new, read), old, new, *roots)
        merkle.check_inclusion(merkle.prove_inclusion(old - 1, new, read), old - 1, new, LEAVES[old - 1], roots[1])
        assert len(rows.asked) <= 1


def test_a_row_that_still_grows_is_read_every_time() -> None:
    """What it says is then what the database says now, also of one that was put right."""
    rows = of_log(300)
    kept = TileCache(rows.fetch)
    right, rows[0, 1] = rows[0, 1], bytes(44 * 32)
    assert merkle.tree_root(300, kept.reader(300)) != merkle.root_hash(LEAVES[:300])
    rows[0, 1] = right
    assert merkle.tree_root(300, kept.reader(300)) == merkle.root_hash(LEAVES[:300])
    rows.append(300, LEAVES[300:400])
    assert merkle.tree_root(400, kept.reader(400)) == merkle.root_hash(LEAVES[:400])


def test_a_row_that_is_not_there_yet_is_found_once_it_is() -> None:
    rows = Rows()
    kept = TileCache(rows.fetch)
    assert kept.rows([(1, 0)]) == {}
    rows[1, 0] = COMPLETE
    assert kept.rows([(1, 0)]) == {(1, 0): COMPLETE}


def test_the_row_used_longest_ago_makes_room() -> None:
    rows = Rows()
    rows.update({(0, n): COMPLETE for n in range(3)})
    kept = TileCache(rows.fetch, keep=2)
    for n in (0, 1, 0, 2):
        kept.rows([(0, n)])
    rows.asked.clear()
    kept.rows([(0, 0)])
    kept.rows([(0, 1)])
    assert rows.asked == [[(0, 1)]]
