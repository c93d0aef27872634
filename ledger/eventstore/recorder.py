"""The `eventsourcing` library's recorder over a ledger: its applications, subscriptions and projections read our log.

The library counts from 1 and the log from 0 (design.md §5): notification id = index + 1, originator version =
position + 1. The originator is the stream, the topic is the record's type, and the state is the line of the entry.

Events enter a ledger only inside signed submissions, through the sequencer. So `insert_events` stores tracking. It
stores events only for a recorder whose maker says how events become rows (`Compose`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event
from typing import Any
from uuid import UUID

from eventsourcing import persistence
from eventsourcing.persistence import (
    ListenNotifySubscription,
    Notification,
    ProcessRecorder,
    ProgrammingError,
    StoredEvent,
    Tracking,
)
from sqlalchemy import Select, exc, select
from typing_extensions import override

from ledger.eventstore.tracking import insert_tracking, max_tracking_id
from ledger.store import bulk
from ledger.store import tables as schema
from ledger.store.engine import reading, writing
from ledger.store.store import Store
from ledger.store.transaction import DuplicateRecord, WriteTransaction

Compose = Callable[[WriteTransaction, Sequence[StoredEvent]], None]
"""Appends the events to the log inside the transaction, in their order."""

_entry = schema.entry.c
_COLUMNS = (_entry.stream, _entry.position + 1, _entry.type, _entry.line)


@contextmanager
def _library_errors() -> Iterator[None]:
    """Raise the library's error of the same name. Both the library and SQLAlchemy use the names of DB-API (PEP 249)."""
    try:
        yield
    except exc.DBAPIError as error:
        named = getattr(persistence, type(error).__name__, persistence.PersistenceError)
        raise named(str(error.orig)) from error
    except DuplicateRecord as taken:
        raise persistence.IntegrityError(str(taken)) from taken


class LedgerRecorder(ProcessRecorder):
    """Reads the log in the library's terms, and stores how far each projection has come."""

    def __init__(self, store: Store, *, compose: Compose | None = None) -> None:
        self.store = store
        self._compose = compose

    @override
    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, tracking: Tracking | None = None, **kwargs: Any
    ) -> Sequence[int] | None:
        """Store the tracking, and the events if this recorder can compose them, in one transaction.

        Return the notification ids.
        """
        if not stored_events:
            if tracking is not None:
                self.insert_tracking(tracking)
            return None
        if self._compose is None:
            raise ProgrammingError("events enter the ledger in signed submissions: hand them to the sequencer")
        with _library_errors(), self.store.writing() as transaction:
            first = transaction.head.size + 1
            self._compose(transaction, stored_events)
            if tracking is not None:
                insert_tracking(transaction.connection, self.store.ledger, tracking)
        return list(range(first, first + len(stored_events)))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return the events of a stream with `gt` < version ≤ `lte`, in order of version."""
        chosen = select(*_COLUMNS).where(_entry.stream == str(originator_id))
        if gt is not None:
            chosen = chosen.where(_entry.position >= gt)
        if lte is not None:
            chosen = chosen.where(_entry.position < lte)
        order = _entry.position.desc() if desc else _entry.position
        return [StoredEvent(*row) for row in self._rows(chosen.order_by(order), limit)]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return at most `limit` notifications from id `start` to id `stop`, both included, in order of id.

        `inclusive_of_start` excludes `start` when it is false. Topics select; an empty sequence means every topic.
        """
        chosen = select(*_COLUMNS, _entry.index + 1)
        if start is not None:
            chosen = chosen.where(_entry.index >= (start - 1 if inclusive_of_start else start))
        if stop is not None:
            chosen = chosen.where(_entry.index < stop)
        if topics:
            chosen = chosen.where(_entry.type.in_(topics))
        return [Notification(*row) for row in self._rows(chosen.order_by(_entry.index), limit)]

    def _rows(self, chosen: Select[Any], limit: int | None) -> Sequence[Any]:
        with _library_errors(), reading(self.store.engine) as connection:
            return bulk.fetch(connection, chosen.where(_entry.ledger == self.store.ledger).limit(limit))

    def max_notification_id(self) -> int | None:
        """Return the size of the log, or None while it is empty."""
        with _library_errors():
            return self.store.head().size or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> LedgerSubscription:
        """Return a subscription to the notifications after `gt`."""
        return LedgerSubscription(self, gt=gt, topics=topics)

    def insert_tracking(self, tracking: Tracking) -> None:
        """Store how far a projection has come, in a transaction of its own."""
        with _library_errors(), writing(self.store.engine) as connection:
            insert_tracking(connection, self.store.ledger, tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        """Return the id of the last notification that a projection applied, or None."""
        with _library_errors(), reading(self.store.engine) as connection:
            return max_tracking_id(connection, self.store.ledger, application_name)


class LedgerSubscription(ListenNotifySubscription[LedgerRecorder]):
    """The library's subscription. The store wakes it, on either database, whichever process has written."""

    def __init__(self, recorder: LedgerRecorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        super().__init__(recorder, gt=gt, topics=topics)
        self._woken: Event = self._has_been_notified
        recorder.store.listen(self._woken)  # also sets it, so entries written since the first pull are pulled now

    def stop(self) -> None:
        """End the subscription, and stop listening to the store."""
        super().stop()
        self._recorder.store.unlisten(self._woken)
