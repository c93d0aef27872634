"""How far a projection has come. The row is written in the transaction of the rows that it accounts for, so that both
are there or neither: `insert_tracking` takes that transaction's connection.

A projection's new version counts from 0 while the old one still answers, so each version has a place of its own.
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
    """Move the place forward; `IntegrityError` if it is there already: then someone else has applied the entry."""
    place = {"ledger": ledger, "name": tracking.application_name, "version": version, "id": tracking.notification_id}
    if connection.execute(_ADVANCE, place).rowcount != 1:
        raise IntegrityError(
            f"{tracking.application_name!r}, version {version}, has come to notification"
            f" {tracking.notification_id} or further already"
        )


def max_tracking_id(connection: Connection, ledger: str, name: str, *, version: int = 1) -> int | None:
    """The id of the last notification applied; the entry's index + 1."""
    here = select(table.c.notification_id).where(
        table.c.ledger == ledger, table.c.name == name, table.c.version == version
    )
    return connection.scalar(here)
