"""What reads the whole log again: the full audit, and the rebuild of every projection."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from api.server.data_dir import Directory
from api.server.process_tuning import work_in_batches
from api.server.verification import verified
from bench import children
from bench.figures import Figure
from bench.postgres import database, libpq
from bench.site import Site
from ledger.store.engine import open_engine
from ledger.store.store import Store
from projections import KINDS
from projections.engine.builds import BuildState, Overtaken
from projections.engine.group import Spent
from projections.engine.runner import Runner

_GOAL_AUDIT, _GOAL_REBUILD = 80_000, 20_000


def audit(site: Site) -> Iterator[Figure]:
    """Every entry, leaf, tile, chain, submission signature and checkpoint, by the code behind `shareledger verify`."""
    site.fill(site.plan.entries)
    done = _child(site, "audit")
    bare = children.run("bench.bare", "read", site.database, site.directory.origin, seconds=600)
    yield Figure(
        name="audit",
        what="full audit",
        value=done["rate"],
        unit="entries/s",
        goal=_GOAL_AUDIT,
        bare=bare["rate"],
        plain=_plain(site, "read"),
        peak_mib=done["peak_mib"],
        note=f"{done['entries']} entries: {done['verdict']}; bare: read and hash; the library's: read as objects",
    )


def rebuild(site: Site) -> Iterator[Figure]:
    """All projections from entry 0, in a process of their own beside the server that answers."""
    site.fill(site.plan.entries)
    done = _child(site, "rebuild")
    with database(site.postgres) as other:
        from_to = (site.database, site.directory.origin, libpq(other))
        count = site.plan.batches * site.plan.per_batch
        bare = children.run("bench.bare", "project", *from_to, str(count), seconds=300)["rate"]
    yield Figure(
        name="rebuild",
        what="projection rebuild",
        value=done["rate"],
        unit="entries/s",
        goal=_GOAL_REBUILD,
        bare=bare,
        plain=_plain(site, "project"),
        peak_mib=done["peak_mib"],
        note=f"{done['entries']} entries into {len(KINDS)} projections: {done['spent']};"
        " bare: the rows of the access trail alone, judged by nobody; the library's runner writes one row each",
    )


def _child(site: Site, what: str) -> dict[str, Any]:
    limit = str(site.plan.seconds)
    return children.run("bench.replay", what, str(site.data), site.database, limit, seconds=900)


def _plain(site: Site, what: str) -> float:
    with database(site.postgres) as other:
        plan = site.plan
        arguments = (libpq(other), str(plan.plain), str(plan.seconds))
        return float(children.run("bench.plain", what, *arguments, seconds=2 * plan.seconds + 30)["rate"])


def _audit(store: Store, directory: Directory, _: float) -> dict[str, Any]:
    began = time.perf_counter()
    report = verified(store, directory.vkeys)
    seconds = time.perf_counter() - began
    return {"rate": report.size / seconds, "entries": report.size, "verdict": report.verdict}


def _rebuild(store: Store, _: Directory, limit: float) -> dict[str, Any]:
    """Until the new builds answer, or as far as the time allows: what is not finished goes on with the next rebuild.
    The old rows answer meanwhile, and are removed afterwards.
    """
    work_in_batches()
    runner = Runner(store, KINDS)
    runner.rebuild()
    spent = Spent()
    began = time.perf_counter()
    while _building(runner) and time.perf_counter() - began < limit:
        with suppress(Overtaken):  # the server goes on feeding the builds that answer
            runner.turn()
        spent = max([spent, *runner.spent()], key=lambda each: each.entries)
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
    directory, engine = Directory(Path(path)), open_engine(url)
    store = Store(engine, directory.origin)
    part = {"audit": _audit, "rebuild": _rebuild}[what]
    children.answer(part(store, directory, float(limit)))
    store.close()
    engine.dispose()


if __name__ == "__main__":
    main()
