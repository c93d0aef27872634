"""What a connection may take of time and bytes, on a real socket with short limits."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from api.http import protocol
from api.http.protocol import Connections, bounded

SHORT = 0.3  # seconds
PATIENCE = 10.0
HEAD = b"POST /x HTTP/1.1\r\nHost: l\r\n"
HALF = HEAD + b"Content-Length: 10\r\n\r\nhalf"


async def takes_everything(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers once the whole body is there; at `/early` before any of it."""
    if scope["path"] != "/early":
        try:
            await Request(scope, receive).body()
        except ClientDisconnect:
            return
    await PlainTextResponse("taken")(scope, receive, send)


class _Server(uvicorn.Server):
    ready: threading.Event

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@pytest.fixture
def connections() -> Connections:
    return Connections(most=8, most_of_one=3)


@pytest.fixture
def address(connections: Connections, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", SHORT)
    monkeypatch.setattr(protocol, "BODY_SECONDS", SHORT)
    monkeypatch.setattr(protocol, "DRAINED_BYTES", 100_000)
    http = bounded(connections)
    config = uvicorn.Config(takes_everything, port=0, http=http, lifespan="off", log_level="critical", ws="none")
    server = _Server(config)
    server.ready = threading.Event()
    thread = threading.Thread(target=server.run)
    thread.start()
    assert server.ready.wait(PATIENCE)
    yield server.servers[0].sockets[0].getsockname()[:2]
    server.should_exit = True
    thread.join(PATIENCE)


def answer_to(address: tuple[str, int], sent: bytes) -> tuple[int, dict[str, object]]:
    """Status and problem that come before the connection ends."""
    with closing(socket.create_connection(address, timeout=PATIENCE)) as connection:
        connection.sendall(sent)
        answer = b""
        while chunk := connection.recv(65_536):
            answer += chunk
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body) if body.startswith(b"{") else {}


@pytest.mark.parametrize("sent", [b"", b"POST /x HT", HEAD, HALF], ids=["nothing", "line", "head", "body"])
def test_a_request_that_does_not_come_in_time_is_ended_and_says_so(address: tuple[str, int], sent: bytes) -> None:
    status, problem = answer_to(address, sent)
    assert (status, problem["code"], problem["retryable"]) == (408, "REQUEST_TIMEOUT", True)


def test_a_request_that_comes_in_time_is_answered_and_its_connection_stays(address: tuple[str, int]) -> None:
    with closing(socket.create_connection(address, timeout=PATIENCE)) as connection:
        for _ in range(2):
            connection.sendall(HEAD + b"Content-Length: 4\r\n\r\nbody")
            answer = b""
            while b"taken" not in answer:
                answer += connection.recv(65_536)


@pytest.mark.parametrize(("asked", "word"), [("en", "came"), ("zh", "到齐"), ("", "到齐")])
def test_a_refusal_is_in_the_language_that_was_asked_for(address: tuple[str, int], asked: str, word: str) -> None:
    language = f"Accept-Language: {asked}\r\n".encode() if asked else b""
    _, problem = answer_to(address, HEAD + language + HALF.removeprefix(HEAD))
    title = {"came": "The request did not come in time", "到齐": "请求未按时到齐"}[word]
    assert problem["title"] == title
    assert problem["instance"] == "/x"


def test_what_comes_after_an_answer_is_discarded_up_to_a_limit(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "BODY_SECONDS", PATIENCE * 6)  # it is the bytes that end it
    head = b"POST /early HTTP/1.1\r\nHost: l\r\nContent-Length: 1000000000\r\n\r\n"
    chunk, sent = b"x" * 65_536, 0
    with closing(socket.create_connection(address, timeout=PATIENCE)) as connection:
        connection.sendall(head)
        with suppress(ConnectionError):
            while sent < 100_000_000:
                connection.sendall(chunk)
                sent += len(chunk)
    assert sent < 100_000_000


def test_connections_beyond_an_address_s_share_are_refused_and_counted(
    address: tuple[str, int], connections: Connections
) -> None:
    opened = [socket.create_connection(address, timeout=PATIENCE) for _ in range(3)]
    try:
        for each in opened:
            each.sendall(HEAD)
        assert answer_to(address, b"") == (503, {})
        assert connections.refused["connections"] == 1
    finally:
        for each in opened:
            each.close()
