"""SQLite's write-ahead log is emptied when it has grown past a limit (https://www.sqlite.org/wal.html, section 6).

SQLite itself copies it into the database every thousand pages, but begins it again only in a moment in which nobody
reads from it. With projections and questions at work there is no such moment, and it grows without end. So a writer
that has committed and finds it too long keeps others from writing while those who read finish, which takes them
milliseconds, and cuts it to nothing. A reader that takes longer is left alone, and the next writers try again.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

LIMIT: Final = 32 * 1024 * 1024  # bytes
WAIT: Final = 0.5  # seconds in which nobody writes, for those who read
PAUSE: Final = 2.0  # seconds until it is tried again, when somebody read for longer

_log = logging.getLogger(__name__)
_not_before: WeakKeyDictionary[Engine, float] = WeakKeyDictionary()


def limit_wal(connection: Connection) -> None:
    """To be called after a commit, outside of any transaction."""
    engine = connection.engine
    if _length(f"{engine.url.database}-wal") <= LIMIT or time.monotonic() < _not_before.get(engine, 0.0):
        return
    cursor = connection.connection.cursor()
    ((usual,),) = cursor.execute("PRAGMA busy_timeout").fetchall()
    cursor.execute(f"PRAGMA busy_timeout = {round(WAIT * 1000)}")
    try:
        ((busy, _, _),) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.Error as failure:
        # What was committed stays committed: its writer must not get a failure.
        _log.warning("the write-ahead log cannot be emptied: %s", type(failure).__name__)
        busy = True
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {usual}")
        cursor.close()
    if busy:
        _not_before[engine] = time.monotonic() + PAUSE


def _length(path: str) -> int:
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0
