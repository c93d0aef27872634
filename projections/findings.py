"""Findings that no judged act shows: clocks that ran out (A11, A13, A15, A18), and what the authority makes of any.

Costs nothing for a use. A row follows from the states at the entry, as every projection's: the rows before and after
an entry are compared, and only what differs is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, TypeVar

from domain.calendar import day_of
from domain.codes import Limb
from domain.evolution import fold
from domain.findings import citable
from domain.rulesets import RuleSet
from domain.silence import (
    not_updated,
    proved_updates_of,
    recollected,
    ruling_ignored,
    unanswered,
    update_of,
)
from domain.stages import Stage, stage_of
from domain.states import DiscrepancyState, ItemState, PartyState, RequestState, State, ViolationState
from domain.values import Ref
from projections.finding_rows import (
    named,
    of_collections,
    of_file,
    of_item,
    of_request,
    silence,
    taken_up,
    violation,
)
from projections.links import Links
from projections.projection import Desk, Projection, Step
from projections.rules import NONE, Rulebook
from projections.shelves import Rows

DISCREPANCY: Final = "discrepancy"
DECLARATION: Final = "declaration"
CLOCKED: Final = ("request/", "discrepancy/")  # streams whose clocks other records than their start can be cited for
S = TypeVar("S", bound=State)


class Findings(Projection):
    name = "findings"
    version = 1
    tables = (silence, violation, taken_up, named)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._silence, self._violation, self._taken_up, links = self.shelves
        self._links = Links(desk, links)
        self._rulebook = Rulebook()

    def take(self, step: Step) -> None:
        before, after = step.before, step.after
        match after:
            case RequestState():
                was = self._of_request(before) if isinstance(before, RequestState) else {}
                self._silence.turns(was, self._of_request(after), step.size)
            case ItemState():
                self._item(before if isinstance(before, ItemState) else None, after, step.size)
            case DiscrepancyState():
                self._discrepancy(before if isinstance(before, DiscrepancyState) else None, after, step.size)
            case PartyState():
                self._party(before if isinstance(before, PartyState) else None, after, step.size)
            case ViolationState():
                self._file(before if isinstance(before, ViolationState) else None, after, step.size)
            case _:
                pass

    # --- clocks

    def _rules(self, instant: datetime, classes: frozenset[str] = NONE) -> RuleSet:
        return self._rulebook.on(day_of(instant), classes)

    def _of_request(self, state: RequestState) -> Rows:
        """A18 ¶1 by the rules of the receipt, A13 ¶1 by those of the ruling."""
        rows: dict[tuple[str, ...], tuple[object, ...]] = {}
        if state.received_at is not None:
            rules = self._rules(state.received_at, state.classes)
            rows |= of_request(unanswered(state, rules, self._rulebook.calendar), state, rules)
        if state.ruling is not None:
            rules = self._rules(state.ruling.fact.time, state.classes)
            rows |= of_request(ruling_ignored(state, rules), state, rules)
        return rows

    def _item(self, before: ItemState | None, after: ItemState, size: int) -> None:
        item = after.item
        self._silence.turns(*self._changes(before, after), size)
        if before is None or before.updates is not after.updates or before.marks is not after.marks:
            discrepancies = tuple(self._all(DiscrepancyState, DISCREPANCY, item))
            was = {} if before is None else self._proved(before, discrepancies)
            self._silence.turns(was, self._proved(after, discrepancies), size)
        offered = before is None or (before.versions, before.suspensions) != (after.versions, after.suspensions)
        for party in self._all(PartyState, DECLARATION, item) if offered else ():
            was = {} if before is None else self._collected(party, before)
            self._silence.turns(was, self._collected(party, after), size)

    def _changes(self, before: ItemState | None, after: ItemState) -> tuple[Rows, Rows]:
        """Of the changes of an item, which grow with the years, those that this entry concerns."""
        known = () if before is None else before.changes
        same = before is not None and before.marks is after.marks
        differ = [n for n, each in enumerate(after.changes) if not (same and n < len(known) and known[n] is each)]
        was = {} if before is None else self._notified(before, [n for n in differ if n < len(known)])
        return was, self._notified(after, differ)

    def _notified(self, item: ItemState, which: Iterable[int]) -> Rows:
        rows: dict[tuple[str, ...], tuple[object, ...]] = {}
        for n in which:
            running = update_of(item, item.changes[n], self._rules, self._rulebook.calendar)
            rows |= of_item(not_updated([running]), item.item, self._rules(item.changes[n].fact.time))
        return rows

    def _proved(self, item: ItemState, discrepancies: Iterable[DiscrepancyState]) -> Rows:
        rows: dict[tuple[str, ...], tuple[object, ...]] = {}
        for running in proved_updates_of(item, discrepancies, self._rules, self._rulebook.calendar):
            rows |= of_item(not_updated([running]), item.item, self._rules(running.deadline.started_at))
        return rows

    def _discrepancy(self, before: DiscrepancyState | None, after: DiscrepancyState, size: int) -> None:
        self._links.note(DISCREPANCY, after.item, f"discrepancy/{after.id}", size)
        item = self.desk.world.state(f"item/{after.item}")
        if isinstance(item, ItemState):
            was = {} if before is None else self._proved(item, [before])
            self._silence.turns(was, self._proved(item, [after]), size)

    def _party(self, before: PartyState | None, after: PartyState, size: int) -> None:
        if before is not None and before.declarations is after.declarations and before.marks is after.marks:
            return
        for code in dict.fromkeys(each.item for each in after.declarations.values() if each.item is not None):
            self._links.note(DECLARATION, code, f"party/{after.uscc}", size)
            item = self.desk.world.state(f"item/{code}")
            if isinstance(item, ItemState):
                was = {} if before is None else self._collected(before, item)
                self._silence.turns(was, self._collected(after, item), size)

    def _collected(self, party: PartyState, item: ItemState) -> Rows:
        rows: dict[tuple[str, ...], tuple[object, ...]] = {}
        for each in recollected(party, [item]):
            rows |= of_collections([each], item.item, item.provider, self._rules(each.since))
        return rows

    def _all(self, kind: type[S], link: str, named_: str) -> Iterator[S]:
        for stream in self._links.to(link, named_):
            state = self.desk.world.state(stream)
            if isinstance(state, kind):
                yield state

    # --- files

    def _file(self, before: ViolationState | None, after: ViolationState, size: int) -> None:
        was = {} if before is None else of_file(before, self._rules(before.fact.time))
        self._violation.turns(was, of_file(after, self._rules(after.fact.time)), size)
        if before is None or before.found is not after.found or before.marks is not after.marks:
            meant = {} if before is None else self._meant(before)
            self._taken_up.turns(meant, self._meant(after), size)

    def _meant(self, file: ViolationState) -> Rows:
        """The findings that the file takes up: the one that it names, or all that its evidence and limbs can mean."""
        if stage_of(file) is Stage.OPEN:
            return {}
        if file.finding is not None:
            return {(file.finding, file.id): ()}
        cited = [*self._cited(file.limb, file.evidence, file.fact.index)]
        if file.found is not None and file.found_by is not None and file.marks.stands(file.found_by):
            cited += self._cited(file.found.limb, file.found.evidence, file.found_by.index)
        return {(finding, file.id): () for finding in cited}

    def _cited(self, limb: Limb, evidence: Iterable[Ref], below: int) -> Iterator[str]:
        """What the records can mean that the log held when they were cited, each as its stream then stood: the same
        whenever it is looked at.
        """
        acts = self.desk.world.acts
        places = (acts.place_of(ref.by, ref.id) for ref in evidence)
        indexes = sorted({place[0] for place in places if place is not None and place[0] < below})
        for act in acts.at(indexes):
            clocked = act.stream.startswith(CLOCKED)
            state = fold(acts.life_of(act.stream, act.index + 1)) if clocked else None
            yield from citable(act, limb, state)
