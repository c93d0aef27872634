"""Sending prepared requests to a server from a process of its own, and what that process has seen."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bench import children, wire
from bench.server import Server


@dataclass(frozen=True, slots=True)
class LoadRun:
    """``began`` and ``ended`` are of the machine's monotonic clock; ``computed`` is the sender's own processor time."""

    records: int
    began: float
    ended: float
    milliseconds: list[float]  # ascending: of each request until its answer was complete
    bytes: int
    computed: float
    held: int  # how often a client had to wait for what another one sent


def send(server: Server, requests: Sequence[wire.Request], clients: int, place: Path, seconds: float = 600) -> LoadRun:
    """So many keep-alive connections send all requests; ``RuntimeError`` unless every answer is a success."""
    file = place / "requests"
    wire.write(file, requests)
    address = urlsplit(server.address)
    arguments = (str(address.hostname), str(address.port), str(file), str(clients))
    result = children.run("bench.load", *arguments, seconds=seconds)
    if result["odd"] is not None or len(result["milliseconds"]) != len(requests):
        raise RuntimeError(f"answers {result['statuses']}, among them: {result['odd']}")
    return LoadRun(
        sum(request.records for request in requests),
        result["began"],
        result["ended"],
        result["milliseconds"],
        result["bytes"],
        result["computed"],
        result["held"],
    )


def caught_up(server: Server) -> float:
    """When every projection is at the end of the log, as the monotonic clock says."""
    pause = 0.02
    while True:
        state = server.get("/readyz").raise_for_status().json()
        if state["projected"] == state["size"]:
            return time.monotonic()
        time.sleep(pause)  # each look costs the server what it is asked for: a figure, not a promise, hangs on it
