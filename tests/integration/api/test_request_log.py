"""The request log makes no request wait, whoever reads it, and says what it left out."""

from __future__ import annotations

import io
import threading
import time

import orjson

from api.http import request_log
from api.http.request_log import RequestLog

SCOPE = {"type": "http", "method": "GET", "path": "/v1/access", "query_string": b"case=1", "state": {"request_id": "r"}}
PATIENCE = 10.0


class SlowReader(io.BytesIO):
    """Takes nothing until it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may_read = threading.Event()

    def write(self, data: bytes) -> int:  # type: ignore[override]
        assert self.may_read.wait(PATIENCE)
        return super().write(data)


def test_a_reader_that_takes_nothing_makes_nobody_wait_and_lines_left_out_are_counted() -> None:
    reader = SlowReader()
    log = RequestLog(reader)
    begun = time.monotonic()
    for _ in range(request_log.WAITING + 2_000):
        log.note(SCOPE, 200, 0.0)
    assert time.monotonic() - begun < PATIENCE / 2
    reader.may_read.set()
    while not log._lines.empty():
        threading.Event().wait(0.01)
    log.note(SCOPE, 200, 0.0)
    log.close(PATIENCE)
    lines = [orjson.loads(each) for each in reader.getvalue().splitlines()]
    assert lines[-1]["left_out"] + len(lines) == request_log.WAITING + 2_001
    assert not any("case" in orjson.dumps(each).decode() for each in lines)


def test_a_reader_that_has_gone_ends_the_log_and_not_the_server() -> None:
    reader = io.BytesIO()
    reader.close()
    log = RequestLog(reader)
    for _ in range(10):
        log.note(SCOPE, 200, 0.0)
    log.close(0.1)
