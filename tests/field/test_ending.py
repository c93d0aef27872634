"""Ending is bounded: neither half an upload nor a slow reader keeps the process or its lead."""

from __future__ import annotations

import signal
import socket
import time
from pathlib import Path

import pytest

from api.server.settings import Settings
from bench.server import Server
from tests.support.server_processes import ServedLedger, found_ledger, wait_until

pytestmark = pytest.mark.journey

STOP = 4  # seconds


def half_an_upload(server: Server, jws: str) -> socket.socket:
    """Signed by a known key: without a signature it would be refused before its body comes."""
    host, _, port = server.address.removeprefix("http://").partition(":")
    upload = socket.create_connection((host, int(port)), timeout=30)
    head = (
        "POST /v1/submissions HTTP/1.1\r\nHost: l\r\nContent-Type: application/x-ndjson\r\n"
        f"Submission-Signature: {jws}\r\nContent-Length: 1000\r\n\r\n"
    )
    upload.sendall(head.encode() + b"{")
    return upload


def ended_within(server: Server, seconds: float) -> bool:
    return wait_until(lambda: server.ended, within=seconds)


def test_half_an_upload_keeps_neither_the_process_nor_its_lead(tmp_path: Path, postgres_url: str) -> None:
    with found_ledger(Settings(data=tmp_path / "ledger", database_url=postgres_url)) as ledger:
        leader = ledger.serve(LEDGER_STOP_SECONDS=str(STOP))
        standby = ledger.serve()
        uploads = [half_an_upload(leader, ledger.uses.sealed(1).jws) for _ in range(3)]

        leader.signal(signal.SIGTERM)

        assert wait_until(lambda: standby.get("/readyz").json()["writer"] == "leading", within=STOP)
        ended = ended_within(leader, STOP + 2.0)
        for upload in uploads:
            upload.close()
        assert ended


def test_a_second_signal_ends_at_once(ledger: ServedLedger) -> None:
    server = ledger.serve(LEDGER_STOP_SECONDS="60")
    upload = half_an_upload(server, ledger.uses.sealed(1).jws)
    server.signal(signal.SIGTERM)
    ended_by_itself = ended_within(server, 1.0)

    began = time.monotonic()
    server.signal(signal.SIGTERM)
    ended, took = ended_within(server, 5.0), time.monotonic() - began
    upload.close()

    assert not ended_by_itself
    assert ended
    assert took < 2.0
