"""The command ``shareledger`` in a process of its own."""

from __future__ import annotations

import subprocess
import sys

Done = subprocess.CompletedProcess[str]


def shareledger(*arguments: str, stdin: str | None = None) -> Done:
    """Run it to its end; output and exit code are what a script would see."""
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        input=stdin,
    )
