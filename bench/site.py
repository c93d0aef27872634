"""Where it is measured: a founded ledger on PostgreSQL, a real server process over it, and what it is sent."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import URL

from api.server.settings import Settings
from bench import children, postgres, process, wire
from bench.founding import found
from bench.plan import Plan
from bench.population import Uses
from bench.postgres import libpq
from bench.server import Server
from cli.signing import token_for
from demo.story.cast import uscc
from demo.story.opening import AUTHORITY
from ledger.store.engine import open_engine
from ledger.store.store import Store

# One machine sends and asks for all: what limits each sender is switched off as an operator would do it.
_UNLIMITED = {"LEDGER_LIMIT_SUBMISSIONS": "0", "LEDGER_LIMIT_READS": "0", "LEDGER_LIMIT_ADDRESSES": "0"}
_FILL = 40  # submissions made and sent at a time when the log is filled


@dataclass(frozen=True, slots=True)
class Load:
    """What the load generator has seen; `began` and `ended` are of the machine's monotonic clock."""

    began: float
    ended: float
    milliseconds: list[float]
    bytes: int


class Site:
    """A ledger with its population, and the one server over it."""

    def __init__(self, plan: Plan, databases: URL, database: URL, place: Path) -> None:
        self.plan = plan
        self.postgres = databases  # where more databases can be made
        self.database = libpq(database)
        self.place = place
        self.data = place / "ledger"
        self.directory = found(Settings(data=self.data, database_url=self.database))
        self.uses = Uses(self.directory)
        self.server = Server(self.data, self.database, **_UNLIMITED)

    def send(self, requests: Sequence[wire.Request], *, clients: int, seconds: float = 300.0) -> Load:
        """All of them, from a process of its own; every answer must be a success."""
        file = self.place / "requests"
        wire.write(file, requests)
        address = urlsplit(self.server.address)
        arguments = (str(address.hostname), str(address.port), str(file), str(clients))
        result = children.run("bench.load", *arguments, seconds=seconds)
        if result["odd"] is not None or len(result["milliseconds"]) != len(requests):
            raise RuntimeError(f"answers {result['statuses']}, among them: {result['odd']}")
        return Load(result["began"], result["ended"], result["milliseconds"], result["bytes"])

    def readiness(self) -> dict[str, Any]:
        state: dict[str, Any] = self.server.get("/readyz").raise_for_status().json()
        return state

    def caught_up(self) -> float:
        """When every projection stands at the end of the log, as the monotonic clock says."""
        pause = 0.02
        while True:
            state = self.readiness()
            if state["projected"] == state["size"]:
                return time.monotonic()
            time.sleep(pause)  # each look costs the server what it is asked for: a figure, not a promise, hangs on it

    def computed(self) -> tuple[float, float]:
        """Seconds of processor time so far: of the server, of PostgreSQL."""
        return process.computed(self.server.pid), postgres.computed(self.postgres)

    def size(self) -> int:
        return int(self.readiness()["size"])

    def fill(self, size: int) -> None:
        """Until the log has so many entries."""
        per_batch = self.plan.per_batch
        while (missing := size - self.size()) > 0:
            count = min(_FILL, -(-missing // per_batch))
            self.send(self.uses.requests(count, per_batch), clients=self.plan.senders)
        self.caught_up()

    def token(self) -> str:
        """A read token of the authority, which sees its division."""
        return token_for(self.directory, uscc(AUTHORITY), purpose="性能测量")

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The ledger's store, read beside the server."""
        engine = open_engine(self.database)
        store = Store(engine, self.directory.origin)
        try:
            yield store
        finally:
            store.close()
            engine.dispose()

    def close(self) -> None:
        self.server.stop()
