"""No lawful record costs the projections more than its own work, however many of its kind came before."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.events import PartyOfficerAppointed, PartyOfficerRelieved
from ledger.store.engine import migrate, open_engine
from ledger.store.store import Store
from projections import KINDS
from projections.engine.runner import Runner
from tests.support.log_writer import write_acts
from tests.support.payloads import ORIGIN, founded
from tests.support.story import AUTHORITY, REQUESTER, Story

USES = 800
OFFICERS = 800
PARTS = 4
GROWTH = 2.0  # of the processor time of the last part, by that of the first; flat work stays far below


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    engine = open_engine(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    migrate(engine)
    store = Store(engine, ORIGIN)
    yield store
    store.close()
    engine.dispose()


def test_officers_of_an_organ_with_many_uses_and_posts_cost_the_same_each(store: Store) -> None:
    """Appointed and relieved from a day before all of the uses, so that each could concern them."""
    story = Story()
    story.record(f"ledger/{ORIGIN}", AUTHORITY, "2026-01-02", founded())
    story.cast()
    for number in range(USES):
        story.used(stream=f"use/{number}", request_id="R-none")
    write_acts(store, story.acts)
    runner, told = Runner(store, KINDS), len(story.acts)
    runner.catch_up()
    spent: list[float] = []
    for part in range(PARTS):
        for number in range(OFFICERS // PARTS // 2):
            post = f"岗-{part}-{number}"
            day = story.acts[0].time.date()
            appointed = PartyOfficerAppointed(
                post="责任岗", officer=post, unit="处", responsible=False, from_=day, to=None
            )
            story.record(f"party/{REQUESTER}", REQUESTER, "2026-06-01", appointed)
            relieved = PartyOfficerRelieved(post="责任岗", officer=post, from_=day)
            story.record(f"party/{REQUESTER}", REQUESTER, "2026-06-02", relieved)
        write_acts(store, story.acts[told:])
        told = len(story.acts)
        began = time.process_time()
        runner.catch_up()
        spent.append(time.process_time() - began)
    runner.stop()
    assert spent[-1] < GROWTH * spent[0] + 0.05, spent
    assert max(spent) / (OFFICERS // PARTS) < 0.01, spent  # each judged 800 uses again once: 0.1 s
