"""The clocks of one stream as rows, by the states, the law and the working days at the entry last applied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from domain.deadlines.calendar import WorkingCalendar, day_of
from domain.deadlines.clocks import ClockKey, DeadlineOfOrgan, clocks_of_request
from domain.deadlines.duty_clocks import clock_of_order, clocks_of_item, clocks_of_statistics
from domain.facts import NOTHING
from domain.families.item.state import InformationChange
from domain.judgement.gathering import reopening
from domain.rules.bundled import load_review_terms
from domain.rules.rule_set import ReviewTerms, RuleSet
from domain.state import (
    DiscrepancyState,
    DisputeState,
    Fact,
    ItemState,
    RequestState,
    State,
    StatisticsState,
    ViolationState,
    fact_of,
)
from projections.deadlines.relations import ClockRelations
from projections.deadlines.tables import Concerned, Whose, row_of
from projections.engine.row_buffer import Rows
from replay.rulebook import division_on
from replay.states import States

S = TypeVar("S")
NONE: Rows = {}


@dataclass(frozen=True, slots=True)
class LawInForce:
    """The law and the working days in force, by organ."""

    states: States

    def rules_on(self, day: date, classes: frozenset[str], organ: str) -> RuleSet:
        return self.states.rulebook.on(day, classes, self.division_of(organ, day))

    def calendar_of(self, organ: str, day: date) -> WorkingCalendar:
        return self.states.rulebook.calendar_of(self.division_of(organ, day))

    def review_terms(self) -> ReviewTerms:
        return load_review_terms()

    def whose(self, running: DeadlineOfOrgan) -> Whose:
        """The rule set that gives the number of days; for a setting or the organ's own day, the rule set that
        judges.
        """
        rules, terms, day = running.rules, self.review_terms(), day_of(running.deadline.started_at)
        division, rule_set = self.division_of(running.responsible, day), running.deadline.rule_set
        if rule_set in (None, rules.id):
            return Whose(division, rules.id, rules.version)
        if rule_set == terms.id:
            return Whose(division, terms.id, terms.version)
        stack = self.states.rulebook.rule_sets.in_force(day, division)
        return Whose(division, rule_set, next((each.version for each in stack if each.id == rule_set), rules.version))

    def division_of(self, organ: str, day: date) -> str | None:
        return division_on(self.states.state(f"party/{organ}"), day)


@dataclass(frozen=True, slots=True)
class RunningClocks:
    """``instead``: states that replace the present ones, to give the rows before the entry last applied."""

    states: States
    relations: ClockRelations
    instead: Mapping[str, State | None] = field(default_factory=lambda: NOTHING)

    def but(self, stream: str, state: State | None) -> RunningClocks:
        return replace(self, instead={stream: state})

    def of_request(self, request: RequestState | None) -> Rows:
        if request is None:
            return NONE
        disputes = self._all(self.relations.disputes_of(request.id), DisputeState)
        running = clocks_of_request(
            request,
            self._law,
            item=None if request.item is None else self.state(f"item/{request.item}", ItemState),
            disputes=disputes,
            reopeners=self._reopeners(request),
        )
        return self._rows(running, Concerned(request.requester, request.provider, request.item, request.id))

    def of_item(self, item: ItemState | None, changes: Iterable[InformationChange] | None = None) -> Rows:
        """``changes``: only these of the notified changes."""
        if item is None:
            return NONE
        discrepancies = self._all(self.relations.discrepancies_of(item.item), DiscrepancyState)
        running = clocks_of_item(item, discrepancies, self._law, changes=changes)
        return self._rows(running, Concerned(provider=item.provider, item=item.item))

    def of_violation(self, violation: ViolationState | None) -> Rows:
        running = None if violation is None else clock_of_order(violation, self._law)
        return NONE if running is None else self._rows((running,), Concerned())

    def of_statistics(self, provider: str, deliveries: Sequence[int]) -> Rows:
        facts = [fact_of(act) for act in self.states.acts.at(deliveries)]
        filed = self.state(f"statistics/{provider}", StatisticsState)
        return self._rows(clocks_of_statistics(provider, facts, filed, self._law), Concerned(provider=provider))

    def of_stream(self, stream: str) -> Rows:
        """All present clocks of a stream."""
        family, _, name = stream.partition("/")
        match family:
            case "request":
                return self.of_request(self.state(stream, RequestState))
            case "item":
                return self.of_item(self.state(stream, ItemState))
            case "violation":
                return self.of_violation(self.state(stream, ViolationState))
            case _:
                return self.of_statistics(name, self.relations.deliveries_of(name))

    def state(self, stream: str, kind: type[S]) -> S | None:
        known = self.instead[stream] if stream in self.instead else self.states.state(stream)
        return known if isinstance(known, kind) else None

    @property
    def _law(self) -> LawInForce:
        return LawInForce(self.states)

    def _all(self, streams: Iterable[str], kind: type[S]) -> list[S]:
        states = (self.state(stream, kind) for stream in streams)
        return [state for state in states if state is not None]

    def _reopeners(self, request: RequestState) -> Mapping[ClockKey, Fact]:
        """The orders, determinations and outcomes that the request's answers cite, where they are known."""
        cited = {(ref.by, ref.id): ref for ref in (each.reopened_by for each in request.responses) if ref is not None}
        reopenings: dict[ClockKey, Fact] = {}
        for key in cited:
            place = self.states.acts.place_of(*key)
            state = self._reopening(place[1]) if place is not None and place[0] < self.states.size else None
            facts = reopening(state) if state is not None else ()
            reopenings |= {
                fact.key: fact for fact in facts if fact.key == key and state and state.marks.not_disowned(fact)
            }
        return reopenings

    def _reopening(self, stream: str) -> ViolationState | DisputeState | None:
        return self.state(stream, ViolationState) or self.state(stream, DisputeState)

    def _rows(self, running: Iterable[DeadlineOfOrgan], concerned: Concerned) -> Rows:
        law = self._law
        return {
            (each.stream, each.deadline.clock, each.start.index): row_of(each, concerned, law.whose(each))
            for each in running
        }
