"""The audit of kept checkpoints: signed by the log's keys, over the root that the leaves below them have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from formats import rfc3339
from formats.errors import Malformed, VerificationError
from ledger.audit import rows as reading
from ledger.audit.report import FindingCounter
from ledger.notes.checkpoint import SignedCheckpoint, open_checkpoint, parse_checkpoint
from ledger.notes.cosignature import ML_DSA_44
from ledger.notes.note import ED25519, Verifier, parse_note
from ledger.store.store import Store
from ledger.tree import merkle
from ledger.tree.tiles import TileReader

_SIZES_AT_ONCE = 16_384


class CheckpointAudit:
    """`verifiers` are pinned from outside: no entry of the log can vouch for the keys that sign it."""

    def __init__(self, store: Store, tally: FindingCounter, verifiers: Sequence[Verifier]) -> None:
        self._store = store
        self._tally = tally
        self._verifiers = verifiers
        self._types = {(one.key.name, one.key.key_id): one.key.type for one in verifiers}

    def run(self, size: int, reader: TileReader) -> None:
        """All checkpoints of trees up to `size`, which `reader` holds."""
        newest, before = 0, None
        for row in self._rows(size):
            self._check_chain(row, before)
            newest = before = row[0]
            self._tally.checked["checkpoints"] += 1
            try:
                self._check(row, reader)
            except TypeError:
                self._fault(newest, "ROW_UNREADABLE", "a column holds a value of another type")
            except (VerificationError, Malformed) as error:
                code = error.code if isinstance(error, Malformed) else "CHECKPOINT_WRONG"
                self._fault(newest, code, str(error))
        if not self._verifiers:
            self._tally.not_checked("checkpoints", "unchecked", "no verifier key of the log was given")
        elif size and not newest:
            self._tally.not_checked("checkpoints", "inconclusive", "no checkpoint is kept")
        elif newest < size:
            note = f"{size - newest} entries came after the newest kept checkpoint"
            self._tally.not_checked("checkpoints", "pass", note)

    def _rows(self, size: int) -> Iterator[reading.Row]:
        def note(at: int, complaint: str) -> None:
            self._fault(at, "ROW_UNREADABLE", f"its row cannot be read: {complaint}")

        for start in range(0, size + 1, _SIZES_AT_ONCE):
            stop = min(start + _SIZES_AT_ONCE, size + 1)
            yield from reading.rows(self._store, reading.CHECKPOINTS, start, stop, note)

    def _check_chain(self, row: reading.Row, before: int | None) -> None:
        """It names the one kept before it."""
        size, previous = row[0], row[4]
        if previous == before:
            return
        if isinstance(previous, int) and (before or -1) < previous < size:
            self._fault(previous, "CHECKPOINT_MISSING", f"the one of size {size} names it, and it is not there")
        else:
            self._fault(size, "CHECKPOINT_CHAIN", f"the one before it is of size {before}; it names {previous}")

    def _check(self, row: reading.Row, reader: TileReader) -> None:
        """1. Its signatures, by keys of every kind that was pinned if it is published. 2. The tree it states is this
        one."""
        size, note, published, at, _ = row
        if type(note) is not bytes:
            raise TypeError("the note is no bytes")
        if self._verifiers:
            signed = open_checkpoint(note, self._verifiers, origin=self._store.origin)  # (1)
            self._check_signers(signed, published=published, at=at)
            stated = signed.checkpoint
        else:
            stated = parse_checkpoint(parse_note(note).text)
        if stated.size != size:
            raise VerificationError(f"the checkpoint kept for size {size} is of size {stated.size}")
        if merkle.tree_root(size, reader) != stated.root:  # (2)
            raise VerificationError(f"the checkpoint of size {size} has another root than the leaves below it")

    def _check_signers(self, signed: SignedCheckpoint, *, published: bool, at: str) -> None:
        lines = [(self._types[line.name, line.key_id], line.blob) for line in signed.note.signatures]
        if published not in (0, 1):
            raise VerificationError("its row does not say whether it is published")
        demanded = {ED25519, ML_DSA_44} if published else {ED25519}
        if lacking := (demanded & set(self._types.values())) - {kind for kind, _ in lines}:
            raise VerificationError(f"it lacks a signature of type {', '.join(f'0x{kind:02x}' for kind in lacking)}")
        if not published and ML_DSA_44 in (kind for kind, _ in lines):
            raise VerificationError("it carries the signature of a published one, and its row says that it is none")
        for kind, blob in lines:
            if kind == ML_DSA_44 and int.from_bytes(blob[:8]) != _seconds(at):
                raise VerificationError("its row says another time than its signature")

    def _fault(self, size: int, code: str, detail: str) -> None:
        self._tally.fault("checkpoints", code, f"checkpoint {size}", detail, index=max(size - 1, 0))


def _seconds(at: str) -> float | None:
    """A publication's time is whole seconds, as its signature states it; None unless in the one spelling."""
    try:
        moment = rfc3339.parse(at)
    except Malformed:
        return None
    return moment.timestamp() if rfc3339.format_milliseconds(moment) == at else None
