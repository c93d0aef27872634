"""Notifications that the log has grown.

In the process that wrote they are immediate. In other processes they come by PostgreSQL's NOTIFY, or by SQLite's
`data_version`. A notification may be lost or come twice, so a size is always read from the head and never goes back.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Engine, Text, bindparam, func, select
from sqlalchemy.exc import SQLAlchemyError

_log = logging.getLogger(__name__)

_NOTIFY_WAIT = 0.25  # seconds, PostgreSQL: after this time without a notification the head is read
_POLL = 0.025  # seconds, SQLite: between two reads of data_version, each a read of shared memory
_RECONNECT = 1.0  # seconds between two tries to reach the database


_NOTIFY = select(func.pg_notify(bindparam("channel", type_=Text), bindparam("told", type_=Text)))


def send(connection: Connection, ledger: str, size: int) -> None:
    """Notify other processes of the new size when, and only if, the transaction of this connection commits."""
    if connection.dialect.name == "postgresql":
        connection.execute(_NOTIFY, {"channel": _channel(ledger), "told": str(size)})


def _channel(ledger: str) -> str:
    return f"ledger_{ledger}"


class LogGrowth:
    """The size of a ledger as this process knows it, and the threads that wait for growth.

    The first waiting thread starts the watcher thread.
    """

    def __init__(self, engine: Engine, ledger: str, read_size: Callable[[], int]) -> None:
        self._engine = engine
        self._ledger = ledger
        self._read_size = read_size
        self._grown = threading.Condition()
        self._size = 0  # guarded by _grown
        self._listeners: set[threading.Event] = set()  # guarded by _grown
        self._watcher: threading.Thread | None = None  # guarded by _grown
        self._closed = threading.Event()

    def notify(self, size: int) -> None:
        """Note that the log has this size, and wake the waiting threads if it has grown."""
        with self._grown:
            if size > self._size:
                self._size = size
                self._grown.notify_all()
                for listener in self._listeners:
                    listener.set()

    def wait_for(self, size: int, timeout: float) -> int:
        """Return the size as soon as it is at least `size`, or as it is after `timeout` seconds."""
        if self._size < size:
            self._watch()
            self.notify(self._read_size())
        with self._grown:
            self._grown.wait_for(lambda: self._size >= size or self._closed.is_set(), timeout)
            return self._size

    def listen(self, listener: threading.Event) -> None:
        """Set this event now, and whenever the log has grown."""
        with self._grown:
            self._listeners.add(listener)
        self._watch()
        listener.set()

    def unlisten(self, listener: threading.Event) -> None:
        """Stop setting this event."""
        with self._grown:
            self._listeners.discard(listener)

    def close(self) -> None:
        """Wake all waiting threads, and end the watcher thread."""
        self._closed.set()
        with self._grown:
            self._grown.notify_all()
            watcher = self._watcher
        if watcher is not None:
            watcher.join()

    def _watch(self) -> None:
        with self._grown:
            if self._watcher is None and not self._closed.is_set():
                self._watcher = threading.Thread(target=self._run, name=f"wake-{self._ledger}", daemon=True)
                self._watcher.start()

    def _run(self) -> None:
        hints = _postgresql_hints if self._engine.dialect.name == "postgresql" else _sqlite_hints
        failures = (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error)
        while not self._closed.is_set():
            try:
                for size in hints(self._engine, _channel(self._ledger), self._closed):
                    self.notify(self._read_size() if size is None else size)
            except failures as error:
                # Waiting threads see no growth until the database answers. Then the size is read, so nothing is lost.
                _log.warning("cannot watch the log for growth, trying again: %s", type(error).__name__)
                self._closed.wait(_RECONNECT)


def _postgresql_hints(engine: Engine, channel: str, closed: threading.Event) -> Iterator[int | None]:
    """Yield a size for each notification, or None when the head must be read."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        driver: Any = connection.connection.driver_connection
        connection.detach()  # it listens until it is closed, so it must not return to the pool
        connection.exec_driver_sql(f'LISTEN "{channel}"')
        yield None  # a commit before LISTEN took effect sent no notification here
        while not closed.is_set():
            sizes = [int(notify.payload) for notify in driver.notifies(timeout=_NOTIFY_WAIT, stop_after=1)]
            yield max(sizes, default=None)


def _sqlite_hints(engine: Engine, _: str, closed: threading.Event) -> Iterator[int | None]:
    """Yield None whenever another connection has committed."""
    connection = engine.raw_connection()  # no transaction: inside one, the version does not change
    try:
        cursor, seen = connection.cursor(), None
        while not closed.is_set():
            version = cursor.execute("PRAGMA data_version").fetchall()
            if version != seen:
                seen = version
                yield None
            closed.wait(_POLL)
    finally:
        connection.close()
