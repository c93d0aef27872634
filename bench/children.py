"""Measurements in processes of their own: their memory is theirs alone, and one that hangs is ended in time."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Mapping
from typing import Any


class TookTooLong(Exception):
    """A child was still at work when its time was over, and was ended."""


def run(module: str, *arguments: str, seconds: float) -> dict[str, Any]:
    """`python -m MODULE ARGUMENTS…`: the JSON object that it prints."""
    command = [sys.executable, "-m", module, *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as expired:
        raise TookTooLong(f"{module} {arguments[0]} took more than {seconds:.0f} s") from expired
    if done.returncode:
        raise RuntimeError(f"{module} {arguments[0]} failed: {done.stderr[-3000:]}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def answer(result: Mapping[str, Any]) -> None:
    """Print what a child has measured, with the most memory that it held and the seconds of processor time it took."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    computed = used.ru_utime + used.ru_stime
    json.dump({**result, "peak_mib": used.ru_maxrss / 1024, "computed": computed}, sys.stdout)


def percentile(ascending: list[float], part: float) -> float:
    """The smallest value that at least this part of all does not exceed."""
    return ascending[max(0, -(-int(part * 1000) * len(ascending) // 1000) - 1)]
