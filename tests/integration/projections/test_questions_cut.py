"""Catalogue, demands, disputes, discrepancies, reconciliation: an answer as of a size is that of a ledger cut there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from ledger.store.store import Store
from projections import KINDS
from projections.catalogue.query import CatalogueFilters
from projections.disputes.query import DisputeFilters
from projections.engine.builds import Builds
from projections.engine.runner import Runner
from projections.query.paging import QueryOptions
from projections.query.queries import Queries
from projections.query.snapshot import SnapshotRequest
from projections.reconciliation.query import DeliveryFilters
from tests.support.log_writer import write_acts
from tests.support.random_catalogue_case import RandomCatalogueCase

Run = Callable[..., Runner]


def everything(answers: Queries, wanted: SnapshotRequest) -> dict[str, Any]:
    """Every row of every question, and every file."""
    options = QueryOptions(snapshot_request=wanted, limit=500)
    items = answers.catalogue.items(CatalogueFilters(), options).rows
    disputes = answers.disputes.disputes(DisputeFilters(), options).rows
    grants = answers.reconciliation.grants(options).rows
    return {
        "items": items,
        "item files": [answers.catalogue.item(each.code, options).rows for each in items],
        "demands": answers.demands.demands(options).rows,
        "disputes": disputes,
        "dispute files": [answers.disputes.dispute(each.id, options).rows for each in disputes],
        "discrepancies": answers.disputes.discrepancies(options).rows,
        "deliveries": answers.reconciliation.deliveries(DeliveryFilters(), options).rows,
        "summary": answers.reconciliation.summary(DeliveryFilters(), options).rows,
        "grants": grants,
        "cases": [answers.reconciliation.case(each.request, options).rows for each in grants],
    }


def _queries_after(store: Store, run: Run, story: RandomCatalogueCase) -> Queries:
    write_acts(store, story.acts)
    return Queries(store, run())


# What an item's row does not show where the item is a stub, and what says so.
_OF_STUBS = {"stub", "hidden", "name", "format", "share_condition", "share_way", "update_cycle"}


def without_words(value: Any, secret: frozenset[str]) -> Any:
    """An answer without what a row about these items may or may not show: the class known now decides that."""
    if isinstance(value, dict):
        return {name: without_words(each, secret) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [without_words(each, secret) for each in value]
    names = {field.name for field in fields(value)} if is_dataclass(value) and not isinstance(value, type) else set()
    if "row" in names:
        return {name: without_words(getattr(value, name), secret) for name in names}
    if "stub" not in names or secret.isdisjoint(
        getattr(value, name, None) for name in ("code", "item", "matched_item")
    ):
        return value
    return {name: getattr(value, name) for name in names - _OF_STUBS}


def secrets_now(answers: Queries) -> frozenset[str]:
    items = answers.catalogue.items(CatalogueFilters(), QueryOptions(limit=500)).rows
    return frozenset(each.code for each in items if each.stub)


def test_a_past_answer_shows_no_word_of_what_is_a_secret_now(store: Store, run: Run) -> None:
    met = 0
    for seed in range(4):
        own = Store(store.engine, f"{store.origin}/now/{seed}")
        story = RandomCatalogueCase(seed).record_random_acts(150)
        write_acts(own, story.acts)
        runner = Runner(own, KINDS)
        runner.catch_up()
        answers = Queries(own, runner)
        secret = secrets_now(answers)
        for size in range(50, len(story.acts), 20):
            options = QueryOptions(snapshot_request=SnapshotRequest(as_of=size), limit=500)
            shown = [each for each in answers.catalogue.items(CatalogueFilters(), options).rows if each.code in secret]
            met += len(shown)
            assert all(each.stub and each.name is None and each.share_condition is None for each in shown)
        runner.stop()
        own.close()
    assert met > 5


@pytest.mark.parametrize("seed", range(2))
def test_an_answer_as_of_a_size_is_that_of_a_ledger_cut_at_that_size(store: Store, run: Run, seed: int) -> None:
    story = RandomCatalogueCase(seed).record_random_acts(150)
    answers = _queries_after(store, run, story)
    for size in range(50, len(story.acts), 45):
        cut = Store(store.engine, f"{store.origin}/cut/{seed}/{size}")
        write_acts(cut, story.acts[:size])
        runner = Runner(cut, KINDS)
        runner.catch_up()
        now = everything(Queries(cut, runner), SnapshotRequest())
        runner.stop()
        cut.close()
        secret = secrets_now(answers)
        assert without_words(everything(answers, SnapshotRequest(as_of=size)), secret) == without_words(now, secret)


def test_rows_made_step_by_step_are_those_of_a_rebuild(store: Store, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    story = RandomCatalogueCase(11).record_random_acts(150)
    monkeypatch.setattr("projections.engine.runner.BATCH", 3)
    answers = _queries_after(store, run, story)
    size = len(story.acts)
    before = [everything(answers, SnapshotRequest(as_of=each)) for each in range(50, size + 1, 50)]
    monkeypatch.undo()
    builds = Builds(store.engine, store.ledger)
    old = {build.name: build.number for build in builds.all()}
    runner = run()
    runner.rebuild()
    runner.catch_up()
    new = {build.name: build.number for build in builds.all()}
    assert new.keys() == old.keys()
    assert all(new[name] > old[name] for name in old)
    assert [
        everything(Queries(store, runner), SnapshotRequest(as_of=each)) for each in range(50, size + 1, 50)
    ] == before


def _stands(answers: Queries, size: int) -> Iterator[str]:
    found = everything(answers, SnapshotRequest(as_of=size))
    yield from (str(row.state) for row in found["deliveries"])
    yield from ("explained" for row in found["deliveries"] if row.explained)
    yield from ("stub" for row in found["items"] if row.stub)
    yield from (str(row.status) for row in (*found["items"], *found["demands"], *found["disputes"]))


def test_the_random_cases_come_to_what_the_answers_have_to_tell(store: Store) -> None:
    met: Counter[str] = Counter()
    for seed in range(5):
        cut = Store(store.engine, f"{store.origin}/met/{seed}")
        story = RandomCatalogueCase(seed).record_random_acts(150)
        write_acts(cut, story.acts)
        runner = Runner(cut, KINDS)
        runner.catch_up()
        for size in range(60, len(story.acts) + 1, 30):
            met.update(_stands(Queries(cut, runner), size))
        runner.stop()
        cut.close()
    wanted = "UNACKNOWLEDGED MATCHED DIFFERS REJECTED RECALLED DESTROYED DISOWNED explained stub PUBLISHED SUSPENDED"
    wanted += " MATCHED UNMET CHANGED CLOSED CONVERTED OPENED DETERMINED OUTCOME_RECORDED WITHDRAWN APPLIED"
    assert [each for each in wanted.split() if not met[each]] == []
