"""What is asked of a log that is full: access questions, inclusion proofs, and what the server then holds in memory.

Beside both is the P95 of a question that reads nothing (`/livez`): HTTP, and no more.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from bench import children, process, wire
from bench.figures import BenchFigure, thousands
from bench.plain import CASES
from bench.sending import LoadRun
from bench.site import Site

_GOAL_ACCESS, _GOAL_PROOF, _GOAL_MEMORY = 50, 3, 400


def access(site: Site) -> Iterator[BenchFigure]:
    """The questions of an officer, one at a time, each of another item, department, verdict, time or tree size."""
    site.fill(site.plan.entries)
    size, token = site.size(), site.token()
    questions = site.population.questions(size, site.plan.questions)
    load = _asked(site, [wire.question(f"/v1/access?{urlencode(each)}", token) for each in questions])
    middle, longest = children.percentile(load.milliseconds, 0.5), load.milliseconds[-1]
    yield BenchFigure(
        name="access",
        what=f"access question at {thousands(size)} entries, P95",
        value=children.percentile(load.milliseconds, 0.95),
        unit="ms",
        goal=_GOAL_ACCESS,
        floor=_nothing(site),
        plain=site.plain("get", site.plan.plain).get("p95"),
        peak_mib=process.peak(site.server.pid),
        note=f"P50 {middle:.1f} ms, longest {longest:.1f} ms, {load.bytes / site.plan.questions / 1024:.0f} KiB each,"
        f" over HTTP, 50 rows a page; the library's: one aggregate of {site.plan.plain // CASES} events is read",
    )


def proof(site: Site) -> Iterator[BenchFigure]:
    """Any entry in the tree of now, or of any size since: tiles are read, nothing is hashed again."""
    site.fill(site.plan.entries)
    size, pick = site.size(), random.Random(6962)
    requests = []
    for _ in range(site.plan.proofs):
        tree = pick.randrange(size // 2, size)
        requests.append(wire.question(f"/v1/proofs/inclusion?index={pick.randrange(tree)}&size={tree}"))
    load = _asked(site, requests)
    yield BenchFigure(
        name="proof",
        what=f"inclusion proof at {thousands(size)} entries, P95",
        value=children.percentile(load.milliseconds, 0.95),
        unit="ms",
        goal=_GOAL_PROOF,
        floor=_nothing(site),
        peak_mib=process.peak(site.server.pid),
        note=f"P50 {children.percentile(load.milliseconds, 0.5):.2f} ms, over HTTP, random index and size",
    )


def _asked(site: Site, questions: Sequence[wire.Request]) -> LoadRun:
    """By one client, after some that are not counted."""
    site.send(questions[:10], clients=1)
    process.reset_peak(site.server.pid)
    return site.send(questions, clients=1)


def _nothing(site: Site) -> float:
    load = site.send([wire.question("/livez")] * site.plan.questions, clients=1)
    return children.percentile(load.milliseconds, 0.95)


def held(site: Site) -> Iterator[BenchFigure]:
    """What the server holds while batches go on arriving at a full log."""
    site.fill(site.plan.entries)
    size, plan = site.size(), site.plan
    requests = site.population.requests(min(plan.batches, 40), plan.per_batch)
    process.reset_peak(site.server.pid)
    site.send(requests, clients=plan.senders)
    site.caught_up()
    yield BenchFigure(
        name="memory",
        what=f"server memory at {thousands(size)} entries under load, peak",
        value=process.peak(site.server.pid),
        unit="MiB",
        goal=_GOAL_MEMORY,
        peak_mib=process.peak(site.server.pid),
        note=f"its two processes; {process.resident(site.server.pid):.0f} MiB afterwards; PostgreSQL's is not counted",
    )
