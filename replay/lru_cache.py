"""What was used last, and no more of it than fits."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """At most ``capacity`` values by key, in two generations: when the younger is full, the older is dropped and
    it takes its place.
    """

    def __init__(self, capacity: int) -> None:
        self._half = max(1, capacity // 2)
        self._young: dict[str, T] = {}
        self._old: dict[str, T] = {}

    def get(self, key: str, absent: T) -> T:
        if key in self._young:
            return self._young[key]
        if key not in self._old:
            return absent
        value = self._old.pop(key)
        self.put(key, value)
        return value

    def put(self, key: str, value: T) -> None:
        if len(self._young) >= self._half and key not in self._young:
            self._old, self._young = self._young, {}
        self._young[key] = value

    def clear(self) -> None:
        self._young.clear()
        self._old.clear()

    def __len__(self) -> int:
        return len(self._young.keys() | self._old.keys())
