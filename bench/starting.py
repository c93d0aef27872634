"""How long a ledger is away when its server is restarted."""

from __future__ import annotations

from collections.abc import Iterator

from bench.figures import BenchFigure, thousands
from bench.site import Site

_GOAL = 2.0


def measure(site: Site) -> Iterator[BenchFigure]:
    """Stopped as an operator does, its projections at the end of the log, and started again."""
    site.fill(site.plan.entries)
    size = site.size()
    yield BenchFigure(
        name="start",
        what=f"start until /readyz at {thousands(size)} entries",
        value=site.restart(),
        unit="s",
        goal=_GOAL,
        floor=site.first_start,
        note="from the start of the process until 200; the floor is the same of the ledger as it was founded",
    )
