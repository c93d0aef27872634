"""One process leads; another takes over as soon as the first is gone, however it went."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from time import monotonic

import pytest
from sqlalchemy import Engine, text

from ledger.store.engine import open_engine
from ledger.store.leader_lock import Leadership
from ledger.store.store import Store

LEAD_AND_WAIT = """
import sys
from ledger.store.engine import open_engine
from ledger.store.leader_lock import Leadership
leadership = Leadership(open_engine(sys.argv[1]), sys.argv[2])
print(leadership.try_acquire(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def leader_elsewhere(store: Store) -> Iterator[subprocess.Popen[str]]:
    """Another process that leads."""
    url = store.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", LEAD_AND_WAIT, url, store.ledger]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()


def test_the_lead_is_taken_once(store: Store, elsewhere: Store) -> None:
    first, second = Leadership(store.engine, store.ledger), Leadership(elsewhere.engine, store.ledger)
    assert first.try_acquire()
    assert first.try_acquire()  # asked again, it is still ours
    assert not second.try_acquire()
    assert (first.held(), second.held()) == (True, False)
    first.release()
    assert not first.held()
    assert second.try_acquire()
    second.release()


def test_two_contenders_in_one_process_exclude_each_other(store: Store) -> None:
    first, second = Leadership(store.engine, store.ledger), Leadership(store.engine, store.ledger)
    assert first.try_acquire()
    assert not second.try_acquire()
    first.release()


def test_each_ledger_of_a_database_has_a_leader_of_its_own(store: Store) -> None:
    other = Store(store.engine, f"{store.origin}/other")
    leaders = Leadership(store.engine, store.ledger), Leadership(store.engine, other.ledger)
    assert all(one.try_acquire() for one in leaders)
    for one in leaders:
        one.release()


def test_releasing_what_was_never_taken_takes_it_from_nobody(store: Store) -> None:
    leader = Leadership(store.engine, store.ledger)
    assert leader.try_acquire()
    standby = Leadership(store.engine, store.ledger)
    standby.release()
    assert leader.held()
    assert not standby.try_acquire()
    leader.release()


@pytest.mark.journey
def test_kill_9_frees_the_lead_within_ten_seconds(store: Store, leader_elsewhere: subprocess.Popen[str]) -> None:
    standby = Leadership(store.engine, store.ledger)
    assert not standby.try_acquire()
    os.kill(leader_elsewhere.pid, signal.SIGKILL)
    killed, pause = monotonic(), Event()
    while not standby.try_acquire():
        assert monotonic() - killed < 10
        pause.wait(0.05)
    assert standby.held()
    standby.release()


def test_a_leader_whose_session_the_server_ended_knows_it(shared_postgres: Engine) -> None:
    leadership = Leadership(shared_postgres, "00" * 8)
    assert leadership.try_acquire()
    with shared_postgres.begin() as connection:
        holders = text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = 0")
        assert connection.execute(holders).all()
    assert not leadership.held()
    assert leadership.try_acquire()
    leadership.release()


def test_a_leader_whose_lock_file_was_removed_knows_it(sqlite_url: str, tmp_path: Path) -> None:
    engine = open_engine(sqlite_url)
    leadership = Leadership(engine, "00" * 8)
    assert leadership.try_acquire()
    for lock in tmp_path.glob("*.lock"):
        lock.unlink()
    usurper = Leadership(engine, "00" * 8)
    assert usurper.try_acquire()
    assert not leadership.held()
    usurper.release()


def test_the_leads_connection_is_not_taken_from_the_pool(shared_postgres: Engine) -> None:
    leadership = Leadership(shared_postgres, "01" * 8)
    before = shared_postgres.pool.checkedout()  # type: ignore[attr-defined]
    assert leadership.try_acquire()
    assert shared_postgres.pool.checkedout() == before  # type: ignore[attr-defined]
    leadership.release()
