"""The rows of uses with the same key: judged and laid out once, and given out for each with its own index and time."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from domain.act import Act
from domain.deadlines.calendar import day_of
from domain.events import UseRecorded
from domain.judgement.facts import Facts
from domain.judgement.shared import judge_shared, judgement_key
from domain.judgement.verdict import Judgement
from domain.rules.rule_set import RuleSet
from projections.access.tables import ALWAYS, TIME, Judged, judged, laid_out
from replay.instants import to_micros

CAPACITY: Final = 4_000  # judgements
KEYS_SEEN: Final = 40_000  # of which only the hash is kept


class _Shared(NamedTuple):
    """``facts`` and ``rules`` are held, so that nothing else can come to have their identity."""

    facts: Facts
    rules: RuleSet
    judgement: Judgement
    since: int  # microseconds, as in the row
    until: int
    before: tuple[Any, ...]  # the row's values around its time; empty where reasons have rows of their own
    behind: tuple[Any, ...]


class JudgementCache:
    """Owned by one group's thread. It may forget anything at any time: then a use is judged by itself."""

    def __init__(self) -> None:
        self._shared: dict[Hashable, _Shared] = {}
        self._seen: set[int] = set()  # hashes of the keys met
        self._recorded: tuple[datetime, date] | None = None  # the last moment of recording, and its day

    def judged(self, act: Act, facts: Facts, rules: RuleSet) -> Judged | tuple[Any, ...]:
        """What ``tables.judged`` gives for an act that is judged for the first time; or the one row of a use of a known
        case that shares its judgement with an earlier use and leaves nothing open.
        """
        event = act.event
        if not isinstance(event, UseRecorded):
            return judged(act, facts, rules)
        key, time = self._key(act, event, facts, rules), to_micros(act.time)
        shared = self._shared.get(key)
        if shared is None or not shared.since <= time < shared.until:
            return self._judged(key, act, facts, rules)
        if shared.behind and facts.request is not None and facts.item is not None:
            return (*shared.before, time, *shared.behind)
        return laid_out(act, facts, rules, shared.judgement)

    def _key(self, act: Act, event: UseRecorded, facts: Facts, rules: RuleSet) -> Hashable:
        """The system is shown and not judged by."""
        if self._recorded is None or self._recorded[0] is not act.recorded_at:
            self._recorded = act.recorded_at, day_of(act.recorded_at)
        return id(facts), id(rules), event.system, judgement_key(act, event, self._recorded[1])

    def _judged(self, key: Hashable, act: Act, facts: Facts, rules: RuleSet) -> Judged:
        event = act.event
        assert isinstance(event, UseRecorded)
        if self._is_first(key):  # most uses are the only one of their key, and finding out how long it holds costs
            return judged(act, facts, rules)
        shared = judge_shared(act, event, facts, rules)
        found = laid_out(act, facts, rules, shared.judgement)
        if not shared.is_shared:
            return found
        row = () if found.reasons else found.rows[act.index, ALWAYS]
        if len(self._shared) >= CAPACITY:
            self._shared.clear()
        since, until = to_micros(shared.since), to_micros(shared.until)
        self._shared[key] = _Shared(facts, rules, shared.judgement, since, until, row[:TIME], row[TIME + 1 :])
        return found

    def _is_first(self, key: Hashable) -> bool:
        seen = hash(key)
        if seen in self._seen:
            return False
        if len(self._seen) >= KEYS_SEEN:
            self._seen.clear()
        self._seen.add(seen)
        return True
