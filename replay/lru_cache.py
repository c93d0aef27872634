"""What was used last, and no more of it than fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class LruCache(Generic[T]):
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

    def __len__(self) -> int:
        return len(self._young.keys() | self._old.keys())


class RecentOrUnwritten(Generic[T]):
    """Rows by key, as ``LruCache``; rows of a tree size that is not committed yet are never dropped, because the
    database does not have them.
    """

    def __init__(self, capacity: int, written: Callable[[], int]) -> None:
        """``written``: the tree size up to which every row is committed."""
        self._recent: LruCache[T | None] = LruCache(capacity)
        self._unwritten: dict[str, tuple[T, int]] = {}  # and the size from which the rows hold
        self._written = written
        self._capacity = self._limit = capacity

    def get(self, key: str) -> T | None:
        found = self._recent.get(key, None)
        if found is None and key in self._unwritten:
            return self._unwritten[key][0]
        return found

    def put(self, key: str, value: T, size: int | None = None) -> None:
        """``size``: the rows were made at this tree size; None: the database has them, or there are none."""
        self._recent.put(key, value)
        if size is None:
            return
        self._unwritten[key] = (value, size)
        if len(self._unwritten) > self._limit:
            written = self._written()
            self._unwritten = {name: rows for name, rows in self._unwritten.items() if rows[1] > written}
            self._limit = max(self._capacity, 2 * len(self._unwritten))
