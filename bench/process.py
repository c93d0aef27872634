"""What a process and its children hold in memory, and how long they have computed, as the kernel counts it.

Memory that a child shares with its parent since the fork is counted in both: it is never less than what is stated here.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

_KIB = re.compile(r"^(VmRSS|VmHWM):\s+(\d+) kB$", re.MULTILINE)


def resident(pid: int) -> float:
    """MiB now."""
    return sum(_status(each)["VmRSS"] for each in _family(pid))


def peak(pid: int) -> float:
    """The most MiB of each since it began, or since `reset_peak`."""
    return sum(_status(each)["VmHWM"] for each in _family(pid))


def reset_peak(pid: int) -> None:
    """Forget the peak so far (proc(5): clear_refs, 5)."""
    for each in _family(pid):
        Path(f"/proc/{each}/clear_refs").write_text("5", encoding="ascii")


def computed(pid: int) -> float:
    """Seconds on a processor, all threads together; children that have ended are counted too."""
    return sum(_computed(each) for each in _family(pid))


def own(pid: int) -> float:
    """Seconds on a processor of this process alone."""
    return _computed(pid)


def parent(pid: int) -> int:
    return int(_stat(pid)[1])


def children(pid: int) -> list[int]:
    pids: list[int] = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread may end while they are looked through
            pids += map(int, (thread / "children").read_text(encoding="ascii").split())
    return pids


def _family(pid: int) -> list[int]:
    return [pid, *children(pid)]


def _computed(pid: int) -> float:
    return sum(map(int, _stat(pid)[11:15])) / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """The fields of proc(5) stat after the command's name, which may contain anything."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()


def _status(pid: int) -> dict[str, float]:
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return {name: int(kib) / 1024 for name, kib in _KIB.findall(text)}
