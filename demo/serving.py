"""A server process on a free port of 127.0.0.1, started here and ended by its process id."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from formats.errors import Malformed

READY = "ready "
PATIENCE = 20.0  # seconds for a stopping server to finish its batch


@contextmanager
def server(data: Path) -> Iterator[str]:
    """Run ``shareledger serve`` on this ledger and yield its address once it is ready."""
    command = [sys.executable, "-m", "cli", "serve", "--data", str(data), "--port", "0"]
    environment = {**os.environ, "LEDGER_REQUEST_LOG": "false"}  # the demo prints its own lines
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)  # noqa: S603 - our own command
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line.startswith(READY):
            detail = f"the server ended before it was ready (exit code {process.wait(PATIENCE)})"
            raise Malformed("SERVER_FAILED", detail, next_step=f"Look at: shareledger serve --data {data}")
        yield line.removeprefix(READY).strip()
    finally:
        process.terminate()
        process.wait(PATIENCE)
        process.stdout.close()
