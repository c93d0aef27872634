"""What was derived from a frozen value, remembered as long as the value is the newest under its name."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
MEMO_LIMIT: Final = 4096


class IdentityMemo(Generic[K, V]):
    """Found again by identity, never by looks. One value a name: the old states of a long case do not pile up."""

    def __init__(self, name: Callable[[K], Hashable]) -> None:
        self._name = name
        self._entries: dict[Hashable, tuple[K, V]] = {}

    def get(self, value: K) -> V | None:
        entry = self._entries.get(self._name(value))
        return entry[1] if entry is not None and entry[0] is value else None

    def put(self, value: K, derived: V) -> V:
        if len(self._entries) >= MEMO_LIMIT:
            self._entries.clear()
        self._entries[self._name(value)] = (value, derived)
        return derived
