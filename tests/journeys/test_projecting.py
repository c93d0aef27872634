"""The projections run beside the server in a process of their own, and nothing depends on how either ends."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bench import process
from bench.server import Server
from ledger.store.engine import open_engine
from ledger.store.tables import short_id
from projections.engine.builds import Build, Builds, BuildState
from tests.support.command import shareledger
from tests.support.server_processes import Sender, ServedLedger, wait_until

pytestmark = pytest.mark.journey


def test_a_server_projects_in_one_process_of_its_own(ledger: ServedLedger, sender: Sender) -> None:
    server = ledger.serve()
    assert len(process.children(server.pid)) == 1

    sender.send(server, ledger.uses.sealed(20))

    assert _caught_up(server)


def test_a_stopped_server_leaves_no_process_behind(ledger: ServedLedger) -> None:
    server = ledger.serve()
    (beside,) = process.children(server.pid)

    ledger.stop(server)

    assert _gone(beside)


def test_a_killed_server_leaves_no_process_behind(ledger: ServedLedger) -> None:
    server = ledger.serve()
    (beside,) = process.children(server.pid)

    ledger.kill(server)

    assert wait_until(lambda: _gone(beside))


def test_the_server_projects_by_itself_when_the_process_beside_it_is_killed(
    ledger: ServedLedger, sender: Sender
) -> None:
    server = ledger.serve()
    (beside,) = process.children(server.pid)

    os.kill(beside, signal.SIGKILL)
    sender.send(server, ledger.uses.sealed(20))

    assert _caught_up(server)
    assert process.children(server.pid) == []
    assert "projecting_ended" in server.log.read_text(encoding="utf-8")


def test_a_rebuild_beside_a_server_that_records_replaces_every_build_and_the_server_goes_on_with_them(
    ledger: ServedLedger, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = ledger.serve()
    for _ in range(4):
        sender.send(server, ledger.uses.sealed(500))
    if ledger.settings.database_url is not None:
        monkeypatch.setenv("LEDGER_DATABASE_URL", ledger.settings.database_url)
    with ThreadPoolExecutor(1) as beside:
        rebuilt = beside.submit(shareledger, "rebuild", "--data", str(ledger.settings.data))
        while not rebuilt.done():
            assert sender.send(server, ledger.uses.sealed(20)).status_code == 201
    assert rebuilt.result().returncode == 0, rebuilt.result().stderr
    sender.send(server, ledger.uses.sealed(20))
    assert _caught_up(server)
    assert {(build.number, build.state) for build in _builds(ledger)} == {(2, BuildState.ANSWERING)}
    assert server.get("/readyz").status_code == 200


def _builds(ledger: ServedLedger) -> list[Build]:
    engine = open_engine(ledger.settings.url)
    try:
        return Builds(engine, short_id(ledger.directory.origin)).all()
    finally:
        engine.dispose()


def _caught_up(server: Server) -> bool:
    def level() -> bool:
        state = server.get("/readyz").json()
        return bool(state["projected"] == state["size"])

    return wait_until(level)


def _gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()
