"""Which failures of the database are outages: it is away, busy, full or read-only, and no statement is at fault."""

from __future__ import annotations

import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# SQLite reports a faulty statement as an OperationalError too (SQLITE_ERROR). These result codes are about the file.
_OF_THE_FILE: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOMEM,
    }
)


def is_outage(failure: BaseException) -> bool:
    """Whether the same request may succeed once the database answers again."""
    if isinstance(failure, PoolTimeout):
        return True
    if not isinstance(failure, DBAPIError):
        return False
    if isinstance(failure.orig, sqlite3.Error):
        return (getattr(failure.orig, "sqlite_errorcode", 0) or 0) & 0xFF in _OF_THE_FILE
    return failure.connection_invalidated or isinstance(failure, OperationalError | InterfaceError)
