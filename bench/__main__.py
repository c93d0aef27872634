"""``python -m bench [NAMES…] [--quick] [--new] [--json FILE]``: measure, and print one table."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy.engine import URL

from bench import ingest, judging, reading, replay, singles, sqlite, starting
from bench.diverse.population import Diverse
from bench.figures import BenchFigure, beside, print_table
from bench.plan import FULL, QUICK, BenchPlan
from bench.postgres import database, postgres, version
from bench.site import Population, Site
from bench.uniform import Uniform
from bench.warming import fresh_page, warm

# In this order: the log grows from one to the next, and what needs a full one comes last. A rebuild that has no time to
# finish leaves builds that nobody feeds: nothing waits for the projections after it.
PARTS: dict[str, Callable[[Site], Iterator[BenchFigure]]] = {
    "ingest": ingest.measure,
    "judging": judging.measure,
    "singles": singles.measure,
    "memory": reading.held,
    "access": reading.access,
    "proof": reading.proof,
    "start": starting.measure,
    "audit": replay.audit,
    "rebuild": replay.rebuild,
    "sqlite": sqlite.measure,
}
# Measured of the uniform population too, on a log that is as long as these make it.
UNIFORM = ("ingest", "judging", "singles", "audit", "rebuild")


def measured(names: Sequence[str], plan: BenchPlan) -> tuple[list[BenchFigure], str]:
    """The figures of these parts, and what they were measured on."""
    with postgres() as server:
        about = (
            f"{plan.name} run, {version(server)}, Python {platform.python_version()}, {os.cpu_count()} processors,"
            f" {fresh_page():.1f} µs for a fresh page of memory"
        )
        if plan.warmed:
            _tell("warming the database")
            warm(server)
        figures = _of(Diverse(plan.underway), names, plan, server, compared=True)
        again = [name for name in UNIFORM if name in names]
        if not again:
            return figures, about
        uniform = _of(Uniform(), again, replace(plan, entries=0), server, compared=False)
        return beside(figures, uniform), about


def _of(
    population: Population, names: Sequence[str], plan: BenchPlan, server: URL, *, compared: bool
) -> list[BenchFigure]:
    """The figures of one population, on a ledger of its own."""
    with database(server) as address, tempfile.TemporaryDirectory() as place:
        _tell(f"founding the ledger of the {population.name} population")
        site = Site(plan, population, server, address, Path(place), compared=compared)
        try:
            return [figure for name in names for figure in _part(site, name)]
        finally:
            site.close()


def _part(site: Site, name: str) -> Iterator[BenchFigure]:
    _tell(f"{name} …")
    for figure in PARTS[name](site):
        _tell(f"{figure.name}: {figure.value:,.2f} {figure.unit}")
        yield figure


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PARTS)}; none: all")
    parser.add_argument("--quick", action="store_true", help="small counts: whether it can be measured, not a figure")
    parser.add_argument(
        "--new", action="store_true", help="a PostgreSQL as it is made, not as some days of use leave it"
    )
    parser.add_argument("--entries", type=int, help="in the log when questions are asked of it, instead of a million")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    args = parser.parse_args()
    unknown = set(args.names) - PARTS.keys()
    if unknown:
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    names = [name for name in PARTS if name in args.names or not args.names]
    plan = QUICK if args.quick else FULL
    entries = plan.entries if args.entries is None else args.entries
    figures, about = measured(names, replace(plan, warmed=plan.warmed and not args.new, entries=entries))
    print_table(figures, about)
    if args.json is not None:
        args.json.write_text(json.dumps({"about": about, "figures": [each.as_json() for each in figures]}, indent=2))


if __name__ == "__main__":
    main()
