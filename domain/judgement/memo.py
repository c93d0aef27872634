"""What was derived from a frozen value, remembered as long as the value is the newest under its name."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
KEPT_AT_MOST: Final = 4096


class Kept(Generic[K, V]):
    """Found again by identity, never by looks. One value a name: the old states of a long case do not pile up."""

    def __init__(self, name: Callable[[K], Hashable]) -> None:
        self._name = name
        self._kept: dict[Hashable, tuple[K, V]] = {}

    def get(self, value: K) -> V | None:
        found = self._kept.get(self._name(value))
        return found[1] if found is not None and found[0] is value else None

    def put(self, value: K, derived: V) -> V:
        if len(self._kept) >= KEPT_AT_MOST:
            self._kept.clear()
        self._kept[self._name(value)] = (value, derived)
        return derived
