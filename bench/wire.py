"""HTTP/1.1 requests as bytes, made before the clock runs, and the file that hands them to whoever sends them."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

Request = bytes

_LENGTH = struct.Struct(">I")


def submission(body: bytes, jws: str) -> Request:
    head = (
        "POST /v1/submissions HTTP/1.1\r\nHost: ledger\r\nContent-Type: application/x-ndjson\r\n"
        f"Submission-Signature: {jws}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def question(path: str, token: str | None = None) -> Request:
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    return f"GET {path} HTTP/1.1\r\nHost: ledger\r\n{bearer}\r\n".encode()


def write(file: Path, requests: Iterable[Request]) -> None:
    with file.open("wb") as out:
        for request in requests:
            out.write(_LENGTH.pack(len(request)))
            out.write(request)


def read(file: Path) -> Iterator[Request]:
    content = file.read_bytes()
    place = 0
    while place < len(content):
        (length,) = _LENGTH.unpack_from(content, place)
        place += _LENGTH.size
        yield content[place : place + length]
        place += length
