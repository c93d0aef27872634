"""The writer's memory between transactions. It is valid for exactly one head of the log."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence

from formats.errors import VerificationError
from ledger.notes import note as notes
from ledger.notes.checkpoint import parse_checkpoint
from ledger.sequencer.admission_policy import AdmissionPolicy
from ledger.sequencer.batch import StreamEnd
from ledger.store.rows import Head
from ledger.store.store import Store
from ledger.store.transaction import WriteTransaction
from ledger.tree import merkle, tiles
from ledger.tree.merkle import leaf_hash
from ledger.tree.tiles import Tile, TileReader


class StreamEnds:
    """The ends of the streams used last. The cache is bounded; other ends are read from the log."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._ends: OrderedDict[str, StreamEnd] = OrderedDict()

    def __len__(self) -> int:
        return len(self._ends)

    def lookup(self, streams: Iterable[str], transaction: WriteTransaction) -> dict[str, StreamEnd]:
        """Return the ends of those of these streams that exist."""
        requested = set(streams)
        known = {stream: self._ends[stream] for stream in requested if stream in self._ends}
        missing = requested - known.keys()
        if missing:
            read = transaction.stream_heads(missing)
            known |= {stream: (position, previous.hex()) for stream, (position, previous) in read.items()}
        return known

    def update(self, ends: Mapping[str, StreamEnd]) -> None:
        """Take over the ends that a committed transaction made or read."""
        for stream, end in ends.items():
            self._ends[stream] = end
            self._ends.move_to_end(stream)
        while len(self._ends) > self._capacity:
            self._ends.popitem(last=False)


class WriterState:
    """The writer's memory, owned by the writer thread.

    A new one is made whenever the log is not at the expected head: another process has written, or a commit of ours
    with an unknown outcome has landed.
    """

    def __init__(self, store: Store, head: Head, policy: AdmissionPolicy, *, streams: int) -> None:
        self.policy = policy
        self.ends = StreamEnds(streams)
        self._store = store
        self._head = head
        self._tree: GrowingTree | None = None

    def is_at(self, head: Head) -> bool:
        """Return whether this memory is valid for the head: size and root are equal."""
        return (self._head.size, self._head.root) == (head.size, head.root)

    def tree(self) -> GrowingTree:
        """Return the tree. While a transaction is open it is ahead of the log."""
        if self._tree is None:
            self._tree = GrowingTree(self._store, self._head)
        return self._tree

    def commit(self, head: Head, ends: Mapping[str, StreamEnd]) -> None:
        """Move to `head`, where the log is now.

        If the policy fails here, this memory stays at the old head and is replaced.
        """
        self.policy.commit()
        self.ends.update(ends)
        self._head = head

    def rollback(self) -> None:
        """Drop the tree, because it may hold leaves that are not in the log.

        If the commit has landed, the next head shows it.
        """
        self._tree = None
        self.policy.rollback()


_FULL = tiles.TILE_WIDTH * merkle.HASH_SIZE


class GrowingTree:
    """The tree as stored, and as it grows. The writer thread owns it, and drops it when a transaction fails."""

    def __init__(self, store: Store, head: Head) -> None:
        """Read the right edge of the stored tree. Raise `VerificationError` unless all of this holds:

        1. The stored tiles have the root of this head.
        2. The last entry is the last leaf, and no entry follows it.
        3. The tree begins with the newest published checkpoint (tlog-checkpoint: never sign an inconsistent one).
        """
        self._store = store
        self._rows: dict[tuple[int, int], bytes] = {}  # rows that may still grow, and those of the last append
        self.read = TileReader(self._fetch)
        if merkle.tree_root(head.size, self.read) != head.root:  # (1)
            raise VerificationError(f"the stored tiles do not have the root of the head, which is of size {head.size}")
        self.size = head.size
        self.root = head.root
        self._check_end(head.size)  # (2)
        self._check_published()  # (3)

    def append(self, leaf_hashes: Sequence[bytes]) -> list[Tile]:
        """Append leaf hashes, and return the rows to store. `size` and `root` are then those of the new tree.

        1. Compute the rows that change.
        2. Compute the new root from these rows, which are the ones that will be stored.
        3. Prove that the new tree begins with the old one (RFC 9162 §2.1.4.2). So an error in this memory never leads
           to a signed checkpoint that is inconsistent with an earlier one (tlog-checkpoint).
        """
        old_size, old_root = self.size, self.root
        self._rows = {place: row for place, row in self._rows.items() if len(row) < _FULL}
        # (1)
        changed = tiles.grow(old_size, leaf_hashes, self._fetch)
        self._rows.update({(tile.level, tile.n): tile.hashes for tile in changed})
        self.size = old_size + len(leaf_hashes)
        self.root = merkle.tree_root(self.size, self.read)  # (2)
        if old_size:  # (3); no proof exists from an empty tree
            proof = merkle.prove_consistency(old_size, self.size, self.read)
            merkle.check_consistency(proof, old_size, self.size, old_root, self.root)
        return changed

    def _fetch(self, level: int, n: int) -> bytes | None:
        row = self._rows.get((level, n))
        if row is None:
            row = self._store.tile(level, n)
            if row is not None and len(row) < _FULL:
                self._rows[level, n] = row  # the rows that had the head's root are the rows that grow
        return row

    def _check_end(self, size: int) -> None:
        """Raise `VerificationError` unless the store holds exactly the entries that the head counts.

        The last entry exists and is the last leaf of the tree, and no entry follows it.
        """
        last = self._store.entry(size - 1) if size else None
        if size and (last is None or leaf_hash(last) != self.read(0, size - 1)):
            raise VerificationError(f"entry {size - 1}, the last one of the tree, is missing or changed")
        if self._store.entry(size) is not None:
            raise VerificationError(f"there is an entry {size}, beyond the tree")

    def check_begins_with(self, size: int, root: bytes, what: str) -> None:
        """Raise `VerificationError` unless the first `size` leaves have this root.

        `what` names the source of size and root.
        """
        if size > self.size or merkle.tree_root(size, self.read) != root:
            raise VerificationError(f"the stored tree of size {self.size} contradicts {what} of size {size}")

    def _check_published(self) -> None:
        """Check that the tree begins with the newest published checkpoint.

        This does not detect a database that was set back together with its published checkpoints. A witness detects
        that (design.md §10).
        """
        published = self._store.published()
        if published is None:
            return
        # The signatures do not matter here, and keys may have changed since. The statement binds the log.
        said = parse_checkpoint(notes.parse_note(published).text)
        self.check_begins_with(said.size, said.root, "the published checkpoint")
