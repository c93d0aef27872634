"""The writer: records submissions, transaction by transaction, and decides how to go on when a transaction fails."""

from __future__ import annotations

import logging
import traceback
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from formats.errors import VerificationError
from ledger.errors import OutcomeUnknown, SubmissionFailed
from ledger.sequencer.admission_policy import AdmissionPolicyFactory
from ledger.sequencer.group_commit import CommitConfig, GroupCommit
from ledger.sequencer.outcomes import NotRecorded
from ledger.sequencer.pool import Waiting
from ledger.sequencer.writer_state import WriterState
from ledger.store.rows import Head
from ledger.store.store import Store
from ledger.store.transaction import DuplicateRecord

_log = logging.getLogger(__name__)

ATTEMPTS = 3  # of one submission alone


@dataclass(slots=True)
class _Attempt:
    """How far a transaction came. The meaning of an exception depends on nothing else."""

    units: list[Waiting]
    check_every_id: bool = False  # look up every record id
    commit: GroupCommit | None = None  # None: the head row was never locked
    committing: bool = False  # True: everything is written, and only the database knows the outcome


class Writer:
    """Records submissions. One thread uses it.

    No code here runs only at start-up or only after a failure (design.md §5, §10). An interrupted commit is resolved by
    a retry, which looks its records up under the lock of the head row, as for any submission that is sent twice.
    """

    def __init__(self, store: Store, *, make_policy: AdmissionPolicyFactory, config: CommitConfig) -> None:
        self.fault: str | None = None  # why the last transaction failed; None if it did not
        self.contradiction: str | None = None  # of the log with itself or with receipts, found by the last transaction
        self._store = store
        self._make_policy = make_policy
        self._config = config
        self._state: WriterState | None = None
        self._answered: Head | None = None  # the head of the last commit that this process knows of

    def process(self, waiting: Sequence[Waiting]) -> None:
        """Record these submissions, and answer each one.

        1. Record all in one transaction. If a record turns out to be in the log, run once more with every id looked up.
        2. If that fails, record them one by one, so that a bad one fails alone (design.md §5).
        3. A submission that fails `ATTEMPTS` times alone is answered: nothing was recorded, or the outcome is unknown.
        4. When two transactions in a row cannot lock the head, every remaining submission is answered at once.
        If we die here, the log holds the committed transactions and no part of any other. No answer was given before
        its commit, and a sender without an answer sends again.
        """
        if (wrong := self._config.clock_fault()) is not None:
            for unit in waiting:
                unit.fail(NotRecorded(f"{wrong}; send the same submission again"))
            return
        todo = deque([_Attempt(list(waiting))])
        shut = 0
        while todo:
            attempt = todo.popleft()
            try:
                self._record(attempt)  # (1)
            except Exception as failure:  # noqa: BLE001 - after any failure, senders wait for an answer
                if isinstance(failure, DuplicateRecord) and not attempt.check_every_id:
                    self._clear_state()  # this is no failure
                    todo.appendleft(_Attempt(attempt.units, check_every_id=True))
                    continue
                self._roll_back(attempt, failure)
                todo.extendleft(map(_Attempt, reversed(self._again(attempt, failure))))  # (2) (3)
                shut = shut + 1 if attempt.commit is None else 0
                if shut == 2:
                    self._give_up([unit for each in todo for unit in each.units], failure)  # (4)
                    return
            else:
                shut = 0
                todo.extendleft(map(_Attempt, self._answer(attempt)))

    def _record(self, attempt: _Attempt) -> None:
        """Run one transaction, and take its result into memory after the commit.

        1. Lock the head row, and take the writer's memory for exactly that head.
        2. Do the work of the transaction.
        3. Commit at the end of the block. From the mark `committing` on, an exception leaves the outcome unknown.
        4. Remember the new head. If we die before, the next process reads it from the store.
        """
        with self._store.writing() as transaction:  # (1)
            state = self._state_at(transaction.head)
            attempt.commit = GroupCommit(transaction, state, self._config, check_every_id=attempt.check_every_id)
            attempt.commit.run(attempt.units)  # (2)
            attempt.committing = True  # (3)
        self._answered = transaction.head  # (4)
        state.commit(transaction.head, attempt.commit.batch.ends)

    def _state_at(self, head: Head) -> WriterState:
        """Return the writer's memory for this head, made again if the log has grown through another process."""
        if self._state is None or not self._state.is_at(head):
            streams = self._config.settings.kept_streams
            state = WriterState(self._store, head, self._make_policy(), streams=streams)
            if self._answered is not None:
                # Receipts exist for that tree. A database that was set back, or that lost a confirmed commit, must not
                # grow: its next checkpoint would contradict those receipts (tlog-checkpoint).
                state.tree().check_begins_with(self._answered.size, self._answered.root, "what this process recorded")
            self._state = state
        return self._state

    def _answer(self, attempt: _Attempt) -> list[list[Waiting]]:
        """Answer the submissions of a committed transaction.

        Return those that can be looked up now, after the commit.
        """
        assert attempt.commit is not None, "a committed attempt locked the head"
        self.fault = self.contradiction = None
        for unit, answer in attempt.commit.answers:
            if isinstance(answer, SubmissionFailed):
                unit.fail(answer)
            else:
                unit.answer(answer)
        return [attempt.commit.deferred] if attempt.commit.deferred else []

    def _roll_back(self, attempt: _Attempt, failure: Exception) -> None:
        # The message of a database may repeat stored content, so the log gets the place of the failure only.
        where = "".join(traceback.format_tb(failure.__traceback__))
        _log.error("a transaction failed: %s\n%s", type(failure).__name__, where)
        self.contradiction = str(failure) if isinstance(failure, VerificationError) else None
        self.fault = self.contradiction or type(failure).__name__
        if attempt.committing and attempt.commit is not None:
            for unit in attempt.commit.accepted:
                unit.outcome_unknown = True
        self._clear_state()

    def _clear_state(self) -> None:
        """Take the effects of a rolled-back transaction out of memory."""
        state, self._state = self._state, None
        if state is not None:
            try:
                state.rollback()
            except Exception:  # noqa: BLE001 - a policy may fail in any way, and must not end the writer
                _log.error("the admission policy failed to roll back; a new one replaces it")
            else:
                self._state = state

    def _again(self, attempt: _Attempt, failure: Exception) -> list[list[Waiting]]:
        """Return what to try next of a failed attempt: all again, each alone, or nothing."""
        if attempt.commit is None:
            return [attempt.units]
        if len(attempt.units) > 1:
            return [[unit] for unit in attempt.units]
        (unit,) = attempt.units
        unit.attempts += 1
        if unit.attempts < ATTEMPTS:
            return [attempt.units]
        self._give_up(attempt.units, failure)
        return []

    def _give_up(self, units: Iterable[Waiting], failure: Exception) -> None:
        """Answer each submission with the failure. One in an unsettled commit has an unknown outcome (design.md §5)."""
        for unit in units:
            outcome: SubmissionFailed
            if unit.outcome_unknown:
                outcome = OutcomeUnknown("the commit's outcome could not be read; send the same submission again")
            else:
                outcome = NotRecorded("the store failed; nothing was recorded; send the same submission again")
            outcome.__cause__ = failure
            unit.fail(outcome)
