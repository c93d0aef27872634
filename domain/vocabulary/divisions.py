"""Divisions (GB/T 2260): six digits, two each for province, city, county. A division covers those below it (10.1)."""

from __future__ import annotations

from collections.abc import Iterable


def stem(division: str) -> str:
    """Return the significant digits: 320000 → 32, 320500 → 3205, 320583 → 320583."""
    if division.endswith("0000"):
        return division[:2]
    return division[:4] if division.endswith("00") else division


def covers(division: str, other: str) -> bool:
    """Return whether the division is the other one or lies above it."""
    return other.startswith(stem(division))


def all_covered(divisions: Iterable[str], outer: Iterable[str]) -> bool:
    """Return whether each of the divisions lies in one of the others."""
    stems = tuple(map(stem, outer))
    return all(division.startswith(stems) for division in divisions)


def province_of(division: str) -> str:
    """Return the division's province."""
    return division[:2] + "0000"


def common_division(one: str, other: str) -> str:
    """Return the lowest division that covers both. A provincial party makes it the province (3.3)."""
    if one == other:
        return one
    if one[:4] == other[:4] and one[2:4] != "00":
        return one[:4] + "00"
    return province_of(one)
