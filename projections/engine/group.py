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
from projections.engine.batch_writer import NotWritten, Page, Pen
from projections.engine.builds import Build, Overtaken
from projections.engine.projector import Desk, Projection, Step
from projections.engine.row_buffer import Writes
from replay.log_source import Acts, Unread, Unreadable, act_of
from replay.rulebook import Shipped
from replay.states import World

BATCH = 4_000  # entries: in a small batch the statements around the entries cost as much as the entries

# The database is unavailable, or another runner is at work. No entry is at fault, and the same batch can be tried
# again.
PASSING = (OperationalError, InterfaceError, Overtaken)


class CannotApply(Exception):
    """An entry that a projection (None: every one) cannot take. It is not skipped, because an answer would then be
    partial without saying so.
    """

    def __init__(self, index: int, projection: str | None, why: Exception) -> None:
        super().__init__(f"{type(why).__name__}: {why}")
        self.index = index
        self.projection = projection


@dataclass(slots=True)
class Spent:
    """Seconds by stage; ``waited``: for the write of the batch before."""

    entries: int = 0
    read: float = 0.0
    gathered: float = 0.0
    waited: float = 0.0


class Lane:
    """Owned by the runner's thread; the batch writer writes in another. After an exception it is unusable: make a new
    one.
    """

    def __init__(
        self, store: Store, pen: Pen, feeds: Sequence[tuple[type[Projection], Build]], data: Shipped | None = None
    ) -> None:
        size = feeds[0][1].position
        assert all(build.position == size for _, build in feeds), "a lane's builds stand at one place"
        self._pen = pen
        self._world = World(Acts(store), size, data=data)
        self._handed = self._written = size  # tree sizes: last given to the batch writer, and surely committed
        self._tracks = [
            (build, kind(Desk(store.engine, store.ledger, build.number, self._world, self._spill, self._committed)))
            for kind, build in feeds
        ]
        self._projections = [projection for _, projection in self._tracks]
        self._of_every_act = [projection for projection in self._projections if projection.every_act]
        self.batch = BATCH  # the number of entries last asked for
        self.at_end = False  # the last batch reached the end of the log
        self.spent = Spent()

    @property
    def size(self) -> int:
        """The tree size gathered so far; the rows written may be one batch behind."""
        return self._world.size

    @property
    def builds(self) -> list[Build]:
        return [build for build, _ in self._tracks]

    def advance(self, batch: int = BATCH) -> bool:
        """Gathers the next batch, and begins to write it. False: nothing is left to read, and everything is written."""
        began = perf_counter()
        self.batch = batch
        entries = self._world.acts.unread(self.size, batch)
        read = perf_counter()
        count = self._gather(entries)
        self.at_end = count < batch
        gathered = perf_counter()
        if count:
            self._hand_over(self.size)
        else:
            self.settle()
        self.spent.entries += count
        self.spent.read += read - began
        self.spent.gathered += gathered - read
        self.spent.waited += perf_counter() - gathered
        return count > 0

    def settle(self) -> None:
        """Waits until every gathered row is written."""
        self._pen.wait()
        self._written = self._handed

    def drop(self) -> None:
        """Rolls back the rows that are not committed."""
        self._pen.drop()

    def _gather(self, entries: Iterable[Unread]) -> int:
        """The number of entries gathered. Each is read when it is taken, and released at once, because thousands of
        parsed entries exceed a processor's cache.
        """
        count = 0
        try:
            for entry in entries:
                count += 1
                self._take(act_of(entry))
        except Unreadable as why:
            raise CannotApply(why.index, None, why) from why
        return count

    def _take(self, act: Act) -> None:
        step = self._fold(act)
        projections = self._projections if step.after is not step.before else self._of_every_act
        # Every projection is asked before any takes the step, because the rows handed over belong to the entries before
        # it.
        looking_back = [projection.looks_back(step) for projection in projections]
        if any(looking_back):
            self._hand_over(act.index)
            self.settle()
        for projection in projections:
            try:
                projection.take(step)
            except PASSING:
                raise
            except Exception as why:
                raise CannotApply(act.index, projection.name, why) from why

    def _fold(self, act: Act) -> Step:
        try:
            return Step(act, *self._world.apply(act))
        except PASSING:
            raise
        except Exception as why:  # folding is total: a defect, which no projection can pass
            raise CannotApply(act.index, None, why) from why

    def _hand_over(self, to: int) -> None:
        """Lets the batch writer write the gathered rows, up to a tree size."""
        self._pen.write([Page(build, self._gathered(build, projection), to) for build, projection in self._tracks])
        self._written, self._handed = self._handed, to  # the batch writer has waited for the batch before
        self._tracks = [(replace(build, position=to), projection) for build, projection in self._tracks]

    def _spill(self) -> None:
        """Lets the batch writer write a part of the present batch, which is committed with the rest of it."""
        self._pen.write([Page(build, self._gathered(build, projection), None) for build, projection in self._tracks])

    def _committed(self) -> int:
        return self._written

    def _gathered(self, build: Build, projection: Projection) -> Sequence[Writes]:
        try:
            return projection.writes()
        except (ValueError, TypeError) as why:
            raise NotWritten(build.name, why) from why
