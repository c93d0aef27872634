"""The rules as the log knows them: its founding record, and what the ruleset/ and calendar/ streams made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from domain import events as e
from domain.act import Act
from domain.deadlines.calendar_history import calendar_register
from domain.evolve import fold
from domain.rules.history import ruleset_register
from domain.state import CalendarState, FoundingState, RulesetState
from replay.log_source import RULES
from replay.rulebook import Rulebook, Shipped

# What can change the rules; a deadline.recomputed stands in a calendar/ stream too and changes none.
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


def rulebook_of(acts: Iterable[Act], shipped: Shipped) -> Rulebook:
    """The rules by these acts: all of the log's that can change them, in its order. They are few."""
    streams: defaultdict[str, list[Act]] = defaultdict(list)
    for act in acts:
        streams[act.stream].append(act)
    states = [fold(each) for each in streams.values()]
    founding = next((state for state in states if isinstance(state, FoundingState)), None)
    return Rulebook(
        ruleset_register(
            [state for state in states if isinstance(state, RulesetState)],
            shipped.rule_sets,
            founding.rule_set if founding is not None else None,
        ),
        calendar_register(
            [state for state in states if isinstance(state, CalendarState)],
            shipped.calendar,
            founding.calendar if founding is not None else None,
        ),
    )
