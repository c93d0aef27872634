"""Rows of tiles are read once and in one question, again only when a tree needs more of them, and memory is bounded."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from api.kepttiles import KeptTiles, Place
from ledger import merkle, tiles

LEAVES = [merkle.leaf_hash(b"%d" % number) for number in range(70_000)]
COMPLETE = bytes(256 * 32)


class Rows(dict[Place, bytes]):
    """The rows of a log, and what was asked for at once."""

    def __init__(self) -> None:
        self.asked: list[list[Place]] = []

    def fetch(self, places: Sequence[Place]) -> dict[Place, bytes]:
        self.asked.append(list(places))
        return {place: self[place] for place in places if place in self}

    def append(self, size: int, leaves: Sequence[bytes]) -> None:
        changed = tiles.grow(size, leaves, lambda level, n: self.get((level, n)))
        self.update({(tile.level, tile.n): tile.hashes for tile in changed})


def of_log(size: int) -> Rows:
    rows = Rows()
    rows.append(0, LEAVES[:size])
    return rows


def test_a_proof_and_the_root_it_leads_to_take_one_question_and_then_none() -> None:
    rows = of_log(70_000)
    kept = KeptTiles(rows.fetch)
    for _ in range(2):
        read = kept.reader(69_999, 4_000)
        path, root = merkle.prove_inclusion(4_000, 69_999, read), merkle.tree_root(69_999, read)
        merkle.check_inclusion(path, 4_000, 69_999, LEAVES[4_000], root)
        assert root == merkle.root_hash(LEAVES[:69_999])
    assert rows.asked == [[(0, 273), (1, 1), (2, 0), (0, 15), (1, 0)]]


@pytest.mark.parametrize("seed", range(20))
def test_every_proof_of_any_tree_takes_at_most_one_question(seed: int) -> None:
    rng = Random(seed)
    rows = of_log(70_000)
    kept = KeptTiles(rows.fetch, keep=4)
    edges = [1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 65_792, 70_000]
    for _ in range(20):
        old, new = sorted(rng.choice([*edges, rng.randrange(1, 70_001)]) for _ in range(2))
        rows.asked.clear()
        read = kept.reader(new, old - 1)
        roots = [merkle.tree_root(size, read) for size in (old, new)]
        merkle.check_consistency(merkle.prove_consistency(old, new, read), old, new, *roots)
        merkle.check_inclusion(merkle.prove_inclusion(old - 1, new, read), old - 1, new, LEAVES[old - 1], roots[1])
        assert len(rows.asked) <= 1


def test_a_row_that_grew_is_read_again_only_for_a_tree_that_needs_more_of_it() -> None:
    rows = of_log(300)
    kept = KeptTiles(rows.fetch)
    kept.reader(300)
    rows.append(300, LEAVES[300:400])
    rows.asked.clear()
    kept.reader(280)
    assert rows.asked == []
    assert merkle.tree_root(400, kept.reader(400)) == merkle.root_hash(LEAVES[:400])
    assert rows.asked == [[(0, 1)]]
    kept.reader(300)
    assert rows.asked == [[(0, 1)]]


def test_a_row_that_was_read_earlier_does_not_take_the_place_of_a_longer_one() -> None:
    rows = of_log(400)
    kept = KeptTiles(rows.fetch)
    fetch_later = rows.fetch

    def overtaken(places: Sequence[Place]) -> dict[Place, bytes]:
        """While this thread waits for its answer, another one reads a longer row."""
        kept._fetch = fetch_later
        kept.reader(400)
        return {place: rows[place][: 300 % 256 * 32] if place == (0, 1) else rows[place] for place in places}

    kept._fetch = overtaken
    assert merkle.tree_root(300, kept.reader(300)) == merkle.root_hash(LEAVES[:300])
    rows.asked.clear()
    assert merkle.tree_root(400, kept.reader(400)) == merkle.root_hash(LEAVES[:400])
    assert rows.asked == []


def test_a_row_that_is_not_there_yet_is_found_once_it_is() -> None:
    rows = Rows()
    kept = KeptTiles(rows.fetch)
    assert kept.rows(256, [(1, 0)]) == {}
    rows[1, 0] = COMPLETE
    assert kept.rows(256, [(1, 0)]) == {(1, 0): COMPLETE}


def test_the_row_used_longest_ago_makes_room() -> None:
    rows = Rows()
    rows.update({(0, n): COMPLETE for n in range(3)})
    kept = KeptTiles(rows.fetch, keep=2)
    for n in (0, 1, 0, 2):
        kept.rows(768, [(0, n)])
    rows.asked.clear()
    kept.rows(768, [(0, 0)])
    kept.rows(768, [(0, 1)])
    assert rows.asked == [[(0, 1)]]
