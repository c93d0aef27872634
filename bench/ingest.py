"""Batch ingest: signed submissions over HTTP until their receipts are there and every projection has read them."""

from __future__ import annotations

from collections.abc import Iterator

from bench import children, process
from bench.figures import Figure
from bench.postgres import database, libpq
from bench.site import Site

_GOAL, _GOAL_TO_BARE = 15_000, 0.35


def measure(site: Site) -> Iterator[Figure]:
    """The clock runs from the first byte sent until the projections stand at the end of the log."""
    plan = site.plan
    site.send(site.uses.requests(plan.senders, plan.per_batch), clients=plan.senders)  # everybody is awake
    site.caught_up()
    requests = site.uses.requests(plan.batches, plan.per_batch)
    count = plan.batches * plan.per_batch
    process.reset_peak(site.server.pid)
    computed = site.computed()
    load = site.send(requests, clients=plan.senders)
    seconds = site.caught_up() - load.began
    server, database_server = (
        (after - before) / count * 1e6 for before, after in zip(computed, site.computed(), strict=True)
    )
    peak = process.peak(site.server.pid)
    rate, receipts = count / seconds, count / (load.ended - load.began)
    with database(site.postgres) as other:
        from_to = (site.database, site.directory.origin, libpq(other))
        bare = children.run("bench.bare", "write", *from_to, str(count), seconds=300)["rate"]
    with database(site.postgres) as other:
        arguments = ("batches", libpq(other), str(plan.plain), str(plan.seconds))
        plain = children.run("bench.plain", *arguments, seconds=plan.seconds + 30)["rate"]
    line = sum(map(len, requests)) / count
    yield Figure(
        name="ingest",
        what=f"batch ingest, {plan.per_batch} uses a submission, projections caught up",
        value=rate,
        unit="records/s",
        goal=_GOAL,
        bare=bare,
        plain=plain,
        peak_mib=peak,
        note=f"{count} records of {line:.0f} bytes over {plan.senders} connections; receipts came at {receipts:,.0f}/s;"
        f" processor time a record: server {server:.0f} µs, PostgreSQL {database_server:.0f} µs",
    )
    yield Figure(
        name="ingest-to-bare",
        what="the same, as part of the bare loop",
        value=rate / bare,
        unit="x",
        goal=_GOAL_TO_BARE,
    )
