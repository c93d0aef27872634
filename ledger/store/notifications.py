"""Telling readers that the log has grown: at once in the process that wrote, in others by PostgreSQL's NOTIFY or
SQLite's data_version. A hint may be lost or come twice; sizes are read from the head and never go back.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Engine, Text, bindparam, func, literal
from sqlalchemy.exc import SQLAlchemyError

_log = logging.getLogger(__name__)

_NOTIFY_WAIT = 0.25  # PostgreSQL: how long before the head is read without having been told
_POLL = 0.025  # SQLite: between two looks at data_version, a read of shared memory
_RECONNECT = 1.0


def announcement(backend: str) -> ColumnElement[Any]:
    """To be evaluated, with the values of `announced`, in the transaction that moves the head: tells other processes
    when, and only if, it commits."""
    if backend == "postgresql":
        return func.pg_notify(bindparam("channel", type_=Text), bindparam("told", type_=Text))
    return literal(1)


def announced(ledger: str, size: int) -> dict[str, str]:
    """What an announcement says."""
    return {"channel": _channel(ledger), "told": str(size)}


def _channel(ledger: str) -> str:
    return f"ledger_{ledger}"


class Wakeups:
    """The size of a ledger as this process knows it, and those who wait for more. The first one starts the watching."""

    def __init__(self, engine: Engine, ledger: str, read_size: Callable[[], int]) -> None:
        self._engine = engine
        self._ledger = ledger
        self._read_size = read_size
        self._grown = threading.Condition()
        self._size = 0  # guarded by _grown
        self._listeners: set[threading.Event] = set()  # guarded by _grown
        self._watcher: threading.Thread | None = None  # guarded by _grown
        self._closed = threading.Event()

    def announce(self, size: int) -> None:
        """The log has been seen with this size."""
        with self._grown:
            if size > self._size:
                self._size = size
                self._grown.notify_all()
                for listener in self._listeners:
                    listener.set()

    def wait_for(self, size: int, timeout: float) -> int:
        """The size, as soon as it is at least `size`, or as it is when the time is over."""
        if self._size < size:
            self._watch()
            self.announce(self._read_size())
        with self._grown:
            self._grown.wait_for(lambda: self._size >= size or self._closed.is_set(), timeout)
            return self._size

    def listen(self, listener: threading.Event) -> None:
        """Set this event whenever the log has grown, beginning now."""
        with self._grown:
            self._listeners.add(listener)
        self._watch()
        listener.set()

    def unlisten(self, listener: threading.Event) -> None:
        with self._grown:
            self._listeners.discard(listener)

    def close(self) -> None:
        """Let everybody who waits go, and end the watching."""
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
                    self.announce(self._read_size() if size is None else size)
            except failures as error:
                # Waiters see no growth until the database answers again; nothing is lost, for sizes are read anew.
                _log.warning("cannot watch the log for growth, trying again: %s", type(error).__name__)
                self._closed.wait(_RECONNECT)


def _postgresql_hints(engine: Engine, channel: str, closed: threading.Event) -> Iterator[int | None]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        driver: Any = connection.connection.driver_connection
        connection.detach()  # it goes on listening until it is closed, so the pool must not get it back
        connection.exec_driver_sql(f'LISTEN "{channel}"')
        yield None  # what was committed before LISTEN took effect
        while not closed.is_set():
            told = [int(notify.payload) for notify in driver.notifies(timeout=_NOTIFY_WAIT, stop_after=1)]
            yield max(told, default=None)


def _sqlite_hints(engine: Engine, _: str, closed: threading.Event) -> Iterator[int | None]:
    connection = engine.raw_connection()  # no transaction: inside one, the version would stand still
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
