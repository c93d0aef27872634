"""Base64url without padding (RFC 4648 §5, RFC 7515 §2): the encoding of values in a JWS or JWK, decoded strictly."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from formats.errors import Malformed

_ALPHABET = re.compile("[A-Za-z0-9_-]*")


def encode(data: bytes) -> str:
    """Encode without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str, *, what: str, pointer: str | None = None) -> bytes:
    """Decode the text. Raises Malformed unless the bytes encode to exactly this text.

    Otherwise the unused bits of the last character could vary.
    """
    if _ALPHABET.fullmatch(text) and len(text) % 4 != 1:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        if encode(data) == text:
            return data
    detail = f"{what} is not canonical base64url"
    next_step = "Write it with the alphabet A-Z a-z 0-9 - _, without padding and with unused bits zero."
    raise Malformed("BASE64URL_INVALID", detail, next_step=next_step, pointer=pointer)
