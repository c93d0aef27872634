"""The sequencer: the one thread that writes, while this process leads."""

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
from ledger.sequencer.admission_policy import OpenGate
from ledger.sequencer.group_commit import SequencerSettings, Terms
from ledger.sequencer.outcomes import Receipts
from ledger.sequencer.pool import Pool
from ledger.sequencer.writer import Writer
from ledger.store.leader_lock import Leadership
from ledger.store.store import Store

_log = logging.getLogger(__name__)


class Sequencer:
    """Takes submissions from any thread and answers each through its future: receipts, or a `SubmissionFailed`.

    Of several processes over one ledger one leads; the others stand by, refuse submissions (`NotLeader`) and ask for
    the lead again and again. A new leader knows nothing: he reads the head and goes on from there.
    """

    def __init__(
        self,
        store: Store,
        *,
        gate: OpenGate,
        signer: CheckpointSigner,
        clock: Callable[[], datetime],
        settings: SequencerSettings | None = None,
        publication: Publication | None = None,
    ) -> None:
        """`gate` opens a fresh gate. `clock` gives `recorded_at`; the publication has its own, for signatures state
        real time even where a demo's clock is scripted."""
        assert signer.origin == store.origin, f"the keys of {signer.origin} do not sign for {store.origin}"
        self._settings = settings or SequencerSettings()
        self._pool = Pool(self._settings.pool_records)
        terms = Terms(store.origin, signer, clock, self._settings)
        self._writer = Writer(store, open_gate=gate, terms=terms)
        self._publication = publication or Publication(store, signer)
        self._leadership = Leadership(store.engine, store.ledger)
        self._closing = Event()
        self._decided = Event()  # whether the lead was free when we first asked
        self._thread = Thread(target=self._run, name=f"sequencer-{store.ledger}", daemon=True)

    def start(self) -> None:
        """Returns when it is known whether this process leads."""
        self._thread.start()
        self._decided.wait()

    def submit(self, submission: Submission) -> Future[Receipts]:
        """Raises `NotLeader` or `Overloaded` when it is not even taken."""
        return self._pool.put(submission)

    def close(self) -> None:
        """Take no more, record what waits, publish it, give up the lead."""
        self._closing.set()
        self._pool.shut()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def leading(self) -> bool:
        return self._pool.is_open

    @property
    def waiting(self) -> int:
        """Records in the pool."""
        return self._pool.waiting

    @property
    def fault(self) -> str | None:
        """Why nothing can be recorded at the moment, if so; for who watches over the process."""
        return self._writer.fault

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
            _log.warning("cannot ask for the lead: %s", type(failure).__name__)
            return False

    def _lead(self) -> None:
        """Write, until the lead is lost or the sequencer closes. Losing it unnoticed does no harm: every transaction
        holds the head's lock, and what this process keeps in memory is used only for the head it was made for."""
        self._publication.start()
        self._pool.open()
        self._decided.set()
        try:
            while self._leadership.held():
                settings = self._settings
                waiting = self._pool.take(settings.batch_records, settings.pause, gather=settings.gather)
                if waiting:
                    self._writer.settle(waiting)
                elif self._closing.is_set():
                    return
        finally:
            self._pool.fail_all(lambda: NotLeader("this process has just lost the lead; another one writes"))
            self._publication.stop()
