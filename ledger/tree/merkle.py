"""The Merkle tree of RFC 6962 §2.1 (the same tree as RFC 9162 §2.1): hash it, prove with it, check a proof of it.

Proving reads hashes through one function, `ReadNode`, and does arithmetic; checking takes numbers and hashes. Neither
does I/O or knows how a tree is stored. A prover's wrong argument is our own error (`assert`); a checker answers
`VerificationError`.

Leaves are counted from 0. Node (level, index) covers the leaves [index << level, (index + 1) << level) of the tree,
fewer at the right edge: there it is the hash of what leaves exist, and equals the node below it when that one has no
sibling.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

from formats.errors import VerificationError

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()  # RFC 6962 §2.1: the hash of an empty list is the hash of an empty string

ReadNode = Callable[[int, int], bytes]
"""(level, index) → hash of a *complete* subtree. A prover never asks for a node that reaches beyond the tree's size."""


def leaf_hash(leaf: bytes) -> bytes:
    """RFC 6962 §2.1. The 0x00 keeps a leaf from passing for a node."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962 §2.1. The 0x01 keeps a node from passing for a leaf."""
    return sha256(b"\x01" + left + right).digest()


def root_hash(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root over all the given leaf hashes."""
    layer = leaf_hashes
    while len(layer) > 1:
        layer = _parents(layer)
    return layer[0] if layer else EMPTY_ROOT


def _parents(layer: Sequence[bytes]) -> list[bytes]:
    """The layer above one that starts at an even index. A last node without sibling stands for itself one level up."""
    above = [sha256(b"\x01" + left + right).digest() for left, right in zip(layer[::2], layer[1::2], strict=False)]
    if len(layer) % 2:
        above.append(layer[-1])
    return above


class Frontier:
    """The right edge of a growing tree: all that is needed to append leaves and to know the root, and nothing else.

    `hashes` are the roots of the complete subtrees that the tree splits into, largest first, one for each 1 bit of
    `size`.
    """

    __slots__ = ("_hashes", "size")

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        assert size.bit_count() == len(hashes), "a frontier has one hash for each 1 bit of its size"
        self.size = size
        self._hashes = list(hashes)

    @classmethod
    def load(cls, size: int, read: ReadNode) -> Frontier:
        """The edge of a stored tree."""
        levels = [level for level in reversed(range(size.bit_length())) if size >> level & 1]
        return cls(size, [read(level, (size >> level) - 1) for level in levels])

    @property
    def hashes(self) -> tuple[bytes, ...]:
        return tuple(self._hashes)

    def append(self, leaf: bytes) -> None:
        """Append one leaf *hash*. A subtree is complete when its size's bit carries, as in binary addition."""
        carry = self.size
        while carry & 1:
            leaf = sha256(b"\x01" + self._hashes.pop() + leaf).digest()
            carry >>= 1
        self._hashes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self._hashes:
            return EMPTY_ROOT
        root = self._hashes[-1]
        for left in self._hashes[-2::-1]:
            root = node_hash(left, root)
        return root

    def copy(self) -> Frontier:
        return Frontier(self.size, self._hashes)


def tree_root(size: int, read: ReadNode) -> bytes:
    """The root of the first `size` leaves of a stored tree."""
    return Frontier.load(size, read).root()


def prove_inclusion(index: int, size: int, read: ReadNode) -> list[bytes]:
    """RFC 6962 §2.1.1: the leaf's sibling first, the root's child last."""
    assert 0 <= index < size, f"no leaf {index} in a tree of {size}"
    return _siblings(0, index, size, read)


def prove_consistency(old_size: int, new_size: int, read: ReadNode) -> list[bytes]:
    """RFC 6962 §2.1.2: why the tree of `new_size` begins with the tree of `old_size`."""
    assert 0 < old_size <= new_size, f"no consistency proof from size {old_size} to {new_size}"
    if old_size == new_size:
        return []
    # Complete subtrees of the new tree end where the old tree ends; the proof starts from the largest of them.
    level, index = 0, old_size - 1
    while index & 1:
        level, index = level + 1, index >> 1
    # A whole old tree (a power of two) is that subtree itself, and its hash is the old root: the checker has it.
    start = [read(level, index)] if index else []
    return start + _siblings(level, index, new_size, read)


def prove_range(
    start: int, stop: int, size: int, read: ReadNode, *, leaves: Sequence[bytes] | None = None
) -> list[list[bytes]]:
    """The inclusion proofs of the leaves start … stop-1, as `prove_inclusion` gives them, for the price of a few.
    `leaves`: the hashes of these, of whoever has them at hand.

    1. Hash upwards, layer by layer, until one node covers the whole range; keep the layers.
    2. From that node to the root all proofs are the same: read these siblings once.
    3. Come back down: a node's proof is its sibling, then its parent's proof.
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
    """The paths of the nodes first … last from their parents'; `layer` begins at `first` or at its left sibling."""
    base, parent = first & ~1, first >> 1
    # A sibling differs in the last bit; `base` is even, so the same holds for places within the layer.
    paths = [[layer[index - base ^ 1], *above[(index >> 1) - parent]] for index in range(first, last)]
    alone = last - base ^ 1 >= len(layer)  # the tree's last node, without sibling: its parent is itself
    paths.append(above[-1] if alone else [layer[last - base ^ 1], *above[-1]])
    return paths


def prove_from_leaves(index: int, leaf_hashes: Sequence[bytes]) -> list[bytes]:
    """An inclusion proof in a tree small enough to hold whole, such as a submission's."""
    assert 0 <= index < len(leaf_hashes), f"no leaf {index} in a tree of {len(leaf_hashes)}"
    path, layer = [], leaf_hashes
    while len(layer) > 1:
        if index ^ 1 < len(layer):
            path.append(layer[index ^ 1])
        layer, index = _parents(layer), index >> 1
    return path


def _siblings(level: int, index: int, size: int, read: ReadNode) -> list[bytes]:
    """The siblings of a node, and of each node above it, up to the root."""
    path, last = [], (size - 1) >> level
    while last:
        if index & 1:
            path.append(read(level, index - 1))
        elif index < last:
            path.append(_node(level, index + 1, size, read))
        # else: the right edge, an even last node: no sibling at this level (RFC 6962 §2.1.1 splits further up).
        level, index, last = level + 1, index >> 1, last >> 1
    return path


def _node(level: int, index: int, size: int, read: ReadNode) -> bytes:
    """A node, also one that the right edge of the tree cuts."""
    start = index << level
    if start + (1 << level) <= size:
        return read(level, index)
    return tree_root(size - start, lambda below, place: read(below, (start >> below) + place))


def check_inclusion(path: Sequence[bytes], index: int, size: int, leaf_hash: bytes, root: bytes) -> None:
    """RFC 9162 §2.1.3.2: the leaf with this hash is leaf `index` of the tree of this size and root.

    The caller must have hashed the leaf itself, and must believe `size` and `root` because of a signed checkpoint.
    """
    if not 0 <= index < size:
        raise VerificationError(f"there is no leaf {index} in a tree of size {size}")
    _require_hashes(leaf_hash, root, *path)
    place, last, computed = index, size - 1, leaf_hash
    for sibling in path:
        if last == 0:
            raise VerificationError("the inclusion proof is longer than the tree is high")
        if place & 1 or place == last:
            computed = node_hash(sibling, computed)
            while place and not place & 1:  # a right-edge node stood for itself on these levels
                place, last = place >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        place, last = place >> 1, last >> 1
    if last or computed != root:
        raise VerificationError("the inclusion proof does not lead to the root")


def check_consistency(path: Sequence[bytes], old_size: int, new_size: int, old_root: bytes, new_root: bytes) -> None:
    """RFC 9162 §2.1.4.2: the tree of `new_size` begins with the tree of `old_size`.

    An old size of 0 is refused: nothing is proved about an empty tree. That a witness accepts "old 0" with an empty
    proof is a rule of the witness protocol, not of this one.
    """
    if not 0 < old_size <= new_size:
        raise VerificationError(f"no consistency from tree size {old_size} to {new_size} can be proved")
    if old_size == new_size:
        # One tree: nothing to prove. Roots are compared as they are; their length was their parser's business.
        if path or old_root != new_root:
            raise VerificationError(f"two trees of size {old_size} differ, or come with a proof where none belongs")
        return
    _require_hashes(old_root, new_root, *path)
    _check_growth(path, old_size, new_size, (old_root, new_root))


def _check_growth(path: Sequence[bytes], old_size: int, new_size: int, roots: tuple[bytes, bytes]) -> None:
    """The numbered steps of RFC 9162 §2.1.4.2, for 0 < old_size < new_size and hashes of the right length."""
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
    if any(len(candidate) != HASH_SIZE for candidate in hashes):
        raise VerificationError(f"a hash in the proof is not {HASH_SIZE} bytes long")
