"""One demo ledger, made by the real command, for every test that only reads it; a copy for those that harm it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from demo.serving import server
from tests.support.command import shareledger


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The directory that ``demo run`` leaves, and what it printed."""
    data = tmp_path_factory.mktemp("cli") / "demo"
    done = shareledger("demo", "run", "--data", str(data))
    assert done.returncode == 0, done.stderr
    return data, done.stdout


@pytest.fixture(scope="session")
def demo(demo_run: tuple[Path, str]) -> Path:
    return demo_run[0]


@pytest.fixture(scope="session")
def address(demo: Path) -> Iterator[str]:
    """A real server on the demo ledger."""
    with server(demo) as url:
        yield url


@pytest.fixture
def copy(demo: Path, tmp_path: Path) -> Path:
    """The demo ledger again, to be harmed."""
    to = Path(shutil.copytree(demo, tmp_path / "demo", ignore=shutil.ignore_patterns("ledger.sqlite*")))
    # A server may be at work on the original: only SQLite's own backup copies a live database whole.
    with closing(sqlite3.connect(demo / "ledger.sqlite")) as old, closing(sqlite3.connect(to / "ledger.sqlite")) as new:
        old.backup(new)
    return to
