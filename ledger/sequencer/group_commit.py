"""Group commit: one transaction records many submissions (design.md §5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ledger.errors import Equivocation, Refused, SubmissionFailed
from ledger.notes.checkpoint import Checkpoint, CheckpointSigner
from ledger.records.entry import parse_entry
from ledger.records.record import Record, parse_record
from ledger.records.submission import MAX_LINES
from ledger.sequencer.batch import Batch, RecordedById, find_recorded
from ledger.sequencer.outcomes import Receipts, Rejection, receipts_of_batch, receipts_of_recorded, refusal_rows
from ledger.sequencer.pool import Waiting
from ledger.sequencer.writer_state import WriterState
from ledger.store.rows import Head, StoredEntry, StoredRefusal
from ledger.store.transaction import DuplicateRecord, WriteTransaction


@dataclass(frozen=True, slots=True)
class CommitConfig:
    """The configuration that all transactions share."""

    origin: str
    signer: CheckpointSigner
    clock: Callable[[], datetime]
    settings: SequencerSettings
    clock_fault: Callable[[], str | None] = lambda: None  # why nothing may be recorded by the clock now


class GroupCommit:
    """The work of one transaction. The head of the log is locked.

    1. Take one instant for all, never before that of the last entry (design.md §4: `recorded_at` never goes back).
    2. Look up which submissions are in the log already, use a recorded id for other bytes, or are new. The first record
       of each submission is looked up, and all records of a submission of which one is found. A submission whose key
       was never its issuer's counts as new, and the admission policy refuses it.
    3. Place each new submission behind the one before it, and ask the admission policy, which sees the earlier ones as
       recorded. The entries of an accepted submission go to the database while the next one is placed.
    4. Append the leaf hashes to the tree, prove that the new tree extends the stored one, and sign its checkpoint.
    5. Write signatures, tiles and head, and a row for each refusal.
    6. Prove each record in the new tree.

    The caller must commit before it answers.
    If we die before the commit, nothing of this transaction is in the log, and no receipt has left the process.
    If the commit has landed unseen, the retry finds the records in (2) and proves them in (6).
    If a row turns out to be taken, the caller rolls back and runs again with `check_every_id`: a record behind a new
    first one is in the log, and (2) must look up every id.
    """

    def __init__(
        self, transaction: WriteTransaction, state: WriterState, config: CommitConfig, *, check_every_id: bool = False
    ) -> None:
        self.answers: list[tuple[Waiting, Receipts | SubmissionFailed]] = []
        self.accepted: list[Waiting] = []
        self.deferred: list[Waiting] = []  # they repeat an id of this batch, so they are compared after the commit
        self.batch: Batch
        self._transaction = transaction
        self._state = state
        self._config = config
        self._check_every_id = check_every_id
        self._recorded_at = _moment(transaction.head, config.clock)  # (1)
        self._refusal_rows: list[StoredRefusal] = []

    def run(self, waiting: Sequence[Waiting]) -> None:
        """Do steps 2 to 6 for these submissions."""
        new: list[Waiting] = []
        replays: list[tuple[Waiting, list[StoredEntry]]] = []
        recorded = self._recorded(waiting)
        for unit in waiting:  # (2)
            existing = find_recorded(unit.submission, recorded)
            if existing is None or not self._state.policy.issuer_ever_held_key(unit.submission):
                unit.outcome_unknown = False
                new.append(unit)
            elif isinstance(existing, list):
                replays.append((unit, existing))
            else:
                keep = isinstance(existing, Equivocation) and self._may_retain(unit, recorded)
                self._refuse(unit, existing, keep_bytes=keep)
        self.batch = self._place(new)  # (3)
        if self.batch.accepted or replays:
            self._prove(replays, self._extend())
        if self._refusal_rows:  # (5)
            self._transaction.save_refusals(self._refusal_rows)

    def _recorded(self, waiting: Sequence[Waiting]) -> RecordedById:
        """Return the recorded entries for the ids of these submissions, as far as step 2 requires them.

        A submission is recorded as a whole, so its first record nearly always decides for all. The table's unique
        constraint on (source, id) protects every id that is not looked up here (design.md §5).
        """
        if self._check_every_id:
            return self._transaction.find_records(_pairs(waiting))
        recorded = self._transaction.find_records({_pair(unit.submission.records[0]) for unit in waiting})
        begun, rest = _known(waiting, recorded)
        # Either every id of a submission is looked up, or none. An entry found for one may be a record of another too.
        while begun:
            recorded |= self._transaction.find_records(_pairs(begun))
            begun, rest = _known(rest, recorded)
        return recorded

    def _new_batch(self, units: Sequence[Waiting]) -> Batch:
        streams = {record.subject for unit in units for record in unit.submission.records}
        ends = self._state.ends.lookup(streams, self._transaction) if streams else {}
        return Batch(self._config.origin, self._transaction.head.size, self._recorded_at, ends)

    def _place(self, new: Sequence[Waiting]) -> Batch:
        """Step 3."""
        batch = self._new_batch(new)
        for unit in new:
            if batch.contains_any_id_of(unit.submission):
                self.deferred.append(unit)
                continue
            placed = batch.place(unit.submission)
            refusals = self._state.policy.check(unit.submission, placed.entries, self._recorded_at)
            if refusals:
                self._check_new(unit)
                self._refuse(unit, Refused(refusals), keep_bytes=False)
            else:
                batch.accept(placed)
                self._transaction.write(placed.entries)
                self.accepted.append(unit)
        return batch

    def _check_new(self, unit: Waiting) -> None:
        """Raise `DuplicateRecord` if a record of a refused submission is in the log already.

        The sender must learn that the record exists, rather than the refusal that admission made of the repetition.
        """
        if self._check_every_id or not self._state.policy.issuer_ever_held_key(unit.submission):
            return
        if self._transaction.find_records(_pairs([unit])):
            raise DuplicateRecord("a record of a refused submission is in the log")

    def _refuse(self, unit: Waiting, rejection: Rejection, *, keep_bytes: bool) -> None:
        self._refusal_rows += refusal_rows(rejection, unit.submission, self._recorded_at, keep_bytes=keep_bytes)
        self.answers.append((unit, rejection))

    def _may_retain(self, unit: Waiting, recorded: RecordedById) -> bool:
        """Return whether the bytes may be kept as evidence (design.md §6): the policy finds nothing forbidden in them.

        The policy is only asked, so it must forget the question. It can, because this transaction has admitted nothing
        yet.
        """
        policy, records = self._state.policy, unit.submission.records
        places = self._new_batch([unit]).place(unit.submission).entries
        refusals = policy.check(unit.submission, places, self._recorded_at)
        policy.rollback()
        if any(refusal.code in self._config.settings.never_kept for refusal in refusals):
            return False
        known = [(record, recorded.get((record.source, record.id))) for record in records]
        return all(policy.may_retain(record, _record_of(entry)) for record, entry in known if entry is not None)

    def _extend(self) -> bytes:
        """Steps 4 and 5. Return the signed checkpoint. It leaves this process only after the commit."""
        tree, before = self._state.tree(), self._transaction.head
        tiles = tree.append(self.batch.leaf_hashes)  # (4)
        checkpoint = self._config.signer.sign(Checkpoint(self._config.origin, tree.size, tree.root))
        if self.batch.accepted:  # (5)
            head = replace(before, size=tree.size, root=tree.root, recorded_at=self._recorded_at)
            if before.size == 0:  # design.md §11: entry 0, `ledger.founded`, says whether a scripted clock is allowed
                head = replace(head, demo=self.accepted[0].submission.records[0].data.get("demo") is True)
            signatures = [placed.signature for placed in self.batch.accepted]
            self._transaction.append(signatures, tiles, head)
        return checkpoint

    def _prove(self, replays: Sequence[tuple[Waiting, list[StoredEntry]]], checkpoint: bytes) -> None:
        """Step 6.

        A submission that is found recorded after a commit of unknown outcome is not a replay: that commit landed.
        """
        tree = self._state.tree()
        if self.accepted:
            # (6)
            self.answers += zip(self.accepted, receipts_of_batch(self.batch, tree, checkpoint), strict=True)
        for unit, entries in replays:
            receipts = receipts_of_recorded(entries, tree, checkpoint, replayed=not unit.outcome_unknown)
            self.answers.append((unit, receipts))


def _pair(record: Record) -> tuple[str, str]:
    return record.source, record.id


def _pairs(waiting: Sequence[Waiting]) -> set[tuple[str, str]]:
    return {_pair(record) for unit in waiting for record in unit.submission.records}


def _known(units: Sequence[Waiting], recorded: RecordedById) -> tuple[list[Waiting], list[Waiting]]:
    """Return the submissions with a record that was found recorded, and the others."""
    begun: list[Waiting] = []
    rest: list[Waiting] = []
    for unit in units:
        (begun if recorded and not _pairs([unit]).isdisjoint(recorded) else rest).append(unit)
    return begun, rest


def _record_of(entry: StoredEntry) -> Record:
    return parse_record(parse_entry(entry.line).record.encode())


def _moment(head: Head, clock: Callable[[], datetime]) -> datetime:
    """Return `recorded_at` of the next entries, to the millisecond.

    The scripted clock of a demo does not run by itself.
    """
    now = (head.demo_clock or clock()).astimezone(UTC)
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    return now if head.recorded_at is None else max(now, head.recorded_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class SequencerSettings:
    """Settings of the writer. Counts are in records, except where a comment says otherwise."""

    batch_records: int = 2_000  # recorded in one transaction
    pool_records: int = 20_000  # waiting; a submission beyond this is refused as overload
    kept_streams: int = 20_000  # streams whose last position and hash stay in memory
    pause: float = 1.0  # seconds between two tries of a standby for the lock, and two checks of an idle leader
    linger_seconds: float = 0.005  # seconds that a transaction waits for company after one with several submissions
    # Codes of refusals whose bytes are kept nowhere, not even as evidence of two records with one id.
    never_kept: frozenset[str] = frozenset({"CONTENT_FORBIDDEN"})

    def __post_init__(self) -> None:
        if self.pool_records < MAX_LINES:
            raise ValueError(f"pool_records must be at least {MAX_LINES}, or the largest submission never fits")
