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
from projections.engine.projector import AppliedAct, Projector, ProjectorContext
from projections.engine.row_buffer import RowKey, Rows
from replay.instants import to_micros
from replay.lru_cache import LruCache

FLUSH_ROWS: Final = 20_000  # rows after which a part of a large recount goes to the batch writer
CAPACITY: Final = 10_000  # requests
PAGE: Final = 500  # streams whose clocks are counted again at once
VALUES: Final = tuple(column.name for column in clock.columns)[7:]  # the columns after ledger, build, key and sizes
# The parts of a request on which its clocks depend; deliveries, releases and grants change no clock.
MATTERS: Final = attrgetter(
    "receipt", "item_named", "item", "responses", "withdrawn", "negotiation", "ruling", "reviews", "marks"
)
# of an item: the parts that concern all of its clocks
ALL_CHANGES: Final = attrgetter("provider", "classifications", "marks")


class Deadlines(Projector):
    name = "deadlines"
    version = 1
    tables = (clock, clock_relation, recomputed)

    def __init__(self, context: ProjectorContext) -> None:
        super().__init__(context)
        self._clocks, relations, self._recomputed = self.buffers
        self._relations = ClockRelations(context, relations)
        self._running = RunningClocks(context.states, self._relations)
        # The rows that hold, of the requests that changed last: counting them costs more than keeping them.
        self._of_requests: LruCache[Rows | None] = LruCache(CAPACITY)

    def needs_earlier_rows(self, applied: AppliedAct) -> bool:
        return self.context.states.rules_changed is not None and applied.act.index > 0

    def apply(self, applied: AppliedAct) -> None:
        if applied.after is applied.before:
            return
        before = self._running.but(applied.act.stream, applied.before)
        delivered = self._relations.deliveries_of(applied.act.by) if _off_platform(applied.act) else ()
        self._relations.apply(applied)
        if self.needs_earlier_rows(applied):
            self._count_again(applied)
        elif _off_platform(applied.act):
            self._delivered(applied, delivered)
        match applied.after:
            case RequestState():
                self._request(applied, before)
            case ItemState():
                self._item(applied, before)
            case ViolationState():
                self._violation(applied, before)
            case DisputeState():
                self._reopens(applied, before)
            case DiscrepancyState(item=item):
                known = self._running.state(f"item/{item}", ItemState)
                self._clocks.replace_all(before.of_item(known), self._running.of_item(known), applied.size)
            case StatisticsState(provider=provider):
                days = self._relations.deliveries_of(provider)
                rows = self._running.of_statistics(provider, days)
                self._clocks.replace_all(before.of_statistics(provider, days), rows, applied.size)
        if isinstance(applied.act.event, DeadlineRecomputed):
            self._note(applied, applied.act.event)

    # --- the changes of one entry

    def _request(self, applied: AppliedAct, before: RunningClocks) -> None:
        assert isinstance(applied.after, RequestState)
        was = applied.before if isinstance(applied.before, RequestState) else None
        if was is not None and all(map(_same, MATTERS(was), MATTERS(applied.after))):
            return
        held = self._of_requests.get(applied.after.id, None)
        self._set_request(applied.after, before.of_request(was) if held is None else held, applied.size)

    def _set_request(self, request: RequestState, held: Rows, size: int) -> None:
        rows = self._running.of_request(request)
        self._clocks.replace_all(held, rows, size)
        self._of_requests.put(request.id, rows)

    def _item(self, applied: AppliedAct, before: RunningClocks) -> None:
        """Of the changes of an item, which grow with the years, only those that this entry concerns."""
        was, now = applied.before if isinstance(applied.before, ItemState) else None, applied.after
        assert isinstance(now, ItemState)
        if was is None or not all(map(_same, ALL_CHANGES(was), ALL_CHANGES(now))):
            self._clocks.replace_all(before.of_item(was), self._running.of_item(now), applied.size)
        elif was.changes is not now.changes or was.updates is not now.updates:
            known = {id(each) for each in was.changes} & {id(each) for each in now.changes}
            gone = [each for each in was.changes if id(each) not in known]
            come = [each for each in now.changes if id(each) not in known]
            self._clocks.replace_all(before.of_item(was, gone), self._running.of_item(now, come), applied.size)

    def _violation(self, applied: AppliedAct, before: RunningClocks) -> None:
        assert isinstance(applied.after, ViolationState)
        was = applied.before if isinstance(applied.before, ViolationState) else None
        self._clocks.replace_all(before.of_violation(was), self._running.of_violation(applied.after), applied.size)
        if was is None or was.order is not applied.after.order or was.marks is not applied.after.marks:
            self._reopens(applied, before)

    def _reopens(self, applied: AppliedAct, before: RunningClocks) -> None:
        """A decision in another stream starts the provider's answer again, or an answer had cited the decision
        already.
        """
        state = applied.after
        assert isinstance(state, DisputeState | ViolationState)
        cited = (self._relations.reopened_by(*fact.key) for fact in reopening(state))
        requests = dict.fromkeys(chain.from_iterable(cited))
        if isinstance(state, DisputeState) and state.opened.request_id is not None:
            requests[state.opened.request_id] = None
        for name in requests:
            request = self._running.state(f"request/{name}", RequestState)
            if request is not None:
                held = self._of_requests.get(name, None)
                self._set_request(request, before.of_request(request) if held is None else held, applied.size)

    def _delivered(self, applied: AppliedAct, earlier: Sequence[int]) -> None:
        provider = applied.act.by
        days = self._relations.deliveries_of(provider)
        if days != earlier:
            rows = self._running.of_statistics(provider, days)
            self._clocks.replace_all(self._running.of_statistics(provider, earlier), rows, applied.size)

    def _note(self, applied: AppliedAct, event: DeadlineRecomputed) -> None:
        new = event.new
        row = (
            event.stream,
            event.clock,
            event.cause.by,
            event.cause.id,
            _day(new.earliest or new.due),
            _day(new.latest or new.due),
        )
        self._recomputed.insert((applied.act.index,), applied.size, row)

    # --- the changes of the rules and the working days

    def _count_again(self, applied: AppliedAct) -> None:
        """Counts again every clock that started or ends since the first day that counts differently."""
        since = self.context.states.rules_changed
        assert since is not None
        self._of_requests = LruCache(CAPACITY)
        after = ""
        while streams := self._streams(since, after):
            for stream in streams:
                self._clocks.replace_all(self._held(stream), self._anew(stream), applied.size)
                if len(self._clocks) > FLUSH_ROWS:
                    self.context.flush()
            after = streams[-1]

    def _anew(self, stream: str) -> Rows:
        family, _, _ = stream.partition("/")
        if family != "request":
            return self._running.of_stream(stream)
        # The uses, of which there may be very many, leave the request unchanged.
        request = fold(self.context.states.acts.changing(stream, self.context.states.size))
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
        table, context = clock, self.context
        return and_(table.c.ledger == context.ledger, table.c.build == context.build, table.c.to_size.is_(None))

    def _read(self, query: Select[Any]) -> Sequence[Any]:
        with reading(self.context.engine) as connection:
            return connection.execute(query).all()


def _off_platform(act: Act) -> bool:
    return isinstance(act.event, DeliveryRecorded) and act.event.channel == "OFF_PLATFORM"


def _same(one: object, other: object) -> bool:
    return one is other


def _key(row: Any) -> RowKey:
    return row.stream, row.clock, row.start


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
