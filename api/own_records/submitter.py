"""The own-record submitter: it submits the server's own records through the same checks as every other submission.

One thread of the leading process. It asks each duty for the statements that are owed, signs them with the operator's
key, submits them to the writer, and notifies the duty when the log holds them. No state in memory matters: the
statements owed are kept in the database or follow from the log, under ids that are the same at every attempt, so that a
repeated one gets the original receipt.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from api.own_records.operator import OperatorSigner, Statement
from api.server.machine_clock import Clock
from ledger.errors import MalformedSubmission, Refused, SubmissionFailed
from ledger.records.submission import Submission, parse_and_verify_submission
from ledger.sequencer.outcomes import Receipts
from ledger.sequencer.sequencer import Sequencer
from ledger.store.outbox import Outbox
from ledger.store.store import Store

TICK = 1.0  # seconds between two looks at the statements owed
LONGEST_PAUSE = 60.0  # seconds between two attempts while the writer is away
RETRY_REFUSED_AFTER = 300.0  # seconds after which a refused statement is tried again
AT_ONCE = 256  # statements that wait for the writer together
RESULT_TIMEOUT = 60.0  # seconds for the writer to answer; it always does

# Refusals that would be repeated at once; they must not delay other statements.
_FINAL = (Refused, MalformedSubmission)

logger = structlog.get_logger()


class RecordSource(Protocol):
    """A kind of record that the server has to make. Called by the submitter's thread only."""

    def statements(self, *, everything: bool) -> Sequence[Statement]:
        """The statements owed; ``everything``: also those that would still wait for more of their kind."""
        ...

    def recorded(self, statement: Statement) -> None:
        """Notifies the duty that the log holds the statement."""
        ...


@dataclass(frozen=True, slots=True)
class _Sent:
    source: RecordSource
    statement: Statement
    receipts: Future[Receipts] | None  # None: the log holds it already


class OwnRecordSubmitter:
    """Submits the statements of the duties. Start it after the writer and stop it before the writer."""

    def __init__(
        self,
        *,
        store: Store,
        outbox: Outbox,
        sequencer: Sequencer,
        signer: OperatorSigner,
        clock: Clock,
        sources: Sequence[RecordSource],
    ) -> None:
        self.signer = signer
        self.waiting = 0  # notes owed, when last counted; of all processes over this ledger
        self.fault: str | None = None  # why a statement owed could not be recorded; for monitoring
        self._store = store
        self._outbox = outbox
        self._sequencer = sequencer
        self._clock = clock
        self._sources = sources
        self._unavailable_because: str | None = (
            "the server has just started"  # this and the next two: owned by the thread
        )
        self._pause = TICK
        self._quarantine: dict[str, float] = {}  # refused statements, and when each is tried again (monotonic)
        self._stopping = False
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hand", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Looks at once at the statements owed."""
        self._wake.set()

    def stop(self) -> None:
        """Records the statements owed, if the writer takes them, and ends. A statement that the writer does not take
        stays owed.
        """
        self._stopping = True
        self.wake()
        if self._thread.is_alive():
            self._thread.join()

    def unavailable_because(self) -> str | None:
        """The reason why the server can record nothing of its own at the moment; None: it can. None may be one tick
        old; a statement that becomes owed by then is kept.
        """
        if self._unavailable_because is not None:
            self._unavailable_because = self.signer.unavailable_because(self._clock())
        return self._unavailable_because

    def _run(self) -> None:
        while not self._stopping:
            self._try(everything=False)
            self._wake.wait(self._pause)
            self._wake.clear()
        self._try(everything=True)

    def _try(self, *, everything: bool) -> None:
        try:
            recorded_all = self.step(everything=everything)
        except Exception as failure:  # noqa: BLE001 - the database may be away; the thread lives on and says so
            _log_failure(failure)
            self.fault = type(failure).__name__
            recorded_all = False
        self._pause = TICK if recorded_all else min(self._pause * 2, LONGEST_PAUSE)

    def step(self, *, everything: bool = False) -> bool:
        """Records the statements owed. False: one of them has to be tried again before the next tick."""
        self.waiting = self._outbox.count()
        self._unavailable_because = self.signer.unavailable_because(self._clock())
        if self._unavailable_because is not None or not self._sequencer.leading:
            return True
        self.fault = None
        owed = [
            (source, statement) for source in self._sources for statement in source.statements(everything=everything)
        ]
        if self._outbox.forged:
            self.fault = f"{self._outbox.forged} messages of the outbox were not made by this software: not signed"
        ready = [(source, statement) for source, statement in owed if not self._is_quarantined(statement)]
        outcomes = [
            self._settled(each)
            for start in range(0, len(ready), AT_ONCE)
            for each in list(self._sent(ready[start : start + AT_ONCE]))
        ]
        self.waiting = self._outbox.count() if outcomes else self.waiting
        return all(outcomes)

    def _is_quarantined(self, statement: Statement) -> bool:
        """Whether the statement was refused a short time ago. It would be refused again at once, so it waits and delays
        no other.
        """
        until = self._quarantine.get(statement.id)
        if until is None:
            return False
        self.fault = f"{statement.event} {statement.id} was refused, and is tried again later"
        if until > time.monotonic():
            return True
        del self._quarantine[statement.id]
        return False

    def _sent(self, statements: Sequence[tuple[RecordSource, Statement]]) -> Iterator[_Sent]:
        for source, statement in statements:
            if self._store.find_record(self.signer.source, statement.id) is not None:
                # An earlier attempt was recorded, perhaps in another post: its bytes are in the log.
                yield _Sent(source, statement, None)
                continue
            try:
                yield _Sent(source, statement, self._sequencer.submit(self._opened(statement)))
            except SubmissionFailed as failure:
                yield _Sent(source, statement, _failed(failure))

    def _opened(self, statement: Statement) -> Submission:
        """Opens the line as the HTTP route opens a submission from outside."""
        now = self._clock()
        line = self.signer.line(statement, now)
        find_key: Any = self.signer.registry.find_key
        return parse_and_verify_submission(
            line, self.signer.sign(line, now), audience=self._store.origin, find_key=find_key, now=now
        )

    def _settled(self, sent: _Sent) -> bool:
        try:
            if sent.receipts is not None:
                sent.receipts.result(RESULT_TIMEOUT)
        except (SubmissionFailed, TimeoutError) as failure:
            self._not_recorded(sent.statement, failure)
            return isinstance(failure, _FINAL)
        sent.source.recorded(sent.statement)
        return True

    def _not_recorded(self, statement: Statement, failure: Exception) -> None:
        """Logs the source of the statement and the codes of its refusal, never the content."""
        self.fault = f"{statement.event} {statement.id}: {type(failure).__name__} {failure}".rstrip()
        logger.warning("hand_not_recorded", what=statement.event, id=statement.id, failure=type(failure).__name__)
        if isinstance(failure, _FINAL):
            self._quarantine[statement.id] = time.monotonic() + RETRY_REFUSED_AFTER


def _log_failure(failure: Exception) -> None:
    """Logs the kind of the failure, never its message: a database's message may repeat the values to be stored."""
    where = "".join(traceback.format_tb(failure.__traceback__))
    logger.error("hand_failed", failure=type(failure).__name__, where=where)


def _failed(failure: SubmissionFailed) -> Future[Receipts]:
    future: Future[Receipts] = Future()
    future.set_exception(failure)
    return future
