"""The snapshot of an answer: the builds that it is read from, the tree size, and the instant of the question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Final

import orjson
from sqlalchemy import ColumnElement, Table, and_, or_

from ledger.store.store import Store
from projections.engine.builds import Build, Builds, ProjectorSpec
from projections.engine.interval_table import PROJECTION
from projections.engine.runner import Progress
from replay.instants import EPOCH, to_micros

LOOK_AGAIN: Final = 0.05  # seconds until builds that another process feeds are looked at again


class NotAnswerable(Exception):
    """No correct answer is available; ``retryable`` says whether waiting can help."""

    retryable = True


class Behind(NotAnswerable):
    """The rows do not yet account for the tree size that was asked for."""

    def __init__(self, snapshot_request: int, position: int) -> None:
        super().__init__(f"the rows account for {position} entries, {snapshot_request} are asked for")
        self.wanted = snapshot_request
        self.position = position


class Building(NotAnswerable):
    """The projection's rows are being made for this version of the software, and no rows of an earlier one can
    be read.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"the projection {name} is being built")
        self.name = name


class Stopped(NotAnswerable):
    """The projection could not apply an entry, and its rows account for no entry from that one on."""

    retryable = False

    def __init__(self, build: Build) -> None:
        super().__init__(f"the projection {build.name} stopped at entry {build.stopped_at}: {build.stopped_because}")
        self.name = build.name
        self.index = build.stopped_at


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRequest:
    """The snapshot that the caller asks for. With no value set: all entries known, at the instant when the last was
    recorded.

    ``at_least`` is a tree size that must be known, without fixing the answer to it; ``wait``: how many seconds to wait.
    """

    as_of: int | None = None
    instant: datetime | None = None
    at_least: int = 0
    wait: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """``as_of``: the tree size, whose last entry was recorded at ``recorded_at``. ``instant``: the instant of the
    question; a fact that arises from silence holds only after its day. ``newest``: no row follows from an entry beyond
    ``as_of``.
    """

    ledger: str
    as_of: int
    instant: datetime
    recorded_at: datetime
    builds: Mapping[str, int]
    newest: bool

    @property
    def instant_micros(self) -> int:
        return to_micros(self.instant)

    def build_rows(self, table: Table) -> ColumnElement[bool]:
        """The rows of the build that answers."""
        return and_(table.c.ledger == self.ledger, table.c.build == self.builds[table.info[PROJECTION]])

    def valid_rows(self, table: Table) -> ColumnElement[bool]:
        """The rows of the build that answers which hold at the tree size."""
        known = and_(table.c.from_size <= self.as_of, or_(table.c.to_size.is_(None), table.c.to_size > self.as_of))
        return and_(self.build_rows(table), known)


class SnapshotResolver:
    """Finds the snapshots that answers can be given for. Safe to ask from any thread."""

    def __init__(self, store: Store, builds: Builds, progress: Progress | None) -> None:
        self._store = store
        self._builds = builds
        self._progress = progress or Progress()
        self._latest = (0, EPOCH)  # a tree size, and when its last entry was recorded: below a size nothing changes

    def resolve(self, kinds: Sequence[ProjectorSpec], snapshot_request: SnapshotRequest) -> Snapshot:
        """The snapshot of an answer from these projections."""
        position, numbers = self._reach(
            kinds, max(snapshot_request.as_of or 0, snapshot_request.at_least), snapshot_request.wait
        )
        size = position if snapshot_request.as_of is None else snapshot_request.as_of
        recorded_at = self._recorded_at(size)
        return Snapshot(
            ledger=self._store.ledger,
            as_of=size,
            instant=snapshot_request.instant or recorded_at,
            recorded_at=recorded_at,
            builds=numbers,
            newest=size == position,
        )

    def still_valid(self, kinds: Sequence[ProjectorSpec], snapshot: Snapshot) -> bool:
        """Whether the builds still answer. It is asked after reading, because rows of retired builds are removed."""
        answering = self._builds.answering(kinds)
        return all(build is not None and build.number == snapshot.builds[name] for name, build in answering.items())

    def _reach(self, kinds: Sequence[ProjectorSpec], size: int, wait: float) -> tuple[int, dict[str, int]]:
        until = monotonic() + wait
        while True:
            count = self._progress.count()
            answering = self._builds.answering(kinds)
            builds = [build for build in answering.values() if build is not None]
            position = min((build.position for build in builds), default=0)
            if position >= size and len(builds) == len(answering):
                return position, {build.name: build.number for build in builds}
            _raise_if_stopped(builds, size)
            if monotonic() >= until:
                missing = next((name for name, build in answering.items() if build is None), None)
                raise Behind(size, position) if missing is None else Building(missing)
            self._progress.wait_beyond(count, min(LOOK_AGAIN, until - monotonic()))

    def _recorded_at(self, size: int) -> datetime:
        """The instant when the last entry of a tree was recorded. Most questions name the same tree, one after
        another.
        """
        known, recorded_at = self._latest
        if known != size:
            line = self._store.entry(size - 1) if size > 0 else None
            if line is None:
                return EPOCH
            recorded_at = datetime.fromisoformat(orjson.loads(line)["recorded_at"])
            self._latest = size, recorded_at
        return recorded_at


def _raise_if_stopped(builds: Sequence[Build], size: int) -> None:
    for build in builds:
        if build.stopped_at is not None and build.position < size:
            raise Stopped(build)
