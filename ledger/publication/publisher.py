"""Publication: at most once a second, sign the newest tree with every key of the log, and store that checkpoint.

The serving routes read the stored checkpoint, so a checkpoint is durable before anyone can see it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event, Thread

from formats.errors import VerificationError
from ledger.notes import note as notes
from ledger.notes.checkpoint import Checkpoint, CheckpointSigner, parse_checkpoint
from ledger.store.rows import Head
from ledger.store.store import Store
from ledger.tree import merkle
from ledger.tree.tiles import TileReader

_log = logging.getLogger(__name__)

INTERVAL = 1.0  # seconds


def machine_clock() -> datetime:
    """Return the time of this machine, in UTC."""
    return datetime.now(UTC)


class Publication:
    """The leader's background thread.

    It signs only what it has read from the store. The stored tiles must prove that the tree begins with the checkpoint
    that was published before. The writer's memory has no part in this proof.
    """

    def __init__(
        self,
        store: Store,
        signer: CheckpointSigner,
        *,
        clock: Callable[[], datetime] = machine_clock,
        wait: Callable[[float], bool] | None = None,
        interval: float = INTERVAL,
    ) -> None:
        """Nothing starts here. `wait` sleeps for some seconds, and returns true early when it is time to stop."""
        self.fault: str | None = None  # why the last attempt failed; None if it succeeded
        self._store = store
        self._signer = signer
        self._clock = clock
        self._stopping = Event()
        self._wait = wait or self._stopping.wait
        self._interval = interval
        self._thread: Thread | None = None
        # The last checkpoint that this process published. It holds even if the database is set back to an older state.
        self._said: Checkpoint | None = None

    def start(self) -> None:
        """Start the thread. The caller holds the leader lock."""
        self._stopping.clear()
        self._thread = Thread(target=self._run, name=f"publication-{self._store.ledger}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread. Return when everything that is committed by now is published, or cannot be published."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        stopped = False
        while not stopped:
            stopped = self._wait(self._interval)
            try:
                self.publish()
                self.fault = None
            except Exception as failure:  # noqa: BLE001 - a thread that ended would publish nothing more, in silence
                # The next second tries again, with the tree of that second. Recording does not wait for publication.
                self.fault = str(failure) if isinstance(failure, VerificationError) else type(failure).__name__
                _log.error("the newest checkpoint could not be published: %s", self.fault)

    def publish(self) -> bytes | None:
        """Publish the tree as committed now. Return its note, or None if it is published already, or empty.

        1. Read the last published checkpoint, and then the head. In this order the head is never behind the checkpoint.
        2. Prove by the stored tiles that the tree begins with that checkpoint, and with the last one that this process
           published. A log must never sign a checkpoint that is inconsistent with an earlier one (tlog-checkpoint).
        3. Sign the checkpoint with every key. The time is in whole seconds, as the signature states it.
        4. Store it in one transaction. If we die before the commit, the checkpoint published before is served, and the
           next start publishes. If the commit has landed unseen, the next call finds it published and does nothing.
        """
        last = self._last()  # (1)
        head = self._store.head()
        set_back = self._said is not None and self._said.size > head.size
        if not set_back and (head.size == 0 or (last and last.size == head.size and last.root == head.root)):
            return None
        for said in (last, self._said):  # (2)
            self._check(head, said)
        at = self._clock().replace(microsecond=0)
        checkpoint = Checkpoint(self._store.origin, head.size, head.root)
        note = self._signer.publish(checkpoint, at)  # (3)
        with self._store.writing() as transaction:  # (4)
            transaction.save_checkpoint(head.size, note, published=True, instant=at)
        self._said = checkpoint
        return note

    def _last(self) -> Checkpoint | None:
        """Return the newest published checkpoint. Its signatures are not verified, because it is our own row."""
        note = self._store.published()
        return parse_checkpoint(notes.parse_note(note).text) if note else None

    def _check(self, head: Head, last: Checkpoint | None) -> None:
        """Raise `VerificationError` unless the stored tiles have the head's root and begin with `last`.

        The consistency proof is that of RFC 9162 §2.1.4.2.
        """
        read = TileReader(self._store.tile)
        if merkle.tree_root(head.size, read) != head.root:
            raise VerificationError(f"the stored tiles do not have the root of the head, which is of size {head.size}")
        if last is not None:
            if last.size > head.size:
                raise VerificationError(f"size {last.size} is published, but the head is of size {head.size}")
            path = merkle.prove_consistency(last.size, head.size, read)
            merkle.check_consistency(path, last.size, head.size, last.root, head.root)
