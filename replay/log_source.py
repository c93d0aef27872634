"""Entries as acts: each stored line is read once, for all projections of a group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import msgspec
import orjson
from sqlalchemy import Executable, Select, and_, bindparam, or_, select, union_all

from domain import events as e
from domain.act import Act
from domain.events import Event, UseRecorded
from domain.vocabulary.values import URN
from formats import base64url
from ledger.store import bulk
from ledger.store.engine import reading
from ledger.store.store import Store
from ledger.store.tables import entry, submission
from replay.codec import recorded
from replay.lru_cache import LruCache


def _types(*events: type[Event]) -> tuple[str, ...]:
    return tuple(f"sharing.{each.event_name}.v1" for each in events)


PAGE = 1_000
USES = f"sharing.{UseRecorded.event_name}.v1"
RULES = ("ruleset/", "calendar/")  # "0" follows "/" in the order of bytes: a family's streams lie between them
RULING = _types(
    e.LedgerFounded, e.RulesetActivated, e.CalendarPublished, e.CalendarAmended, e.CalendarLocalOverlayAdded
)
MARKING = _types(e.EventCorrected, e.EventReaffirmed, e.EventDisowned)  # an earlier record, in any stream
OF_AUTHORITIES = _types(e.AuthorityAppointed, e.AuthoritySucceeded, e.CataloguePublished) + MARKING
SIGNATURES = 4_000  # submissions whose key is remembered

# All that an act is read from: whatever else an entry's row has is in the line.
_ENTRIES = select(entry.c.index, entry.c.submission, entry.c.line)
_Entries = Select[tuple[int, bytes, bytes]]
_RANGE = _ENTRIES.where(
    entry.c.ledger == bindparam("ledger"), entry.c.index.between(bindparam("first"), bindparam("last"))
).order_by(entry.c.index)


class UnreadableEntry(Exception):
    """An entry whose record is no event that this software knows. It is not skipped: an answer would be silently
    partial.
    """

    def __init__(self, index: int, why: str) -> None:
        super().__init__(f"entry {index} cannot be read: {why}")
        self.index = index


class Unread(msgspec.Struct, frozen=True, gc=False):
    """An entry as it is stored, with the key that signed it. The log checked the line when it took it, and audit checks
    it again: here it is only read, or recognised.
    """

    index: int
    kid: str
    line: bytes


class ActLog:
    """The log of one ledger, read as acts. Owned by one thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kids: LruCache[str | None] = LruCache(SIGNATURES)  # by the digest of the submission

    def from_index(self, start: int, limit: int) -> list[Act]:
        """The acts of at most ``limit`` entries."""
        return list(map(act_of, self.unread(start, limit)))

    def unread(self, start: int, limit: int) -> Iterator[Unread]:
        """The same entries, not yet made acts."""
        return self._unread(_RANGE, ledger=self._store.ledger, first=start, last=start + limit - 1)

    def at(self, indexes: Sequence[int]) -> list[Act]:
        """The acts at these indexes, in the order of the log."""
        acts: list[Act] = []
        for start in range(0, len(indexes), PAGE):
            page = entry.c.index.in_(indexes[start : start + PAGE])
            acts += self._chosen(_ENTRIES.where(entry.c.ledger == self._store.ledger, page))
        return sorted(acts, key=lambda act: act.index)

    def place_of(self, party: str, record_id: str) -> tuple[int, str] | None:
        """The index and stream of a record."""
        stored = self._store.find_record(URN + party, record_id)
        return None if stored is None else (stored.index, stored.stream)

    def of_stream(self, stream: str, size: int, position: int = 0) -> Iterator[Act]:
        """The acts of a stream in a tree of this size, in order, from a position on."""
        chosen = _ENTRIES.where(entry.c.ledger == self._store.ledger, entry.c.stream == stream, entry.c.index < size)
        return self._paged(chosen, position)

    def changing(self, stream: str, size: int, position: int = 0) -> Iterator[Act]:
        """The acts of a stream that can change its state, otherwise as ``of_stream``. An authority's stream may hold
        millions of supervision.read and a request's millions of uses, which leave it as it is.
        """
        family = stream.partition("/")[0]
        chosen = _ENTRIES.where(entry.c.ledger == self._store.ledger, entry.c.index < size)
        if family == "authority":
            # Few entries have these types, and they have an index; by its name the whole stream would be gone through.
            named = and_(entry.c.type.in_(OF_AUTHORITIES), entry.c.stream.concat("") == stream)
            yield from self._chosen(chosen.where(named, entry.c.position >= position).order_by(entry.c.index))
            return
        if family == "request":
            chosen = chosen.where(entry.c.type != USES)
        yield from self._paged(chosen.where(entry.c.stream == stream), position)

    def of_types(self, types: Sequence[str], start: int, size: int) -> list[Act]:
        """The acts of these types from an index on, in a tree of this size: for types of which there are few."""
        chosen = _ENTRIES.where(entry.c.ledger == self._store.ledger, entry.c.type.in_(types))
        return self._chosen(chosen.where(entry.c.index >= start, entry.c.index < size).order_by(entry.c.index))

    def uses_of(self, stream: str, size: int) -> Iterator[Act]:
        """The uses in a stream in a tree of this size, in order; read a page at a time, since they are many."""
        chosen = _ENTRIES.where(entry.c.ledger == self._store.ledger, entry.c.stream == stream)
        return self._paged(chosen.where(entry.c.type == USES, entry.c.index < size), 0)

    def of_rules(self, size: int, start: int = 0) -> list[Act]:
        """The acts in a tree of this size that say which law and which working days are in force, from an index on:
        the founding record, those that change the rules, and what their signers said of them later. They are few, and
        found by their types.
        """
        ours = and_(entry.c.ledger == self._store.ledger, entry.c.index >= start, entry.c.index < size)
        marks = or_(*(and_(entry.c.stream >= family, entry.c.stream < family[:-1] + "0") for family in RULES))
        # One type at a time, so that each is found by its index and never by going through the log.
        chosen = [_ENTRIES.where(ours, entry.c.type == type_) for type_ in RULING]
        chosen += [_ENTRIES.where(ours, entry.c.type == type_, marks) for type_ in MARKING]
        return sorted(self._chosen(union_all(*chosen)), key=lambda act: act.index)

    def streams_with(self, events: Sequence[str], size: int) -> list[str]:
        """The streams in a tree of this size that hold a record of one of these events. Reads the whole log's types."""
        types = [f"sharing.{name}.v1" for name in events]
        chosen = select(entry.c.stream).distinct().where(entry.c.ledger == self._store.ledger, entry.c.index < size)
        with reading(self._store.engine) as connection:
            return list(connection.scalars(chosen.where(entry.c.type.in_(types)).order_by(entry.c.stream)))

    def recorded_since(self, instant: datetime, size: int) -> int:
        """The first index in a tree of this size recorded at or after the instant: ``recorded_at`` never goes back."""
        low, high = 0, size
        while low < high:
            middle = (low + high) // 2
            (stored,) = self._store.entries(middle, 1)
            if datetime.fromisoformat(orjson.loads(stored.line)["recorded_at"]) < instant:
                low = middle + 1
            else:
                high = middle
        return low

    def _paged(self, chosen: _Entries, position: int) -> Iterator[Act]:
        """Entries of one stream in their order, from a position on, a page at a time."""
        page = chosen.order_by(entry.c.position).limit(PAGE)
        while acts := self._chosen(page.where(entry.c.position >= position)):
            yield from acts
            if len(acts) < PAGE:
                return
            position = acts[-1].position + 1

    def _chosen(self, chosen: Executable) -> list[Act]:
        return list(map(act_of, self._unread(chosen)))

    def _unread(self, chosen: Executable, **values: object) -> Iterator[Unread]:
        with reading(self._store.engine) as connection:
            entries: Sequence[Any] = bulk.fetch(connection, chosen, values)
        kids = self._kids_of({digest for _, digest, _ in entries})
        return (_signed(index, kids[digest], digest, line) for index, digest, line in entries)

    def _kids_of(self, digests: Iterable[bytes]) -> dict[bytes, str | None]:
        """Which key signed each submission: the signature says so, one for up to a thousand entries."""
        kids = {digest: self._kids.get(digest.hex(), None) for digest in digests}
        unknown = [digest for digest, kid in kids.items() if kid is None]
        for start in range(0, len(unknown), PAGE):
            chosen = select(submission.c.digest, submission.c.jws).where(
                submission.c.ledger == self._store.ledger, submission.c.digest.in_(unknown[start : start + PAGE])
            )
            with reading(self._store.engine) as connection:
                for row in bulk.fetch(connection, chosen):
                    kid = kids[row.digest] = _kid(row.jws)
                    self._kids.put(row.digest.hex(), kid)
        return kids


