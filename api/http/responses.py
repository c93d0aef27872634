"""Answers as HTTP bodies: JSON written once, an ETag made from its bytes, and 304 for who has it already."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from pydantic import BaseModel
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}
REVALIDATE = {"Cache-Control": "no-cache"}
# What depends on who asks: kept by nobody else, and asked for again each time.
PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}


def marked(demo: bool) -> bool | None:
    """演示数据: every answer of a ledger that was founded as a demo says so, and no other has the member."""
    return True if demo else None


def answered(request: Request, answer: BaseModel, headers: Mapping[str, str] = PRIVATE) -> Response:
    """A model as JSON."""
    return tagged(request, to_json(answer), JSON, headers)


def tagged(request: Request, content: bytes, media_type: str, headers: Mapping[str, str]) -> Response:
    """The content under a strong ETag (RFC 9110 §8.8.3); without it when the caller names that tag."""
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    if tag in _tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers={**headers, "ETag": tag})
    return Response(content, 200, {**headers, "ETag": tag}, media_type)


def _tags(header: str) -> set[str]:
    """RFC 9110 §13.1.2 compares weakly: a proxy that compressed the body may have put ``W/`` before the tag."""
    return {each.strip().removeprefix("W/") for each in header.split(",")}


def weakly_tagged(
    request: Request, found: bytes, content: bytes, media_type: str, headers: Mapping[str, str]
) -> Response:
    """The content under a weak ETag of what was found: bodies with one tag differ only in when they were asked for."""
    tag = f'W/"{sha256(found).hexdigest()[:32]}"'
    if tag.removeprefix("W/") in _tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers={**headers, "ETag": tag})
    return Response(content, 200, {**headers, "ETag": tag}, media_type)
