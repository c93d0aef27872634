"""The writer's desk: what it keeps in memory between transactions, true for exactly one head of the log."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from ledger.sequencer.admission_policy import Gate
from ledger.sequencer.batch import StreamEnd
from ledger.sequencer.tree import GrowingTree
from ledger.store.rows import Head
from ledger.store.store import Store
from ledger.store.transaction import WriteTransaction


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
