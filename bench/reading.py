"""What is asked of a log that is full: access questions, inclusion proofs, and what the server then holds in memory."""

from __future__ import annotations

import random
from collections.abc import Iterator
from urllib.parse import urlencode

from bench import children, process, wire
from bench.figures import Figure, thousands
from bench.population import CASES
from bench.postgres import database, libpq
from bench.site import Site
from demo.story.cast import uscc

_GOAL_ACCESS, _GOAL_PROOF, _GOAL_MEMORY = 50, 2, 400


def access(site: Site) -> Iterator[Figure]:
    """The questions of an officer, one at a time, each of another item, department, verdict, time or tree size."""
    site.fill(site.plan.entries)
    size, token = site.size(), site.token()
    asked = [wire.question(f"/v1/access?{urlencode(each)}", token) for each in _questions(size, site.plan.questions)]
    site.send(asked[:10], clients=1)
    process.reset_peak(site.server.pid)
    load = site.send(asked, clients=1)
    middle, longest = children.percentile(load.milliseconds, 0.5), load.milliseconds[-1]
    yield Figure(
        name="access",
        what=f"access question at {thousands(size)} entries, P95",
        value=children.percentile(load.milliseconds, 0.95),
        unit="ms",
        goal=_GOAL_ACCESS,
        plain=_plain(site),
        peak_mib=process.peak(site.server.pid),
        note=f"P50 {middle:.1f} ms, longest {longest:.1f} ms, over HTTP, 50 rows a page;"
        f" the library's: one aggregate of {site.plan.plain // len(CASES)} events is read",
    )


def _questions(size: int, count: int) -> Iterator[dict[str, str]]:
    pick = random.Random(85)
    for number in range(count):
        case = pick.choice(CASES)
        yield (
            {"item": case.item},
            {"requester": uscc(case.requester), "verdict": "UNAUTHORIZED"},
            {"provider": uscc(case.provider), "purpose": case.purpose[0]},
            {"item": case.item, "reason": "PURPOSE_MISMATCH"},
            {"requester": uscc(case.requester), "as_of": str(pick.randrange(size // 2, size))},
            {"post": "经办岗-02", "from": "2026-04-01T09:20:00+08:00", "to": "2026-04-01T09:40:00+08:00"},
        )[number % 6]


def _plain(site: Site) -> float | None:
    with database(site.postgres) as other:
        arguments = (libpq(other), str(site.plan.plain), str(site.plan.seconds))
        return float(children.run("bench.plain", "get", *arguments, seconds=2 * site.plan.seconds + 30)["p95"])


def proof(site: Site) -> Iterator[Figure]:
    """Any entry in the tree of now, or of any size since: tiles are read, nothing is hashed again."""
    site.fill(site.plan.entries)
    size, pick = site.size(), random.Random(6962)
    asked = []
    for _ in range(site.plan.proofs):
        tree = pick.randrange(size // 2, size)
        asked.append(wire.question(f"/v1/proofs/inclusion?index={pick.randrange(tree)}&size={tree}"))
    site.send(asked[:10], clients=1)
    process.reset_peak(site.server.pid)
    load = site.send(asked, clients=1)
    yield Figure(
        name="proof",
        what=f"inclusion proof at {thousands(size)} entries, P95",
        value=children.percentile(load.milliseconds, 0.95),
        unit="ms",
        goal=_GOAL_PROOF,
        peak_mib=process.peak(site.server.pid),
        note=f"P50 {children.percentile(load.milliseconds, 0.5):.2f} ms, over HTTP, random index and size",
    )


def held(site: Site) -> Iterator[Figure]:
    """What the server holds while batches go on arriving at a full log."""
    site.fill(site.plan.entries)
    size, plan = site.size(), site.plan
    requests = site.uses.requests(min(plan.batches, 40), plan.per_batch)
    process.reset_peak(site.server.pid)
    site.send(requests, clients=plan.senders)
    site.caught_up()
    yield Figure(
        name="memory",
        what=f"server memory at {thousands(size)} entries under load, peak",
        value=process.peak(site.server.pid),
        unit="MiB",
        goal=_GOAL_MEMORY,
        peak_mib=process.peak(site.server.pid),
        note=f"its two processes; {process.resident(site.server.pid):.0f} MiB afterwards; PostgreSQL's is not counted",
    )
