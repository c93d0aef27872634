"""A founded ledger, real server processes over it, and a department that sends signed uses to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.server.settings import Settings
from tests.support.served import Ledger, Sender, founded


@pytest.fixture
def ledger(tmp_path: Path, engine_url: str) -> Iterator[Ledger]:
    """On SQLite, and on PostgreSQL."""
    url = None if engine_url.startswith("sqlite") else engine_url
    with founded(Settings(data=tmp_path / "ledger", database_url=url)) as ledger:
        yield ledger


@pytest.fixture
def shared_ledger(tmp_path: Path, postgres_url: str) -> Iterator[Ledger]:
    """On PostgreSQL, where several servers may stand over one ledger."""
    with founded(Settings(data=tmp_path / "ledger", database_url=postgres_url)) as ledger:
        yield ledger


@pytest.fixture
def sender() -> Iterator[Sender]:
    with httpx.Client(timeout=30) as client:
        yield Sender(client)
