"""What the server itself has still to bring into the log: kept here until its receipt is there.

Each of the three writes is a transaction of its own. What is left here is durable when `leave` returns; which notes
make one record is settled once, before the record is first sent, so that it is always sent with the same content; and
they are removed when the log holds it. Whoever dies in between leaves nothing to repair: the next one reads and goes
on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, insert, select, update

from ledger.store import tables as schema
from ledger.store.engine import reading, writing
from ledger.store.rows import OwedNote
from ledger.store.store import Store

_owed = schema.owed.c
_OURS = _owed.ledger == bindparam("our")
_TOPIC = _owed.topic == bindparam("about")
_MEMBERS = (_owed.id, _owed.topic, _owed.due, _owed.note, _owed.record)
_NOTES: Select[Any] = select(*_MEMBERS).where(_OURS, _TOPIC)
_LOOSE = _NOTES.where(_owed.record.is_(None)).order_by(_owed.due, _owed.id).limit(bindparam("most"))
_RIPE = _LOOSE.where(_owed.due <= bindparam("now", type_=schema.Instant))
_GATHERED = _NOTES.where(_owed.record.is_not(None)).order_by(_owed.record, _owed.id)
_COUNT = select(func.count()).select_from(schema.owed).where(_OURS)
_LEAVE = insert(schema.owed)
# Another process may have settled it in between; what is settled stays as it is.
_GATHER = (
    update(schema.owed)
    .where(_OURS, _owed.id.in_(bindparam("ids", expanding=True)), _owed.record.is_(None))
    .values(record=bindparam("into"))
)
_REMOVE = delete(schema.owed).where(_OURS, _owed.record == bindparam("of"))

AT_A_TIME = 5_000  # notes that one look takes up


class Owed:
    """The notes of one ledger. Many threads and processes may use them."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine
        self._ledger = store.ledger

    def leave(self, note: OwedNote) -> None:
        """Durable when this returns. When it raises, the note may be there all the same."""
        row = {"ledger": self._ledger, "id": note.id, "topic": note.topic, "due": note.due, "note": note.note}
        with writing(self._engine) as connection:
            connection.execute(_LEAVE, row)

    def loose(self, topic: str, *, before: datetime | None) -> list[OwedNote]:
        """Those that go into no record yet and are due by then (None: all), the first due first."""
        values = {"our": self._ledger, "about": topic, "most": AT_A_TIME}
        with reading(self._engine) as connection:
            rows = connection.execute(*((_LOOSE, values) if before is None else (_RIPE, values | {"now": before})))
            return [OwedNote(*row) for row in rows]

    def gather(self, records: Mapping[str, Sequence[str]]) -> None:
        """Settle which notes go into which record. An id of a record is given out once: it never gains a note."""
        with writing(self._engine) as connection:
            for record, ids in records.items():
                connection.execute(_GATHER, {"our": self._ledger, "ids": list(ids), "into": record})

    def gathered(self, topic: str) -> dict[str, list[OwedNote]]:
        """By record: the notes that go into it."""
        found: dict[str, list[OwedNote]] = {}
        with reading(self._engine) as connection:
            for row in connection.execute(_GATHERED, {"our": self._ledger, "about": topic}):
                note = OwedNote(*row)
                assert note.record is not None, "it is selected by having one"
                found.setdefault(note.record, []).append(note)
        return found

    def remove(self, record: str) -> None:
        """The log holds the record."""
        with writing(self._engine) as connection:
            connection.execute(_REMOVE, {"our": self._ledger, "of": record})

    def count(self) -> int:
        """How many notes there are, of all topics."""
        with reading(self._engine) as connection:
            return int(connection.execute(_COUNT, {"our": self._ledger}).scalar_one())
