"""What the commands on the pages need: the command `shareledger`, and the ledger that `make demo` leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.pages import ROOT

DEMO = ["demo", "run", "--data", "var/demo"]  # what the Makefile's target runs


@dataclass(frozen=True, slots=True)
class Shell:
    """A shell of somebody who has just cloned the repository and activated its environment."""

    home: Path

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LEDGER_")}
        path = f"{self.home / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        return kept | {"PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "LC_ALL": "C.UTF-8"}

    def run(self, script: str, place: Path) -> subprocess.CompletedProcess[str]:
        """The whole script or, where a command of it fails, what came before; nothing it started outlives it."""
        process = subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=place,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=200)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
        return subprocess.CompletedProcess(script, process.returncode, output)


@pytest.fixture(scope="session")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    home = tmp_path_factory.mktemp("home")
    command = home / "bin" / "shareledger"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cli "$@"\n')
    command.chmod(0o755)
    return Shell(home)


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo as it was run once: where its ledger lies, and all that it said."""

    data: Path
    output: str


@pytest.fixture(scope="session")
def demo(shell: Shell, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    place = tmp_path_factory.mktemp("demo")
    done = shell.run(" ".join(["shareledger", *DEMO]), place)
    assert done.returncode == 0, done.stdout
    return Demo(place / "var" / "demo", done.stdout)
