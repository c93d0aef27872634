"""Judging by itself: the decision table for a use, on facts that are at hand, shared with no other use."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

from api.server.process_tuning import tune_for_batches
from bench import children
from bench.figures import BenchFigure
from bench.site import Site
from domain.act import Act
from domain.events import UseRecorded
from domain.judgement.facts import Facts
from domain.judgement.gathering import gather
from domain.judgement.judge import judge
from domain.rules.rule_set import RuleSet
from ledger.store.engine import open_engine
from ledger.store.store import Store
from projections.access.relations import Relations, relation
from projections.engine.projector import AppliedAct, ProjectorContext
from projections.engine.row_buffer import RowBuffer
from replay.log_source import ActLog
from replay.states import States

_GOAL = 25.0  # µs
_ENTRIES = 40_000  # looked at


def measure(site: Site) -> Iterator[BenchFigure]:
    """Every use of the first entries of the log, by the facts as they are known after these."""
    site.fill(min(site.plan.entries, _ENTRIES))
    count = min(site.size(), _ENTRIES)
    done = children.run("bench.judging", site.database, site.directory.origin, str(count), seconds=300)
    yield BenchFigure(
        name="judging",
        what="judging one use by itself, P95",
        value=done["p95"],
        unit="µs",
        goal=_GOAL,
        note=f"P50 {done['p50']:.1f} µs, mean {done['mean']:.1f} µs of {done['uses']} uses;"
        " uses that are alike are judged once, so a projection spends less",
    )


def _seconds(act: Act, facts: Facts, rules: RuleSet) -> float:
    began = time.perf_counter()
    judge(act, facts, rules, instant=act.time)
    return time.perf_counter() - began


def _cases(store: Store, count: int) -> list[tuple[Act, Facts, RuleSet]]:
    """The uses among the first entries, each with the facts and the rules that it is judged by."""
    acts = ActLog(store)
    world = States(acts, 0)
    desk = ProjectorContext(store.engine, store.ledger, 0, world, lambda: None, lambda: 0)
    relations = Relations(desk, RowBuffer(relation, store.ledger, 0, store.engine.dialect.name))
    read = acts.from_index(0, count)
    for act in read:
        relations.apply(AppliedAct(act, *world.apply(act)))
    uses = [act for act in read if isinstance(act.event, UseRecorded)]
    judged_uses = [(act, gather(act, relations, world.rulebook.calendar)) for act in uses]
    return [(act, facts, world.rulebook.for_act(act, facts)) for act, facts in judged_uses]


def main() -> None:
    """``python -m bench.judging DATABASE_URL ORIGIN COUNT``: in a process set up as one that projects."""
    url, origin, count = sys.argv[1:]
    engine = open_engine(url)
    store = Store(engine, origin)
    cases = _cases(store, int(count))
    tune_for_batches()
    spent = sorted(_seconds(*case) * 1e6 for case in cases)
    p50, p95 = (children.percentile(spent, part) for part in (0.5, 0.95))
    children.answer({"p50": p50, "p95": p95, "mean": sum(spent) / len(spent), "uses": len(spent)})
    store.close()
    engine.dispose()


if __name__ == "__main__":
    main()
