"""Opens the database of a founded ledger, or says why it is none: it is never begun again by itself."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import NoReturn

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, OperationalError

from api.server.settings import Settings
from formats.errors import Malformed
from ledger.store.engine import migrate, newest_schema, open_engine, schema_of
from ledger.store.store import Store

RESTORE = "Restore its database from the backup (docs/how-to/back-up.md); nothing was changed."
_NOT_SQLITE = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}


class DatabaseUnusable(Malformed):
    """``code``: DATABASE_MISSING, DATABASE_NEWER, DATABASE_CORRUPT or DATABASE_UNREADABLE."""


def create_store(settings: Settings, origin: str) -> Store:
    """The store of a ledger that is about to be founded, in a database that may be empty."""
    engine = open_engine(settings.url)
    migrate(engine)
    return Store(engine, origin)


def open_store(settings: Settings, origin: str, *, read_only: bool = False) -> Store:
    """The store of a founded ledger. Raises DatabaseUnusable; a database that is away raises what the driver raises.

    ``read_only``: nothing is migrated and nothing can be written, so a copy that one may only read will do.
    """
    place = _file_of(settings)
    if place is not None:
        _require_file(place, origin)
    engine = open_engine(settings.url, read_only=read_only)
    try:
        schema = schema_of(engine)
        if schema is None:
            _end("DATABASE_MISSING", f"the database is empty, and {origin} was founded", RESTORE)
        if schema > newest_schema():
            newer = f"the database has schema {schema}, and this release knows {newest_schema()}"
            _end("DATABASE_NEWER", newer, "Install the release that wrote it.")
        if not read_only:
            migrate(engine)
        store = Store(engine, origin)
        if not store.has_entries():  # the head may be damaged, which the audit says
            _end("DATABASE_MISSING", f"the database has no entry of {origin}, which was founded", RESTORE)
    except BaseException as failure:
        engine.dispose()
        if isinstance(failure, DatabaseError):
            _of_the_file(failure, place)
        raise
    return store


def _file_of(settings: Settings) -> Path | None:
    url = make_url(settings.url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _require_file(file: Path, origin: str) -> None:
    if not file.exists():
        _end("DATABASE_MISSING", f"{file} is missing, and {origin} was founded", RESTORE)
    try:
        with file.open("rb") as opened:
            empty = not opened.read(1)
    except OSError as fault:
        _end("DATABASE_UNREADABLE", f"{file}: {fault.strerror}", "Let the server's user read and write it.")
    if empty:
        _end("DATABASE_MISSING", f"{file} is empty, and {origin} was founded", RESTORE)


def _of_the_file(failure: DatabaseError, file: Path | None) -> None:
    """Raises for what SQLite says of the file; the rest is left to the caller."""
    code = getattr(failure.orig, "sqlite_errorcode", None)
    if file is None or code is None:
        return
    if code & 0xFF in _NOT_SQLITE:
        _end("DATABASE_CORRUPT", f"{file} is damaged: {failure.orig}", RESTORE)
    if isinstance(failure, OperationalError) and code & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
        _end("DATABASE_UNREADABLE", f"{file}: {failure.orig}", "Let the server's user read and write it.")


def _end(code: str, detail: str, next_step: str) -> NoReturn:
    raise DatabaseUnusable(code, detail, next_step=next_step)
