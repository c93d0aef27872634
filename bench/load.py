"""The load generator, a process of its own: ``python -m bench.load HOST PORT FILE CLIENTS``.

Each client is one keep-alive connection that sends the next request of the file when the answer to its last one is
complete. Plain sockets and a reader of answers that knows Content-Length only: what it costs is taken from the server,
which runs on the same machine. It prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench import wire

_END = b"\r\n\r\n"
_ROOM = 1 << 21  # for an answer, to begin with


class Sent:
    """What came of the requests, filled by all clients."""

    def __init__(self, requests: Iterator[wire.Request]) -> None:
        self.requests = requests
        self.statuses: Counter[int] = Counter()
        self.milliseconds: list[float] = []
        self.bytes = 0
        self.odd: str | None = None  # the beginning of the first answer that is no success

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
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

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
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed the connection"))

    def _next(self) -> None:
        request = next(self._sent.requests, None)
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._received, self._length = 0, None
        self._began = time.perf_counter()
        self._transport.write(request)


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError("an answer without Content-Length")


async def _send(host: str, port: int, requests: Iterator[wire.Request], clients: int) -> Sent:
    loop, sent = asyncio.get_running_loop(), Sent(requests)
    made = [await loop.create_connection(lambda: Client(sent), host, port) for _ in range(clients)]
    await asyncio.gather(*(client.done for _, client in made))
    return sent


def main() -> None:
    host, port, file, clients = sys.argv[1:]
    requests = list(wire.read(Path(file)))
    began = time.monotonic()  # one clock for all processes of a machine
    sent = asyncio.run(_send(host, int(port), iter(requests), int(clients)))
    ended = time.monotonic()
    result = {
        "began": began,
        "ended": ended,
        "statuses": dict(sent.statuses),
        "milliseconds": sorted(round(each, 3) for each in sent.milliseconds),
        "bytes": sent.bytes,
        "odd": sent.odd,
    }
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
