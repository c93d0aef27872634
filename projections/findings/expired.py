"""Findings that arise from silence, stream by stream, as rows: by the states, the law and the working days at the entry
last applied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from domain.deadlines.calendar import day_of
from domain.deadlines.expiry import (
    ExpiredDeadline,
    about_clock,
    classes_of,
    not_updated,
    proved_updates_of,
    recollected,
    ruling_ignored,
    unanswered,
    update_of,
)
from domain.findings.derive import finding_id
from domain.reasons.catalogue import Reason
from domain.rules.rule_set import RuleSet
from domain.state import DiscrepancyState, Fact, ItemState, PartyState, RequestState, State
from projections.deadlines.running import LawInForce
from projections.engine.lookups import References
from projections.engine.row_buffer import RowKey, Rows
from projections.findings.tables import Sides, rows_of
from replay.states import States

S = TypeVar("S", bound=State)
DISCREPANCY: Final = "discrepancy"
DECLARATION: Final = "declaration"
NONE: Final[Rows] = {}
NO_CLASSES: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class ExpiredDeadlineRows:
    """``links``: the discrepancies and declared collections that concern an item."""

    states: States
    links: References

    def of(self, state: State | None) -> Rows:
        """All rows of a stream in this state."""
        match state:
            case RequestState():
                return self.of_request(state)
            case ItemState():
                return self.of_item(state)
            case PartyState():
                return self.of_party(state)
            case _:
                return NONE

    def of_request(self, request: RequestState) -> Rows:
        """A18 ¶1 by the law of the receipt, A13 ¶1 by that of the ruling."""
        stream, rows = f"request/{request.id}", dict(NONE)
        sides = Sides(request.requester, request.provider, request.item, request.id)
        received = day_of(request.received_at or request.fact.time)
        calendar = self._law.calendar_of(request.provider, received)
        if request.received_at is not None:
            rules = self._law.rules_on(received, classes_of(request), request.provider)
            item = self._state(f"item/{request.item}", ItemState) if request.item is not None else None
            rows |= rows_of(unanswered(request, rules, calendar, item=item), stream, sides, rules)
        if request.ruling is not None:
            rules = self._law.rules_on(day_of(request.ruling.fact.time), classes_of(request), request.provider)
            rows |= rows_of(ruling_ignored(request, rules), stream, sides, rules)
        return rows

    def of_item(self, item: ItemState) -> Rows:
        """Updates that were not made (A15 ¶2): against the provider, without a requester."""
        rows = dict(NONE)
        for place in range(len(item.changes)):
            rows |= self.of_change(item, place)
        rows |= self.of_proved(item)
        return rows

    def of_change(self, item: ItemState, place: int) -> Rows:
        change = item.changes[place]
        rules_of = self._rules_of(item, change.fact.by)
        calendar = self._law.calendar_of(change.fact.by, day_of(change.fact.time))
        running = update_of(item, change, rules_of, calendar)
        return self._updates(item, not_updated([running]), rules_of(change.fact.time))

    def of_proved(self, item: ItemState) -> Rows:
        """Updates of changes that the provider did not notify, and that discrepancies prove (4.10)."""
        rows = dict(NONE)
        for discrepancy in self.naming(DISCREPANCY, item.item, DiscrepancyState):
            for _, fact in discrepancy.verifications[:1]:
                rules_of = self._rules_of(item, fact.by)
                calendar = self._law.calendar_of(fact.by, day_of(fact.time))
                for running in proved_updates_of(item, [discrepancy], rules_of, calendar):
                    rules = rules_of(running.deadline.started_at)
                    rows |= self._updates(item, not_updated([running]), rules)
        return rows

    def of_party(self, party: PartyState) -> Rows:
        """Collections of data that the catalogue offered (A11 ¶1)."""
        rows = dict(NONE)
        for code in dict.fromkeys(each.item for each in party.declarations.values() if each.item is not None):
            item = self._state(f"item/{code}", ItemState)
            for each in () if item is None else recollected(party, [item]):
                rules = self._law.rules_on(day_of(each.since), NO_CLASSES, party.uscc)
                sides = Sides(party.uscc, item.provider if item is not None else None, code)
                rows |= rows_of([each], f"party/{party.uscc}", sides, rules)
        return rows

    def naming(self, kind: str, named: str, of: type[S]) -> Iterator[S]:
        """The states of the streams that name an item."""
        for stream in self.links.lookup(kind, named):
            state = self._state(stream, of)
            if state is not None:
                yield state

    def keys_of_proved(self, item: ItemState) -> Iterator[RowKey]:
        """The keys of all rows that ``of_proved`` can give."""
        for discrepancy in self.naming(DISCREPANCY, item.item, DiscrepancyState):
            yield from (key_of(item, fact) for _, fact in discrepancy.verifications)

    @property
    def _law(self) -> LawInForce:
        return LawInForce(self.states)

    def _updates(self, item: ItemState, silences: Iterable[ExpiredDeadline], rules: RuleSet) -> Rows:
        rows = dict(NONE)
        for each in silences:
            rows |= rows_of([each], f"item/{item.item}", Sides(None, each.accused, item.item), rules)
        return rows

    def _rules_of(self, item: ItemState, organ: str) -> Callable[[datetime], RuleSet]:
        def rules_of(instant: datetime) -> RuleSet:
            classification = item.classification_at(instant)
            classes = classification.classes if classification is not None else NO_CLASSES
            return self._law.rules_on(day_of(instant), classes, organ)

        return rules_of

    def _state(self, stream: str, kind: type[S]) -> S | None:
        state = self.states.state(stream)
        return state if isinstance(state, kind) else None


def key_of(item: ItemState, started: Fact) -> RowKey:
    """The key of the row of an update's clock."""
    return (finding_id(about_clock(f"item/{item.item}", "UPDATE", started.index), Reason.LATE_UPDATE),)
