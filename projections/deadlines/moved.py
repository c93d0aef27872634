"""The clocks whose dates an entry changed, and those of them that no ``deadline.recomputed`` names yet (law 8.1, 8.3).

A clock that a calendar or rule set changes is counted again when that entry is read
(``projections.deadlines.projector``): the row that held before it ends at the size at which the new one begins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import and_, or_, select

from domain import events as e
from domain.act import Act
from domain.vocabulary.codes import Clock
from domain.vocabulary.values import URN, Ref
from ledger.store.engine import reading
from ledger.store.store import Store
from projections.deadlines.projector import Deadlines
from projections.deadlines.tables import clock, recomputed
from projections.engine.builds import Builds
from projections.query.snapshot import NotAnswerable, Snapshot, SnapshotRequest, SnapshotResolver
from replay.log_source import ActLog
from replay.rulebook import CHANGES, changes_rules

CAUSES: Final = tuple(f"sharing.{each.event_name}.v1" for each in CHANGES - {e.LedgerFounded})


@dataclass(frozen=True, slots=True)
class DueInterval:
    """The days between which a clock ends: the same, unless a year's calendar is unpublished. None: no due day."""

    earliest: date | None
    latest: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineMoved:
    """A clock whose dates an entry changed."""

    stream: str  # the stream in which the clock runs,
    clock: Clock
    start: int  # and the entry that started it: a stream may hold several of a kind
    old: DueInterval
    new: DueInterval
    cause: Ref
    cause_stream: str  # of a calendar or a rule set
    at: datetime  # when the cause was recorded


class MovedDeadlines:
    """Owned by one thread, which calls it repeatedly: a cause whose moved clocks are all recorded is not read a second
    time.
    """

    def __init__(self, store: Store, builds: Builds) -> None:
        self._store = store
        self._acts = ActLog(store)
        self._ground = SnapshotResolver(store, builds, None)
        self._from = 0  # every cause before this entry is recorded in full

    def __call__(self) -> Sequence[DeadlineMoved]:
        """The moved clocks of the earliest cause first, up to the size that the projection has reached."""
        size = self._store.head().size
        unrecorded: list[DeadlineMoved] = []
        for cause in self._acts.of_types(CAUSES, self._from, size):
            if not changes_rules(cause):
                continue
            try:
                untold = self._unrecorded(cause)
            except NotAnswerable:
                return unrecorded
            if not unrecorded:
                self._from = cause.index + (0 if untold else 1)
            unrecorded += untold
        if not unrecorded:
            self._from = size
        return unrecorded

    def _unrecorded(self, cause: Act) -> list[DeadlineMoved]:
        """The clocks of one cause that no record names yet. A record names stream and clock. If a stream has more moved
        clocks of a kind than records, all of these are returned again, because the caller identifies each by its own
        id.
        """
        snapshot = self._ground.resolve((Deadlines,), SnapshotRequest(at_least=cause.index + 1))
        moved = self._moved(cause, snapshot)
        due = Counter((each.stream, each.clock) for each in moved)
        recorded = self._already_recorded(cause, snapshot) if moved else Counter()
        return [each for each in moved if recorded[each.stream, each.clock] < due[each.stream, each.clock]]

    def _moved(self, cause: Act, snapshot: Snapshot) -> list[DeadlineMoved]:
        old, new, size = clock.alias("old"), clock.alias("new"), cause.index + 1
        same = and_(*(old.c[name] == new.c[name] for name in ("ledger", "build", "stream", "clock", "start")))
        ours = (new.c.ledger == snapshot.ledger, new.c.build == snapshot.builds[Deadlines.name])
        other = or_(*(old.c[name].is_distinct_from(new.c[name]) for name in ("earliest", "latest")))
        dates = (old.c.earliest, old.c.latest, new.c.earliest, new.c.latest)
        chosen = (
            select(new.c.stream, new.c.clock, new.c.start, *dates)
            .join(old, same)
            .where(*ours, new.c.from_size == size, old.c.to_size == size, other)
            .order_by(new.c.stream, new.c.clock, new.c.start)
        )
        with reading(self._store.engine) as connection:
            return [_moved(cause, *row) for row in connection.execute(chosen)]

    def _already_recorded(self, cause: Act, snapshot: Snapshot) -> Counter[tuple[str, str]]:
        named = (recomputed.c.cause_by == cause.by, recomputed.c.cause_id == cause.id)
        chosen = select(recomputed.c.stream, recomputed.c.clock).where(snapshot.build_rows(recomputed), *named)
        with reading(self._store.engine) as connection:
            return Counter((row.stream, row.clock) for row in connection.execute(chosen))


def _moved(cause: Act, stream: str, kind: Any, start: int, *dates: str | None) -> DeadlineMoved:
    days = [None if each is None else date.fromisoformat(each) for each in dates]
    return DeadlineMoved(
        stream=stream,
        clock=kind,
        start=start,
        old=DueInterval(*days[:2]),
        new=DueInterval(*days[2:]),
        cause=Ref(source=URN + cause.by, id=cause.id),
        cause_stream=cause.stream,
        at=cause.recorded_at,
    )
