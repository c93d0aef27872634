"""Tracking: how far a projection has come.

The tracking row is written in the transaction of the rows that it accounts for (`insert_tracking` takes the
connection). If we die before the commit, neither is there, and the projection reads the same entries again. If the
commit has landed unseen, both are there, and the projection continues behind them. A new version of a projection starts
from 0 while the old one still answers (design.md §7), so each version has a row of its own.
"""

from __future__ import annotations

from eventsourcing.persistence import IntegrityError, Tracking
from sqlalchemy import Connection, select, text

from ledger.store.tables import tracking as table

_ADVANCE = text(
    "INSERT INTO tracking (ledger, name, version, notification_id) VALUES (:ledger, :name, :version, :id)"
    " ON CONFLICT (ledger, name, version) DO UPDATE SET notification_id = excluded.notification_id"
    " WHERE tracking.notification_id < excluded.notification_id"
)


def insert_tracking(connection: Connection, ledger: str, tracking: Tracking, *, version: int = 1) -> None:
    """Move the tracking row forward.

    Raise `IntegrityError` if it is there or further: another process applied the entry.
    """
    place = {"ledger": ledger, "name": tracking.application_name, "version": version, "id": tracking.notification_id}
    if connection.execute(_ADVANCE, place).rowcount != 1:
        raise IntegrityError(
            f"{tracking.application_name!r}, version {version}, has come to notification"
            f" {tracking.notification_id} or further already"
        )


def max_tracking_id(connection: Connection, ledger: str, name: str, *, version: int = 1) -> int | None:
    """Return the id of the last notification applied, which is the entry's index + 1; None before the first."""
    here = select(table.c.notification_id).where(
        table.c.ledger == ledger, table.c.name == name, table.c.version == version
    )
    return connection.scalar(here)
