"""Fair use of the server: a caller that sends more than its share of a minute has to wait (429), others do not.

A submission counts for the organ whose key signed it, a question for the caller whose token it carries. What carries
neither, or one that proves nothing, counts for the address that it came from: no stranger can use up an organ's share.
An answer of 304 does not count. The counts are this process's own and end with it.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from starlette.types import Scope

from api.http.problems import Problem

WINDOW = 60  # seconds; a quota is that of one window
MOST_KEYS = 65_536  # whose counts are kept; beyond them the oldest is forgotten
_SHARE = "share"


class WindowCounter:
    """How often each key was counted in its window, which begins with its first request. Bounded; safe to use from any
    thread.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, most: int = MOST_KEYS) -> None:
        self._clock = clock
        self._most = most
        self._lock = Lock()
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()  # guarded: count and end, by their beginning

    def add(self, key: str, amount: int = 1) -> int:
        """Returns the new count. A negative amount takes back what this window has counted, and nothing of another."""
        with self._lock:
            now = self._clock()
            count, end = self._counts.get(key, (0, 0.0))
            if end <= now:
                if amount < 0:
                    return 0
                count, end = 0, now + WINDOW
                self._counts.pop(key, None)
                if len(self._counts) >= self._most:
                    self._counts.popitem(last=False)
            self._counts[key] = count + amount, end
            return count + amount

    def window(self, key: str) -> tuple[int, float]:
        """The count, and the seconds until it is forgotten."""
        with self._lock:
            count, end = self._counts.get(key, (0, 0.0))
            left = end - self._clock()
            return (count, left) if left > 0 else (0, 0.0)


@dataclass(frozen=True, slots=True)
class Policy:
    """``quota`` requests or records a window, counted under ``name``."""

    name: str
    quota: int

    @classmethod
    def of(cls, name: str, quota: int) -> Policy | None:
        """None for a quota of 0, which stands for any number."""
        return cls(name, quota) if quota else None


@dataclass(frozen=True, slots=True)
class Quota:
    """What one request counts against."""

    limits: Limits
    policy: Policy
    key: str

    def headers(self) -> list[tuple[bytes, bytes]]:
        """draft-ietf-httpapi-ratelimit-headers: the policy, and what is left of it for so many seconds."""
        remaining, seconds = self.limits.left(self)
        return [
            (b"ratelimit-policy", f'"{self.policy.name}";q={self.policy.quota};w={WINDOW}'.encode()),
            (b"ratelimit", f'"{self.policy.name}";r={remaining};t={seconds}'.encode()),
        ]

    def give_back(self) -> None:
        self.limits.give_back(self)

    @property
    def counted_as(self) -> str:
        return f"{self.policy.name} {self.key}"


class Limits:
    """Each of the three takes a request into account, or raises the problem that says how long to wait."""

    def __init__(
        self, *, records: int, reads: int, addresses: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._counts = WindowCounter(clock=clock)
        self._records = Policy.of("records", records)
        self._reads = Policy.of("reads", reads)
        self._addresses = Policy.of("addresses", addresses)

    def count_submission(self, scope: Scope, organ: str, records: int) -> None:
        """Each record counts: one submission may have a thousand."""
        self._take(scope, self._records, organ, records)

    def count_read(self, scope: Scope, caller: str) -> None:
        self._take(scope, self._reads, caller)

    def count_unauthenticated(self, scope: Scope) -> None:
        self._take(scope, self._addresses, _network(scope))

    def left(self, quota: Quota) -> tuple[int, int]:
        """Requests or records that are left, and seconds until all are there again."""
        count, seconds = self._counts.window(quota.counted_as)
        return max(0, quota.policy.quota - count), math.ceil(seconds)

    def give_back(self, quota: Quota) -> None:
        self._counts.add(quota.counted_as, -1)

    def _take(self, scope: Scope, policy: Policy | None, key: str, amount: int = 1) -> None:
        if policy is None:
            return
        quota = Quota(self, policy, key)
        scope.setdefault("state", {})[_SHARE] = quota
        if self._counts.add(quota.counted_as, amount) > policy.quota:
            wait = max(1, self.left(quota)[1])
            detail = f"More than {policy.quota} {policy.name} in a minute."
            raise Problem("RATE_LIMITED", detail, headers={"Retry-After": str(wait)})


def quota_of(scope: Scope) -> Quota | None:
    """What the request was counted against last: a caller that proves its identity does not count for its address."""
    quota: Quota | None = scope.get("state", {}).get(_SHARE)
    return quota


def _network(scope: Scope) -> str:
    """The address; of IPv6 the network of 64 bits, which one machine has to itself."""
    client = scope.get("client")
    host = client[0] if client else ""
    if ":" not in host:
        return host
    try:
        return str(ipaddress.IPv6Network((host.partition("%")[0], 64), strict=False))
    except ValueError:
        return host
