"""The load generator, a process of its own: ``python -m bench.load HOST PORT FILE CLIENTS``.

Each client is one keep-alive connection that sends the next request of the file when the answer to its last one is
complete. A request that cites what an earlier one records is held back until that is answered.

Plain sockets and a reader of answers that knows Content-Length only: what it costs is taken from the server, which runs
on the same machine. It prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench import wire

_END = b"\r\n\r\n"
_ROOM = 1 << 21  # for an answer, to begin with


class Sent:
    """What came of the requests, filled by all clients. ``held`` counts the clients that had to wait for others."""

    def __init__(self, requests: Sequence[wire.Request]) -> None:
        self.held = 0
        self._requests = requests
        self._next = 0  # place of the next request
        self._open: set[int] = set()  # places of those that are not answered yet
        self._waiting: list[Client] = []
        self.statuses: Counter[int] = Counter()
        self.milliseconds: list[float] = []
        self.bytes = 0
        self.odd: str | None = None  # the beginning of the first answer that is no success

    def serve(self, client: Client) -> None:
        """Give the client its next request, or nothing more, or let it wait."""
        if self._next == len(self._requests):
            client.end()
            return
        request = self._requests[self._next]
        if request.after >= min(self._open, default=self._next):
            self.held += 1
            self._waiting.append(client)
            return
        self._open.add(self._next)
        self._next += 1
        client.send(self._next - 1, request.data)

    def answered(self, place: int) -> None:
        self._open.discard(place)
        waiting, self._waiting = self._waiting, []
        for client in waiting:
            self.serve(client)

    def take(self, status: int, seconds: float, answer: memoryview) -> None:
        self.statuses[status] += 1
        self.milliseconds.append(seconds * 1000)
        self.bytes += len(answer)
        if status >= 300 and self.odd is None:
            self.odd = bytes(answer[:2000]).decode(errors="replace")


class Client(asyncio.BufferedProtocol):
    """Answers are received into one buffer, which the next one writes over: nothing is copied."""

    def __init__(self, sent: Sent) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sent = sent
        self._buffer = bytearray(_ROOM)
        self._received = 0  # of the answer at hand
        self._length: int | None = None  # of it, once its head is there
        self._began = 0.0
        self._place = -1  # of the request at hand
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - as much as there is room for
        if self._received == len(self._buffer):
            self._buffer = self._buffer + bytearray(len(self._buffer))
        return memoryview(self._buffer)[self._received :]

    def buffer_updated(self, nbytes: int) -> None:
        self._received += nbytes
        if self._length is None:
            end = self._buffer.find(_END, 0, self._received)
            if end < 0:
                return
            self._length = end + len(_END) + _content_length(bytes(self._buffer[:end]))
        if self._received >= self._length:
            answer = memoryview(self._buffer)[: self._received]
            self._sent.take(int(self._buffer[9:12]), time.perf_counter() - self._began, answer)
            self._sent.answered(self._place)
            self._sent.serve(self)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed the connection"))

    def send(self, place: int, request: bytes) -> None:
        self._place, self._received, self._length = place, 0, None
        self._began = time.perf_counter()
        self._transport.write(request)

    def end(self) -> None:
        self.done.set_result(None)
        self._transport.close()


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError("an answer without Content-Length")


async def _send(host: str, port: int, requests: Sequence[wire.Request], clients: int) -> Sent:
    loop, sent = asyncio.get_running_loop(), Sent(requests)
    connections = [(await loop.create_connection(lambda: Client(sent), host, port))[1] for _ in range(clients)]
    for client in connections:
        sent.serve(client)
    await asyncio.gather(*(client.done for client in connections))
    return sent


def main() -> None:
    host, port, file, clients = sys.argv[1:]
    requests = list(wire.read(Path(file)))
    before = time.process_time()
    began = time.monotonic()  # one clock for all processes of a machine
    sent = asyncio.run(_send(host, int(port), requests, int(clients)))
    ended = time.monotonic()
    result = {
        "began": began,
        "ended": ended,
        "computed": time.process_time() - before,
        "held": sent.held,
        "statuses": dict(sent.statuses),
        "milliseconds": sorted(round(each, 3) for each in sent.milliseconds),
        "bytes": sent.bytes,
        "odd": sent.odd,
    }
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
