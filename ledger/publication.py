"""Publication: at most once a second the newest tree is signed with every key of the log, and that checkpoint is
kept."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from ledger import merkle, notes
from ledger.checkpoints import Checkpoint, CheckpointSigner, parse_checkpoint
from ledger.errors import VerificationError
from ledger.store import Head, Store
from ledger.tiles import TileReader

_log = logging.getLogger(__name__)

INTERVAL = 1.0  # seconds


def machine_clock() -> datetime:
    return datetime.now(UTC)


class Publication:
    """The leader's background thread. What it signs it has read from the store: the tiles there must prove that the
    tree begins with what was published before, whatever the writer has in memory."""

    def __init__(
        self,
        store: Store,
        signer: CheckpointSigner,
        *,
        clock: Callable[[], datetime] = machine_clock,
        wait: Callable[[float], bool] | None = None,
        interval: float = INTERVAL,
    ) -> None:
        """`wait` sleeps for some seconds, and returns true early when it is time to stop."""
        self.fault: str | None = None  # why the last one could not be published; None: it could
        self._store = store
        self._signer = signer
        self._clock = clock
        self._stopping = Event()
        self._wait = wait or self._stopping.wait
        self._interval = interval
        self._thread: Thread | None = None

    def start(self) -> None:
        self._stopping.clear()
        self._thread = Thread(target=self._run, name=f"publication-{self._store.ledger}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Returns when what was committed by now is published, or cannot be."""
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
            except (SQLAlchemyError, VerificationError, OSError) as failure:
                # It is tried again with the next second's tree. Entries are recorded all the same.
                self.fault = str(failure) if isinstance(failure, VerificationError) else type(failure).__name__
                _log.error("the newest checkpoint could not be published: %s", self.fault)

    def publish(self) -> bytes | None:
        """Publish the tree as committed now; None if it is published already, or empty.

        1. Read the head, and what was published last. 2. Prove by the stored tiles that the one begins with the other:
        never sign a checkpoint that contradicts an earlier one. 3. Sign. 4. Keep it; if we die before, the next start
        publishes.
        """
        head, last = self._store.head(), self._last()  # (1)
        if head.size == 0 or (last and last.size == head.size and last.root == head.root):
            return None
        self._check(head, last)  # (2)
        at = self._clock()
        note = self._signer.publish(Checkpoint(self._store.origin, head.size, head.root), at)  # (3)
        with self._store.writing() as transaction:  # (4)
            transaction.save_checkpoint(head.size, note, published=True, at=at)
        return note

    def _last(self) -> Checkpoint | None:
        note = self._store.published()
        return parse_checkpoint(notes.parse_note(note).text) if note else None

    def _check(self, head: Head, last: Checkpoint | None) -> None:
        read = TileReader(self._store.tile)
        if merkle.tree_root(head.size, read) != head.root:
            raise VerificationError(f"the stored tiles do not have the root of the head, which is of size {head.size}")
        if last is not None:
            if last.size > head.size:
                raise VerificationError(f"size {last.size} is published, but the head is of size {head.size}")
            path = merkle.prove_consistency(last.size, head.size, read)
            merkle.check_consistency(path, last.size, head.size, last.root, head.root)
