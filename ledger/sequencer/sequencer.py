"""The sequencer: the thread that writes while this process holds the leader lock."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from ledger.errors import NotLeader
from ledger.notes.checkpoint import CheckpointSigner
from ledger.publication.publisher import Publication
from ledger.records.submission import Submission
from ledger.sequencer.admission_policy import AdmissionPolicyFactory
from ledger.sequencer.group_commit import CommitConfig, SequencerSettings
from ledger.sequencer.outcomes import Receipts
from ledger.sequencer.pool import Pool
from ledger.sequencer.writer import Writer
from ledger.store.leader_lock import Leadership
from ledger.store.store import Store

_log = logging.getLogger(__name__)


class Sequencer:
    """Takes submissions from any thread. It answers each through its future: receipts, or a `SubmissionFailed`.

    One of several processes over a ledger leads. The others stand by, refuse submissions (`NotLeader`), and try again
    to take the leader lock. A new leader starts without knowledge: it reads the head and continues after it.
    """

    def __init__(
        self,
        store: Store,
        *,
        make_policy: AdmissionPolicyFactory,
        signer: CheckpointSigner,
        clock: Callable[[], datetime],
        clock_fault: Callable[[], str | None] = lambda: None,
        settings: SequencerSettings | None = None,
        publication: Publication | None = None,
    ) -> None:
        """`gate` makes a new admission policy. `clock` gives `recorded_at`; `clock_fault`, why it may not now.

        The publication has a clock of its own, because signatures state real time even when a demo's clock is scripted.
        """
        assert signer.origin == store.origin, f"the keys of {signer.origin} do not sign for {store.origin}"
        self._settings = settings or SequencerSettings()
        self._pool = Pool(self._settings.pool_records)
        config = CommitConfig(store.origin, signer, clock, self._settings, clock_fault)
        self._clock_fault = clock_fault
        self._writer = Writer(store, make_policy=make_policy, config=config)
        self._publication = publication or Publication(store, signer)
        self._leadership = Leadership(store.engine, store.ledger)
        self._closing = Event()
        self._decided = Event()  # set after the first try to take the leader lock
        self._thread = Thread(target=self._run, name=f"sequencer-{store.ledger}", daemon=True)

    def start(self) -> None:
        """Start the thread. Return as soon as it is known whether this process leads."""
        self._thread.start()
        self._decided.wait()

    def submit(self, submission: Submission) -> Future[Receipts]:
        """Put a submission into the pool. Raise `NotLeader` or `Overloaded` if the pool does not accept it."""
        return self._pool.submit(submission)

    def close(self) -> None:
        """Accept no more, record the waiting submissions, publish the tree, release the leader lock."""
        self._closing.set()
        self._pool.close()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def leading(self) -> bool:
        """Whether this process accepts submissions."""
        return self._pool.is_open

    @property
    def waiting(self) -> int:
        """The number of records in the pool."""
        return self._pool.waiting

    @property
    def fault(self) -> str | None:
        """Why nothing can be recorded at the moment, for monitoring; None if there is no fault."""
        return self._clock_fault() or self._writer.fault

    @property
    def lasting_fault(self) -> str | None:
        """The fault that the next try would not find gone: of the clock, or of the log itself."""
        return self._clock_fault() or self._writer.contradiction

    def _run(self) -> None:
        while not self._closing.is_set():
            if self._leads():
                self._lead()
            self._decided.set()
            self._closing.wait(self._settings.pause)
        self._leadership.release()

    def _leads(self) -> bool:
        try:
            return self._leadership.try_acquire()
        except (SQLAlchemyError, OSError) as failure:
            _log.warning("cannot try to take the leader lock: %s", type(failure).__name__)
            return False

    def _lead(self) -> None:
        """Write until the leader lock is lost or the sequencer closes.

        1. Start the publication, and open the pool.
        2. Before each transaction, check that the lock is still held. Then record the waiting submissions.
        3. At the end, answer the waiting submissions with `NotLeader`, and stop the publication.
        A loss of the lock that goes unnoticed does no harm. Each transaction holds the lock of the head row (design.md
        §5), and the writer's memory is valid only for the head that it was made for.
        """
        self._publication.start()  # (1)
        self._pool.open()
        self._decided.set()
        try:
            while self._leadership.held():  # (2)
                settings = self._settings
                waiting = self._pool.drain(
                    settings.batch_records, settings.pause, linger_seconds=settings.linger_seconds
                )
                if waiting:
                    self._writer.process(waiting)
                elif self._closing.is_set():
                    return
        finally:
            # (3)
            self._pool.fail_all(lambda: NotLeader("this process has just lost the lead; another one writes"))
            self._publication.stop()
