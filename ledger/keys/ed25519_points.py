"""The rule by which 32 bytes are accepted as an Ed25519 public key.

RFC 8032 leaves cases in which verifiers disagree. All verifiers of ours refuse the same keys, before they look at a
signature:

1. Encodings that are not canonical, y ≥ p. RFC 8032 §5.1.3 refuses them; libraries do not.
2. Bytes that decode to no point of the curve (RFC 8032 §5.1.3).
3. The eight points of small order. Under such a key one signature fits many messages, so it proves nothing. Both points
   with x = 0 are among them, so the other encoding that is not canonical, a sign bit on x = 0, is refused too.

A key may still have a component of small order. Its owner can then make signatures on which cofactored and cofactorless
verifiers disagree. Ours use the cofactorless equation, which RFC 8032 §5.1.7 permits, as OpenSSL does.
"""

from __future__ import annotations

from formats.errors import Malformed

_P = 2**255 - 19  # RFC 8032 §5.1: the prime of the field
_D = -121665 * pow(121666, -1, _P) % _P  # RFC 8032 §5.1: the constant d of the curve


def check_public_key(key: bytes) -> None:
    """Raise `Malformed` (KEY_WEAK) unless the 32 bytes are a canonical point that is not of small order."""
    number = int.from_bytes(key, "little")
    y = number & (1 << 255) - 1  # the bit above is the sign of x
    if len(key) != 32 or y >= _P:  # (1)
        raise _weak("is not a canonical encoding")
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P  # x², from −x² + y² = 1 + d·x²·y²
    if pow(square, (_P - 1) // 2, _P) == _P - 1:  # (2): Euler's criterion, x² has no root
        raise _weak("is no point of the curve")
    if _is_small_order(square, y):  # (3)
        raise _weak("is a point of small order, under which one signature fits many messages")


def _is_small_order(square: int, y: int) -> bool:
    """Return whether 8·(x, y) is the neutral element (0, 1), given x² = `square`.

    Three doublings make the factor 8. On −x² + y² = 1 + d·x²·y² a doubling requires x² only:
    y' = (y² + x²) / (2 + x² − y²).
    """
    for _ in range(3):
        y_square = y * y % _P
        y = (y_square + square) * pow(2 + square - y_square, -1, _P) % _P
        square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    return y == 1


def _weak(why: str) -> Malformed:
    return Malformed("KEY_WEAK", f"the Ed25519 public key {why}", next_step="Generate a new key pair and use that one.")
