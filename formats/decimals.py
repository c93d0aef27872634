"""Decimal numbers in text formats: one spelling for each value, up to 2^63 - 1."""

from __future__ import annotations

import re

from formats.errors import Malformed

LARGEST = 2**63 - 1  # c2sp.org/tlog-cosignature limits timestamps to this value; tree sizes have the same limit here
_DECIMAL = re.compile("0|[1-9][0-9]{0,18}")


def decode_decimal(text: str, *, code: str, what: str) -> int:
    """Decode `0|[1-9][0-9]*` up to 2^63 - 1.

    Raises Malformed with ``code`` for a sign, leading zero, space or other digit.
    """
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
