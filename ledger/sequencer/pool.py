"""The pool: submissions that wait for the writer, bounded, in order of arrival."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Condition

from ledger.errors import NotLeader, Overloaded, SubmissionFailed
from ledger.records.submission import Submission
from ledger.sequencer.outcomes import Receipts

GROUP_MIN = 4  # submissions in one transaction that make company likely for the next


@dataclass(slots=True, eq=False)
class Waiting:
    """A submission and the future of its outcome.

    The thread that takes it from the pool must answer it exactly once.
    """

    submission: Submission
    future: Future[Receipts] = field(default_factory=Future)
    # The writer thread owns both of these.
    outcome_unknown: bool = False  # a commit with this submission ended, and its outcome is unknown
    attempts: int = 0  # to record it alone

    def answer(self, receipts: Receipts) -> None:
        self.future.set_result(receipts)

    def fail(self, failure: SubmissionFailed) -> None:
        self.future.set_exception(failure)


class Pool:
    """A bounded queue.

    Any thread fills it, and the writer thread drains it. It accepts submissions only while it is open.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity  # in records; each submission has one or more
        self._changed = Condition()
        self._waiting: deque[Waiting] = deque()  # _changed guards this and all below
        self._records = 0
        self._open = False
        self._taken = 0  # submissions, at the last call of `drain`
        self._wanted, self._limit = 1, capacity  # submissions and records; either number ends a wait

    def submit(self, submission: Submission) -> Future[Receipts]:
        """Add a submission, and return the future of its outcome. A future that is cancelled in time is never recorded.

        Raise `NotLeader` while the pool is closed, `Overloaded` while it is full.
        """
        waiting = Waiting(submission)
        with self._changed:
            if not self._open:
                raise NotLeader("this process does not write now; another one does, or it is closing")
            if self._records + len(submission.records) > self._capacity:
                raise Overloaded
            self._waiting.append(waiting)
            self._records += len(submission.records)
            if self._is_enough():
                self._changed.notify()
        return waiting.future

    def drain(self, limit: int, timeout: float, *, linger_seconds: float = 0) -> list[Waiting]:
        """Return waiting submissions, in order, up to `limit` records but at least one submission.

        Return nothing after `timeout` seconds without one, or when the pool is closed and empty. A transaction costs
        nearly the same for one submission as for thirty. After one with several, whose senders will mostly send again,
        the next therefore waits up to `gather` seconds for as many.
        """
        with self._changed:
            self._wait_for(1, limit, timeout)
            if self._waiting and self._taken >= GROUP_MIN:
                self._wait_for(self._taken, limit, linger_seconds)
            taken: list[Waiting] = []
            records = 0
            while self._waiting and (not taken or records + len(self._waiting[0].submission.records) <= limit):
                waiting = self._waiting.popleft()
                records += len(waiting.submission.records)
                taken.append(waiting)
            self._records -= records
            self._taken = len(taken)
        return [waiting for waiting in taken if waiting.future.set_running_or_notify_cancel()]

    def _wait_for(self, submissions: int, limit: int, timeout: float) -> None:
        self._wanted, self._limit = submissions, min(limit, self._capacity)
        self._changed.wait_for(self._is_enough, timeout)

    def _is_enough(self) -> bool:
        return len(self._waiting) >= self._wanted or self._records >= self._limit or not self._open

    def open(self) -> None:
        """Accept submissions."""
        with self._changed:
            self._open = True

    def close(self) -> None:
        """Accept no more submissions. The waiting ones can still be taken."""
        with self._changed:
            self._open = False
            self._changed.notify_all()

    @property
    def is_open(self) -> bool:
        return self._open

    @property
    def waiting(self) -> int:
        """The number of records that wait: the depth of the queue, for monitoring."""
        return self._records

    def fail_all(self, failure: Callable[[], SubmissionFailed]) -> None:
        """Close the pool, and answer each waiting submission with a failure of its own."""
        self.close()
        for waiting in self.drain(self._capacity, 0):
            waiting.fail(failure())
