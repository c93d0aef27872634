"""Addresses that are no percent-encoded UTF-8 (RFC 3986 §2.5): they would be read as another question.

The framework puts U+FFFD in the place of what it cannot decode, and a question with that in it finds nothing.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote_to_bytes

from starlette.types import Scope

from api.http.problems import Problem

_STRAY: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_NEXT: Final = "Encode the address in UTF-8, each byte as % and two hexadecimal digits."


def require_utf8(scope: Scope) -> None:
    """Raises Problem PARAMETER_INVALID, or NOT_FOUND for a path, for what cannot be decoded."""
    path, query = scope.get("raw_path") or b"", scope["query_string"]
    if b"%" in path and (fault := _fault(path)) is not None:
        raise Problem("NOT_FOUND", f"The path {fault}.", _NEXT)
    if b"%" not in query:
        return
    for part in query.split(b"&"):
        name, _, value = part.partition(b"=")
        fault = _fault(name) or _fault(value)
        if fault is not None:
            shown = unquote_to_bytes(name).decode(errors="replace")[:64]
            raise Problem("PARAMETER_INVALID", f"{shown} {fault}.", _NEXT)


def _fault(encoded: bytes) -> str | None:
    if _STRAY.search(encoded):
        return "has a % that no two hexadecimal digits follow"
    decoded = unquote_to_bytes(encoded)
    try:
        decoded.decode()
    except UnicodeDecodeError:
        return "is not UTF-8" + (" (it reads as GBK)" if _is_gbk(decoded) else "")
    return None


def _is_gbk(text: bytes) -> bool:
    try:
        text.decode("gbk")
    except UnicodeDecodeError:
        return False
    return True
