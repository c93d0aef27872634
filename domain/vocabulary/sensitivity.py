"""Which classes of information are sensitive in the sense of A18 and A19, and which classification is the stricter.

Work secrets are not: Order 85 does not know them (the Secrecy Law 2024 does, Art. 64).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

STATE_SECRET = "state_secret"  # noqa: S105 (a class of information, not a password)
SENSITIVE = frozenset({STATE_SECRET, "trade_secret", "privacy"})
LEVELS = ("秘密", "机密", "绝密")


def is_sensitive(classes: Iterable[str]) -> bool:
    return not SENSITIVE.isdisjoint(classes)


def stricter(*claims: Collection[str]) -> frozenset[str]:
    """Classes are a set: the stricter of several claims is their union."""
    return frozenset().union(*claims)


def rank(level: str | None) -> int:
    """The order of secrecy levels; no level ranks lowest."""
    return LEVELS.index(level) + 1 if level in LEVELS else 0


def became_stricter(
    before: Collection[str], level_before: str | None, after: Collection[str], level_after: str | None
) -> bool:
    """Whether a later classification protects more than an earlier one: one more sensitive class, or a higher level."""
    added = SENSITIVE.intersection(after).difference(before)
    return bool(added) or (STATE_SECRET in after and rank(level_after) > rank(level_before))
