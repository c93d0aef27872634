"""What reads the whole log again: the full audit, and the rebuild of every projection."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from api.server.data_dir import DataDir
from api.server.process_tuning import tune_for_batches
from api.server.verification import verified
from bench import children
from bench.figures import BenchFigure
from bench.site import Site
from ledger.store.engine import open_engine
from ledger.store.store import Store
from projections import KINDS
from projections.engine.builds import BuildState, ConcurrentUpdate
from projections.engine.group import StageTimes
from projections.engine.runner import Runner

_GOAL_AUDIT, _GOAL_REBUILD = 50_000, 12_000


def audit(site: Site) -> Iterator[BenchFigure]:
    """Every entry, leaf, tile, chain, submission signature and checkpoint, by the code behind `shareledger verify`."""
    site.fill(site.plan.entries)
    done, floor = _child(site, "audit"), site.floor()
    least = None
    if floor is not None:
        least = 1e6 / (floor.sha256 + floor.orjson + floor.ed25519 * done["submissions"] / done["entries"])
    yield BenchFigure(
        name="audit",
        what="full audit",
        value=done["rate"],
        unit="entries/s",
        goal=_GOAL_AUDIT,
        floor=least,
        plain=site.plain("read", site.plan.plain).get("rate"),
        peak_mib=done["peak_mib"],
        note=f"{done['entries']} entries of {done['submissions']} submissions: {done['verdict']};"
        f" processor time of the process {done['computed'] / done['entries'] * 1e6:.0f} µs an entry;"
        " the floor reads nothing from the database; the library's: read as objects",
    )


def rebuild(site: Site) -> Iterator[BenchFigure]:
    """All projections from entry 0, in a process of their own beside the server that answers."""
    site.fill(site.plan.entries)
    floor = site.floor()
    done = _child(site, "rebuild")
    yield BenchFigure(
        name="rebuild",
        what="projection rebuild",
        value=done["rate"],
        unit="entries/s",
        goal=_GOAL_REBUILD,
        floor=None if floor is None else 1e6 / (floor.orjson + floor.copied_projections),
        plain=site.plain("project", site.plan.plain).get("rate"),
        peak_mib=done["peak_mib"],
        note=f"{done['entries']} entries into {len(KINDS)} projections: {done['spent']};"
        f" processor time of the process {done['computed'] / done['entries'] * 1e6:.0f} µs an entry;"
        " the floor: orjson, and COPY of the projections' rows; the library's runner writes one row each",
    )


def _child(site: Site, what: str) -> dict[str, Any]:
    limit = str(site.plan.seconds)
    return children.run("bench.replay", what, str(site.data), site.database, limit, seconds=900)


def _audit(store: Store, directory: DataDir, _: float) -> dict[str, Any]:
    began = time.perf_counter()
    report = verified(store, directory.vkeys)
    seconds = time.perf_counter() - began
    signed = next(step.checked for step in report.steps if step.name == "signatures")
    return {"rate": report.size / seconds, "entries": report.size, "submissions": signed, "verdict": report.verdict}


def _rebuild(store: Store, _: DataDir, limit: float) -> dict[str, Any]:
    """Until the new builds answer, or as far as the time allows: what is not finished goes on with the next rebuild.
    The old rows answer meanwhile, and are removed afterwards.
    """
    tune_for_batches()
    runner = Runner(store, KINDS)
    runner.rebuild()
    spent = StageTimes()
    began = time.perf_counter()
    while _building(runner) and time.perf_counter() - began < limit:
        with suppress(ConcurrentUpdate):  # the server goes on feeding the builds that answer
            runner.step()
        spent = max([spent, *runner.stage_times()], key=lambda each: each.entries)
    seconds = time.perf_counter() - began
    newest = {build.name: build.position for build in runner.builds.all()}  # a later build of a name comes later
    done = min(newest.values())
    stages = {name: getattr(spent, name) / max(spent.entries, 1) for name in ("read", "gathered", "waited")}
    if not _building(runner):
        began = time.perf_counter()
        runner.catch_up()
        stages["old rows removed"] = (time.perf_counter() - began) / max(done, 1)
    runner.stop()
    return {"rate": done / seconds, "entries": done, "spent": _told(stages)}


def _building(runner: Runner) -> bool:
    return any(build.state is BuildState.BUILDING for build in runner.builds.all())


def _told(stages: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {seconds * 1e6:.0f} µs" for name, seconds in stages.items())


def main() -> None:
    """``python -m bench.replay audit|rebuild DIRECTORY DATABASE_URL SECONDS``."""
    what, path, url, limit = sys.argv[1:]
    directory, engine = DataDir(Path(path)), open_engine(url)
    store = Store(engine, directory.origin)
    part = {"audit": _audit, "rebuild": _rebuild}[what]
    children.answer(part(store, directory, float(limit)))
    store.close()
    engine.dispose()


if __name__ == "__main__":
    main()
