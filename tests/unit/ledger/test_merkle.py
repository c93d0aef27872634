"""Every tree to 100 leaves, every proof, and each proof again with one hash corrupted."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from hashlib import sha256

import pytest

from formats.errors import VerificationError
from ledger.tree import merkle

LARGEST = 100
LEAVES = [merkle.leaf_hash(b"leaf %d" % number) for number in range(LARGEST)]
EIGHT = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
EIGHT_ROOTS = [
    "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=",
    "+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU=",
    "rra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc=",
    "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
    "Tju7H3tHjc/nH7YxYxUZo7yhLJrvyhYSv85ME6hiZNQ=",
    "duZ9rbzfHhDht03cYIq9L5jfsW+851J3tSMqEn8gh+8=",
    "3bib5AOAnjJXUNPSY814kpwpQreUKjS3fhIslZSnTIw=",
    "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=",
]


def written_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, as the RFC writes it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + written_root(leaves[:split]) + written_root(leaves[split:])).digest()


def written_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962 §2.1.1, as the RFC writes it."""
    if len(leaves) == 1:
        return []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if index < split:
        return [*written_path(index, leaves[:split]), written_root(leaves[split:])]
    return [*written_path(index - split, leaves[split:]), written_root(leaves[:split])]


def written_subproof(old: int, leaves: Sequence[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962 §2.1.2, as the RFC writes it."""
    if old == len(leaves):
        return [] if whole else [written_root(leaves)]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= split:
        return [*written_subproof(old, leaves[:split], whole), written_root(leaves[split:])]
    return [*written_subproof(old - split, leaves[split:], False), written_root(leaves[:split])]


def reader_of(size: int) -> merkle.ReadNode:
    """Complete subtrees of the first `size` leaves, and an error for any other."""
    known: dict[tuple[int, int], bytes] = {}

    def read(level: int, index: int) -> bytes:
        assert (index + 1) << level <= size, f"node ({level}, {index}) reaches beyond {size} leaves"
        if (level, index) not in known:
            known[level, index] = written_root(LEAVES[index << level : (index + 1) << level])
        return known[level, index]

    return read


def corrupted(digest: bytes) -> bytes:
    return digest[:-1] + bytes([digest[-1] ^ 1])


ROOTS = [written_root(LEAVES[:size]) for size in range(LARGEST + 1)]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_roots_of_the_eight_leaf_tree_are_ours(size: int) -> None:
    leaves = [merkle.leaf_hash(leaf) for leaf in EIGHT[:size]]
    assert base64.b64encode(merkle.root_hash(leaves)).decode() == EIGHT_ROOTS[size - 1]


def test_the_root_of_the_empty_tree_is_the_hash_of_nothing() -> None:
    empty = base64.b64decode("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    assert merkle.root_hash([]) == merkle.EMPTY_ROOT == merkle.Frontier().root() == empty


def test_every_tree_has_the_root_that_the_rfc_writes() -> None:
    frontier = merkle.Frontier()
    for size in range(1, LARGEST + 1):
        frontier.append(LEAVES[size - 1])
        assert merkle.root_hash(LEAVES[:size]) == ROOTS[size]
        assert frontier.root() == ROOTS[size]
        assert merkle.tree_root(size, reader_of(size)) == ROOTS[size]


def test_every_inclusion_proof_is_the_one_that_the_rfc_writes_and_checks() -> None:
    for size in range(1, LARGEST + 1):
        read = reader_of(size)
        for index in range(size):
            path = merkle.prove_inclusion(index, size, read)
            assert path == written_path(index, LEAVES[:size])
            assert path == merkle.prove_inclusion_in_memory(index, LEAVES[:size])
            merkle.check_inclusion(path, index, size, LEAVES[index], ROOTS[size])


def test_every_consistency_proof_is_the_one_that_the_rfc_writes_and_checks() -> None:
    for size in range(1, LARGEST + 1):
        read = reader_of(size)
        for old in range(1, size + 1):
            path = merkle.prove_consistency(old, size, read)
            assert path == written_subproof(old, LEAVES[:size])
            merkle.check_consistency(path, old, size, ROOTS[old], ROOTS[size])


def one_corrupted(hashes: Sequence[bytes]) -> Iterator[list[bytes]]:
    """The same hashes again and again, each time another one with its last bit flipped."""
    for at, digest in enumerate(hashes):
        yield [*hashes[:at], digest[:-1] + bytes([digest[-1] ^ 1]), *hashes[at + 1 :]]


def misshapen(path: list[bytes]) -> Iterator[list[bytes]]:
    """Hashes missing, doubled, added, swapped, shortened."""
    yield [*path, LEAVES[0]]
    yield [LEAVES[0], *path]
    yield from ([*path[:at], *path[at + 1 :]] for at in range(len(path)))
    yield from ([*path[:at], path[at], *path[at:]] for at in range(len(path)))
    yield from ([*path[:at], path[at + 1], path[at], *path[at + 2 :]] for at in range(len(path) - 1))
    yield from ([*path[:at], path[at][:-1], *path[at + 1 :]] for at in range(len(path)))


def test_no_inclusion_proof_survives_one_corrupted_hash() -> None:
    for size in range(1, LARGEST + 1):
        read = reader_of(size)
        for index in range(size):
            path = merkle.prove_inclusion(index, size, read)
            for leaf, root, *bad in one_corrupted([LEAVES[index], ROOTS[size], *path]):
                with pytest.raises(VerificationError):
                    merkle.check_inclusion(bad, index, size, leaf, root)


def test_no_consistency_proof_survives_one_corrupted_hash() -> None:
    for size in range(1, LARGEST + 1):
        read = reader_of(size)
        for old in range(1, size + 1):
            path = merkle.prove_consistency(old, size, read)
            for old_root, new_root, *bad in one_corrupted([ROOTS[old], ROOTS[size], *path]):
                with pytest.raises(VerificationError):
                    merkle.check_consistency(bad, old, size, old_root, new_root)


def test_no_inclusion_proof_survives_a_hash_missing_doubled_swapped_or_shortened() -> None:
    for size in range(1, 34):
        for index in range(size):
            for bad in misshapen(merkle.prove_inclusion(index, size, reader_of(size))):
                with pytest.raises(VerificationError):
                    merkle.check_inclusion(bad, index, size, LEAVES[index], ROOTS[size])


def test_no_consistency_proof_survives_a_hash_missing_doubled_swapped_or_shortened() -> None:
    for size in range(1, 34):
        for old in range(1, size + 1):
            for bad in misshapen(merkle.prove_consistency(old, size, reader_of(size))):
                with pytest.raises(VerificationError):
                    merkle.check_consistency(bad, old, size, ROOTS[old], ROOTS[size])


def test_a_proof_holds_for_its_own_index_only() -> None:
    for size in range(1, 34):
        for index in range(size):
            path = merkle.prove_inclusion(index, size, reader_of(size))
            for other in {*range(-1, size + 2)} - {index}:
                with pytest.raises(VerificationError):
                    merkle.check_inclusion(path, other, size, LEAVES[index], ROOTS[size])


def test_the_proofs_of_a_range_are_the_proofs_of_its_leaves() -> None:
    for size in range(1, 41):
        read = reader_of(size)
        single = [merkle.prove_inclusion(index, size, read) for index in range(size)]
        for start in range(size):
            for stop in range(start + 1, size + 1):
                assert merkle.prove_range(start, stop, size, read) == single[start:stop]
                at_hand = [read(0, index) for index in range(start, stop)]
                assert merkle.prove_range(start, stop, size, read, leaves=at_hand) == single[start:stop]


def test_a_range_of_records_costs_about_one_read_each() -> None:
    reads = 0
    read = reader_of(LARGEST)

    def counting(level: int, index: int) -> bytes:
        nonlocal reads
        reads += 1
        return read(level, index)

    merkle.prove_range(30, 90, LARGEST, counting)
    assert reads <= 60 + 2 * LARGEST.bit_length()


def test_a_frontier_loaded_from_a_stored_tree_goes_on_as_if_it_had_never_stopped() -> None:
    unbroken = merkle.Frontier()
    for size in range(LARGEST):
        loaded = merkle.Frontier.load(size, reader_of(size))
        assert (loaded.size, loaded.hashes) == (unbroken.size, unbroken.hashes)
        loaded.append(LEAVES[size])
        unbroken.append(LEAVES[size])
        assert loaded.root() == unbroken.root()


def test_a_copied_frontier_grows_alone() -> None:
    original = merkle.Frontier.load(5, reader_of(5))
    trial = original.copy()
    trial.append(LEAVES[5])
    assert (original.size, original.root()) == (5, ROOTS[5])
    assert (trial.size, trial.root()) == (6, ROOTS[6])


def test_a_leaf_that_spells_a_node_does_not_hash_like_one() -> None:
    left, right = LEAVES[0], LEAVES[1]
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)


def test_a_refused_proof_says_what_is_wrong_with_it() -> None:
    read, old_root, root = reader_of(12), ROOTS[6], ROOTS[12]
    included, grown = merkle.prove_inclusion(5, 12, read), merkle.prove_consistency(6, 12, read)
    for extra, reason in ([LEAVES[0]] * 4, "longer than the tree is high"), ([LEAVES[0][:-1]], "not 32 bytes long"):
        with pytest.raises(VerificationError, match=reason):
            merkle.check_inclusion([*included, *extra], 5, 12, LEAVES[5], root)
        with pytest.raises(VerificationError, match=reason):
            merkle.check_consistency([*grown, *extra], 6, 12, old_root, root)
    with pytest.raises(VerificationError, match="no leaf 12 in a tree of size 12"):
        merkle.check_inclusion(included, 12, 12, LEAVES[5], root)
    with pytest.raises(VerificationError, match="from tree size 0 to 12"):
        merkle.check_consistency(grown, 0, 12, merkle.EMPTY_ROOT, root)
    with pytest.raises(VerificationError, match="is empty although the tree has grown"):
        merkle.check_consistency([], 6, 12, old_root, root)
    with pytest.raises(VerificationError, match="two trees of size 12 differ"):
        merkle.check_consistency([], 12, 12, old_root, root)
