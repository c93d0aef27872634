"""How much the projections remember, read and write at once changes no row: each bound is set to next to nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import or_, select

from domain.act import Act
from ledger.store.engine import reading
from ledger.store.store import Store
from projections import KINDS
from projections.access.open_judgements import OPEN_AT_MOST
from projections.access.projector import AccessTrail
from projections.access.tables import access
from projections.deadlines.projector import Deadlines
from projections.engine.projector import Projector
from projections.engine.runner import Runner
from projections.findings.projector import Findings
from tests.support.log_writer import write_acts
from tests.support.random_deadline_case import RandomDeadlineCase
from tests.support.random_rule_change_case import DATA
from tests.support.story import Story

Run = Callable[..., Runner]
Table = list[tuple[Any, ...]]
Kinds = Sequence[type[Projector]]
Bound = tuple[str, str, int]

OPEN = OPEN_AT_MOST + 6

# What is remembered, read or written at once; and at what it is set. Module, name, value.
BOUNDS: tuple[Bound, ...] = (
    ("projections.access.open_judgements", "WHOLE_AT_MOST", 0),
    ("projections.access.open_judgements", "WHOLE_AT_MOST", 2),
    ("projections.access.open_judgements", "OPEN_AT_MOST", 0),
    ("projections.access.open_judgements", "OPEN_AT_MOST", 1),
    ("projections.access.open_judgements", "IN_FULL", 1),
    ("projections.deadlines.projector", "CAPACITY", 1),
    ("projections.access.open_judgements", "CAPACITY", 1),
    ("projections.access.open_judgements", "FILTER_BITS", 8),
    ("projections.access.judgement_cache", "CAPACITY", 1),
    ("projections.access.judgement_cache", "KEYS_SEEN", 1),
    ("projections.engine.lookups", "CAPACITY", 1),
    ("projections.engine.lookups", "PAGE", 1),
    ("projections.engine.lookups", "FILTER_BITS", 8),
    ("projections.access.projector", "FLUSH_ROWS", 1),
    ("projections.deadlines.projector", "FLUSH_ROWS", 1),
    ("projections.findings.projector", "FLUSH_ROWS", 1),
    ("projections.deadlines.projector", "PAGE", 1),
    ("projections.access.rejudging", "PAGE", 1),
    ("replay.log_source", "PAGE", 1),
    ("replay.log_source", "SIGNATURES", 1),
    ("replay.rulebook", "REMEMBERED", 0),
    ("projections.engine.runner", "BATCH", 1),
    ("projections.engine.runner", "BATCH", 7),
)


def tables_of(store: Store) -> dict[str, Table]:
    """Every row of every projection, of every tree size."""
    found: dict[str, Table] = {}
    for kind in KINDS:
        for table in kind.tables:
            columns = [column for column in table.columns if column.name not in ("ledger", "build")]
            with reading(store.engine) as connection:
                rows = connection.execute(select(*columns).where(table.c.ledger == store.ledger)).all()
            found[table.name] = sorted(map(tuple, rows), key=repr)
    return found


def told(store: Store, name: str, acts: list[Act], kinds: Kinds) -> dict[str, Table]:
    """The rows of a ledger of its own with these acts."""
    own = Store(store.engine, f"{store.origin}/{name}")
    write_acts(own, acts)
    runner = Runner(own, kinds, DATA)
    runner.catch_up()
    rows = tables_of(own)
    runner.stop()
    own.close()
    return rows


def changed_by(store: Store, monkeypatch: pytest.MonkeyPatch, acts: list[Act], kinds: Kinds) -> list[Bound]:
    """The bounds at which some row is another."""
    usual, different = told(store, "usual", acts, kinds), []
    for place, bound in enumerate(BOUNDS):
        with monkeypatch.context() as context:
            _set(context, *bound)
            if told(store, f"bound/{place}", acts, kinds) != usual:
                different.append(bound)
    return different


def _set(monkeypatch: pytest.MonkeyPatch, module: str, name: str, value: int) -> None:
    assert isinstance(getattr(sys.modules[module], name), int)
    monkeypatch.setattr(sys.modules[module], name, value)


@pytest.mark.parametrize("seed", [3, 8])
def test_no_bound_changes_a_row(store: Store, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    assert changed_by(store, monkeypatch, RandomDeadlineCase(seed).record_random_acts(70).acts, KINDS) == []


@pytest.mark.parametrize("kind", [AccessTrail, Deadlines, Findings])
def test_no_bound_changes_a_row_of_what_writes_by_itself(
    store: Store, monkeypatch: pytest.MonkeyPatch, kind: type[Projector]
) -> None:
    """No other projection has the rows of the batch at hand written before they are looked up."""
    assert changed_by(store, monkeypatch, RandomDeadlineCase(8).record_random_acts(120).acts, (kind,)) == []


@pytest.mark.parametrize("seed", [3, 8])
def test_beginning_again_between_two_acts_changes_no_row(store: Store, seed: int) -> None:
    """What was remembered is gone each time: it is found in the database and the log."""
    acts = RandomDeadlineCase(seed).record_random_acts(70).acts
    own = Store(store.engine, f"{store.origin}/again")
    for act in acts:
        write_acts(own, [act])
        runner = Runner(own, KINDS, DATA)
        runner.catch_up()
        runner.stop()
    rows = tables_of(own)
    own.close()
    assert rows == told(store, "usual", acts, KINDS)


@pytest.mark.parametrize("batch", [1, 7, 4_000])
def test_all_bounds_together_change_no_row(store: Store, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    acts = RandomDeadlineCase(3).record_random_acts(70).acts
    usual = told(store, "usual", acts, KINDS)
    for bound in BOUNDS:
        _set(monkeypatch, *bound)
    monkeypatch.setattr("projections.engine.runner.BATCH", batch)
    assert told(store, "bound", acts, KINDS) == usual


def test_every_open_act_of_a_request_is_judged_again_however_many_there_are(store: Store, run: Run) -> None:
    """Uses that cite a delivery of which nothing is known yet: it is recorded later, and answers all of them."""
    story = Story().granted()
    cite = {"delivery_id": "D1"}
    uses = [story.used(time=f"2026-04-01T{9 + place // 60:02}:{place % 60:02}", **cite) for place in range(OPEN)]
    delivered = story.delivered(recorded="2026-04-02")
    write_acts(store, story.acts)
    run((AccessTrail,))
    assert [reasons(store, use, delivered.index) for use in uses] == [["EVIDENCE_GAP"]] * OPEN
    assert [reasons(store, use, delivered.index + 1) for use in uses] == [[""]] * OPEN


def reasons(store: Store, act: Act, size: int) -> list[str]:
    """Of an act, as known at a tree size."""
    holds = (access.c.from_size <= size, or_(access.c.to_size.is_(None), access.c.to_size > size))
    query = select(access.c.reasons).where(access.c.ledger == store.ledger, access.c.entry == act.index, *holds)
    with reading(store.engine) as connection:
        return list(connection.scalars(query.order_by(access.c.holds_from)))
