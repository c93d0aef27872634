"""Batch ingest: signed submissions over HTTP until their receipts are there and every projection has read them.

It takes turns with the bare loop, so that both are measured at the same time of the machine; each round is printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench import children, process
from bench.figures import Figure
from bench.postgres import database, libpq
from bench.site import Site

_GOAL, _GOAL_TO_BARE = 15_000, 0.35


@dataclass(frozen=True, slots=True)
class _Round:
    """Seconds of one round, and what went in."""

    records: int
    bytes: int
    ingested: float  # from the first byte sent until the projections stand at the end of the log
    received: float  # until the last receipt
    server: float  # processor time
    postgres: float
    bare: float  # of the bare loop with the same rows


def measure(site: Site) -> Iterator[Figure]:
    plan = site.plan
    site.send(site.uses.requests(plan.senders, plan.per_batch), clients=plan.senders)  # everybody is awake
    site.caught_up()
    process.reset_peak(site.server.pid)
    rounds = [_round(site) for _ in range(plan.rounds)]
    peak = process.peak(site.server.pid)
    with database(site.postgres) as other:
        arguments = ("batches", libpq(other), str(plan.plain), str(plan.seconds))
        plain = children.run("bench.plain", *arguments, seconds=plan.seconds + 30)["rate"]
    count = sum(each.records for each in rounds)
    rate, bare = (
        count / sum(seconds) for seconds in zip(*((each.ingested, each.bare) for each in rounds), strict=True)
    )
    yield Figure(
        name="ingest",
        what=f"batch ingest, {plan.per_batch} uses a submission, projections caught up",
        value=rate,
        unit="records/s",
        goal=_GOAL,
        bare=bare,
        plain=plain,
        peak_mib=peak,
        note=_note(rounds, plan.senders),
    )
    yield Figure(
        name="ingest-to-bare",
        what="the same, as part of the bare loop",
        value=rate / bare,
        unit="x",
        goal=_GOAL_TO_BARE,
    )


def _round(site: Site) -> _Round:
    plan = site.plan
    requests = site.uses.requests(plan.batches, plan.per_batch)
    records = plan.batches * plan.per_batch
    before = site.computed()
    load = site.send(requests, clients=plan.senders)
    caught_up = site.caught_up()
    server, postgres = (after - began for began, after in zip(before, site.computed(), strict=True))
    with database(site.postgres) as other:  # an empty one each time: the loop does not slow down with its own rows
        from_to = (site.database, site.directory.origin, libpq(other))
        bare = children.run("bench.bare", "write", *from_to, str(records), seconds=300)
    return _Round(
        records=records,
        bytes=sum(map(len, requests)),
        ingested=caught_up - load.began,
        received=load.ended - load.began,
        server=server,
        postgres=postgres,
        bare=records / bare["rate"],
    )


def _note(rounds: Sequence[_Round], senders: int) -> str:
    count = sum(each.records for each in rounds)
    line = sum(each.bytes for each in rounds) / count
    receipts = count / sum(each.received for each in rounds)
    server, postgres = (
        sum(seconds) / count * 1e6 for seconds in zip(*((each.server, each.postgres) for each in rounds), strict=True)
    )
    each_round = ", ".join(f"{one.records / one.ingested:,.0f} of {one.records / one.bare:,.0f}" for one in rounds)
    return (
        f"{count} records of {line:.0f} bytes over {senders} connections; receipts came at {receipts:,.0f}/s;"
        f" processor time a record: server {server:.0f} µs, PostgreSQL {postgres:.0f} µs;"
        f" each round, of the bare loop's: {each_round}"
    )
