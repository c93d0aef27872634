"""Whether the database can take more: asked before the first transaction fails."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from api.server.settings import Settings
from ledger.store.engine import reading

LEAST_FREE: Final = 64 * 1024 * 1024  # bytes; a batch, its checkpoint and the projections of it take a few
# By itself, or by its configuration: not by the wish of this connection, as the doctor's has it.
READ_ONLY: Final = text(
    "SELECT pg_is_in_recovery() OR EXISTS (SELECT 1 FROM pg_settings"
    " WHERE name = 'default_transaction_read_only' AND setting = 'on' AND source <> 'client')"
)


def storage_fault(settings: Settings, engine: Engine) -> str | None:
    """Why nothing more can be stored; None while it can. An outage raises what the driver raises."""
    if engine.dialect.name == "postgresql":
        with reading(engine) as connection:
            read_only = connection.execute(READ_ONLY).scalar_one()
        return "the database is read-only" if read_only else None
    file = Path(str(make_url(settings.url).database))  # an engine that only reads has no such address
    if not os.access(file, os.W_OK) or not os.access(file.parent, os.W_OK):
        return f"{file.name} cannot be written to"
    free = shutil.disk_usage(settings.data).free
    return f"the disk of {settings.data.name} has {free // 1024**2} MiB left" if free < LEAST_FREE else None
