"""The audit of entries, in the order of the log: each says what its row says, and is where its chain says.

An entry has one spelling, so what comes before its record is known without reading it: it follows from its row, from
the entry before it in its stream, and from its neighbour in the submission. Only where that fails is the line taken
apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from formats import rfc3339
from formats.errors import Malformed
from ledger.audit.report import FindingCounter
from ledger.records.entry import NO_PREVIOUS, Entry, parse_entry
from ledger.records.record import parse_record

Row = tuple[Any, ...]  # index, stream, position, type, source, record id, submission, line
FindHashes = Callable[[set[tuple[str, int]]], dict[tuple[str, int], str]]
"""(stream, position) → the hex leaf hash of the entry there, for those that have one."""

_KEPT_STREAMS = 200_000
_BEGINNING: tuple[int, str | None] = (-1, NO_PREVIOUS)  # of a stream: no position yet


@dataclass(slots=True)
class SubmissionRun:
    """Neighbouring entries that name the same submission. A record that cannot be read is None."""

    submission: bytes
    first: int
    size: int = 0  # 0: not known yet
    source: str | None = None
    recorded_at: datetime | None = None
    members: str = ""  # the entry's text from recorded_at to submission, the same for all
    records: list[bytes | None] = field(default_factory=list)


class EntryAudit:
    """Takes the rows of a range in order, and hands on each group of entries when it ends."""

    def __init__(
        self,
        origin: str,
        tally: FindingCounter,
        find_hashes: FindHashes,
        ended: Callable[[SubmissionRun], None],
    ) -> None:
        self._first_at: datetime | None = None
        self._last_at: datetime | None = None
        self._origin = origin
        self._tally = tally
        self._find_hashes = find_hashes
        self._ended = ended
        self._ends: dict[str, tuple[int, str | None]] = {}  # stream → its last position, and the leaf hash there
        self._group: SubmissionRun | None = None

    def take(self, rows: Sequence[Row], hashes: Sequence[bytes]) -> None:
        """Rows without a gap, and the leaf hashes of their lines."""
        self._load_ends(rows)
        ends = self._ends
        for row, hashed in zip(rows, hashes, strict=True):
            stream, position = row[1], row[2]
            last, previous = ends.get(stream, _BEGINNING)
            if position != last + 1:
                previous = None
            line = self._line(row, previous)
            ends[stream] = (position, hashed.hex())
            group = self._group
            assert group is not None, "every entry is in a group"
            if line is not None:
                self._check_record(row, line, group)
            group.records.append(line)
            if len(group.records) == group.size:
                self.end()

    def skip(self, count: int) -> None:
        """So many entries cannot be read."""
        for _ in range(count):
            if self._group is None:
                return  # what they belonged to shows when the next one begins, or does not begin, a submission
            self._group.records.append(None)
            if len(self._group.records) == self._group.size:
                self.end()

    def end(self) -> None:
        """The submission at hand has no further entry."""
        group, self._group = self._group, None
        if group is not None:
            self._ended(group)

    def times(self) -> tuple[datetime | None, datetime | None]:
        """recorded_at of the first entry since the last call, if it was looked at, and of the last one."""
        first, self._first_at = self._first_at, None
        return first, self._last_at

    def _load_ends(self, rows: Sequence[Row]) -> None:
        """Streams that began before this range, or were forgotten to save memory."""
        if len(self._ends) > _KEPT_STREAMS:
            self._ends.clear()
        wanted: dict[str, int] = {}
        for row in rows:
            if row[1] not in self._ends and row[1] not in wanted:
                wanted[row[1]] = row[2] - 1
        missing = {(stream, position) for stream, position in wanted.items() if position >= 0}
        if missing:
            self._ends |= {place[0]: (place[1], hashed) for place, hashed in self._find_hashes(missing).items()}

    def _written(self, row: Row, previous: str | None) -> bytes | None:
        """The record of an entry that continues the group, as the line writes it, if the line is the expected one up to
        there."""
        index, stream, position, _, _, _, submission, line = row
        group = self._group
        if group is None or group.submission != submission or not group.members:
            return None
        expected = (
            f'{{"ledger":"{self._origin}","index":{index},"stream":"{stream}","position":{position},'
            f'"previous":"{previous}",{group.members},"leaf":{len(group.records)},"of":{group.size},"record":"'
        ).encode()
        return bytes(line[len(expected) : -2]) if line.startswith(expected) and line.endswith(b'"}') else None

    def _line(self, row: Row, previous: str | None) -> bytes | None:
        """The record's line."""
        written = self._written(row, previous)
        if written is not None:
            spelled = b'"%b"' % written
            try:
                text = orjson.loads(spelled)
            except orjson.JSONDecodeError:
                text = None
            if text is not None and orjson.dumps(text) == spelled:
                return str(text).encode()
        return self._take_apart(row, previous)

    def _take_apart(self, row: Row, previous: str | None) -> bytes | None:
        """The record of any other entry; what is wrong with it is noted."""
        index, stream, position, _, _, _, submission, line = row
        where = f"entry {index}"
        try:
            entry = parse_entry(line)
        except Malformed as fault:
            self._tally.fault("entries", fault.code, where, fault.detail, index=index)
            self._group = self._group or SubmissionRun(submission, index)
            return None
        said = (entry.ledger, entry.index, entry.stream, entry.position, entry.submission)
        stored = (self._origin, index, stream, position, submission.hex())
        if said != stored:
            names = ("ledger", "index", "stream", "position", "submission")
            wrong = [name for name, one, other in zip(names, said, stored, strict=True) if one != other]
            detail = f"the line and its row differ in {', '.join(wrong)}"
            self._tally.fault("entries", "ROW_DIFFERS", where, detail, index=index)
        if entry.previous != previous:
            detail = (
                f"position {position} of its stream comes without the one before it"
                if previous is None
                else f"it does not carry the hash of the entry before it, position {position - 1} of its stream"
            )
            self._tally.fault("chains", "CHAIN_BROKEN", where, detail, index=index)
        self._check_time(entry, where)
        self._join(entry, row)
        return entry.record.encode()

    def _check_time(self, entry: Entry, where: str) -> None:
        if self._last_at is not None and entry.recorded_at < self._last_at:
            detail = "recorded_at is earlier than that of the entry before it"
            self._tally.fault("times", "TIME_BACKWARDS", where, detail, index=entry.index)
        self._last_at = entry.recorded_at
        self._first_at = self._first_at or entry.recorded_at

    def _join(self, entry: Entry, row: Row) -> None:
        """The entry continues the group at hand, or begins another one."""
        index, submission, group = row[0], row[6], self._group
        fits = (
            group is not None
            and group.submission == submission
            and group.size in (0, entry.of)
            and len(group.records) == entry.leaf
            and group.recorded_at in (None, entry.recorded_at)
        )
        if not fits:
            self.end()
            group = SubmissionRun(submission, index - entry.leaf)
            group.records += [None] * entry.leaf
            if entry.leaf:
                detail = f"it is leaf {entry.leaf} of {entry.of}, but the entry before it is not the leaf before"
                self._tally.fault("submissions", "LEAF_OUT_OF_ORDER", f"entry {index}", detail, index=index)
        assert group is not None, "it fits, or was made"
        at = rfc3339.format_milliseconds(entry.recorded_at)
        group.size, group.recorded_at = entry.of, entry.recorded_at
        group.members = f'"recorded_at":"{at}","submission":"{entry.submission}"'
        self._group = group

    def _check_record(self, row: Row, line: bytes, group: SubmissionRun) -> None:
        try:
            record = parse_record(line)
        except Malformed as fault:
            self._tally.fault("entries", fault.code, f"entry {row[0]}", f"its record: {fault.detail}", index=row[0])
            return
        index, stream, _, type_, source, record_id, _, _ = row
        if record.subject != stream or record.type != type_ or record.source != source or record.id != record_id:
            detail = "the record and its row differ in stream, type, source or id"
            self._tally.fault("entries", "ROW_DIFFERS", f"entry {index}", detail, index=index)
        if record.source != group.source:
            if group.source is not None:
                detail = "its source is another one than that of the submission's records before it"
                self._tally.fault("submissions", "SOURCE_DIFFERS", f"entry {index}", detail, index=index)
            group.source = record.source
