"""Single submissions: many clients, each sending one signed record after the other and waiting for its receipt."""

from __future__ import annotations

from collections.abc import Iterator

from bench import children, process
from bench.figures import BenchFigure
from bench.site import Site

_GOAL_RATE, _GOAL_P99 = 1_000, 150


def measure(site: Site) -> Iterator[BenchFigure]:
    """Group commit is what makes it possible: one fsync for all that wait."""
    plan = site.plan
    site.send(site.population.requests(plan.clients, 1), clients=plan.clients)
    requests = site.population.requests(plan.singles, 1)
    site.caught_up()
    process.reset_peak(site.server.pid)
    load = site.send(requests, clients=plan.clients)
    peak = process.peak(site.server.pid)
    floor, plain = site.floor(), site.plain("singles", min(plan.plain, plan.singles))
    yield BenchFigure(
        name="singles",
        what=f"single submissions, {plan.clients} clients",
        value=plan.singles / (load.ended - load.began),
        unit="/s",
        goal=_GOAL_RATE,
        floor=None if floor is None else 1e6 / (floor.entry + floor.ed25519),
        plain=plain.get("rate"),
        peak_mib=peak,
        note="each signed, each answered with a receipt and its inclusion proof; the library's are 32 threads, no HTTP;"
        f" the load generator took {load.computed / plan.singles * 1e6:.0f} µs each;"
        f" {load.held} times a client waited for another",
    )
    p50, p99 = (children.percentile(load.milliseconds, part) for part in (0.5, 0.99))
    yield BenchFigure(
        name="singles-p99",
        what="the same, P99 to a receipt with inclusion proof",
        value=p99,
        unit="ms",
        goal=_GOAL_P99,
        floor=None if floor is None else floor.alone_p99,
        plain=plain.get("p99"),
        note=f"P50 {p50:.1f} ms, longest {load.milliseconds[-1]:.1f} ms; the floor is one record at a time, committed",
    )
