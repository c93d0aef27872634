"""The outbox: messages that the server itself has still to bring into the log, kept until the receipt exists.

Each of these writes is a transaction of its own:

1. A message is durable when the call returns. If we die before, its cause was not acknowledged.
2. Messages are assigned to a record once, before the record is first sent. If we die before, the next process assigns
   them. If we die after, it sends the same record, and the log finds that by its id.
3. The messages are deleted when the log holds their record. If we die before, the next process finds the record in the
   log and deletes them.
So no restart needs a repair (design.md §10).

Each message carries a code (HMAC-SHA256, RFC 2104) under a key that the database does not hold. A message without the
right one was not made by this software: it is never handed out, stays where it is, and is counted.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, insert, select, update

from formats import rfc3339
from ledger.store import tables as schema
from ledger.store.engine import reading, writing
from ledger.store.rows import OutboxMessage
from ledger.store.store import Store

_outbox = schema.outbox.c
_OURS = _outbox.ledger == bindparam("our")
_TOPIC = _outbox.topic == bindparam("about")
_MEMBERS = (_outbox.id, _outbox.topic, _outbox.due, _outbox.note, _outbox.record, _outbox.mac)
_MESSAGES: Select[Any] = select(*_MEMBERS).where(_OURS, _TOPIC)
_PENDING = _MESSAGES.where(_outbox.record.is_(None)).order_by(_outbox.due, _outbox.id).limit(bindparam("most"))
_DUE = _PENDING.where(_outbox.due <= bindparam("now", type_=schema.Instant))
_ASSIGNED = _MESSAGES.where(_outbox.record.is_not(None)).order_by(_outbox.record, _outbox.id)
_COUNT = select(func.count()).select_from(schema.outbox).where(_OURS)
_ADD = insert(schema.outbox)
# (2): another process may have assigned a message in between. An assignment never changes.
_ASSIGN = (
    update(schema.outbox)
    .where(_OURS, _outbox.id.in_(bindparam("ids", expanding=True)), _outbox.record.is_(None))
    .values(record=bindparam("into"))
)
_DELETE = delete(schema.outbox).where(_OURS, _outbox.record == bindparam("of"))

_log = logging.getLogger(__name__)

PENDING_LIMIT = 5_000  # messages that one query returns


class Outbox:
    """The outbox of one ledger. Many threads and processes may use it."""

    def __init__(self, store: Store, key: bytes) -> None:
        self._engine = store.engine
        self._ledger = store.ledger
        self._key = key
        self._forged: dict[str, set[str]] = {}  # ids without the right code when last read, by what was read

    def add(self, note: OutboxMessage) -> None:
        """Step 1. Add a message. When this raises, the message may be stored all the same."""
        row = {"ledger": self._ledger, "id": note.id, "topic": note.topic, "due": note.due, "note": note.note}
        row["mac"] = self._code(note)
        with writing(self._engine) as connection:
            connection.execute(_ADD, row)

    def pending(self, topic: str, *, before: datetime | None) -> list[OutboxMessage]:
        """Return the messages that are in no record yet and are due before this instant, the first due first.

        Without an instant, return those of any due time.
        """
        values = {"our": self._ledger, "about": topic, "most": PENDING_LIMIT}
        with reading(self._engine) as connection:
            rows = connection.execute(*((_PENDING, values) if before is None else (_DUE, values | {"now": before})))
            return self._made_here("pending", rows)

    def assign(self, records: Mapping[str, Sequence[str]]) -> None:
        """Step 2.

        Assign messages to records, given as record id → message ids. A record never gains a message later.
        """
        with writing(self._engine) as connection:
            for record, ids in records.items():
                connection.execute(_ASSIGN, {"our": self._ledger, "ids": list(ids), "into": record})

    def assigned(self, topic: str) -> dict[str, list[OutboxMessage]]:
        """Return the assigned messages of a topic, by record id."""
        messages: dict[str, list[OutboxMessage]] = {}
        with reading(self._engine) as connection:
            rows = connection.execute(_ASSIGNED, {"our": self._ledger, "about": topic})
            for note in self._made_here("assigned", rows):
                assert note.record is not None, "it is selected by having one"
                messages.setdefault(note.record, []).append(note)
        return messages

    def delete(self, record: str) -> None:
        """Step 3. Delete the messages of a record, which the log holds."""
        with writing(self._engine) as connection:
            connection.execute(_DELETE, {"our": self._ledger, "of": record})

    def count(self) -> int:
        """Return the number of messages of all topics."""
        with reading(self._engine) as connection:
            return int(connection.execute(_COUNT, {"our": self._ledger}).scalar_one())

    @property
    def forged(self) -> int:
        """The number of messages without the right code, when they were last read."""
        return sum(map(len, self._forged.values()))

    def _made_here(self, kind: str, rows: Iterable[Any]) -> list[OutboxMessage]:
        made: list[OutboxMessage] = []
        forged: set[str] = set()
        for *members, mac in rows:
            message = OutboxMessage(*members)
            if self._is_right(message, mac):
                made.append(message)
            else:
                forged.add(str(message.id))
        if forged != self._forged.get(kind, set()):
            _log.error("messages of the outbox that were not made here: %s", ", ".join(map(repr, sorted(forged))))
        self._forged[kind] = forged
        return made

    def _is_right(self, message: OutboxMessage, mac: object) -> bool:
        """Whether the code is that of the message. SQLite keeps a value of any type in any column."""
        texts = message.id, message.topic, message.note
        if not isinstance(mac, bytes | memoryview) or not all(isinstance(each, str) for each in texts):
            return False
        return hmac.compare_digest(self._code(message), mac)

    def _code(self, message: OutboxMessage) -> bytes:
        """The code of ledger, id, topic, instant and content, each after its length in decimal."""
        due = rfc3339.format_milliseconds(message.due)
        members = (self._ledger, message.id, message.topic, due, message.note)
        signed = b"".join(b"%d:%s" % (len(member.encode()), member.encode()) for member in members)
        return hmac.digest(self._key, signed, "sha256")
