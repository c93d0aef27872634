"""A group: projections that are at the same entry and read the log forward together.

There is usually one group. A rebuild, or a projection that had stopped and is mended, reads in a group of its own until
it has caught up. Entries are read and folded once for all projections of a group; while a batch is being written, the
next one is gathered.

A batch's rows and its place in the log are one transaction: if the process dies at any point, neither was written, and
the next start gathers the batch again. Recovery never needs the memory of a group: after any failure it is discarded
and read from the log again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from sqlalchemy.exc import InterfaceError, OperationalError

from domain.act import Act
from ledger.store.store import Store
from projections.engine.batch_writer import BatchWriter, BuildRows, NotWritten
from projections.engine.builds import Build, ConcurrentUpdate
from projections.engine.projector import AppliedAct, Projector, ProjectorContext
from projections.engine.row_buffer import RowChanges
from replay.log_source import ActLog, Unread, UnreadableEntry, act_of
from replay.rulebook import BundledData
from replay.states import States

BATCH = 4_000  # entries: in a small batch the statements around the entries cost as much as the entries

# The database is unavailable, or another runner is at work. No entry is at fault, and the same batch can be tried
# again.
PASSING = (OperationalError, InterfaceError, ConcurrentUpdate)


class CannotApply(Exception):
    """An entry that a projection (None: every one) cannot take. It is not skipped, because an answer would then be
    partial without saying so.
    """

    def __init__(self, index: int, projector: str | None, why: Exception) -> None:
        super().__init__(f"{type(why).__name__}: {why}")
        self.index = index
        self.projection = projector


@dataclass(slots=True)
class StageTimes:
    """Seconds by stage; ``waited``: for the write of the batch before."""

    entries: int = 0
    read: float = 0.0
    gathered: float = 0.0
    waited: float = 0.0


class ProjectorGroup:
    """Owned by the runner's thread; the batch writer writes in another. After an exception it is unusable: make a new
    one.
    """

    def __init__(
        self,
        store: Store,
        writer: BatchWriter,
        feeds: Sequence[tuple[type[Projector], Build]],
        data: BundledData | None = None,
    ) -> None:
        size = feeds[0][1].position
        assert all(build.position == size for _, build in feeds), "a lane's builds stand at one place"
        self._writer = writer
        self._states = States(ActLog(store), size, data=data)
        self._handed = self._written = size  # tree sizes: last given to the batch writer, and surely committed
        self._tracks = [
            (
                build,
                kind(
                    ProjectorContext(
                        store.engine, store.ledger, build.number, self._states, self._flush, self._committed
                    )
                ),
            )
            for kind, build in feeds
        ]
        self._projectors = [projector for _, projector in self._tracks]
        self._of_every_act = [projector for projector in self._projectors if projector.every_act]
        self.batch = BATCH  # the number of entries last asked for
        self.at_end = False  # the last batch reached the end of the log
        self.stage_times = StageTimes()

    @property
    def size(self) -> int:
        """The tree size gathered so far; the rows written may be one batch behind."""
        return self._states.size

    @property
    def builds(self) -> list[Build]:
        return [build for build, _ in self._tracks]

    def advance(self, batch: int = BATCH) -> bool:
        """Gathers the next batch, and begins to write it. False: nothing is left to read, and everything is written."""
        began = perf_counter()
        self.batch = batch
        entries = self._states.acts.unread(self.size, batch)
        read = perf_counter()
        count = self._gather(entries)
        self.at_end = count < batch
        gathered = perf_counter()
        if count:
            self._hand_over(self.size)
        else:
            self.wait_written()
        self.stage_times.entries += count
        self.stage_times.read += read - began
        self.stage_times.gathered += gathered - read
        self.stage_times.waited += perf_counter() - gathered
        return count > 0

    def wait_written(self) -> None:
        """Waits until every gathered row is written."""
        self._writer.wait()
        self._written = self._handed

    def drop(self) -> None:
        """Rolls back the rows that are not committed."""
        self._writer.drop()

    def _gather(self, entries: Iterable[Unread]) -> int:
        """The number of entries gathered. Each is read when it is taken, and released at once, because thousands of
        parsed entries exceed a processor's cache.
        """
        count = 0
        try:
            for entry in entries:
                count += 1
                self._apply(act_of(entry))
        except UnreadableEntry as why:
            raise CannotApply(why.index, None, why) from why
        return count

    def _apply(self, act: Act) -> None:
        applied = self._fold(act)
        projections = self._projectors if applied.after is not applied.before else self._of_every_act
        # Every projection is asked before any takes the step, because the rows handed over belong to the entries before
        # it.
        looking_back = [projector.needs_earlier_rows(applied) for projector in projections]
        if any(looking_back):
            self._hand_over(act.index)
            self.wait_written()
        for projector in projections:
            try:
                projector.apply(applied)
            except PASSING:
                raise
            except Exception as why:
                raise CannotApply(act.index, projector.name, why) from why

    def _fold(self, act: Act) -> AppliedAct:
        try:
            return AppliedAct(act, *self._states.apply(act))
        except PASSING:
            raise
        except Exception as why:  # folding is total: a defect, which no projection can pass
            raise CannotApply(act.index, None, why) from why

    def _hand_over(self, to: int) -> None:
        """Lets the batch writer write the gathered rows, up to a tree size."""
        self._writer.write(
            [BuildRows(build, self._gathered(build, projector), to) for build, projector in self._tracks]
        )
        self._written, self._handed = self._handed, to  # the batch writer has waited for the batch before
        self._tracks = [(replace(build, position=to), projector) for build, projector in self._tracks]

    def _flush(self) -> None:
        """Lets the batch writer write a part of the present batch, which is committed with the rest of it."""
        self._writer.write(
            [BuildRows(build, self._gathered(build, projector), None) for build, projector in self._tracks]
        )

    def _committed(self) -> int:
        return self._written

    def _gathered(self, build: Build, projector: Projector) -> Sequence[RowChanges]:
        try:
            return projector.row_changes()
        except (ValueError, TypeError) as why:
            raise NotWritten(build.name, why) from why
