"""The judged acts that the access trail keeps in memory, so that a later fact which touches none of them costs no look
at the rows.

By request: the latest act, every act while they are few, and afterwards those whose judgement leaves something open. By
item: the latest act. An act that is not kept is unknown, never assumed: then the rows are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from domain.act import Act
from projections.access.affected_acts import BEFORE_ALL, NEVER, SETTLED, AffectedActs
from projections.access.tables import Judged
from projections.engine.bloom_filter import BITS, BloomFilter
from replay.lru_cache import LruCache

CAPACITY = 20_000
WHOLE_AT_MOST = 16  # acts of one request that are kept whatever their judgement leaves open
OPEN_AT_MOST = 64  # acts with open questions that are kept for one request,
ALL_OPEN_AT_MOST = 10_000  # and acts of all requests
FILTER_BITS = BITS


@dataclass(slots=True)
class RequestActs:
    """The acts of one request, by index, each with its time in µs.

    ``whole``: every act is in ``kept``. ``complete``: every act that leaves something open is.
    """

    latest: int = BEFORE_ALL
    whole: bool = True
    complete: bool = True
    kept: dict[int, tuple[int, Act, Judged]] = field(default_factory=dict)

    def note(self, act: Act, time: int, judged: Judged) -> int:
        """How many more acts are kept now; negative where some are given up."""
        before = len(self.kept)
        if time > self.latest:
            self.latest = time
        self.kept.pop(act.index, None)
        if self.whole and len(self.kept) >= WHOLE_AT_MOST:
            self._keep_only_the_open()
        if self.whole or _is_open(judged):
            self.complete &= self.whole or len(self.kept) < OPEN_AT_MOST
            if self.complete:
                self.kept[act.index] = (time, act, judged)
        return len(self.kept) - before

    def note_settled(self, time: int) -> int:
        """As ``note``, of an act that leaves nothing open and is not kept."""
        before = len(self.kept)
        if time > self.latest:
            self.latest = time
        if self.whole:
            self._keep_only_the_open()
        return len(self.kept) - before

    def reached(self, affected: AffectedActs) -> Iterable[tuple[Act, Judged]]:
        """The kept acts that the ripple reaches."""
        for time, act, judged in self.kept.values():
            if time >= affected.since or judged.turns or not judged.codes.isdisjoint(affected.open_with):
                yield act, judged

    def _keep_only_the_open(self) -> None:
        self.whole = False
        self.kept = {index: each for index, each in self.kept.items() if _is_open(each[2])}
        self.complete = len(self.kept) <= OPEN_AT_MOST


def _is_open(judged: Judged) -> bool:
    return bool(judged.turns or judged.codes - SETTLED)


class OpenJudgements:
    """``anything``: acts were judged before this memory began. ``named``: the requests and items that their rows name,
    as streams; asked once.
    """

    def __init__(self, *, anything: bool, named: Callable[[], Iterable[str]]) -> None:
        self._anything = anything  # acts were judged
        self._named = named if anything else tuple
        self._requests: LruCache[RequestActs | None] = LruCache(CAPACITY)
        self._open = 0  # acts kept in ``_requests``
        self._items: LruCache[int | None] = LruCache(CAPACITY)
        self._cited: BloomFilter | None = None  # None: not needed yet

    def needs_rows(self, affected: AffectedActs) -> bool:
        """Whether it takes the rows to know which acts the ripple reaches."""
        if affected.counted_from is not None:
            return True
        if not self._anything:
            return False
        if affected.everyone or affected.parties or affected.indexes or affected.refs:
            return True
        return any(self._asks_request(request, affected) for request in affected.requests) or any(
            self._latest(item) >= affected.since for item in affected.items
        )

    def reached(self, affected: AffectedActs) -> list[tuple[Act, Judged]]:
        """Where no rows are needed: the remembered acts that the ripple reaches."""
        known = [self._requests.get(request, None) for request in affected.requests]
        return [standing for acts in known if acts is not None for standing in acts.reached(affected)]

    def opened(self, stream: str) -> bool:
        """A request or item begins. Whether earlier acts cited it before it was there, or may have."""
        family, _, name = stream.partition("/")
        if self._ever_cited().may_hold(stream):
            return self._anything
        if family == "request":
            self._requests.put(name, RequestActs())
        else:
            self._items.put(name, BEFORE_ALL)
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
        if acts is not None:
            self._count(acts.note_settled(time))

    def cite(self, stream: str) -> None:
        """An act cites a stream that is not there."""
        self._ever_cited().add(stream)

    def learn_request(self, request: str, latest: int, standing: Iterable[tuple[Act, Judged]]) -> None:
        acts = RequestActs(latest, whole=latest == BEFORE_ALL)
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

    def _count(self, more: int) -> None:
        self._open += more
        if self._open > ALL_OPEN_AT_MOST:
            self._requests.drop_older()
            self._open = sum(len(acts.kept) for acts in self._requests.values() if acts is not None)

    def _asks_request(self, request: str, affected: AffectedActs) -> bool:
        acts = self._requests.get(request, None)
        if acts is None:
            return True
        return not acts.whole and (acts.latest >= affected.since or (bool(affected.open_with) and not acts.complete))

    def _latest(self, item: str) -> int:
        latest = self._items.get(item, None)
        return NEVER if latest is None else latest
