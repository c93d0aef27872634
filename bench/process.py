"""What a process holds in memory and how long it has computed, as the kernel counts it."""

from __future__ import annotations

import os
import re
from pathlib import Path

_KIB = re.compile(r"^(VmRSS|VmHWM):\s+(\d+) kB$", re.MULTILINE)


def resident(pid: int) -> float:
    """MiB now."""
    return _status(pid)["VmRSS"]


def peak(pid: int) -> float:
    """The most MiB since it began, or since `reset_peak`."""
    return _status(pid)["VmHWM"]


def reset_peak(pid: int) -> None:
    """Forget the peak so far (proc(5): clear_refs, 5)."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


def computed(pid: int) -> float:
    """Seconds on a processor since it began, all its threads together, with the children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def computed_by_family(pid: int) -> float:
    """The same, with its children that still run."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    children = [child for thread in threads for child in (thread / "children").read_text(encoding="ascii").split()]
    return computed(pid) + sum(computed(int(child)) for child in children)


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])


def _status(pid: int) -> dict[str, float]:
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return {name: int(kib) / 1024 for name, kib in _KIB.findall(text)}
