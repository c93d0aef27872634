"""Deadlines: every clock that the law starts, in any stream, with the organ that has to act by it.

Uses leave every state unchanged, so they cost nothing here. An entry that changes the rules or the working days gives
every clock that counts one of the changed days a new row beside the old: the old row answers as of an earlier size.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import chain
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Select, and_, or_, select

from domain.act import Act
from domain.events import DeadlineRecomputed, DeliveryRecorded
from domain.evolve import fold
from domain.judgement.gathering import reopening
from domain.state import (
    DiscrepancyState,
    DisputeState,
    ItemState,
    RequestState,
    StatisticsState,
    ViolationState,
    start_of,
)
from ledger.store.engine import reading
from projections.deadlines.relations import ClockRelations, clock_relation
from projections.deadlines.running import RunningClocks
from projections.deadlines.tables import clock, recomputed
from projections.engine.projector import Desk, Projection, Step
from projections.engine.row_buffer import Key, Rows
from replay.instants import to_micros

PART: Final = 20_000  # rows after which a part of a large recount goes to the batch writer
PAGE: Final = 500  # streams whose clocks are counted again at once
VALUES: Final = tuple(column.name for column in clock.columns)[7:]  # the columns after ledger, build, key and sizes
# The parts of a request on which its clocks depend; deliveries, releases and grants change no clock.
MATTERS: Final = attrgetter(
    "receipt", "item_named", "item", "responses", "withdrawn", "negotiation", "ruling", "reviews", "marks"
)
# of an item: the parts that concern all of its clocks
ALL_CHANGES: Final = attrgetter("provider", "classifications", "marks")


class Deadlines(Projection):
    name = "deadlines"
    version = 1
    tables = (clock, clock_relation, recomputed)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._clocks, relations, self._recomputed = self.shelves
        self._relations = ClockRelations(desk, relations)
        self._running = RunningClocks(desk.world, self._relations)

    def looks_back(self, step: Step) -> bool:
        return self.desk.world.rules_changed is not None and step.act.index > 0

    def take(self, step: Step) -> None:
        if step.after is step.before:
            return
        before = self._running.but(step.act.stream, step.before)
        delivered = self._relations.deliveries_of(step.act.by) if _off_platform(step.act) else ()
        self._relations.take(step)
        if self.looks_back(step):
            self._count_again(step)
        elif _off_platform(step.act):
            self._delivered(step, delivered)
        match step.after:
            case RequestState():
                self._request(step, before)
            case ItemState():
                self._item(step, before)
            case ViolationState():
                self._violation(step, before)
            case DisputeState():
                self._reopens(step, before)
            case DiscrepancyState(item=item):
                known = self._running.state(f"item/{item}", ItemState)
                self._clocks.turns(before.of_item(known), self._running.of_item(known), step.size)
            case StatisticsState(provider=provider):
                days = self._relations.deliveries_of(provider)
                rows = self._running.of_statistics(provider, days)
                self._clocks.turns(before.of_statistics(provider, days), rows, step.size)
        if isinstance(step.act.event, DeadlineRecomputed):
            self._note(step, step.act.event)

    # --- the changes of one entry

    def _request(self, step: Step, before: RunningClocks) -> None:
        assert isinstance(step.after, RequestState)
        was = step.before if isinstance(step.before, RequestState) else None
        if was is not None and all(map(_same, MATTERS(was), MATTERS(step.after))):
            return
        self._clocks.turns(before.of_request(was), self._running.of_request(step.after), step.size)

    def _item(self, step: Step, before: RunningClocks) -> None:
        """Of the changes of an item, which grow with the years, only those that this entry concerns."""
        was, now = step.before if isinstance(step.before, ItemState) else None, step.after
        assert isinstance(now, ItemState)
        if was is None or not all(map(_same, ALL_CHANGES(was), ALL_CHANGES(now))):
            self._clocks.turns(before.of_item(was), self._running.of_item(now), step.size)
        elif was.changes is not now.changes or was.updates is not now.updates:
            known = {id(each) for each in was.changes} & {id(each) for each in now.changes}
            gone = [each for each in was.changes if id(each) not in known]
            come = [each for each in now.changes if id(each) not in known]
            self._clocks.turns(before.of_item(was, gone), self._running.of_item(now, come), step.size)

    def _violation(self, step: Step, before: RunningClocks) -> None:
        assert isinstance(step.after, ViolationState)
        was = step.before if isinstance(step.before, ViolationState) else None
        self._clocks.turns(before.of_violation(was), self._running.of_violation(step.after), step.size)
        if was is None or was.order is not step.after.order or was.marks is not step.after.marks:
            self._reopens(step, before)

    def _reopens(self, step: Step, before: RunningClocks) -> None:
        """A decision in another stream starts the provider's answer again, or an answer had cited the decision
        already.
        """
        state = step.after
        assert isinstance(state, DisputeState | ViolationState)
        cited = (self._relations.reopened_by(*fact.key) for fact in reopening(state))
        requests = dict.fromkeys(chain.from_iterable(cited))
        if isinstance(state, DisputeState) and state.opened.request_id is not None:
            requests[state.opened.request_id] = None
        for name in requests:
            request = self._running.state(f"request/{name}", RequestState)
            self._clocks.turns(before.of_request(request), self._running.of_request(request), step.size)

    def _delivered(self, step: Step, earlier: Sequence[int]) -> None:
        provider = step.act.by
        days = self._relations.deliveries_of(provider)
        if days != earlier:
            rows = self._running.of_statistics(provider, days)
            self._clocks.turns(self._running.of_statistics(provider, earlier), rows, step.size)

    def _note(self, step: Step, event: DeadlineRecomputed) -> None:
        new = event.new
        row = (
            event.stream,
            event.clock,
            event.cause.by,
            event.cause.id,
            _day(new.earliest or new.due),
            _day(new.latest or new.due),
        )
        self._recomputed.opens((step.act.index,), step.size, row)

    # --- the changes of the rules and the working days

    def _count_again(self, step: Step) -> None:
        """Counts again every clock that started or ends since the first day that counts differently."""
        since = self.desk.world.rules_changed
        assert since is not None
        after = ""
        while streams := self._streams(since, after):
            for stream in streams:
                self._clocks.turns(self._held(stream), self._anew(stream), step.size)
                if len(self._clocks) > PART:
                    self.desk.spill()
            after = streams[-1]

    def _anew(self, stream: str) -> Rows:
        family, _, _ = stream.partition("/")
        if family != "request":
            return self._running.of_stream(stream)
        # The uses, of which there may be very many, leave the request unchanged.
        request = fold(self.desk.world.acts.life_of(stream, self.desk.world.size))
        return self._running.of_request(request if isinstance(request, RequestState) else None)

    def _streams(self, since: date, after: str) -> list[str]:
        affected = or_(clock.c.latest >= since.isoformat(), clock.c.started_at >= to_micros(start_of(since)))
        chosen = select(clock.c.stream).distinct().where(self._mine, affected, clock.c.stream > after)
        return [row.stream for row in self._read(chosen.order_by(clock.c.stream).limit(PAGE))]

    def _held(self, stream: str) -> Rows:
        rows = self._read(select(clock).where(self._mine, clock.c.stream == stream))
        return {_key(row): tuple(getattr(row, name) for name in VALUES) for row in rows}

    @property
    def _mine(self) -> Any:
        table, desk = clock, self.desk
        return and_(table.c.ledger == desk.ledger, table.c.build == desk.build, table.c.to_size.is_(None))

    def _read(self, query: Select[Any]) -> Sequence[Any]:
        with reading(self.desk.engine) as connection:
            return connection.execute(query).all()


def _off_platform(act: Act) -> bool:
    return isinstance(act.event, DeliveryRecorded) and act.event.channel == "OFF_PLATFORM"


def _same(one: object, other: object) -> bool:
    return one is other


def _key(row: Any) -> Key:
    return row.stream, row.clock, row.start


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
