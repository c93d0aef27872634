"""A database that fails where a test says: before a statement, after it, before a commit, or after it has landed.

The seam is SQLAlchemy's own events on the engine under test, and the COPY that stays open, which has none of them:
production code knows nothing of it. A statement is told by what it says on SQLite: there many rows are an INSERT, which
PostgreSQL takes as a COPY.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from ledger.store.pg_copy import OpenCopy

_Heard = Callable[..., None]


def _fault(where: str) -> OperationalError:
    """What a lost connection looks like to the code under test."""
    return OperationalError(where, None, ConnectionError(where))


def _shortened(statement: str) -> str:
    return f"INSERT INTO {statement.removeprefix('COPY ')}" if statement.startswith("COPY ") else statement


@contextmanager
def failing(engine: Engine, where: str, *, after: bool = False, skip: int = 0, of: str = "") -> Iterator[list[str]]:
    """Fail once at the first statement that contains `where` (after `skip` such ones), or at "COMMIT" (`of`: of a
    transaction that sent such a statement, where several threads commit): before it takes effect or, with `after`,
    once it has. Yields a list that is non-empty as soon as it happened."""
    happened: list[str] = []
    left = skip
    ours: set[int] = set()  # connections whose transaction sent such a statement

    def note(connection: Connection, cursor: Any, statement: str, *rest: Any) -> None:
        if of in _shortened(statement):
            ours.add(id(connection))

    def due(statement: str) -> bool:
        nonlocal left
        if happened or where not in _shortened(statement):
            return False
        left -= 1
        if left >= 0:
            return False
        happened.append(statement)
        return True

    def on_statement(connection: Connection, cursor: Any, statement: str, *rest: Any) -> None:
        if due(statement):
            raise _fault(f"{'after' if after else 'before'} {where}")

    def on_commit(connection: Connection) -> None:
        sent = id(connection) in ours
        ours.discard(id(connection))
        if sent and due("COMMIT"):
            if after:
                connection.connection.dbapi_connection.commit()
            raise _fault(f"{'after' if after else 'before'} COMMIT")

    statement_event = "after_cursor_execute" if after else "before_cursor_execute"
    event.listen(engine, statement_event, on_statement)
    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", on_commit)
    before, behind = ((note,), (on_statement,)) if after else ((on_statement, note), ())
    try:
        with _streams(engine, before, behind):
            yield happened
    finally:
        event.remove(engine, statement_event, on_statement)
        event.remove(engine, "before_cursor_execute", note)
        event.remove(engine, "commit", on_commit)


@contextmanager
def _streams(engine: Engine, before: Sequence[_Heard], after: Sequence[_Heard]) -> Iterator[None]:
    """Who hears of a COPY that is opened on this engine, and of one that has come to its end."""
    begin, end = OpenCopy.__init__, OpenCopy.end

    def begun(copy: OpenCopy, connection: Connection, text: str) -> None:
        if connection.engine is engine:
            for hear in before:
                hear(connection, None, text)
        begin(copy, connection, text)

    def ended(copy: OpenCopy) -> None:
        end(copy)
        if copy.connection.engine is engine:
            for hear in after:
                hear(copy.connection, None, copy.text)

    with patch.object(OpenCopy, "__init__", begun), patch.object(OpenCopy, "end", ended):
        yield


def statements(engine: Engine, action: Any) -> list[str]:
    """The statements that an action sends, in order, each as it is told."""
    seen: list[str] = []

    def note(connection: Connection, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(_shortened(statement))

    event.listen(engine, "before_cursor_execute", note)
    try:
        with _streams(engine, (note,), ()):
            action()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return seen
