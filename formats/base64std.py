"""Base64 with the standard alphabet and padding (RFC 4648 §4), decoded strictly.

A text that is accepted encodes again to itself, so nobody can change a signed or hashed text without changing its
value.
"""

from __future__ import annotations

import binascii

from formats.errors import Malformed


def encode_base64(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode()


def decode_base64(text: str, *, code: str, what: str) -> bytes:
    """Standard alphabet with padding. Encoding again is the test: strict decoders still take `AB==` for `AA==`."""
    try:
        data = binascii.a2b_base64(text)  # refuses non-ASCII text, skips foreign characters
    except ValueError:
        data = b""
    if not data or encode_base64(data) != text:
        raise Malformed(
            code,
            f"{what} is not canonical base64: {_shown(text)}",
            next_step="Copy the text again as it was issued, with its padding and without spaces.",
        )
    return data


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "…")
