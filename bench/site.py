"""Where it is measured: a founded ledger on PostgreSQL, a real server process over it, and what it is sent."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.engine import URL

from api.server.data_dir import DataDir
from api.server.settings import Settings
from bench import children, postgres, process, sending, wire
from bench.floor import Floor
from bench.plan import BenchPlan
from bench.postgres import libpq
from bench.sending import LoadRun
from bench.server import Server
from cli.identity import token_for

# One machine sends and asks for all: what limits each sender is switched off as an operator would do it.
UNLIMITED = {"LEDGER_LIMIT_RECORDS": "0", "LEDGER_LIMIT_READS": "0", "LEDGER_LIMIT_ADDRESSES": "0"}
_FILL = 40  # submissions made and sent at a time when the log is filled
_PATIENCE = 120.0  # seconds until a server must be ready
_PAUSE = 0.005  # seconds between two looks whether the server is ready


class Population(Protocol):
    """Whose records are measured. Requests are numbered: they are sent in the order in which they were made."""

    @property
    def name(self) -> str: ...

    @property
    def reader(self) -> str:
        """The code of the organ that asks the questions."""

    def found(self, settings: Settings) -> DataDir:
        """Record, without a server, all that must be in the log before anything is sent."""

    def requests(self, count: int, of: int) -> list[wire.Request]:
        """So many signed submissions of ``of`` records (fewer in some)."""

    def questions(self, size: int, count: int) -> Iterator[Mapping[str, str]]:
        """Parameters of so many access questions to a log of that size."""


@dataclass(frozen=True, slots=True)
class Computed:
    """Seconds of processor time."""

    server: float
    projections: float
    postgres: float

    def __sub__(self, other: Computed) -> Computed:
        return Computed(
            self.server - other.server, self.projections - other.projections, self.postgres - other.postgres
        )


class Site:
    """A ledger with its population, and the one server over it.

    ``compared``: its figures are compared with the floor and the plain library.
    """

    def __init__(
        self, plan: BenchPlan, population: Population, databases: URL, database: URL, place: Path, *, compared: bool
    ) -> None:
        self.plan = plan
        self.population = population
        self.postgres = databases  # where more databases can be made
        self.database = libpq(database)
        self.place = place
        self.data = place / "ledger"
        self.compared = compared
        self.directory = population.found(Settings(data=self.data, database_url=self.database))
        self.server, self.first_start = self._started()
        self._floor: Floor | None = None

    def _started(self) -> tuple[Server, float]:
        """A new server process, and the seconds until `/readyz` answered 200."""
        began = time.perf_counter()
        server = Server(self.data, self.database, **UNLIMITED)
        while (answer := server.get("/readyz")).status_code != 200:
            if time.perf_counter() - began > _PATIENCE:
                server.stop()
                raise RuntimeError(f"not ready after {_PATIENCE:.0f} s: {answer.text}")
            time.sleep(_PAUSE)
        return server, time.perf_counter() - began

    def restart(self) -> float:
        """Stop the server as an operator does and start another: seconds from its start until it is ready."""
        self.server.stop()
        self.server, seconds = self._started()
        return seconds

    def send(self, requests: Sequence[wire.Request], clients: int) -> LoadRun:
        return sending.send(self.server, requests, clients, self.place)

    def caught_up(self) -> float:
        return sending.caught_up(self.server)

    def computed(self) -> Computed:
        """So far."""
        pid = self.server.pid
        own = process.own(pid)
        return Computed(own, process.computed(pid) - own, postgres.computed(self.postgres))

    def size(self) -> int:
        return int(self.server.get("/readyz").raise_for_status().json()["size"])

    def fill(self, size: int) -> None:
        """Until the log has so many entries."""
        per_batch = self.plan.per_batch
        while (missing := size - self.size()) > 0:
            count = min(_FILL, -(-missing // per_batch))
            self.send(self.population.requests(count, per_batch), clients=self.plan.senders)
        self.caught_up()

    def token(self) -> str:
        """A read token of the organ that asks."""
        return token_for(self.directory, self.population.reader, purpose="性能测量")

    # --- what the figures are compared with

    def floor(self) -> Floor | None:
        """Measured once, of the entries that came last until then."""
        if self._floor is None and self.compared:
            with postgres.database(self.postgres) as other:
                arguments = (self.database, self.directory.origin, libpq(other), str(self.plan.floor))
                self._floor = Floor(**children.run("bench.floor", *arguments, seconds=600)["floor"])
        return self._floor

    def plain(self, what: str, count: int) -> Mapping[str, Any]:
        """What the plain library makes of as many events; nothing where nothing is compared."""
        if not self.compared:
            return {}
        with postgres.database(self.postgres) as other:
            arguments = (what, libpq(other), str(count), str(self.plan.seconds))
            return children.run("bench.plain", *arguments, seconds=2 * self.plan.seconds + 60)

    def close(self) -> None:
        self.server.stop()
