"""Publication: at most once a second the newest tree is signed with every key of the log, and that checkpoint is
kept."""

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
        self._said: Checkpoint | None = None  # the last one published here, whatever became of the database

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
            except Exception as failure:  # noqa: BLE001 - a thread that ended would publish nothing more, in silence
                # It is tried again with the next second's tree. Entries are recorded all the same.
                self.fault = str(failure) if isinstance(failure, VerificationError) else type(failure).__name__
                _log.error("the newest checkpoint could not be published: %s", self.fault)

    def publish(self) -> bytes | None:
        """Publish the tree as committed now; None if it is published already, or empty.

        1. Read what was published last, and then the head, which is never behind it. 2. Prove by the stored tiles that
        it begins with that, and with what this process published: never sign a checkpoint that contradicts an earlier
        one. 3. Sign. 4. Keep it; if we die before, the next start publishes.
        """
        last = self._last()  # (1)
        head = self._store.head()
        set_back = self._said is not None and self._said.size > head.size
        if not set_back and (head.size == 0 or (last and last.size == head.size and last.root == head.root)):
            return None
        for said in (last, self._said):  # (2)
            self._check(head, said)
        at = self._clock().replace(microsecond=0)  # as the signature states it
        checkpoint = Checkpoint(self._store.origin, head.size, head.root)
        note = self._signer.publish(checkpoint, at)  # (3)
        with self._store.writing() as transaction:  # (4)
            transaction.save_checkpoint(head.size, note, published=True, at=at)
        self._said = checkpoint
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
