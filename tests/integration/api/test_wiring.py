"""Who may sign and move a ledger that exists already: another process, or another directory over one database."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from api.http.problems import Problem
from api.server.clock import LedgerClock
from api.server.opening import open_store
from api.server.settings import Settings
from demo.stage import ORIGIN, set_stage
from formats.errors import Malformed


@pytest.fixture
def founded(tmp_path: Path) -> Settings:
    settings = Settings(data=tmp_path / "first")
    set_stage(settings)
    return settings


def test_a_ledger_is_not_signed_with_keys_that_it_does_not_name(founded: Settings, tmp_path: Path) -> None:
    store = open_store(founded, ORIGIN)
    with store.engine.begin() as connection:  # as if the first process had died before it published
        connection.exec_driver_sql("DELETE FROM checkpoint")
        connection.exec_driver_sql("UPDATE head SET checkpoint = NULL")
    with pytest.raises(Malformed) as refused:
        set_stage(Settings(data=tmp_path / "second", database_url=founded.url))
    assert refused.value.code == "SIGNING_KEYS_FOREIGN"
    assert store.published() is None
    assert store.head().size == 1


def test_the_scripted_clock_does_not_go_back_behind_another_process(founded: Settings) -> None:
    store = open_store(founded, ORIGIN)
    here, there = LedgerClock(store), LedgerClock(store)
    noon = here() + dt.timedelta(hours=3)
    there.move(noon)
    with pytest.raises(Problem) as refused:
        here.move(noon - dt.timedelta(hours=1))
    assert refused.value.code == "CLOCK_BACKWARDS"
    assert store.head().demo_clock == noon
