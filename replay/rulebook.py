"""Which law and which working days judge an act: those in force where it happened, as known at one point of the log.

The rule set is that in force when the request was received for answers, at the act's own time for the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain import events as e
from domain.act import Act
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.calendar_history import CalendarRegister, calendar_register
from domain.evolve import fold
from domain.judgement.facts import Facts
from domain.rules.bundled import load_calendar, load_rule_sets
from domain.rules.history import RulesetRegister, binding_day, ruleset_register
from domain.rules.rule_set import RuleSet
from domain.state import CalendarState, FoundingState, PartyState, RulesetState, State
from replay.log_source import RULES

NONE: Final[frozenset[str]] = frozenset()
REMEMBERED = 10_000  # days, classes and divisions whose rule set is remembered


@dataclass(frozen=True, slots=True)
class BundledData:
    """The data that the software comes with: what a ledger's records can name by digest."""

    calendar: WorkingCalendar
    rule_sets: tuple[RuleSet, ...]


def bundled() -> BundledData:
    return BundledData(load_calendar(), tuple(load_rule_sets().values()))


class Rulebook:
    """Never changed: another fact makes another rulebook. Without arguments: what is shipped, all of it in force."""

    def __init__(self, rule_sets: RulesetRegister | None = None, calendars: CalendarRegister | None = None) -> None:
        self.rule_sets = rule_sets or ruleset_register((), bundled().rule_sets)
        self.calendars = calendars or CalendarRegister(bundled().calendar)
        self.calendar = self.calendars.calendar
        self._only = _only(self.rule_sets.rule_sets)
        self.local = bool(self.calendars.overlays) or self._only is None  # whether an organ's division matters
        self._known: dict[tuple[date, frozenset[str], str | None], RuleSet] = {}

    def for_act(self, act: Act, facts: Facts) -> RuleSet:
        if self._only is not None:
            return self._only
        day, request = binding_day(act, facts), facts.request
        division = division_on(facts.parties.get(act.by), day)
        return self.on(day, request.classes if request is not None else NONE, division)

    def on(self, day: date, classes: frozenset[str], division: str | None = None) -> RuleSet:
        """The law of a day in a division; None: of any."""
        if self._only is not None:
            return self._only
        known = self._known.get((day, classes, division))
        if known is None:
            known = self._stacked(day, classes, division)
            if len(self._known) < REMEMBERED:
                self._known[day, classes, division] = known
        return known

    def calendar_of(self, division: str | None) -> WorkingCalendar:
        """The working days of a division."""
        return self.calendars.of(division) if self.local and division is not None else self.calendar

    def changes_since(self, before: Rulebook) -> date | None:
        """The first day from which anything counts or is judged differently than by the rulebook before."""
        return min(filter(None, (self._rules_differ(before), self._calendars_differ(before))), default=None)

    def _stacked(self, day: date, classes: frozenset[str], division: str | None) -> RuleSet:
        """Where no law is in force any more, or all exclude the classes, the one that began last goes on: an act still
        has to be judged by something, and never stops the questions.
        """
        try:
            return self.rule_sets.on(day, classes, division)
        except (LookupError, ValueError):
            begun = [rules for rules in self.rule_sets.rule_sets if rules.effective_from <= day]
            left = [rules for rules in begun if rules.enabled] or begun or self.rule_sets.rule_sets
            return max(left, key=lambda rules: (rules.effective_from, -rules.rank, rules.version))

    def _rules_differ(self, before: Rulebook) -> date | None:
        ours, theirs = self.rule_sets.rule_sets, before.rule_sets.rule_sets
        changed = [rules for rules in ours if rules not in theirs] + [rules for rules in theirs if rules not in ours]
        return min((rules.effective_from for rules in changed), default=None)

    def _calendars_differ(self, before: Rulebook) -> date | None:
        divisions = {overlay.division for overlay in (*self.calendars.overlays, *before.calendars.overlays)}
        pairs = [(self.calendar, before.calendar)]
        pairs += [(self.calendars.of(division), before.calendars.of(division)) for division in sorted(divisions)]
        return min(filter(None, (one.first_difference(other) for one, other in pairs)), default=None)


def division_on(party: State | None, day: date) -> str | None:
    """The division of an organ on a day."""
    return party.named_on(day).division if isinstance(party, PartyState) else None


def _only(rule_sets: tuple[RuleSet, ...]) -> RuleSet | None:
    """The one rule set that judges everything, where there is no other to choose."""
    enabled = [rules for rules in rule_sets if rules.enabled]
    if len(enabled) != 1 or enabled[0].effective_to is not None or enabled[0].excluded_objects:
        return None
    displaced = sum(rules.id == enabled[0].id for rules in rule_sets) > 1
    return None if displaced else enabled[0]


# What can change the rules; a deadline.recomputed is in a calendar/ stream too and changes none.
CHANGES: Final[frozenset[type[e.Event]]] = frozenset(
    {
        e.LedgerFounded,
        e.PartyRenamed,  # to another division
        e.RulesetActivated,
        e.CalendarPublished,
        e.CalendarAmended,
        e.CalendarLocalOverlayAdded,
        e.EventCorrected,
        e.EventReaffirmed,
        e.EventDisowned,
    }
)


def changes_rules(act: Act) -> bool:
    return act.stream.startswith(RULES) or isinstance(act.event, e.LedgerFounded)


def rulebook_of(acts: Iterable[Act], data: BundledData) -> Rulebook:
    """The rules by these acts: all of the log's that can change them, in its order. They are few."""
    streams: defaultdict[str, list[Act]] = defaultdict(list)
    for act in acts:
        streams[act.stream].append(act)
    states = [fold(each) for each in streams.values()]
    founding = next((state for state in states if isinstance(state, FoundingState)), None)
    return Rulebook(
        ruleset_register(
            [state for state in states if isinstance(state, RulesetState)],
            data.rule_sets,
            founding.rule_set if founding is not None else None,
        ),
        calendar_register(
            [state for state in states if isinstance(state, CalendarState)],
            data.calendar,
            founding.calendar if founding is not None else None,
        ),
    )
