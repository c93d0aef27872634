"""The writer's desk: what it keeps in memory between transactions, true for exactly one head of the log."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence

from formats.errors import VerificationError
from ledger.notes import note as notes
from ledger.notes.checkpoint import parse_checkpoint
from ledger.sequencer.admission_policy import Gate
from ledger.sequencer.batch import StreamEnd
from ledger.store.rows import Head
from ledger.store.store import Store
from ledger.store.transaction import WriteTransaction
from ledger.tree import merkle, tiles
from ledger.tree.merkle import leaf_hash
from ledger.tree.tiles import Tile, TileReader


class StreamEnds:
    """Where the streams used last go on. Bounded; what is not here is read from the log."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._ends: OrderedDict[str, StreamEnd] = OrderedDict()

    def __len__(self) -> int:
        return len(self._ends)

    def of(self, streams: Iterable[str], transaction: WriteTransaction) -> dict[str, StreamEnd]:
        """Of these streams, those that exist."""
        wanted = set(streams)
        known = {stream: self._ends[stream] for stream in wanted if stream in self._ends}
        missing = wanted - known.keys()
        if missing:
            read = transaction.stream_heads(missing)
            known |= {stream: (position, previous.hex()) for stream, (position, previous) in read.items()}
        return known

    def update(self, ends: Mapping[str, StreamEnd]) -> None:
        """What a committed transaction has made of them, or found them to be."""
        for stream, end in ends.items():
            self._ends[stream] = end
            self._ends.move_to_end(stream)
        while len(self._ends) > self._capacity:
            self._ends.popitem(last=False)


class Desk:
    """Owned by the writer thread. Made afresh whenever the log is not where we left it: another process has written, or
    a commit of ours, of which we never heard, has landed after all."""

    def __init__(self, store: Store, head: Head, gate: Gate, *, streams: int) -> None:
        self.gate = gate
        self.ends = StreamEnds(streams)
        self._store = store
        self._head = head
        self._tree: GrowingTree | None = None

    def is_at(self, head: Head) -> bool:
        return (self._head.size, self._head.root) == (head.size, head.root)

    def tree(self) -> GrowingTree:
        """Runs ahead of the log while a transaction is open."""
        if self._tree is None:
            self._tree = GrowingTree(self._store, self._head)
        return self._tree

    def commit(self, head: Head, ends: Mapping[str, StreamEnd]) -> None:
        """The log is at `head` now. Should the gate fail here, the desk is not at that head and will be made afresh."""
        self.gate.commit()
        self.ends.update(ends)
        self._head = head

    def rollback(self) -> None:
        """The transaction did not commit, as far as we know; if it did, the next head will tell."""
        self._tree = None
        self.gate.rollback()


_FULL = tiles.TILE_WIDTH * merkle.HASH_SIZE


class GrowingTree:
    """The tree as stored, and then as it grows. Owned by the writer thread; thrown away when a transaction fails, for
    it may hold leaves that are not in the log."""

    def __init__(self, store: Store, head: Head) -> None:
        """Read the right edge of the stored tree. `VerificationError` unless it is the tree of this head."""
        self._store = store
        self._rows: dict[tuple[int, int], bytes] = {}  # rows that may still grow, and those of the last append
        self.read = TileReader(self._fetch)
        if merkle.tree_root(head.size, self.read) != head.root:
            raise VerificationError(f"the stored tiles do not have the root of the head, which is of size {head.size}")
        self.size = head.size
        self.root = head.root
        self._check_end(head.size)
        self._check_published()

    def append(self, leaf_hashes: Sequence[bytes]) -> list[Tile]:
        """The rows to store. `size` and `root` are the new tree's, which is proved to begin with the old one: whatever
        went wrong in this memory, no checkpoint is signed that contradicts an earlier one
        (c2sp.org/tlog-checkpoint)."""
        old_size, old_root = self.size, self.root
        self._rows = {place: row for place, row in self._rows.items() if len(row) < _FULL}
        changed = tiles.grow(old_size, leaf_hashes, self._fetch)
        self._rows.update({(tile.level, tile.n): tile.hashes for tile in changed})
        self.size = old_size + len(leaf_hashes)
        self.root = merkle.tree_root(self.size, self.read)  # of the very rows that will be stored
        if old_size:
            proof = merkle.prove_consistency(old_size, self.size, self.read)
            merkle.check_consistency(proof, old_size, self.size, old_root, self.root)
        return changed

    def _fetch(self, level: int, n: int) -> bytes | None:
        row = self._rows.get((level, n))
        if row is None:
            row = self._store.tile(level, n)
            if row is not None and len(row) < _FULL:
                self._rows[level, n] = row  # what was compared with the head's root is what is extended
        return row

    def _check_end(self, size: int) -> None:
        """As many entries are held as the head says: the last one is there and the tree's last leaf, and none
        follows."""
        last = self._store.entry(size - 1) if size else None
        if size and (last is None or leaf_hash(last) != self.read(0, size - 1)):
            raise VerificationError(f"entry {size - 1}, the last one of the tree, is missing or changed")
        if self._store.entry(size) is not None:
            raise VerificationError(f"there is an entry {size}, beyond the tree")

    def check_begins_with(self, size: int, root: bytes, what: str) -> None:
        """`VerificationError` unless the first `size` leaves have this root, as `what` says."""
        if size > self.size or merkle.tree_root(size, self.read) != root:
            raise VerificationError(f"the stored tree of size {self.size} contradicts {what} of size {size}")

    def _check_published(self) -> None:
        """The stored tree begins with what was published last. A database set back to an old copy, together with what
        it had published, does not show here: that takes a witness."""
        published = self._store.published()
        if published is None:
            return
        # Who signed it does not matter here, and keys may have changed since: what counts is what was said.
        said = parse_checkpoint(notes.parse_note(published).text)
        self.check_begins_with(said.size, said.root, "the published checkpoint")
