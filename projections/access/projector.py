"""The access trail: every judged act, and every judgement of it that later facts made.

An act is judged by what is known when it is recorded. A later fact that changes the judgement closes the act's rows
at its own entry and opens new ones there; nothing is overwritten, so that both are answered: as known then, and as
known now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from domain.act import Act
from domain.deadlines.calendar import WorkingCalendar, day_of
from domain.events import UseRecorded
from domain.judgement.facts import Facts
from domain.judgement.gathering import gather
from domain.state import ItemState, RequestState
from projections.access.affected_acts import ALL, FROM_THE_FIRST, AffectedActs, affected_acts
from projections.access.judgement_cache import JudgementCache
from projections.access.open_judgements import ActAndJudgement, OpenJudgements
from projections.access.rejudging import RejudgementReader
from projections.access.relations import Relations, relation
from projections.access.tables import ALWAYS, ITEM, REASONS, REQUEST, TIME, Judged, access, judged, reason
from projections.engine.projector import AppliedAct, Projector, ProjectorContext
from replay.rulebook import division_on

FLUSH_ROWS = 20_000  # rows after which very much that is judged again goes to the batch writer


class AccessTrail(Projector):
    name = "access"
    version = 3
    tables = (access, reason, relation)
    every_act = True

    def __init__(self, context: ProjectorContext) -> None:
        super().__init__(context)
        self._access, self._reason, relations = self.buffers
        self._relations = Relations(context, relations)
        self._judged_acts = RejudgementReader(context)
        self._open_judgements = OpenJudgements(
            self._judged_acts, anything=context.states.size > 0, written=context.written
        )
        self._rulebook = context.states.rulebook  # replaced by entries that change the rules
        self._alike = JudgementCache()
        self._ripple: AffectedActs | None = None  # of the step at hand
        self._unchanged: dict[tuple[str, str, str | None, str], Facts] = {}  # since the last entry that changed a state

    def needs_earlier_rows(self, applied: AppliedAct) -> bool:
        if applied.after is applied.before and self.context.states.rules_changed is None:
            self._ripple = None  # nothing is otherwise than before
            return False
        reach = self._of_the_rules(applied, self._opening(applied) or affected_acts(applied))
        self._ripple = None if reach is None else self._widened(reach)
        return self._ripple is not None and self._open_judgements.needs_rows(self._ripple)

    def apply(self, applied: AppliedAct) -> None:
        if applied.after is not applied.before:
            self._unchanged.clear()
        self._relations.apply(applied)
        if self._ripple is not None:
            for act, before in self._reached(self._ripple, applied.act.index):
                self._judge(act, applied.size, before)
                if len(self._access) > FLUSH_ROWS:
                    self.context.flush()
        self._judge(applied.act, applied.size, None)

    def _widened(self, reach: AffectedActs) -> AffectedActs:
        """What the relations add: acts rest on organs that were succeeded, and may have cited what was not there."""
        if reach.cited is None and not reach.parties and not reach.criticisms:
            return reach
        indexes = reach.indexes
        if reach.cited is not None:
            indexes += self._relations.citing(reach.cited)
        if reach.criticisms:
            indexes += self._relations.criticisms()
        return replace(reach, parties=self._relations.before(reach.parties), indexes=indexes)

    def _opening(self, applied: AppliedAct) -> AffectedActs | None:
        """A request or an item begins that earlier acts may have cited."""
        if applied.before is not None or not isinstance(applied.after, RequestState | ItemState):
            return None
        if not self._open_judgements.opened(applied.act.stream):
            return None
        name = applied.act.stream.partition("/")[2]
        if isinstance(applied.after, RequestState):
            return AffectedActs(requests=(name,), since=FROM_THE_FIRST, open_with=ALL)
        return AffectedActs(items=(name,), since=FROM_THE_FIRST)

    def _of_the_rules(self, applied: AppliedAct, reach: AffectedActs | None) -> AffectedActs | None:
        """The law or the working days are others from a day on."""
        since = self.context.states.rules_changed
        if applied.after is not applied.before:
            self._rulebook = self.context.states.rulebook
        return (
            reach if since is None or applied.act.index == 0 else replace(reach or AffectedActs(), counted_from=since)
        )

    def _judge(self, act: Act, size: int, before: Judged | None) -> None:
        """Judge an act by the facts as they are now. ``before``: as it was judged last; None: never yet."""
        facts = self._facts(act)
        rules = self._rulebook.for_act(act, facts)
        if before is None:
            now = self._alike.judged(act, facts, rules)
            if not isinstance(now, Judged):
                self._settle(act.index, size, now)
                return
        else:
            now = judged(act, facts, rules)
            if now.rows == before.rows:
                return
            self._close(before, size)
        for key, row in now.rows.items():
            self._access.insert(key, size, row)
        for reason_key, reason_row in now.reasons.items():
            self._reason.insert(reason_key, size, reason_row)
        if now.rows:
            self._remember(act, now, facts, size)

    def _settle(self, index: int, size: int, row: tuple[Any, ...]) -> None:
        """The one row of an act that is judged for the first time and leaves nothing open."""
        self._access.insert((index, ALWAYS), size, row)
        self._open_judgements.note_settled(row[TIME], size, request=row[REQUEST], item=row[ITEM])

    def _facts(self, act: Act) -> Facts:
        """The facts of the act's case. Uses are most of all acts; while no entry changes anything, all uses of one
        request by one organ find the same.
        """
        event = act.event
        if not isinstance(event, UseRecorded):
            return gather(act, self._relations, self._calendar(act))
        case, calendar = (act.stream, act.by, event.request_id, event.item), self._calendar(act)
        facts = self._unchanged.get(case)
        if facts is None or facts.calendar is not calendar:
            facts = gather(act, self._relations, calendar)
            if facts.request is not None and facts.marks is facts.request.marks and not facts.marks.corrected:
                self._unchanged[case] = facts
        return facts

    def _calendar(self, act: Act) -> WorkingCalendar:
        """The working days of the organ that acts, where a division's differ from the rest."""
        if not self._rulebook.local:
            return self._rulebook.calendar
        party = self._relations.state(f"party/{act.by}")
        return self._rulebook.calendar_of(division_on(party, day_of(act.time)))

    def _close(self, before: Judged, size: int) -> None:
        for key, row in before.rows.items():
            self._access.end(key, size)
            for code in row[REASONS].split():
                self._reason.end((*key, code), size)

    def _remember(self, act: Act, now: Judged, facts: Facts, size: int) -> None:
        row = next(iter(now.rows.values()))
        request, item = row[REQUEST], row[ITEM]
        self._open_judgements.note(act, row[TIME], now, size, request=request, item=item)
        if request is not None and facts.request is None:
            self._open_judgements.cite(f"request/{request}")
        if item is not None and facts.item is None:
            self._open_judgements.cite(f"item/{item}")

    def _reached(self, reach: AffectedActs, below: int) -> Iterator[ActAndJudgement]:
        """The acts before an index that the fact reaches, each with its judgement that holds until now."""
        if not self._open_judgements.needs_rows(reach):
            return iter(self._open_judgements.reached(reach, below))
        for item in reach.items:
            self._open_judgements.learn_item(item, self._judged_acts.latest_of_item(item))
        return self._judged_acts.reached(reach, below)
