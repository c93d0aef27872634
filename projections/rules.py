"""Which rule set judges an act: that in force when the request was received for answers, at the act's own time for
the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from domain.acts import Act
from domain.calendar import WorkingCalendar, day_of
from domain.events import Event, NegotiationFailed, RequestApproved, RequestPartlyApproved, RequestRefused
from domain.judgement import Facts
from domain.rulesets import RuleSet, applicable
from domain.shipped import load_calendar, load_rule_sets

ANSWERS: Final[tuple[type[Event], ...]] = (RequestApproved, RequestPartlyApproved, RequestRefused, NegotiationFailed)
NONE: Final[frozenset[str]] = frozenset()
REMEMBERED = 10_000  # days and classes whose rule set is remembered


class Rulebook:
    """The shipped rule sets and calendar."""

    def __init__(self, rule_sets: Mapping[str, RuleSet] | None = None, calendar: WorkingCalendar | None = None) -> None:
        self.calendar = calendar or load_calendar()
        self._rule_sets = tuple((rule_sets or load_rule_sets()).values())
        self._first = min((rules for rules in self._rule_sets if rules.enabled), key=lambda rules: rules.effective_from)
        self._only = _only(self._rule_sets)
        self._known: dict[tuple[date, frozenset[str]], RuleSet] = {}

    def for_act(self, act: Act, facts: Facts) -> RuleSet:
        if self._only is not None:
            return self._only
        request = facts.request
        answered = isinstance(act.event, ANSWERS) and request is not None and request.received_at is not None
        instant = request.received_at if answered and request is not None and request.received_at else act.time
        return self.on(day_of(instant), request.classes if request is not None else NONE)

    def on(self, day: date, classes: frozenset[str]) -> RuleSet:
        """The rule set of a day. What is said to have happened before any was in force is judged by the first
        of them.
        """
        if self._only is not None:
            return self._only
        known = self._known.get((day, classes))
        if known is None:
            known = applicable(self._rule_sets, max(day, self._first.effective_from), classes=classes)
            if len(self._known) < REMEMBERED:
                self._known[day, classes] = known
        return known


def _only(rule_sets: Iterable[RuleSet]) -> RuleSet | None:
    """The one rule set that judges everything, where there is no other to choose."""
    enabled = [rules for rules in rule_sets if rules.enabled]
    alone = len(enabled) == 1 and enabled[0].effective_to is None and not enabled[0].excluded_objects
    return enabled[0] if alone else None
