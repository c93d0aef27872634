"""Findings that no judged act shows: clocks that ran out (A11, A13, A15, A18), and the authority's files on any
finding.

A use costs nothing, because it leaves every state unchanged. An entry that changes the rules or the working days has
every clock evaluated again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter, is_
from typing import Final

from domain.deadlines.calendar import day_of
from domain.evolve import fold
from domain.findings.derive import citable
from domain.findings.file_stage import Stage, stage_of
from domain.rules.rule_set import RuleSet
from domain.state import DiscrepancyState, ItemState, PartyState, RequestState, ViolationState
from domain.vocabulary.codes import Limb
from domain.vocabulary.values import Ref
from projections.deadlines.running import LawInForce
from projections.engine.lookups import CurrentRows, References
from projections.engine.projector import AppliedAct, Projector, ProjectorContext
from projections.engine.row_buffer import Rows
from projections.findings.expired import DECLARATION, DISCREPANCY, ExpiredDeadlineRows, key_of
from projections.findings.tables import expired_deadline, named, of_file, taken_up, violation

# streams whose clocks can be cited through records other than their start
CLOCKED: Final = ("request/", "discrepancy/")
# The parts of a request on which its expired deadlines depend (``domain.deadlines.expiry``).
MATTERS: Final = attrgetter(
    "receipt", "item", "item_named", "responses", "withdrawn", "negotiation", "ruling", "reviews", "marks"
)
STARTERS: Final = ("request.received", "information.changed", "discrepancy.verified", "collection.declared")
FLUSH_ROWS: Final = 20_000  # rows after which a part of a large evaluation goes to the batch writer


class Findings(Projector):
    name = "findings"
    version = 1
    tables = (expired_deadline, violation, taken_up, named)

    def __init__(self, context: ProjectorContext) -> None:
        super().__init__(context)
        self._silence, self._violation, self._taken_up, links = self.buffers
        self._links = References(context, links)
        self._held = CurrentRows(context, self._silence)
        self._silences = ExpiredDeadlineRows(context.states, self._links)

    def apply(self, applied: AppliedAct) -> None:
        before, after, size = applied.before, applied.after, applied.size
        if before is None and isinstance(after, RequestState | ItemState | PartyState):
            self._held.mark_empty(applied.act.stream)
        match after:
            case RequestState():
                if not isinstance(before, RequestState) or not all(map(is_, MATTERS(before), MATTERS(after))):
                    self._held.replace_all(applied.act.stream, self._silences.of_request(after), size)
            case ItemState():
                self._item(before if isinstance(before, ItemState) else None, after, size)
            case DiscrepancyState():
                self._links.note(DISCREPANCY, after.item, applied.act.stream, size)
                self._proved(after.item, size)
            case PartyState():
                self._party(before if isinstance(before, PartyState) else None, after, size)
            case ViolationState():
                self._file(before if isinstance(before, ViolationState) else None, after, size)
            case _:
                pass
        if self.context.states.rules_changed is not None and applied.act.index > 0:
            self._look_again(size)

    # --- clocks

    def _item(self, before: ItemState | None, after: ItemState, size: int) -> None:
        """Of the changes of an item, which grow with the years, only those that this entry concerns."""
        known = () if before is None or before.marks is not after.marks else before.changes
        rows = dict(self._held.lookup(f"item/{after.item}"))
        for place, change in enumerate(after.changes):
            if place >= len(known) or known[place] is not change:
                rows.pop(key_of(after, change.fact), None)
                rows |= self._silences.of_change(after, place)
        self._held.replace_all(f"item/{after.item}", self._with_proved(after, rows), size)
        if before is None or (before.versions, before.suspensions) != (after.versions, after.suspensions):
            for party in self._silences.naming(DECLARATION, after.item, PartyState):
                self._held.replace_all(f"party/{party.uscc}", self._silences.of_party(party), size)

    def _proved(self, code: str, size: int) -> None:
        item = self.context.states.state(f"item/{code}")
        if isinstance(item, ItemState):
            stream = f"item/{code}"
            self._held.replace_all(stream, self._with_proved(item, dict(self._held.lookup(stream))), size)

    def _with_proved(self, item: ItemState, rows: Rows) -> Rows:
        proved = frozenset(self._silences.keys_of_proved(item))
        return {**{key: row for key, row in rows.items() if key not in proved}, **self._silences.of_proved(item)}

    def _party(self, before: PartyState | None, after: PartyState, size: int) -> None:
        if not after.declarations or (
            before is not None and before.declarations is after.declarations and before.marks is after.marks
        ):
            return
        for code in dict.fromkeys(each.item for each in after.declarations.values() if each.item is not None):
            self._links.note(DECLARATION, code, f"party/{after.uscc}", size)
        self._held.replace_all(f"party/{after.uscc}", self._silences.of_party(after), size)

    def _look_again(self, size: int) -> None:
        """Evaluates every stream that ever started a clock, because the rules or the working days have changed."""
        for stream in dict.fromkeys(map(self._whose, self.context.states.acts.streams_with(STARTERS, size))):
            # The uses of a request, of which there may be very many, leave it unchanged.
            of_request = stream.startswith("request/")
            state = (
                fold(self.context.states.acts.changing(stream, size))
                if of_request
                else self.context.states.state(stream)
            )
            self._held.replace_all(stream, self._silences.of(state), size)
            if len(self._silence) > FLUSH_ROWS:
                self.context.flush()

    def _whose(self, stream: str) -> str:
        """The stream that holds the clock: a discrepancy's clock is its item's."""
        state = self.context.states.state(stream) if stream.startswith("discrepancy/") else None
        return f"item/{state.item}" if isinstance(state, DiscrepancyState) else stream

    # --- files

    def _file(self, before: ViolationState | None, after: ViolationState, size: int) -> None:
        was = {} if before is None else of_file(before, self._rules(before))
        self._violation.replace_all(was, of_file(after, self._rules(after)), size)
        if before is None or before.found is not after.found or before.marks is not after.marks:
            meant = {} if before is None else self._meant(before)
            self._taken_up.replace_all(meant, self._meant(after), size)

    def _rules(self, file: ViolationState) -> RuleSet:
        law = LawInForce(self.context.states)
        return law.rules_on(day_of(file.fact.time), frozenset(), file.accused)

    def _meant(self, file: ViolationState) -> Rows:
        """The findings that the file takes up: the one that it names, or all that its evidence and limbs can mean."""
        if stage_of(file) is Stage.OPEN:
            return {}
        if file.finding is not None:
            return {(file.finding, file.id): ()}
        cited = [*self._cited(file.limb, file.evidence, file.fact.index)]
        if file.found is not None and file.found_by is not None and file.marks.not_disowned(file.found_by):
            cited += self._cited(file.found.limb, file.found.evidence, file.found_by.index)
        return {(finding, file.id): () for finding in cited}

    def _cited(self, limb: Limb, evidence: Iterable[Ref], below: int) -> Iterator[str]:
        """The findings that the cited records can mean. Only records that the log held when they were cited count, each
        with the state of its stream at that time, so the result is the same at every evaluation.
        """
        acts = self.context.states.acts
        places = (acts.place_of(ref.by, ref.id) for ref in evidence)
        indexes = sorted({place[0] for place in places if place is not None and place[0] < below})
        for act in acts.at(indexes):
            clocked = act.stream.startswith(CLOCKED)
            state = fold(acts.changing(act.stream, act.index + 1)) if clocked else None
            yield from citable(act, limb, state)
