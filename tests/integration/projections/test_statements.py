"""How many statements a batch of new streams costs: what the projections look up does not grow with the entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from ledger.store.store import Store
from projections import KINDS
from projections.engine.runner import Runner
from tests.support.log_writer import write_acts
from tests.support.payloads import ORIGIN, founded
from tests.support.story import AUTHORITY, Story

Tell = Callable[[Story, int], None]

FEW, MANY = 10, 60


def requests(story: Story, count: int) -> None:
    for place in range(count):
        story.requested(name=f"R-{place}")
        story.received(name=f"R-{place}")
        story.approved(name=f"R-{place}")


def agreements(story: Story, count: int) -> None:
    for place in range(count):
        story.requested(name=f"R-{place}")
    for place in range(count):
        story.agreed(name=f"A-{place}", requests=(f"R-{place}",))


def deliveries(story: Story, count: int) -> None:
    story.requested()
    story.received()
    story.approved()
    for place in range(count):
        story.delivered(delivery_id=f"D-{place}")


def disputes(story: Story, count: int) -> None:
    for place in range(count):
        story.classified(item=f"C-{place}")
        story.disputed(item=f"C-{place}")


def uses(story: Story, count: int) -> None:
    """Of requests of their own, so that none shares its case with another."""
    requests(story, count)
    for place in range(count):
        story.used(request_id=f"R-{place}", stream=f"request/R-{place}")


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def statements_of(store: Store, tell: Tell, count: int) -> list[str]:
    """Those of a ledger of its own that knows the parties already, as its projections take so many of these."""
    own = Store(store.engine, f"{store.origin}/{tell.__name__}/{count}")
    story = Story()
    story.record(f"ledger/{ORIGIN}", AUTHORITY, "2026-01-02", founded())
    story.cast().used(stream="use/first", request_id="R-none")  # so that acts were judged before
    write_acts(own, story.acts)
    runner = Runner(own, KINDS)
    runner.catch_up()
    before = len(story.acts)
    tell(story, count)
    write_acts(own, story.acts[before:])
    with counted(own) as statements:
        runner.catch_up()
    runner.stop()
    own.close()
    return statements


@pytest.mark.parametrize("tell", [requests, agreements, deliveries, disputes, uses])
def test_statements_do_not_grow_with_what_is_told(store: Store, tell: Tell) -> None:
    few, many = (statements_of(store, tell, count) for count in (FEW, MANY))
    grown = Counter(many) - Counter(few)
    assert grown.total() <= 5, grown
