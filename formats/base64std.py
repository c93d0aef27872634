"""Base64 with the standard alphabet and padding (RFC 4648 §4), decoded strictly.

An accepted text is the only one for its value, so a signed or hashed text cannot be changed without changing the value.
"""

from __future__ import annotations

import binascii

from formats.errors import Malformed


def encode_base64(data: bytes) -> str:
    """Encode with the standard alphabet and padding."""
    return binascii.b2a_base64(data, newline=False).decode()


def decode_base64(text: str, *, code: str, what: str) -> bytes:
    """Decode standard base64 with padding. Raises Malformed with ``code``.

    The result is encoded and compared with the text, because strict decoders still accept `AB==` for `AA==`.
    """
    try:
        data = binascii.a2b_base64(text)  # raises for non-ASCII text, skips foreign characters
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
