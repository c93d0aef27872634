"""A stranger costs little: what a connection may send before it says who it is, and for how long, is bounded."""

from __future__ import annotations

import json
import socket
import threading
import time

import httpx
import pytest

from api.http.protocol import HEADER_FIELDS, URL_BYTES, Connections
from bench.server import Server
from ledger.records.submission import MAX_BYTES
from tests.support.server_processes import Sender, ServedLedger

LONGEST_PAUSE = 0.5  # seconds without an answer of `/livez`, on a machine with other work


def raw(server: Server, sent: bytes) -> tuple[bytes, dict[str, object]]:
    """Status line and problem of one answer to these bytes."""
    host, _, port = server.address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(sent)
        answer = b""
        while chunk := connection.recv(65_536):
            answer += chunk
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    return head.split(b"\r\n")[0], json.loads(body)


@pytest.mark.journey
def test_a_head_beyond_the_limits_is_a_problem_that_says_so(ledger: ServedLedger) -> None:
    server = ledger.serve()
    long_url = b"GET /v1/access?item=" + b"a" * URL_BYTES + b" HTTP/1.1\r\nHost: l\r\n\r\n"
    fields = b"".join(b"X-%d: 1\r\n" % number for number in range(HEADER_FIELDS + 1))
    many = b"GET /livez HTTP/1.1\r\nHost: l\r\n" + fields + b"\r\n"
    large = b"GET /livez HTTP/1.1\r\nHost: l\r\nX-Large: " + b"a" * 20_000 + b"\r\n\r\n"

    for sent, code, status in (
        (long_url, "URL_TOO_LONG", 414),
        (many, "HEADERS_TOO_LARGE", 431),
        (large, "HEADERS_TOO_LARGE", 431),
        (b"this is no request\r\n\r\n", "REQUEST_MALFORMED", 400),
    ):
        line, problem = raw(server, sent)
        assert line.startswith(b"HTTP/1.1 %d " % status), (code, line)
        assert (problem["code"], problem["status"]) == (code, status)
    assert server.get("/livez").status_code == 200


@pytest.mark.journey
def test_a_client_that_writes_all_before_it_reads_gets_to_see_that_it_is_too_much(ledger: ServedLedger) -> None:
    server = ledger.serve()
    body = b"a" * (2 * MAX_BYTES)
    sealed = ledger.uses.sealed(1)
    head = (
        f"POST /v1/submissions HTTP/1.1\r\nHost: l\r\nContent-Type: application/x-ndjson\r\nConnection: close\r\n"
        f"Submission-Signature: {sealed.jws}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    line, problem = raw(server, head.encode() + body)
    assert line.startswith(b"HTTP/1.1 413 ")
    assert problem["code"] == "TOO_MANY_BYTES"


@pytest.mark.journey
def test_the_largest_submission_stops_nobody(ledger: ServedLedger, sender: Sender) -> None:
    """Its lines are as long and as many as may be, and signed by a key that is in force."""
    server, pauses, ended = ledger.serve(), [0.0], threading.Event()

    def watch() -> None:
        with httpx.Client(trust_env=False) as client:
            while not ended.is_set():
                began = time.monotonic()
                client.get(f"{server.address}/livez").raise_for_status()
                pauses.append(time.monotonic() - began)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for _ in range(3):
            sealed = ledger.uses.sealed(1000)
            assert sender.send(server, sealed).status_code == 201
            padded = [line + b" " * 3_000 for line in sealed.lines]
            answer = sender.send(server, type(sealed)(padded, sealed.jws))
            assert answer.status_code == 400
    finally:
        ended.set()
        watcher.join(30)
    assert len(pauses) > 10
    assert max(pauses) < LONGEST_PAUSE


def test_room_is_kept_for_callers_who_proved_who_they_are() -> None:
    connections = Connections(most=8, most_of_one=5)
    assert [connections.admit("a") for _ in range(6)] == [True] * 5 + [False]
    assert [connections.admit("b") for _ in range(2)] == [True, False]  # three quarters are open
    connections.note_known("c")
    assert [connections.admit("c") for _ in range(3)] == [True, True, False]
    connections.end("a")
    connections.end("a")
    connections.end("a")
    assert connections.admit("b")
    assert connections.refused["connections"] == 3
