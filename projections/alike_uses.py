"""The rows of uses that are alike: judged once, laid out once, and given out for each with its own index and time."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final, NamedTuple

from domain.acts import Act
from domain.events import UseRecorded
from domain.judgement import Facts, Judgement
from domain.judgement.alike import judge_alike, likeness
from domain.rulesets import RuleSet
from projections.access_rows import ALWAYS, TIME, Judged, judged, laid_out
from projections.instants import to_micros

CAPACITY: Final = 10_000


class _Shared(NamedTuple):
    """``facts`` and ``rules`` are held, so that nothing else can come to have their identity."""

    facts: Facts
    rules: RuleSet
    judgement: Judgement
    since: int  # microseconds, as in the row
    until: int
    before: tuple[Any, ...]  # the row's values around its time; empty where reasons have rows of their own
    behind: tuple[Any, ...]


class AlikeUses:
    """Owned by one lane's thread. It may forget anything at any time: then a use is judged by itself."""

    def __init__(self) -> None:
        self._shared: dict[Hashable, _Shared] = {}

    def judged(self, act: Act, facts: Facts, rules: RuleSet) -> Judged:
        """What ``access_rows.judged`` says of an act that was not judged before."""
        event = act.event
        if not isinstance(event, UseRecorded):
            return judged(act, facts, rules)
        # The system is shown and not judged by.
        key = id(facts), id(rules), event.system, likeness(act, event)
        time = to_micros(act.time)
        shared = self._shared.get(key)
        if shared is None or not shared.since <= time < shared.until:
            return self._judged(key, act, facts, rules)
        if not shared.behind:
            return laid_out(act, facts, rules, shared.judgement)
        return Judged({(act.index, ALWAYS): (*shared.before, time, *shared.behind)}, {})

    def _judged(self, key: Hashable, act: Act, facts: Facts, rules: RuleSet) -> Judged:
        event = act.event
        assert isinstance(event, UseRecorded)
        alike = judge_alike(act, event, facts, rules)
        if alike is None:
            return judged(act, facts, rules)
        found = laid_out(act, facts, rules, alike.judgement)
        row = () if found.reasons else found.rows[act.index, ALWAYS]
        if len(self._shared) >= CAPACITY:
            self._shared.clear()
        since, until = to_micros(alike.since), to_micros(alike.until)
        self._shared[key] = _Shared(facts, rules, alike.judgement, since, until, row[:TIME], row[TIME + 1 :])
        return found
