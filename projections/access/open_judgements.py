"""What the access trail remembers of the acts that it judged, so that a later fact which touches none of them costs
no look at the rows.

By request: the latest act, and those whose judgement leaves something open. By item: the latest act. What is not
remembered is unknown, never assumed: then the rows are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from domain.act import Act
from projections.access.affected_acts import NEVER, NO_ACT, SETTLED, Ripple
from projections.access.tables import Judged
from projections.engine.bloom_filter import BITS, BloomFilter
from replay.lru_cache import Recent

CAPACITY = 20_000
OPEN_AT_MOST = 64  # acts with open questions that are remembered for one request,
ALL_OPEN_AT_MOST = 10_000  # and for all
FILTER_BITS = BITS


@dataclass(slots=True)
class Acts:
    """The acts of one request. ``complete``: all that leave something open are in ``open``."""

    latest: int = NO_ACT
    complete: bool = True
    open: dict[int, tuple[Act, Judged]] = field(default_factory=dict)

    def note(self, act: Act, time: int, judged: Judged) -> bool:
        """Whether one more act is remembered now."""
        if time > self.latest:
            self.latest = time
        if self.open:
            self.open.pop(act.index, None)
        if not (judged.turns or judged.codes - SETTLED):
            return False
        self.complete &= len(self.open) < OPEN_AT_MOST
        if self.complete:
            self.open[act.index] = (act, judged)
        return self.complete


class Memory:
    """``named``: the requests and items that rows name, as streams; asked once, where acts were judged before this
    memory began (``anything``).
    """

    def __init__(self, *, anything: bool, named: Callable[[], Iterable[str]]) -> None:
        self._anything = anything
        self._named = named if anything else tuple
        self._requests: Recent[Acts | None] = Recent(CAPACITY)
        self._open = 0  # acts put into ``_requests`` since it was empty
        self._items: Recent[int | None] = Recent(CAPACITY)
        self._cited: BloomFilter | None = None  # None: not needed yet

    def needs_rows(self, ripple: Ripple) -> bool:
        """Whether it takes the rows to know which acts the ripple reaches."""
        if ripple.counted_from is not None:
            return True
        if not self._anything:
            return False
        if ripple.everyone or ripple.parties or ripple.indexes or ripple.refs:
            return True
        return any(self._asks_request(request, ripple) for request in ripple.requests) or any(
            self._latest(item) >= ripple.since for item in ripple.items
        )

    def reached(self, ripple: Ripple) -> list[tuple[Act, Judged]]:
        """Where no rows are needed: the remembered acts that the ripple reaches."""
        known = [self._requests.get(request, None) for request in ripple.requests]
        return [
            (act, judged)
            for acts in known
            if acts is not None
            for act, judged in acts.open.values()
            if judged.turns or not judged.codes.isdisjoint(ripple.open_with)
        ]

    def opened(self, stream: str) -> bool:
        """A request or item begins. Whether earlier acts cited it before it was there, or may have."""
        family, _, name = stream.partition("/")
        if self._ever_cited().may_hold(stream):
            return self._anything
        if family == "request":
            self._requests.put(name, Acts())
        else:
            self._items.put(name, NO_ACT)
        return False

    def note(self, act: Act, time: int, judged: Judged, *, request: str | None, item: str | None) -> None:
        """An act was judged, or judged again."""
        self._anything = True
        if item is not None and (latest := self._items.get(item, None)) is not None and latest < time:
            self._items.put(item, time)
        acts = self._requests.get(request, None) if request is not None else None
        if acts is not None:
            self._count(acts.note(act, time, judged))

    def note_settled(self, time: int, *, request: str, item: str) -> None:
        """As ``note``, of an act that was judged for the first time and leaves nothing open."""
        self._anything = True
        if (latest := self._items.get(item, None)) is not None and latest < time:
            self._items.put(item, time)
        acts = self._requests.get(request, None)
        if acts is not None and acts.latest < time:
            acts.latest = time

    def cite(self, stream: str) -> None:
        """An act cites a stream that is not there."""
        self._ever_cited().add(stream)

    def learn_request(self, request: str, latest: int, standing: Iterable[tuple[Act, Judged]]) -> None:
        acts = Acts(latest)
        for act, judged in standing:
            self._count(acts.note(act, latest, judged))
        self._requests.put(request, acts)

    def learn_item(self, item: str, latest: int) -> None:
        self._items.put(item, latest)

    def knows_request(self, request: str) -> bool:
        return self._requests.get(request, None) is not None

    def _ever_cited(self) -> BloomFilter:
        """The streams that acts may have cited before they were there: those cited so since this memory began, and
        all that rows named before that.
        """
        if self._cited is None:
            self._cited = BloomFilter(FILTER_BITS)
            for stream in self._named():
                self._cited.add(stream)
        return self._cited

    def _count(self, more: bool) -> None:
        self._open += more
        if self._open > ALL_OPEN_AT_MOST:
            self._requests.clear()
            self._open = 0

    def _asks_request(self, request: str, ripple: Ripple) -> bool:
        acts = self._requests.get(request, None)
        return acts is None or acts.latest >= ripple.since or (bool(ripple.open_with) and not acts.complete)

    def _latest(self, item: str) -> int:
        latest = self._items.get(item, None)
        return NEVER if latest is None else latest