@lru_cache(maxsize=64)
def moment(text: str) -> datetime:
    """The same object for all entries of a batch, which share one moment."""
    return datetime.fromisoformat(text)


def _kid(jws: str) -> str:
    header = orjson.loads(base64url.decode(jws.partition(".")[0], what="the signature's header"))
    return str(header["kid"])


def _signed(index: int, kid: str | None, digest: bytes, line: bytes) -> Unread:
    if kid is None:
        raise UnreadableEntry(index, f"the signature of its submission {digest.hex()} is not there")
    return Unread(index, kid, line)


class _EntryMembers(msgspec.Struct, gc=False):
    """What an act takes from an entry's line."""

    index: int
    stream: str
    position: int
    recorded_at: str
    record: str


class _RecordMembers(msgspec.Struct, gc=False):
    id: str
    source: str
    type: str
    time: str
    data: msgspec.Raw


_decode_entry: Final = msgspec.json.Decoder(_EntryMembers).decode
_decode_record: Final = msgspec.json.Decoder(_RecordMembers).decode


def act_of(unread: Unread) -> Act:
    """The entry as an act, or `UnreadableEntry`."""
    try:
        entry = _decode_entry(unread.line)
        record = _decode_record(entry.record)
        return Act(
            event=_event(entry.index, record.type, record.data),
            by=record.source.removeprefix(URN),
            id=record.id,
            stream=entry.stream,
            time=datetime.fromisoformat(record.time),
            recorded_at=moment(entry.recorded_at),
            index=entry.index,
            position=entry.position,
            kid=unread.kid,
        )
    except (ValueError, msgspec.MsgspecError) as why:
        raise UnreadableEntry(unread.index, f"{type(why).__name__}: {why}") from why


def _event(index: int, type_: str, data: msgspec.Raw) -> Event:
    event = recorded(type_, data)
    if isinstance(event, Event):
        return event
    raise UnreadableEntry(index, "; ".join(f"{refusal.code} {refusal.pointer} {refusal.detail}" for refusal in event))
