"""The duty to record reads: notes of reads become ``supervision.read``, one for each caller and minute."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from api.own_records.operator import Statement
from api.own_records.read_audit import LONGEST, TOPIC
from api.server.machine_clock import Clock, machine_clock
from domain.state import AuthorityState
from domain.vocabulary.divisions import province_of
from ledger.store.outbox import Outbox
from ledger.store.rows import OutboxMessage
from replay.party_registry import PartyRegistry

BETWEEN = "; "


@dataclass(frozen=True, slots=True)
class _Read:
    """One note as read from the database."""

    id: str
    at: dt.datetime
    details: dict[str, Any]

    @property
    def belongs_with(self) -> tuple[str, str, str, str, str]:
        """The key by which notes are grouped: equal for reads that belong to one record."""
        told = self.details
        minute = self.at.replace(second=0, microsecond=0).isoformat()
        return told["caller"], told["post"], told["purpose"], told["inspection"] or "", minute


class ReadAuditRecords:
    """A duty of the own-record submitter. The database settles which notes make a record before the record is first
    sent.
    """

    def __init__(self, owed: Outbox, registry: PartyRegistry, machine: Clock = machine_clock) -> None:
        self._outbox = owed
        self._registry = registry
        self._machine = machine

    def statements(self, *, everything: bool) -> Sequence[Statement]:
        loose = self._outbox.pending(TOPIC, before=None if everything else self._machine())
        if loose:
            self._outbox.assign({_record_id(ids): ids for ids in _records(map(_read, loose))})
        gathered = self._outbox.assigned(TOPIC)
        made = [self._statement(record, [_read(note) for note in notes]) for record, notes in gathered.items()]
        return sorted(made, key=lambda statement: (statement.time, statement.id))

    def recorded(self, statement: Statement) -> None:
        self._outbox.delete(statement.id)

    def _statement(self, record: str, reads: Sequence[_Read]) -> Statement:
        ordered = sorted(reads, key=lambda read: (read.at, read.id))
        first = ordered[0].details
        data = {
            "caller": first["caller"],
            "caller_post": first["post"],
            "purpose": first["purpose"],
            "question": _questions(read.details["question"] for read in ordered),
            "tree_size": max(read.details["tree_size"] for read in ordered),
            "count": len(ordered),
        }
        if first["inspection"] is not None:
            data["inspection"] = first["inspection"]
        return Statement(record, TOPIC, self._stream(first["caller"]), ordered[0].at, data)

    def _stream(self, caller: str) -> str:
        """The stream of the caller's division; where that has no authority of its own, of its province; else of the
        founding division.
        """
        party, founding = self._registry.party(caller), self._registry.founding()
        assert party is not None, "it was a registered party when it asked"
        assert founding is not None, "the ledger was founded"
        fallback = founding.parties[founding.authority].division
        seats = (party.division, province_of(party.division), fallback)
        held = (seat for seat in seats if isinstance(self._registry.state(f"authority/{seat}"), AuthorityState))
        return f"authority/{next(held, fallback)}"


def _read(note: OutboxMessage) -> _Read:
    told = orjson.loads(note.note)
    return _Read(note.id, dt.datetime.fromisoformat(told["at"]), told)


def _record_id(notes: Sequence[str]) -> str:
    """Follows from the notes, so that notes that were put back after their record are found in the log by its id."""
    return sha256("\n".join(sorted(notes)).encode()).hexdigest()[:32]


def _records(reads: Iterable[_Read]) -> Iterator[list[str]]:
    """The ids of the notes of each record: the same caller, post, purpose, inspection and minute, as many as fit."""
    groups: dict[tuple[str, ...], list[_Read]] = {}
    for read in reads:
        groups.setdefault(read.belongs_with, []).append(read)
    for group in groups.values():
        ids: list[str] = []
        seen: set[str] = set()
        for read in sorted(group, key=lambda each: (each.at, each.id)):
            question = read.details["question"]
            if ids and sum(map(_width, seen | {question})) > LONGEST:
                yield ids
                ids, seen = [], set()
            ids.append(read.id)
            seen.add(question)
        yield ids


def _width(question: str) -> int:
    return len(question) + len(BETWEEN) + len(" ×99999")


def _questions(asked: Iterable[str]) -> str:
    """Each question once, in the order in which they came, with its number if it was asked more than once."""
    counts = Counter(asked)
    return BETWEEN.join(question if number == 1 else f"{question} ×{number}" for question, number in counts.items())
