"""A real server process of a ledger on a free port of this machine, known by its process id."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx

READY = "ready "
PATIENCE = 30.0  # seconds for a stopping server to finish its batch


class Server:
    """``shareledger serve``. Made: it says that it is ready. Its stderr goes to ``server.log`` beside the ledger."""

    def __init__(self, data: Path, database_url: str | None = None, **settings: str) -> None:
        environment = {**os.environ, **settings}
        if database_url is not None:
            environment["LEDGER_DATABASE_URL"] = database_url
        self.log = data / "server.log"
        command = [sys.executable, "-m", "cli", "serve", "--data", str(data), "--port", "0"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith(READY):
            code = self._process.wait(PATIENCE)
            self._process.stdout.close()
            raise RuntimeError(f"the server ended ({code}) before it was ready: {self.log.read_text()[-2000:]}")
        self.address = line.removeprefix(READY).strip()

    @property
    def pid(self) -> int:
        return self._process.pid

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(self.address + path, headers=headers, timeout=30.0)

    def kill(self) -> None:
        """As if the power failed: nothing is finished or said."""
        self._process.send_signal(signal.SIGKILL)
        self._ended()

    def stop(self) -> None:
        """As an operator stops it: what it has taken is recorded first."""
        self._process.send_signal(signal.SIGTERM)
        self._ended()

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    @property
    def ended(self) -> bool:
        """Whether the process is no more."""
        return self._process.poll() is not None

    def _ended(self) -> None:
        try:
            self._process.wait(PATIENCE)
        finally:
            self._process.kill()
            if self._process.stdout is not None:
                self._process.stdout.close()
