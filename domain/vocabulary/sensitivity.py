"""The sensitive classes of A18 and A19, and the order of strictness between classifications.

Work secrets are not sensitive: Order 85 does not know them (the Secrecy Law 2024 does, Art. 64).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

STATE_SECRET = "state_secret"  # noqa: S105 (a class of information, not a password)
SENSITIVE = frozenset({STATE_SECRET, "trade_secret", "privacy"})
LEVELS = ("秘密", "机密", "绝密")


def is_sensitive(classes: Iterable[str]) -> bool:
    """Return whether one of the classes is sensitive: state secret, trade secret or privacy."""
    return not SENSITIVE.isdisjoint(classes)


def stricter(*claims: Collection[str]) -> frozenset[str]:
    """Return the union of the claims, which is the stricter one, because classes are a set."""
    return frozenset().union(*claims)


def rank(level: str | None) -> int:
    """Return the order of secrecy levels; no level ranks lowest."""
    return LEVELS.index(level) + 1 if level in LEVELS else 0


def became_stricter(
    before: Collection[str], level_before: str | None, after: Collection[str], level_after: str | None
) -> bool:
    """Return whether the later classification protects more: one more sensitive class, or a higher level."""
    added = SENSITIVE.intersection(after).difference(before)
    return bool(added) or (STATE_SECRET in after and rank(level_after) > rank(level_before))
