"""The writer: brings submissions into the log, transaction by transaction, and decides what to do when one fails."""

from __future__ import annotations

import logging
import traceback
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from formats.errors import VerificationError
from ledger.errors import OutcomeUnknown, SubmissionFailed
from ledger.sequencer.admission_policy import OpenGate
from ledger.sequencer.group_commit import Round, Terms
from ledger.sequencer.outcomes import NotRecorded
from ledger.sequencer.pool import Waiting
from ledger.sequencer.writer_state import Desk
from ledger.store.rows import Head
from ledger.store.store import Store
from ledger.store.transaction import RecordTaken

_log = logging.getLogger(__name__)

ATTEMPTS = 3  # of one submission alone


@dataclass(slots=True)
class _Attempt:
    """How far a transaction came. What an exception means depends on nothing else."""

    units: list[Waiting]
    every_id: bool = False  # look every record id up
    round: Round | None = None  # None: the head was never locked
    committing: bool = False  # True: everything is written, and the outcome is the database's to know


class Writer:
    """Used by one thread. Nothing in here runs only at start-up or only after a failure: an interrupted commit is
    resolved by trying again, where the records are looked up under the head's lock, as those of any submission sent
    twice."""

    def __init__(self, store: Store, *, open_gate: OpenGate, terms: Terms) -> None:
        self.fault: str | None = None  # why the last transaction failed; None: it did not
        self._store = store
        self._open_gate = open_gate
        self._terms = terms
        self._desk: Desk | None = None
        self._answered: Head | None = None  # how far the log reached when this process last heard of a commit

    def settle(self, waiting: Sequence[Waiting]) -> None:
        """Answer each of them.

        1. Record them together; if a record turns out to be in the log, once more with every id looked up. 2. If that
        fails, one by one, so that a bad one fails alone. 3. Whoever is not recorded after `ATTEMPTS` of his own is told
        so: that nothing was recorded, or that nobody knows. 4. When twice in a row no transaction can even begin, all
        the rest is told at once.
        """
        todo = deque([_Attempt(list(waiting))])
        shut = 0
        while todo:
            attempt = todo.popleft()
            try:
                self._record(attempt)  # (1)
            except Exception as failure:  # noqa: BLE001 - whatever it is, somebody waits for an answer
                if isinstance(failure, RecordTaken) and not attempt.every_id:
                    self._clear_desk()  # nothing of ours has failed
                    todo.appendleft(_Attempt(attempt.units, every_id=True))
                    continue
                self._roll_back(attempt, failure)
                todo.extendleft(map(_Attempt, reversed(self._again(attempt, failure))))  # (2) (3)
                shut = shut + 1 if attempt.round is None else 0
                if shut == 2:
                    self._give_up([unit for each in todo for unit in each.units], failure)  # (4)
                    return
            else:
                shut = 0
                todo.extendleft(map(_Attempt, self._answer(attempt)))

    def _record(self, attempt: _Attempt) -> None:
        with self._store.writing() as transaction:
            desk = self._desk_at(transaction.head)
            attempt.round = Round(transaction, desk, self._terms, every_id=attempt.every_id)
            attempt.round.run(attempt.units)
            attempt.committing = True
        self._answered = transaction.head
        desk.commit(transaction.head, attempt.round.batch.ends)

    def _desk_at(self, head: Head) -> Desk:
        if self._desk is None or not self._desk.is_at(head):
            streams = self._terms.settings.kept_streams
            desk = Desk(self._store, head, self._open_gate(), streams=streams)
            if self._answered is not None:
                # Receipts are out for that tree. A database set back, or one that lost what it had confirmed, is not
                # written on: its next checkpoint would contradict them.
                desk.tree().check_begins_with(self._answered.size, self._answered.root, "what this process recorded")
            self._desk = desk
        return self._desk

    def _answer(self, attempt: _Attempt) -> list[list[Waiting]]:
        """What was committed is said. Returns what can be taken up now that it is."""
        assert attempt.round is not None, "what has been committed has been a round"
        self.fault = None
        for unit, answer in attempt.round.answers:
            if isinstance(answer, SubmissionFailed):
                unit.fail(answer)
            else:
                unit.answer(answer)
        return [attempt.round.held] if attempt.round.held else []

    def _roll_back(self, attempt: _Attempt, failure: Exception) -> None:
        # Messages of a database may repeat what was to be stored; where the failure happened is all that a log may say.
        where = "".join(traceback.format_tb(failure.__traceback__))
        _log.error("a transaction failed: %s\n%s", type(failure).__name__, where)
        self.fault = str(failure) if isinstance(failure, VerificationError) else type(failure).__name__
        if attempt.committing and attempt.round is not None:
            for unit in attempt.round.accepted:
                unit.in_doubt = True
        self._clear_desk()

    def _clear_desk(self) -> None:
        """The transaction is rolled back, and what it left in memory with it."""
        desk, self._desk = self._desk, None
        if desk is not None:
            try:
                desk.rollback()
            except Exception:  # noqa: BLE001 - a gate may fail in any way, and must not take the writer with it
                _log.error("the gate failed to roll back; a fresh one takes its place")
            else:
                self._desk = desk

    def _again(self, attempt: _Attempt, failure: Exception) -> list[list[Waiting]]:
        """What is left to try of a failed attempt."""
        if attempt.round is None:
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
        for unit in units:
            told: SubmissionFailed
            if unit.in_doubt:
                told = OutcomeUnknown("the commit's outcome could not be read; send the same submission again")
            else:
                told = NotRecorded("the store failed; nothing was recorded; send the same submission again")
            told.__cause__ = failure
            unit.fail(told)
