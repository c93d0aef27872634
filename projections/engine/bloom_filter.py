"""Which keys were certainly never added (Bloom, "Space/Time Trade-offs in Hash Coding with Allowable Errors",
CACM 13 (7), 1970): memory stays the same however many keys there are, and no key that was added is ever denied.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
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
        for position in self._positions(key):
            self._bits[position >> 3] |= 1 << (position & 7)

    def may_hold(self, key: str) -> bool:
        """False: the key was never added. True: it was, or other keys had the same bits set."""
        return all(self._bits[position >> 3] >> (position & 7) & 1 for position in self._positions(key))

    def _positions(self, key: str) -> Iterator[int]:
        digest = blake2b(key.encode(), digest_size=_POSITIONS.size).digest()
        return (number & self._mask for number in _POSITIONS.unpack(digest))
