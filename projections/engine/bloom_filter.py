"""Which keys were certainly never added (Bloom, "Space/Time Trade-offs in Hash Coding with Allowable Errors",
CACM 13 (7), 1970): memory stays the same however many keys there are, and no key that was added is ever denied.
"""

from __future__ import annotations

import struct
from hashlib import blake2b
from typing import Final

BITS: Final = 1 << 23  # 1 MiB. With a million keys, one unknown key in forty is taken for a known one
_POSITIONS = struct.Struct("<4Q")


class BloomFilter:
    """``bits``: a power of two."""

    def __init__(self, bits: int = BITS) -> None:
        self._mask = bits - 1
        self._bits = bytearray(bits // 8)

    def add(self, key: str) -> None:
        for number in _POSITIONS.unpack(_hash(key)):
            self._bits[(number & self._mask) >> 3] |= 1 << (number & 7)

    def may_hold(self, key: str) -> bool:
        """False: the key was never added. True: it was, or other keys had the same bits set."""
        bits, mask = self._bits, self._mask
        for number in _POSITIONS.unpack(_hash(key)):  # noqa: SIM110 - a generator costs as much as the hash
            if not bits[(number & mask) >> 3] >> (number & 7) & 1:
                return False
        return True


def _hash(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=_POSITIONS.size).digest()
