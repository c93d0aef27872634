"""The leader lock: one process per ledger writes. The others stand by, and try again about once a second.

1. On PostgreSQL the lock is an advisory lock of a session (design.md §5). On SQLite it is an `flock` on a file beside
   the database.
2. If the leader dies here, or by `kill -9`, the operating system closes its connection or its file, which frees the
   lock. If its machine dies, TCP keep-alive ends the session within about five seconds.
3. The lock keeps two sequencers from working against each other. It does not protect the log. The lock of the head row,
   which every transaction takes, does that. So a leader that has lost this lock unnoticed does no harm.
"""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

# (2): the server probes an idle connection after 2 seconds and gives it up after 3 probes, 1 second apart.
_PROMPT_DEATH = "SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3"


class _Lock(Protocol):
    def take(self) -> bool: ...
    def held(self) -> bool: ...
    def release(self) -> None: ...


class Leadership:
    """The leader lock of one ledger. Many threads may use it."""

    def __init__(self, engine: Engine, ledger: str) -> None:
        on_postgresql = engine.dialect.name == "postgresql"
        self._lock: _Lock = _AdvisoryLock(engine, ledger) if on_postgresql else _FileLock(engine, ledger)
        self._using = threading.Lock()

    def try_acquire(self) -> bool:
        """Return whether this process holds the lock, after taking it if it was free. Never wait for it."""
        with self._using:
            return self._lock.held() or self._lock.take()

    def held(self) -> bool:
        """Return whether this process still holds the lock, as the database or the file system says now."""
        with self._using:
            return self._lock.held()

    def release(self) -> None:
        """Release the lock."""
        with self._using:
            self._lock.release()


class _AdvisoryLock:
    """PostgreSQL: an advisory lock, held by a session on a connection of its own, until that session ends."""

    def __init__(self, engine: Engine, ledger: str) -> None:
        self._engine = engine
        self._key = int.from_bytes(bytes.fromhex(ledger), signed=True)
        self._session: Connection | None = None

    def take(self) -> bool:
        session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        session.detach()  # the connection pool must neither reuse nor recycle it
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
            session.close()  # ends the session, and its lock with it


class _FileLock:
    """SQLite: an exclusive `flock` on a file beside the database. The file stays; only the lock on it has a meaning."""

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
        return self.held()  # the file may have been replaced between the open and the lock

    def held(self) -> bool:
        if self._file is None:
            return False
        ours = os.fstat(self._file)
        try:
            there = self._path.stat()
        except FileNotFoundError:
            there = None
        if there is None or not os.path.samestat(ours, there):
            self.release()  # the file was removed: another process may hold a lock on its successor
            return False
        return True

    def release(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)
