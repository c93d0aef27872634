"""Single submissions: many clients, each sending one signed use after the other and waiting for its receipt."""

from __future__ import annotations

from collections.abc import Iterator

from bench import children, process
from bench.figures import Figure
from bench.postgres import database, libpq
from bench.site import Site

_GOAL_RATE, _GOAL_P99 = 1_000, 150


def measure(site: Site) -> Iterator[Figure]:
    """Group commit is what makes it possible: one fsync for all that wait."""
    plan = site.plan
    site.send(site.uses.requests(plan.clients, 1), clients=plan.clients)
    requests = site.uses.requests(plan.singles, 1)
    site.caught_up()
    process.reset_peak(site.server.pid)
    load = site.send(requests, clients=plan.clients)
    peak = process.peak(site.server.pid)
    rate = plan.singles / (load.ended - load.began)
    with database(site.postgres) as other:
        arguments = ("singles", libpq(other), str(min(plan.plain, plan.singles)), str(plan.seconds))
        plain = children.run("bench.plain", *arguments, seconds=plan.seconds + 30)
    yield Figure(
        name="singles",
        what=f"single submissions, {plan.clients} clients",
        value=rate,
        unit="/s",
        goal=_GOAL_RATE,
        plain=plain["rate"],
        peak_mib=peak,
        note="each signed, each answered with a receipt and its inclusion proof; the library's are 32 threads, no HTTP",
    )
    p50, p99 = (children.percentile(load.milliseconds, part) for part in (0.5, 0.99))
    yield Figure(
        name="singles-p99",
        what="the same, P99 to a receipt with inclusion proof",
        value=p99,
        unit="ms",
        goal=_GOAL_P99,
        plain=plain["p99"],
        note=f"P50 {p50:.1f} ms, longest {load.milliseconds[-1]:.1f} ms",
    )
