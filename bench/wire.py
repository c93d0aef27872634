"""HTTP/1.1 requests as bytes, made before the clock runs, and the file that hands them to the sender."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_HEAD: Final = struct.Struct(">Ii")  # bytes of the request, and `after`


@dataclass(frozen=True, slots=True)
class Request:
    """``after``: the place, among those sent with it, of the last request that must be answered before it is sent;
    below 0, it waits for none."""

    data: bytes
    after: int = -1
    records: int = 0


def submission(lines: Sequence[bytes], jws: str, *, after: int = -1) -> Request:
    body = b"\n".join(lines)
    head = (
        "POST /v1/submissions HTTP/1.1\r\nHost: ledger\r\nContent-Type: application/x-ndjson\r\n"
        f"Submission-Signature: {jws}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return Request(head.encode() + body, max(after, -1), len(lines))


def question(path: str, token: str | None = None) -> Request:
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    return Request(f"GET {path} HTTP/1.1\r\nHost: ledger\r\n{bearer}\r\n".encode())


def write(file: Path, requests: Iterable[Request]) -> None:
    with file.open("wb") as out:
        for request in requests:
            out.write(_HEAD.pack(len(request.data), request.after))
            out.write(request.data)


def read(file: Path) -> Iterator[Request]:
    content = file.read_bytes()
    place = 0
    while place < len(content):
        length, after = _HEAD.unpack_from(content, place)
        place += _HEAD.size
        yield Request(content[place : place + length], after)
        place += length
