"""The pool: submissions that wait for the writer. Bounded, in order of arrival."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Condition

from ledger.errors import NotLeader, Overloaded, SubmissionFailed
from ledger.records.submission import Submission
from ledger.sequencer.outcomes import Receipts

SEVERAL = 4  # submissions in one round: more than one sender's


@dataclass(slots=True, eq=False)
class Waiting:
    """A submission and who waits for its outcome. Whoever takes it from the pool must answer it exactly once."""

    submission: Submission
    future: Future[Receipts] = field(default_factory=Future)
    in_doubt: bool = (
        False  # a commit that held it ended without an answer. This and the next: owned by the writer thread
    )
    attempts: int = 0  # to record it alone

    def answer(self, receipts: Receipts) -> None:
        self.future.set_result(receipts)

    def fail(self, failure: SubmissionFailed) -> None:
        self.future.set_exception(failure)


class Pool:
    """Filled by any thread, drained by the writer thread. It takes submissions only while it is open."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity  # in records; a submission has at least one
        self._changed = Condition()
        self._waiting: deque[Waiting] = deque()  # this and all below: only while holding _changed
        self._records = 0
        self._open = False
        self._taken = 0  # submissions, the last time
        self._wanted, self._limit = 1, capacity  # submissions and records, either of which is enough for who takes

    def put(self, submission: Submission) -> Future[Receipts]:
        """Wait for the outcome through the future. A future that is cancelled in time is never recorded."""
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

    def take(self, limit: int, timeout: float, *, gather: float = 0) -> list[Waiting]:
        """What waits, up to `limit` records but at least one submission; nothing after `timeout` seconds, or when the
        pool is shut and empty.

        A round costs nearly the same for one submission as for thirty. So after one that held several, whose senders
        will mostly send again, the next waits up to `gather` seconds for as many."""
        with self._changed:
            self._wait_for(1, limit, timeout)
            if self._waiting and self._taken >= SEVERAL:
                self._wait_for(self._taken, limit, gather)
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
        with self._changed:
            self._open = True

    def shut(self) -> None:
        """Take no more. What waits can still be taken."""
        with self._changed:
            self._open = False
            self._changed.notify_all()

    @property
    def is_open(self) -> bool:
        return self._open

    @property
    def waiting(self) -> int:
        """Records that wait: the queue's depth, for whoever watches."""
        return self._records

    def fail_all(self, failure: Callable[[], SubmissionFailed]) -> None:
        """Shut, and answer all that waits with a failure of its own each."""
        self.shut()
        for waiting in self.take(self._capacity, 0):
            waiting.fail(failure())
