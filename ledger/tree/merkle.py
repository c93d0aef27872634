"""The Merkle tree of RFC 6962 §2.1, which RFC 9162 §2.1 keeps unchanged: hashing, proving, checking.

A prover reads hashes through one function, `ReadNode`. A checker takes numbers and hashes. Neither does I/O, and
neither depends on how a tree is stored. A wrong argument to a prover is our own error (`assert`). A wrong proof is a
`VerificationError`, and a checker raises nothing else.

Leaves are counted from 0. Node (level, index) covers the leaves [index << level, (index + 1) << level) of the tree.
A node at the right edge covers fewer: it is the hash over the leaves that exist. Such a node equals the node below it
when that one has no sibling.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

from formats.errors import VerificationError

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()  # RFC 6962 §2.1: the hash of an empty list is the hash of an empty string

ReadNode = Callable[[int, int], bytes]
"""(level, index) → hash of a *complete* subtree. No prover reads a node that reaches beyond the tree's size."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ leaf) (RFC 6962 §2.1). The 0x00 keeps a leaf from passing for a node."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 ‖ left ‖ right) (RFC 6962 §2.1). The 0x01 keeps a node from passing for a leaf."""
    return sha256(b"\x01" + left + right).digest()


def root_hash(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root over these leaf hashes, held in memory."""
    layer = leaf_hashes
    while len(layer) > 1:
        layer = _parents(layer)
    return layer[0] if layer else EMPTY_ROOT


def _parents(layer: Sequence[bytes]) -> list[bytes]:
    """Return the layer above one that starts at an even index. A last node without a sibling goes up unchanged."""
    above = [sha256(b"\x01" + left + right).digest() for left, right in zip(layer[::2], layer[1::2], strict=False)]
    if len(layer) % 2:
        above.append(layer[-1])
    return above


class Frontier:
    """The right edge of a growing tree: all that appending leaves and computing the root requires.

    `hashes` are the roots of the complete subtrees that the tree splits into (RFC 6962 §2.1), largest first: one for
    each 1 bit of `size`.
    """

    __slots__ = ("_hashes", "size")

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        assert size.bit_count() == len(hashes), "a frontier has one hash for each 1 bit of its size"
        self.size = size
        self._hashes = list(hashes)

    @classmethod
    def load(cls, size: int, read: ReadNode) -> Frontier:
        """Read the edge of a stored tree."""
        levels = [level for level in reversed(range(size.bit_length())) if size >> level & 1]
        return cls(size, [read(level, (size >> level) - 1) for level in levels])

    @property
    def hashes(self) -> tuple[bytes, ...]:
        return tuple(self._hashes)

    def append(self, leaf: bytes) -> None:
        """Append one leaf *hash*. A subtree is complete when its bit of the size carries, as in binary addition."""
        carry = self.size
        while carry & 1:
            leaf = sha256(b"\x01" + self._hashes.pop() + leaf).digest()
            carry >>= 1
        self._hashes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Return the root. The smaller side of each split is the right one, so subtrees are joined from the right."""
        if not self._hashes:
            return EMPTY_ROOT
        root = self._hashes[-1]
        for left in self._hashes[-2::-1]:
            root = node_hash(left, root)
        return root

    def copy(self) -> Frontier:
        return Frontier(self.size, self._hashes)


def tree_root(size: int, read: ReadNode) -> bytes:
    """Return the root of the first `size` leaves of a stored tree."""
    return Frontier.load(size, read).root()


def prove_inclusion(index: int, size: int, read: ReadNode) -> list[bytes]:
    """Return the audit path of a leaf (RFC 6962 §2.1.1): the leaf's sibling first, the root's child last."""
    assert 0 <= index < size, f"no leaf {index} in a tree of {size}"
    return _siblings(0, index, size, read)


def prove_consistency(old_size: int, new_size: int, read: ReadNode) -> list[bytes]:
    """Return the consistency proof (RFC 6962 §2.1.2) that the tree of `new_size` begins with the tree of `old_size`.

    1. Equal sizes need no proof.
    2. Find the largest complete subtree of the new tree that ends where the old tree ends.
    3. The proof starts with the hash of that subtree. When the subtree is the whole old tree, its hash is the old root,
       which the checker has; then the hash is left out.
    4. The siblings from that subtree up to the new root follow.
    """
    assert 0 < old_size <= new_size, f"no consistency proof from size {old_size} to {new_size}"
    if old_size == new_size:  # (1)
        return []
    level, index = 0, old_size - 1  # (2)
    while index & 1:
        level, index = level + 1, index >> 1
    start = [read(level, index)] if index else []  # (3): index 0 means that the old size is a power of two
    return start + _siblings(level, index, new_size, read)  # (4)


def prove_range(
    start: int, stop: int, size: int, read: ReadNode, *, leaves: Sequence[bytes] | None = None
) -> list[list[bytes]]:
    """Return the inclusion proofs of the leaves start … stop-1, each as `prove_inclusion` returns it.

    Together they cost little more than one. `leaves` are the hashes of these leaves, for a caller that has them in
    memory.

    1. Hash upwards, layer by layer, until one node covers the whole range. Keep the layers.
    2. All proofs share the path from that node to the root, so read its siblings once.
    3. Go down again: the proof of a node is its sibling, then the proof of its parent.
    """
    assert 0 <= start < stop <= size, f"no leaves {start} … {stop - 1} in a tree of {size}"
    first, last, level = start, stop - 1, 0
    layer: list[bytes] = []
    if first < last:
        layer = [read(0, index) for index in range(first, stop)] if leaves is None else list(leaves)
        assert len(layer) == stop - start, "one hash for each leaf"
    layers = []
    while first < last:  # (1)
        if first & 1:
            layer.insert(0, read(level, first - 1))
        if last & 1 == 0 and last < (size - 1) >> level:
            layer.append(_node(level, last + 1, size, read))
        layers.append(layer)
        layer = _parents(layer)
        first, last, level = first >> 1, last >> 1, level + 1
    paths = [_siblings(level, first, size, read)]  # (2)
    while layers:  # (3)
        level -= 1
        paths = _paths_below(paths, layers.pop(), start >> level, (stop - 1) >> level)
    return paths


def _paths_below(above: list[list[bytes]], layer: list[bytes], first: int, last: int) -> list[list[bytes]]:
    """Return the paths of the nodes first … last, given those of their parents.

    `layer` begins at `first`, or at its left sibling when `first` is odd.
    """
    base, parent = first & ~1, first >> 1
    # Siblings differ in the last bit of their index. `base` is even, so this holds for places within the layer too.
    paths = [[layer[index - base ^ 1], *above[(index >> 1) - parent]] for index in range(first, last)]
    alone = last - base ^ 1 >= len(layer)  # the tree's last node has no sibling: it is its own parent
    paths.append(above[-1] if alone else [layer[last - base ^ 1], *above[-1]])
    return paths


def prove_inclusion_in_memory(index: int, leaf_hashes: Sequence[bytes]) -> list[bytes]:
    """Return an inclusion proof in a tree that is held in memory, such as a submission's (design.md §4)."""
    assert 0 <= index < len(leaf_hashes), f"no leaf {index} in a tree of {len(leaf_hashes)}"
    path, layer = [], leaf_hashes
    while len(layer) > 1:
        if index ^ 1 < len(layer):
            path.append(layer[index ^ 1])
        layer, index = _parents(layer), index >> 1
    return path


def _siblings(level: int, index: int, size: int, read: ReadNode) -> list[bytes]:
    """Return the siblings of a node and of each node above it, up to the root (RFC 6962 §2.1.1)."""
    path, last = [], (size - 1) >> level
    while last:
        if index & 1:
            path.append(read(level, index - 1))
        elif index < last:
            path.append(_node(level, index + 1, size, read))
        # else: an even last node at the right edge has no sibling at this level, because the split is further up.
        level, index, last = level + 1, index >> 1, last >> 1
    return path


def _node(level: int, index: int, size: int, read: ReadNode) -> bytes:
    """Return a node. One that the right edge cuts is the root of a tree of its own."""
    start = index << level
    if start + (1 << level) <= size:
        return read(level, index)
    return tree_root(size - start, lambda below, place: read(below, (start >> below) + place))


def check_inclusion(path: Sequence[bytes], index: int, size: int, leaf_hash: bytes, root: bytes) -> None:
    """Check that the leaf with this hash is leaf `index` of the tree of this size and root (RFC 9162 §2.1.3.2).

    1. The index is below the size, and every hash has 32 bytes: an empty leaf hash would equal an empty root.
    2. Start at the leaf's place and the last leaf's place, with the leaf hash.
    3. Join the siblings. (a) A path longer than the tree is high fails. (b) A right child, or the last node of a level,
       has its sibling on the left; a last node without a sibling skips levels. (c) Other nodes have it on the right.
    4. The path ends at the root, and the computed root is the given one.
    The caller must have hashed the leaf itself, and must have `size` and `root` from a verified checkpoint.
    """
    if not 0 <= index < size:  # (1)
        raise VerificationError(f"there is no leaf {index} in a tree of size {size}")
    _require_hashes(leaf_hash, root, *path)
    place, last, computed = index, size - 1, leaf_hash  # (2)
    for sibling in path:  # (3)
        if last == 0:  # (3a)
            raise VerificationError("the inclusion proof is longer than the tree is high")
        if place & 1 or place == last:
            computed = node_hash(sibling, computed)
            while place and not place & 1:  # (3b)
                place, last = place >> 1, last >> 1
        else:  # (3c)
            computed = node_hash(computed, sibling)
        place, last = place >> 1, last >> 1
    if last or computed != root:  # (4)
        raise VerificationError("the inclusion proof does not lead to the root")


def check_consistency(path: Sequence[bytes], old_size: int, new_size: int, old_root: bytes, new_root: bytes) -> None:
    """Check that the tree of `new_size` begins with the tree of `old_size` (RFC 9162 §2.1.4.2).

    An old size of 0 is refused, because nothing can be proved about an empty tree. A witness accepts "old 0" with an
    empty proof (c2sp.org/tlog-witness). That is a rule of the witness protocol, not of this proof.
    """
    if not 0 < old_size <= new_size:
        raise VerificationError(f"no consistency from tree size {old_size} to {new_size} can be proved")
    if old_size == new_size:
        # One tree needs no proof. The roots are compared without a look at their length, which their parser checked.
        if path or old_root != new_root:
            raise VerificationError(f"two trees of size {old_size} differ, or come with a proof where none belongs")
        return
    _require_hashes(old_root, new_root, *path)
    _check_growth(path, old_size, new_size, (old_root, new_root))


def _check_growth(path: Sequence[bytes], old_size: int, new_size: int, roots: tuple[bytes, bytes]) -> None:
    """Check a proof for 0 < old_size < new_size and hashes of the right length, by the steps of RFC 9162 §2.1.4.2.

    1. An empty path fails.
    2. If the old size is a power of two, the old root is the first hash, which the proof leaves out.
    3. Start at the last leaf of the old tree and the last leaf of the new tree.
    4. Go up to the largest complete subtree that ends where the old tree ends.
    5. Both roots are computed from the hash of that subtree.
    6. A sibling on the left belongs to both trees, a sibling on the right to the new tree only.
    7. The path ends at the root, and both computed roots are the given ones.
    """
    steps = list(path) if old_size & (old_size - 1) else [roots[0], *path]  # (2)
    if not path:  # (1)
        raise VerificationError("the consistency proof is empty although the tree has grown")
    place, last = old_size - 1, new_size - 1  # (3)
    while place & 1:  # (4)
        place, last = place >> 1, last >> 1
    old = new = steps[0]  # (5)
    for sibling in steps[1:]:  # (6)
        if last == 0:
            raise VerificationError("the consistency proof is longer than the tree is high")
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    if last or (old, new) != roots:  # (7)
        raise VerificationError("the consistency proof does not lead from the old root to the new root")


def _require_hashes(*hashes: bytes) -> None:
    """Raise `VerificationError` unless every hash has 32 bytes, the output size of SHA-256 (RFC 6962 §2.1)."""
    if any(len(candidate) != HASH_SIZE for candidate in hashes):
        raise VerificationError(f"a hash in the proof is not {HASH_SIZE} bytes long")
