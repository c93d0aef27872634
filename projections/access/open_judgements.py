"""The judged acts that the access trail keeps in memory, so that a later fact which touches none of them costs no look
at the rows.

By request: the latest act, every act while they are few, and afterwards those whose judgement leaves something open. By
item: the latest act. An act that is not kept is unknown, never assumed: then the rows are asked. A request with rows
that are not committed yet is never dropped, so that the rows of a dropped one can be read at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from domain.act import Act
from projections.access.affected_acts import BEFORE_ALL, NEVER, SETTLED, AffectedActs
from projections.access.tables import Judged
from projections.engine.bloom_filter import BITS, BloomFilter
from replay.lru_cache import LruCache, RecentOrUnwritten

CAPACITY = 20_000
IN_FULL = 20_000  # acts that are remembered with their rows
WHOLE_AT_MOST = 16  # acts of one request that are kept whatever their judgement leaves open
OPEN_AT_MOST = 16  # acts with open questions that are kept for one request
FILTER_BITS = BITS

ActAndJudgement = tuple[Act, Judged]


class KeptAct(NamedTuple):
    """What decides whether a later fact reaches an act."""

    time: int  # µs
    codes: frozenset[str]  # the reasons that its judgement gives
    turns: bool  # silence will turn the judgement

    @property
    def is_open(self) -> bool:
        return self.turns or not self.codes <= SETTLED


@dataclass(slots=True)
class RequestActs:
    """The acts of one request, by index.

    ``whole``: every act is in ``kept``. ``complete``: every act that leaves something open is. ``known``: every act is
    counted in ``latest``. ``size``: the tree size at which its rows changed last.
    """

    latest: int = BEFORE_ALL
    size: int = 0
    known: bool = True
    whole: bool = True
    complete: bool = True
    kept: dict[int, KeptAct] = field(default_factory=dict)

    def note(self, index: int, act: KeptAct) -> bool:
        """Whether the act is kept."""
        if act.time > self.latest:
            self.latest = act.time
        self.kept.pop(index, None)
        if self.whole and len(self.kept) >= WHOLE_AT_MOST:
            self._keep_only_the_open()
        if not self.whole and not (self.complete and act.is_open):
            return False
        self.complete = self.whole or len(self.kept) < OPEN_AT_MOST
        if self.complete:
            self.kept[index] = act
        return self.complete

    def note_settled(self, time: int) -> None:
        """As ``note``, of an act that leaves nothing open and is not kept."""
        if time > self.latest:
            self.latest = time
        if self.whole:
            self._keep_only_the_open()

    def reached(self, affected: AffectedActs) -> Iterable[int]:
        """The kept acts that the fact reaches."""
        for index, act in self.kept.items():
            if act.time >= affected.since or act.turns or not act.codes.isdisjoint(affected.open_with):
                yield index

    def _keep_only_the_open(self) -> None:
        self.whole = False
        self.kept = {index: act for index, act in self.kept.items() if act.is_open}
        self.complete = len(self.kept) <= OPEN_AT_MOST


class JudgedActs(Protocol):
    """What the committed rows say."""

    def named(self) -> Iterable[str]:
        """The requests and items that rows of any tree size name, as streams."""

    def latest_of_request(self, request: str) -> int:
        """The time of its latest act in µs; ``BEFORE_ALL``: it has none."""

    def open_acts(self, request: str) -> Iterable[ActAndJudgement]:
        """Its acts that carry a reason, or that silence will turn."""

    def judged_now(self, indexes: Sequence[int]) -> Iterable[ActAndJudgement]:
        """These acts, each with its judgement that holds."""


class OpenJudgements:
    """``anything``: acts were judged before this memory began. ``written``: the tree size up to which every row is
    committed.
    """

    def __init__(self, rows: JudgedActs, *, anything: bool, written: Callable[[], int]) -> None:
        self._anything = anything  # acts were judged
        self._rows = rows
        self._written = written
        self._named = rows.named if anything else tuple
        self._requests: RecentOrUnwritten[RequestActs] = RecentOrUnwritten(CAPACITY, written)
        self._in_full: RecentOrUnwritten[ActAndJudgement] = RecentOrUnwritten(IN_FULL, written)
        self._items: LruCache[int | None] = LruCache(CAPACITY)
        self._cited: BloomFilter | None = None  # None: not needed yet

    def needs_rows(self, affected: AffectedActs) -> bool:
        """Whether it takes the rows to know which acts the fact reaches."""
        if affected.counted_from is not None:
            return True
        if not self._anything:
            return False
        if (
            affected.everyone
            or affected.parties
            or affected.deliverers
            or affected.posts
            or affected.indexes
            or affected.refs
        ):
            return True
        return any(self._asks_request(request, affected) for request in affected.requests) or any(
            self._latest(item) >= affected.since for item in affected.items
        )

    def reached(self, affected: AffectedActs, below: int) -> list[ActAndJudgement]:
        """Where no rows are needed: the remembered acts before an index that the fact reaches, in their order."""
        indexes = [
            index
            for request in affected.requests
            for index in self._looked_up(request).reached(affected)
            if index < below
        ]
        found = {index: self._in_full.get(str(index)) for index in sorted(set(indexes))}
        missing = [index for index, each in found.items() if each is None]
        if missing:  # their rows are committed: others are never dropped
            found |= {each[0].index: each for each in self._rows.judged_now(missing)}
        return [each for each in found.values() if each is not None]

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

    def note(self, act: Act, time: int, judged: Judged, size: int, *, request: str | None, item: str | None) -> None:
        """An act was judged, or judged again, at this tree size."""
        self._note_item(item, time)
        if request is None:
            return
        key, is_kept = str(act.index), self._noted(request, size).note(act.index, _kept(time, judged))
        if is_kept or self._in_full.get(key) is not None:  # what is remembered must be the newest judgement
            self._in_full.put(key, (act, judged), size)

    def note_settled(self, time: int, size: int, *, request: str, item: str) -> None:
        """As ``note``, of an act that was judged for the first time and leaves nothing open."""
        self._note_item(item, time)
        self._noted(request, size).note_settled(time)

    def cite(self, stream: str) -> None:
        """An act cites a stream that is not there."""
        self._ever_cited().add(stream)

    def learn_item(self, item: str, latest: int) -> None:
        self._items.put(item, latest)

    def _note_item(self, item: str | None, time: int) -> None:
        self._anything = True
        if item is not None and (latest := self._items.get(item, None)) is not None and latest < time:
            self._items.put(item, time)

    def _noted(self, request: str, size: int) -> RequestActs:
        """The request, which has a row of this tree size now. What is not remembered of it stays unknown."""
        acts = self._requests.get(request) or RequestActs(known=False, whole=False, complete=False)
        acts.size = size
        self._requests.put(request, acts, size)
        return acts

    def _looked_up(self, request: str) -> RequestActs:
        """The request, read from its rows where it is not remembered and they are all committed."""
        acts = self._requests.get(request)
        if acts is not None and (acts.known or acts.size > self._written()):
            return acts
        latest = self._rows.latest_of_request(request)
        acts = RequestActs(latest, whole=latest == BEFORE_ALL)
        self._requests.put(request, acts)
        for act, judged in self._rows.open_acts(request) if latest != BEFORE_ALL else ():
            acts.note(act.index, _kept(latest, judged))
        return acts

    def _ever_cited(self) -> BloomFilter:
        """The streams that acts may have cited before they were there: those cited so since this memory began, and
        all that rows named before that.
        """
        if self._cited is None:
            self._cited = BloomFilter(FILTER_BITS)
            for stream in self._named():
                self._cited.add(stream)
        return self._cited

    def _asks_request(self, request: str, affected: AffectedActs) -> bool:
        acts = self._looked_up(request)
        if acts.whole:
            return False
        return not acts.known or acts.latest >= affected.since or (bool(affected.open_with) and not acts.complete)

    def _latest(self, item: str) -> int:
        latest = self._items.get(item, None)
        return NEVER if latest is None else latest


def _kept(time: int, judged: Judged) -> KeptAct:
    return KeptAct(time, judged.codes, judged.turns)
