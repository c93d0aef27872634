"""统一社会信用代码 (GB 32100-2015): 17 characters and a check character.

The code embeds the division at registration. Organs move, so jurisdiction is never read from the code.
"""

from __future__ import annotations

from functools import lru_cache

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V, Z; a character's value is its index
LENGTH = 18

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))


def check_character(first: str) -> str:
    """Return the 18th character for the first seventeen."""
    total = sum(_VALUES[character] * weight for character, weight in zip(first, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def fault(code: str) -> str | None:
    """Return the fault of the code, or None. Lower case is a fault, because each code has one spelling."""
    if len(code) != LENGTH:
        return f"a unified social credit code has {LENGTH} characters, this has {len(code)}"
    return _character_fault(code)


@lru_cache(maxsize=8192)
def _character_fault(code: str) -> str | None:
    strange = sorted(set(code).difference(ALPHABET))
    if strange:
        return f"{''.join(strange)!r} is not allowed in a unified social credit code"
    expected = check_character(code[:-1])
    if code[-1] != expected:
        return f"the check character of {code[:-1]} is {expected}, not {code[-1]}"
    return None
