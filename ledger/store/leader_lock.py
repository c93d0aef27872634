"""Who may write: one process per ledger. The others stand by and ask again, once a second or so.

This keeps two sequencers from working against each other. It does not keep the log whole: that is done by the head
row's lock, which every transaction takes, so a leader that has lost the lead without having noticed does no harm.
"""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

# The server, too, notices within five seconds that a leader's machine is gone: its lock is then free.
_PROMPT_DEATH = "SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3"


class _Lock(Protocol):
    def take(self) -> bool: ...
    def held(self) -> bool: ...
    def release(self) -> None: ...


class Leadership:
    """The lead over one ledger. `kill -9` gives it up: the system closes the connection, or the file."""

    def __init__(self, engine: Engine, ledger: str) -> None:
        on_postgresql = engine.dialect.name == "postgresql"
        self._lock: _Lock = _AdvisoryLock(engine, ledger) if on_postgresql else _FileLock(engine, ledger)
        self._using = threading.Lock()

    def try_acquire(self) -> bool:
        """Whether this process leads, having taken the lead if it was free."""
        with self._using:
            return self._lock.held() or self._lock.take()

    def held(self) -> bool:
        """Whether this process still leads, as the database or the file system says now."""
        with self._using:
            return self._lock.held()

    def release(self) -> None:
        """Give the lead up."""
        with self._using:
            self._lock.release()


class _AdvisoryLock:
    """PostgreSQL: a session's advisory lock, on a connection of its own. It lasts as long as the session."""

    def __init__(self, engine: Engine, ledger: str) -> None:
        self._engine = engine
        self._key = int.from_bytes(bytes.fromhex(ledger), signed=True)
        self._session: Connection | None = None

    def take(self) -> bool:
        session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        session.detach()  # the pool must neither reuse nor recycle it
        try:
            for setting in _PROMPT_DEATH.split("; "):
                session.exec_driver_sql(setting)
            taken = session.exec_driver_sql("SELECT pg_try_advisory_lock(%s)", (self._key,)).scalar()
        except SQLAlchemyError:
            session.close()
            raise
        if taken:
            self._session = session
        else:
            session.close()
        return bool(taken)

    def held(self) -> bool:
        if self._session is None:
            return False
        try:
            self._session.exec_driver_sql("SELECT 1")
        except SQLAlchemyError:
            self.release()
            return False
        return True

    def release(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()  # and with the session its lock


class _FileLock:
    """SQLite: an exclusive `flock` on a file beside the database. The file stays; only the lock on it has meaning."""

    def __init__(self, engine: Engine, ledger: str) -> None:
        self._path = Path(f"{engine.url.database}.{ledger}.lock")
        self._file: int | None = None

    def take(self) -> bool:
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return self.held()  # the file may have been replaced between opening and locking it

    def held(self) -> bool:
        if self._file is None:
            return False
        ours = os.fstat(self._file)
        try:
            there = self._path.stat()
        except FileNotFoundError:
            there = None
        if there is None or not os.path.samestat(ours, there):
            self.release()  # somebody removed the file: another process may have locked its successor
            return False
        return True

    def release(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)
