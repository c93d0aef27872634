"""A round: what one transaction does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ledger.errors import Equivocation, Refused, SubmissionFailed
from ledger.notes.checkpoint import Checkpoint, CheckpointSigner
from ledger.records.entry import parse_entry
from ledger.records.record import Record, parse_record
from ledger.records.submission import MAX_LINES
from ledger.sequencer.batch import Batch, Recorded, look_up
from ledger.sequencer.outcomes import No, Receipts, notes_of, receipts_of_batch, receipts_of_recorded
from ledger.sequencer.pool import Waiting
from ledger.sequencer.writer_state import Desk
from ledger.store.rows import Head, StoredEntry, StoredRefusal
from ledger.store.transaction import RecordTaken, WriteTransaction


@dataclass(frozen=True, slots=True)
class Terms:
    """What is the same for all rounds."""

    origin: str
    signer: CheckpointSigner
    clock: Callable[[], datetime]
    settings: SequencerSettings


class Round:
    """To record what waits, with the head of the log locked, we:

    1. take one moment for all, never before that of the last entry;
    2. look up what is recorded already, taken by other bytes, or new (as it is to a stranger: the gate refuses who
       signs for another): the first record of each submission, and all records of one of which any is found;
    3. place each new submission behind the one before it and ask the gate, which sees those before it as recorded; what
       is accepted is on its way to the database while the next is placed;
    4. append what is accepted to the tree, which proves that it extends the stored one, and sign its checkpoint;
    5. write signatures, tiles and head, and notes of what was refused;
    6. prove each record in the tree.
    What the caller must still do: commit, and only then answer. On `RecordTaken` he rolls back and runs another with
    `every_id`: a record behind a new first one is in the log, and (2) must look every id up to say what that is.
    """

    def __init__(self, transaction: WriteTransaction, desk: Desk, terms: Terms, *, every_id: bool = False) -> None:
        self.answers: list[tuple[Waiting, Receipts | SubmissionFailed]] = []
        self.accepted: list[Waiting] = []
        self.held: list[Waiting] = []  # what they are can be said only after the commit
        self.batch: Batch
        self._transaction = transaction
        self._desk = desk
        self._terms = terms
        self._every_id = every_id
        self._recorded_at = _moment(transaction.head, terms.clock)  # (1)
        self._notes: list[StoredRefusal] = []

    def run(self, waiting: Sequence[Waiting]) -> None:
        new: list[Waiting] = []
        replays: list[tuple[Waiting, list[StoredEntry]]] = []
        recorded = self._recorded(waiting)
        for unit in waiting:  # (2)
            found = look_up(unit.submission, recorded)
            if found is None or not self._desk.gate.speaks_for(unit.submission):
                unit.in_doubt = False
                new.append(unit)
            elif isinstance(found, list):
                replays.append((unit, found))
            else:
                keep = isinstance(found, Equivocation) and self._may_keep(unit, recorded)
                self._refuse(unit, found, keep_bytes=keep)
        self.batch = self._place(new)  # (3)
        if self.batch.accepted or replays:
            self._prove(replays, self._extend())
        if self._notes:
            self._transaction.save_refusals(self._notes)

    def _recorded(self, waiting: Sequence[Waiting]) -> Recorded:
        """A submission is recorded as a whole, so nearly always its first record says what all are. The table holds
        every id unique, whatever is looked up here.
        """
        if self._every_id:
            return self._transaction.find_records(_pairs(waiting))
        recorded = self._transaction.find_records({_pair(unit.submission.records[0]) for unit in waiting})
        begun, rest = _known(waiting, recorded)
        while begun:  # also of one that shares a record with another: of a submission all is looked up, or nothing
            recorded |= self._transaction.find_records(_pairs(begun))
            begun, rest = _known(rest, recorded)
        return recorded

    def _new_batch(self, units: Sequence[Waiting]) -> Batch:
        streams = {record.subject for unit in units for record in unit.submission.records}
        ends = self._desk.ends.of(streams, self._transaction) if streams else {}
        return Batch(self._terms.origin, self._transaction.head.size, self._recorded_at, ends)

    def _place(self, new: Sequence[Waiting]) -> Batch:
        batch = self._new_batch(new)
        for unit in new:
            if batch.repeats(unit.submission):
                self.held.append(unit)
                continue
            placed = batch.place(unit.submission)
            refusals = self._desk.gate.examine(unit.submission, placed.entries, self._recorded_at)
            if refusals:
                self._check_new(unit)
                self._refuse(unit, Refused(refusals), keep_bytes=False)
            else:
                batch.accept(placed)
                self._transaction.write(placed.entries)
                self.accepted.append(unit)
        return batch

    def _check_new(self, unit: Waiting) -> None:
        """What is refused because a part of it is recorded already is told that, and not what the gate made of it."""
        if self._every_id or not self._desk.gate.speaks_for(unit.submission):
            return
        if self._transaction.find_records(_pairs([unit])):
            raise RecordTaken("a record of a refused submission is in the log")

    def _refuse(self, unit: Waiting, no: No, *, keep_bytes: bool) -> None:
        self._notes += notes_of(no, unit.submission, self._recorded_at, keep_bytes=keep_bytes)
        self.answers.append((unit, no))

    def _may_keep(self, unit: Waiting, recorded: Recorded) -> bool:
        """Whether the gate knows of nothing in it that must be kept nowhere. It is only asked, so it must forget again:
        that is possible as long as this round has let nothing through."""
        gate, records = self._desk.gate, unit.submission.records
        places = self._new_batch([unit]).place(unit.submission).entries
        refusals = gate.examine(unit.submission, places, self._recorded_at)
        gate.rollback()
        if any(refusal.code in self._terms.settings.never_kept for refusal in refusals):
            return False
        known = [(record, recorded.get((record.source, record.id))) for record in records]
        return all(gate.may_keep(record, _record_of(entry)) for record, entry in known if entry is not None)

    def _extend(self) -> bytes:
        """(4), (5). The signed checkpoint leaves this process only after the commit: until then it is a promise to
        none."""
        tree, before = self._desk.tree(), self._transaction.head
        tiles = tree.append(self.batch.leaf_hashes)
        checkpoint = self._terms.signer.sign(Checkpoint(self._terms.origin, tree.size, tree.root))
        if self.batch.accepted:
            head = replace(before, size=tree.size, root=tree.root, recorded_at=self._recorded_at)
            if before.size == 0:  # the founding record is the log's own: it says whether a scripted clock is allowed
                head = replace(head, demo=self.accepted[0].submission.records[0].data.get("demo") is True)
            signatures = [placed.signature for placed in self.batch.accepted]
            self._transaction.append(signatures, tiles, head)
        return checkpoint

    def _prove(self, replays: Sequence[tuple[Waiting, list[StoredEntry]]], checkpoint: bytes) -> None:
        """(6). A submission whose commit was in doubt and is found recorded is no replay: it is ours that landed."""
        tree = self._desk.tree()
        if self.accepted:
            self.answers += zip(self.accepted, receipts_of_batch(self.batch, tree, checkpoint), strict=True)
        for unit, entries in replays:
            receipts = receipts_of_recorded(entries, tree, checkpoint, replayed=not unit.in_doubt)
            self.answers.append((unit, receipts))


def _pair(record: Record) -> tuple[str, str]:
    return record.source, record.id


def _pairs(waiting: Sequence[Waiting]) -> set[tuple[str, str]]:
    return {_pair(record) for unit in waiting for record in unit.submission.records}


def _known(units: Sequence[Waiting], recorded: Recorded) -> tuple[list[Waiting], list[Waiting]]:
    """Those that hold a record which is found recorded, and the rest."""
    begun: list[Waiting] = []
    rest: list[Waiting] = []
    for unit in units:
        (begun if recorded and not _pairs([unit]).isdisjoint(recorded) else rest).append(unit)
    return begun, rest


def _record_of(entry: StoredEntry) -> Record:
    return parse_record(parse_entry(entry.line).record.encode())


def _moment(head: Head, clock: Callable[[], datetime]) -> datetime:
    """`recorded_at` of the next entries, to the millisecond. A demo's scripted clock stands until it is moved."""
    now = (head.demo_clock or clock()).astimezone(UTC)
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    return now if head.recorded_at is None else max(now, head.recorded_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class SequencerSettings:
    """Counts are of records, except where they say otherwise."""

    batch_records: int = 2_000  # recorded in one transaction
    pool_records: int = 20_000  # waiting; more are turned away
    kept_streams: int = 20_000  # streams whose last position and hash stay in memory
    pause: float = 1.0  # seconds: a standby asks that often for the lead, an idle leader whether he still has it
    gather: float = 0.005  # seconds: after a round of several submissions the next waits so long for as many
    # Codes of refusals whose bytes are kept nowhere, not even as evidence of two records with one id.
    never_kept: frozenset[str] = frozenset({"CONTENT_FORBIDDEN"})

    def __post_init__(self) -> None:
        if self.pool_records < MAX_LINES:
            raise ValueError(f"pool_records must be at least {MAX_LINES}, or the largest submission never fits")
