"""One JSON line a request, so that an operator finds a request by its id: never a query, a body or a person.

The lines are written by a thread of their own: who reads them slowly makes no request wait. What does not fit into the
queue is left out, and the next line says how many.
"""

from __future__ import annotations

import queue
import threading
import time
from typing import IO, Any, Final

import orjson
from starlette.types import Scope

from api.server.machine_clock import Clock, machine_clock
from formats import rfc3339

WAITING: Final = 10_000  # lines
_LINES_AT_ONCE: Final = 500
_END: Final = b""


class RequestLog:
    """Safe to use from any thread. ``close`` writes what waits, unless nobody reads any more."""

    def __init__(self, out: IO[bytes], *, clock: Clock = machine_clock) -> None:
        self._out = out
        self._clock = clock
        self._lines: queue.Queue[bytes] = queue.Queue(WAITING)
        self._left_out = 0  # lines since the last one that was queued; used on the event loop only
        self._thread = threading.Thread(target=self._write, name="request-log", daemon=True)
        self._thread.start()

    def note(self, scope: Scope, status: int, begun: float) -> None:
        """``begun``: when the request came, by ``time.perf_counter``; ``status``: 0 where no answer began."""
        state = scope.get("state", {})
        line: dict[str, Any] = {
            "time": rfc3339.format_milliseconds(self._clock()),
            "request_id": state.get("request_id"),
            "method": scope["method"],
            "route": getattr(scope.get("route"), "path", None),
            "status": status,
            "ms": round((time.perf_counter() - begun) * 1000, 1),
            "organ": state.get("organ"),
        }
        if self._left_out:
            line["left_out"] = self._left_out
        try:
            self._lines.put_nowait(orjson.dumps(line) + b"\n")
            self._left_out = 0
        except queue.Full:
            self._left_out += 1

    def close(self, seconds: float = 1.0) -> None:
        try:
            self._lines.put(_END, timeout=seconds)
        except queue.Full:
            return
        self._thread.join(seconds)

    def _write(self) -> None:
        while True:
            lines = [self._lines.get()]
            while len(lines) < _LINES_AT_ONCE and not self._lines.empty():
                lines.append(self._lines.get())
            ended = _END in lines
            try:
                self._out.write(b"".join(lines))
                self._out.flush()
            except (OSError, ValueError):
                return  # nobody reads it any more: the server goes on without
            if ended:
                return
