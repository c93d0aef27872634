"""Field cases: what operators, strangers and machines do to a running ledger, named by what must hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy.engine import make_url

from api.server.settings import Settings
from tests.support.database_proxy import DatabaseProxy, database_proxy
from tests.support.server_processes import Sender, ServedLedger, found_ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[ServedLedger]:
    """On SQLite."""
    with found_ledger(Settings(data=tmp_path / "ledger")) as ledger:
        yield ledger


@pytest.fixture
def database(postgres_url: str) -> Iterator[DatabaseProxy]:
    """A PostgreSQL that can be made to hang or to be away."""
    with database_proxy(make_url(postgres_url)) as proxy:
        yield proxy


@pytest.fixture
def unsteady_ledger(tmp_path: Path, database: DatabaseProxy) -> Iterator[ServedLedger]:
    """On that PostgreSQL."""
    address = database.url.render_as_string(hide_password=False)
    with found_ledger(Settings(data=tmp_path / "ledger", database_url=address)) as ledger:
        yield ledger


@pytest.fixture
def sender() -> Iterator[Sender]:
    with httpx.Client(timeout=30, trust_env=False) as client:
        yield Sender(client)
