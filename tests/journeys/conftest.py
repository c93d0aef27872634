"""A founded ledger, real server processes over it, and a department that sends signed uses to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.server.settings import Settings
from tests.support.server_processes import Sender, ServedLedger, found_ledger


@pytest.fixture
def ledger(tmp_path: Path, engine_url: str) -> Iterator[ServedLedger]:
    """On SQLite, and on PostgreSQL."""
    url = None if engine_url.startswith("sqlite") else engine_url
    with found_ledger(Settings(data=tmp_path / "ledger", database_url=url)) as ledger:
        yield ledger


@pytest.fixture
def shared_ledger(tmp_path: Path, postgres_url: str) -> Iterator[ServedLedger]:
    """On PostgreSQL, where several servers may stand over one ledger."""
    with found_ledger(Settings(data=tmp_path / "ledger", database_url=postgres_url)) as ledger:
        yield ledger


@pytest.fixture
def sender() -> Iterator[Sender]:
    with httpx.Client(timeout=30) as client:
        yield Sender(client)
