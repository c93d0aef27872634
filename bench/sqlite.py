"""The same population on SQLite: how large its write-ahead log (`-wal`) becomes while records come in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from api.server.settings import Settings
from bench import sending
from bench.diverse.population import Diverse
from bench.figures import BenchFigure
from bench.server import Server
from bench.site import UNLIMITED, Site

_GOAL = 64.0  # MiB
_PER_ROUND = 40  # submissions made and sent at a time


def measure(site: Site) -> Iterator[BenchFigure]:
    """A ledger of its own, beside the site's."""
    with TemporaryDirectory(dir=site.place) as place:
        yield _measured(site, Path(place))


def _measured(site: Site, place: Path) -> BenchFigure:
    population, plan, data = Diverse(0), site.plan, place / "ledger"
    directory = population.found(Settings(data=data))
    database, wal = directory.database, directory.database.with_name(directory.database.name + "-wal")
    server = Server(data, None, **UNLIMITED)
    records, seconds, largest = 0, 0.0, 0.0
    try:
        while records < plan.sqlite:
            count = min(_PER_ROUND, -(-(plan.sqlite - records) // plan.per_batch))
            load = sending.send(server, population.requests(count, plan.per_batch), plan.senders, place)
            seconds += sending.caught_up(server) - load.began
            records += load.records
            largest = max(largest, wal.stat().st_size / 2**20)
        size = database.stat().st_size / 2**20
    finally:
        server.stop()
    return BenchFigure(
        name="sqlite-wal",
        what="SQLite's -wal file while records come in, largest",
        value=largest,
        unit="MiB",
        goal=_GOAL,
        note=f"{records} records at {records / seconds:,.0f}/s, projections caught up; the database has {size:.0f} MiB",
    )
