"""The demo's ledger, founded and acted out through the real gate and the real writer, on both back ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.server.data_dir import DataDir
from api.server.settings import Settings
from demo.stage import set_stage


@pytest.fixture
def settings(tmp_path: Path, engine_url: str) -> Settings:
    return Settings(data=tmp_path / "demo", database_url=engine_url)


@pytest.fixture
def directory(settings: Settings) -> DataDir:
    """A ledger with entry 0."""
    return set_stage(settings)
