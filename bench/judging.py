"""Judging by itself: the decision table for a use, on facts that are at hand, shared with no other use."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench import children
from bench.figures import Figure
from bench.site import Site
from domain.acts import Act
from domain.events import UseRecorded
from domain.judgement import Facts, gather, judge
from domain.rulesets import RuleSet
from ledger.store import Store
from projections.projection import Desk, Step
from projections.reading import Acts
from projections.relations import Relations, relation
from projections.shelves import Shelf
from projections.world import World

_GOAL = 25.0  # µs
_ENTRIES = 20_000  # looked at


def measure(site: Site) -> Iterator[Figure]:
    """Every use of the first entries of the log, by the facts as they are known after these."""
    count = min(site.plan.entries, _ENTRIES)
    site.fill(count)
    with site.store() as store:
        spent = sorted(_seconds(*case) for case in _cases(store, count))
    yield Figure(
        name="judging",
        what="judging one use by itself, P95",
        value=children.percentile(spent, 0.95) * 1e6,
        unit="µs",
        goal=_GOAL,
        note=f"P50 {children.percentile(spent, 0.5) * 1e6:.1f} µs, mean {sum(spent) / len(spent) * 1e6:.1f} µs"
        f" of {len(spent)} uses; uses that are alike are judged once, so a projection spends less",
    )


def _seconds(act: Act, facts: Facts, rules: RuleSet) -> float:
    began = time.perf_counter()
    judge(act, facts, rules, at=act.time)
    return time.perf_counter() - began


def _cases(store: Store, count: int) -> list[tuple[Act, Facts, RuleSet]]:
    """The uses among the first entries, each with the facts and the rules that it is judged by."""
    acts = Acts(store)
    world = World(acts, 0)
    desk = Desk(store.engine, store.ledger, 0, world, lambda: None)
    relations = Relations(desk, Shelf(relation, store.ledger, 0, store.engine.dialect.name))
    read = acts.from_index(0, count)
    for act in read:
        relations.take(Step(act, *world.apply(act)))
    uses = [act for act in read if isinstance(act.event, UseRecorded)]
    found = [(act, gather(act, relations, world.rulebook.calendar)) for act in uses]
    return [(act, facts, world.rulebook.for_act(act, facts)) for act, facts in found]
