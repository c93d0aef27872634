"""The plain library: an `eventsourcing` application on the same PostgreSQL, with its own recorder and the same lines.

No signatures, no tree, no proofs, no law. ``python -m bench.plain WHAT DATABASE_URL COUNT SECONDS`` in a process of its
own, for the library's recorder may hang in psycopg's pipeline when a batch is large; batches are bounded, and a run
that starts this process ends it in time.
"""

from __future__ import annotations

import itertools
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL, Identifier
from sqlalchemy.engine import make_url

from bench import children
from bench.diverse.population import Diverse
from bench.plan import FULL

CASES = 120  # aggregates: as many as there are grants
_A_SAVE = 200  # events
_A_PAGE = 1_000
_THREADS = FULL.clients


class BenchCase(Aggregate):
    """All that was recorded of one case."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.lines: list[str] = []

    @staticmethod
    def create_id(number: int) -> UUID:
        return uuid5(NAMESPACE_URL, f"/cases/{number}")

    @event("Recorded")
    def record(self, line: str) -> None:
        self.lines.append(line)


class BenchCases(Application[UUID]):
    """Cases as the library keeps them."""

    def open(self, number: int) -> BenchCase:
        case = BenchCase(number)
        self.save(case)
        return case


class BenchView(PostgresTrackingRecorder):
    """One row an event, in the transaction of its tracking."""

    def __init__(self, datastore: Any, **names: Any) -> None:
        super().__init__(datastore, **names)
        table = Identifier(self.datastore.schema), Identifier("bench_rows")
        self.sql_create_statements.append(
            SQL("CREATE TABLE IF NOT EXISTS {}.{} (id bigint PRIMARY KEY, stream uuid, line text)").format(*table)
        )
        self._insert = SQL("INSERT INTO {}.{} VALUES (%s, %s, %s)").format(*table)

    def add(self, stream: UUID, line: str, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(self._insert, (tracking.notification_id, stream, line), prepare=True)


class Rows(Projection[BenchView]):
    name = "rows"
    topics = ()

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        if isinstance(domain_event, BenchCase.Recorded):  # type: ignore[attr-defined]
            self.view.add(domain_event.originator_id, domain_event.line, tracking)
        else:
            self.view.insert_tracking(tracking)


def batches(env: dict[str, str], count: int, seconds: float) -> dict[str, Any]:
    """Events a second, saved in batches of one aggregate each."""
    app = BenchCases(env)
    cases = itertools.cycle([app.open(number) for number in range(CASES)])
    lines = [line.decode() for line in Diverse(0).lines(count)]
    began = time.perf_counter()
    saved = 0
    while saved < len(lines) and time.perf_counter() - began < seconds:
        case = next(cases)
        for line in lines[saved : saved + _A_SAVE]:
            case.record(line)
        saved += len(app.save(case))
        case.lines.clear()
    return {"rate": saved / (time.perf_counter() - began)}


def singles(env: dict[str, str], count: int, seconds: float) -> dict[str, Any]:
    """Events a second and their times, saved one by one by as many threads as the ledger has clients."""
    app = BenchCases(env | {"POSTGRES_POOL_SIZE": str(_THREADS), "POSTGRES_MAX_OVERFLOW": "8"})
    lines = [line.decode() for line in Diverse(0).lines(count)]
    shared, lock = iter(lines), threading.Lock()
    times: list[float] = []
    end = time.perf_counter() + seconds

    def client(number: int) -> None:
        case = app.open(1_000 + number)
        while time.perf_counter() < end:
            with lock:
                line = next(shared, None)
            if line is None:
                return
            began = time.perf_counter()
            case.record(line)
            app.save(case)
            times.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(client, range(_THREADS)))
    elapsed = time.perf_counter() - began
    times.sort()
    return {"rate": len(times) / elapsed, "p99": children.percentile(times, 0.99)}


def read(env: dict[str, str], count: int, seconds: float) -> dict[str, Any]:
    """Events a second, all read back in order as objects."""
    batches(env, count, seconds)
    app = BenchCases(env)
    began, done, at = time.perf_counter(), 0, 1
    while done < count and time.perf_counter() - began < seconds:
        page = app.recorder.select_notifications(start=at, limit=_A_PAGE)
        for notification in page:
            app.mapper.to_domain_event(notification)
        if not page:
            break
        done, at = done + len(page), page[-1].id + 1
    return {"rate": done / (time.perf_counter() - began)}


def project(env: dict[str, str], count: int, seconds: float) -> dict[str, Any]:
    """Events a second through the stock projection runner, one row each."""
    batches(env, count, seconds)
    began = time.perf_counter()
    with ProjectionRunner(application_class=BenchCases, projection_class=Rows, view_class=BenchView, env=env) as runner:
        runner.run_forever(timeout=min(seconds, count / 200))
        done = runner.projection.view.max_tracking_id(runner.app.name) or 0
        elapsed = time.perf_counter() - began
    return {"rate": done / elapsed}


def get(env: dict[str, str], count: int, seconds: float) -> dict[str, Any]:
    """Milliseconds to answer of one case by reading its aggregate."""
    batches(env, count, seconds)
    app, times = BenchCases(env), []
    for number in range(CASES):
        began = time.perf_counter()
        case: BenchCase = app.repository.get(BenchCase.create_id(number))
        lines = [line for line in case.lines if '"P9"' in line]
        times.append((time.perf_counter() - began) * 1000)
        assert lines is not None
        if sum(times) > seconds * 1000:
            break
    return {"p95": children.percentile(sorted(times), 0.95)}


_PARTS: dict[str, Callable[[dict[str, str], int, float], dict[str, Any]]] = {
    "batches": batches,
    "singles": singles,
    "read": read,
    "project": project,
    "get": get,
}


def environment(url: str) -> dict[str, str]:
    """The library's settings for this database."""
    parsed = make_url(url)
    host = parsed.host or parsed.query.get("host") or "127.0.0.1"
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parsed.database or "",
        "POSTGRES_HOST": host if isinstance(host, str) else host[0],
        "POSTGRES_PORT": str(parsed.port or 5432),
        "POSTGRES_USER": parsed.username or "",
        "POSTGRES_PASSWORD": parsed.password or "",
    }


def main() -> None:
    what, url, count, seconds = sys.argv[1:]
    children.answer(_PARTS[what](environment(url), int(count), float(seconds)))


if __name__ == "__main__":
    main()
