"""One spelling for each value in a text format: base64 (RFC 4648 §4) and decimals, decoded strictly.

What is accepted here encodes again to the very text that came in, so nobody can change a signed or hashed text without
changing its value. Callers say what was being read; every refusal is `Malformed` with the caller's code.
"""

from __future__ import annotations

import binascii
import re

from ledger.errors import Malformed

LARGEST = 2**63 - 1  # c2sp.org/tlog-cosignature: no timestamp exceeds it; tree sizes are held to the same bound
_DECIMAL = re.compile("0|[1-9][0-9]{0,18}")


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


def decode_decimal(text: str, *, code: str, what: str) -> int:
    """`0|[1-9][0-9]*` up to 2^63 - 1: no sign, no leading zero, no space, no digit of another script."""
    number = int(text) if _DECIMAL.fullmatch(text) else LARGEST + 1
    if number > LARGEST:
        raise Malformed(
            code,
            f"{what} is not a plain decimal number below 2^63: {_shown(text)}",
            next_step="Write the number in decimal digits, without sign, spaces or leading zeros.",
        )
    return number


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "…")
