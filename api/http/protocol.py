"""What one connection may cost before it has said who it is: bytes of its head, time, and its place among others.

uvicorn bounds none of these. A request line and header fields beyond the limits get the status codes of RFC 9110
§15.5.15 and RFC 6585 §5; time that runs out gets 408 (RFC 9110 §15.5.9), as problem+json (RFC 9457).
"""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import orjson
import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.http.problem_catalogue import CATALOGUE
from api.http.problems import MEDIA_TYPE, Problem, body_of, wants_english

logger = structlog.get_logger()

HEAD_BYTES: Final = 16 * 1024
URL_BYTES: Final = 8 * 1024
HEADER_FIELDS: Final = 64
HEAD_SECONDS: Final = 15.0
BODY_SECONDS: Final = 60.0
DRAINED_BYTES: Final = 64 * 1024 * 1024  # of a body that was refused already, so that its sender reads the refusal
INSTANCE_BYTES: Final = 256  # of an address, in a problem about it
_BUSY: Final = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


@dataclass(slots=True)
class Connections:
    """The open connections of one server. A quarter of them is kept for addresses that proved who they are.

    ``most``: of all addresses; ``most_of_one``: of one.
    """

    most: int = 1024
    most_of_one: int = 256
    refused: Counter[str] = field(default_factory=Counter)  # by reason
    _open: Counter[str] = field(default_factory=Counter)
    _known: dict[str, None] = field(default_factory=dict)

    def admit(self, address: str) -> bool:
        """Whether one more connection of the address is admitted; it is counted if it is."""
        room = self.most if address in self._known else self.most * 3 // 4
        if self._open[address] >= self.most_of_one or self._open.total() >= room:
            self.refused["connections"] += 1
            return False
        self._open[address] += 1
        return True

    def end(self, address: str) -> None:
        self._open[address] -= 1
        if self._open[address] <= 0:
            del self._open[address]

    def note_known(self, address: str) -> None:
        """A caller at this address proved who it is. The addresses known longest are forgotten first."""
        self._known.pop(address, None)
        self._known[address] = None
        while len(self._known) > self.most:
            del self._known[next(iter(self._known))]


class BoundedProtocol(HttpToolsProtocol):
    """One connection. ``connections`` is set on the class that a server is given (``bounded``)."""

    connections_of_server: Connections

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.url = b""  # uvicorn has one only once a request began
        self._timer: asyncio.TimerHandle | None = None
        self._address: str | None = None
        self._head_bytes = 0
        self._drained = 0
        self._refused = False
        self._beyond: Problem | None = None  # why the head that comes is refused

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        if not self.connections_of_server.admit(address):
            self._refused = True
            transport.write(_BUSY.encode())
            transport.close()
            return
        self._address = address
        self._arm(HEAD_SECONDS, "The head of a request did not come in time.")

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        if self._address is not None:
            self.connections_of_server.end(self._address)
            self._address = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused or self.parser is None:
            return
        if self.cycle is not None and self.cycle.response_complete and self.cycle.more_body:
            self._drained += len(data)
            if self._drained > DRAINED_BYTES:
                self.transport.abort()
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes = self._drained = 0
        self._arm(HEAD_SECONDS, "The head of a request did not come in time.")

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > URL_BYTES:
            self._end_head(Problem("URL_TOO_LONG", f"The address has more than {URL_BYTES} bytes."))

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._head_bytes += len(name) + len(value) + 4
        if self._head_bytes > HEAD_BYTES or len(self.headers) > HEADER_FIELDS:
            detail = f"More than {HEADER_FIELDS} header fields, or {HEAD_BYTES} bytes of them."
            self._end_head(Problem("HEADERS_TOO_LARGE", detail))

    def on_headers_complete(self) -> None:
        self._arm(BODY_SECONDS, "The body did not come in time.")
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._disarm()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """uvicorn calls it when the parser ended, by itself or because the head is beyond a limit."""
        del msg
        self._refuse(self._beyond or Problem("REQUEST_MALFORMED", "The request is not HTTP/1.1 as in RFC 9112."))

    def _end_head(self, problem: Problem) -> None:
        self._beyond = problem
        raise problem  # ends the parser

    def _arm(self, seconds: float, detail: str) -> None:
        self._disarm()
        self._timer = self.loop.call_later(seconds, self._too_slow, detail)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self, detail: str) -> None:
        self._timer = None
        if self.cycle is not None and (self.cycle.response_started or self.cycle.response_complete):
            self.transport.abort()  # an answer is under way or was given: nothing can be said any more
            return
        self._refuse(Problem("REQUEST_TIMEOUT", detail))

    def _refuse(self, problem: Problem) -> None:
        """Answer with a problem and close. What the application is still doing for this connection ends with it."""
        if self._refused or self.transport.is_closing():
            return
        self._refused = True
        status, request_id = CATALOGUE[problem.code].status, uuid.uuid4().hex
        self.connections_of_server.refused[problem.code] += 1
        count = self.connections_of_server.refused[problem.code]
        logger.warning("refused", code=problem.code, request_id=request_id, refused=count)
        fields = dict(self.headers or ())
        english = wants_english(fields.get(b"accept-language", b"").decode("latin-1"))
        instance = self.url.partition(b"?")[0][:INSTANCE_BYTES].decode("latin-1")
        body = orjson.dumps(body_of(problem, english=english, instance=instance, request_id=request_id))
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: {MEDIA_TYPE}\r\n"
            f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\nRequest-Id: {request_id}\r\n"
            "Connection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


def bounded(connections: Connections) -> type[BoundedProtocol]:
    """The protocol of one server with its count of connections."""
    return type("ServerProtocol", (BoundedProtocol,), {"connections_of_server": connections})
