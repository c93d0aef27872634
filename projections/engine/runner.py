"""The runner: keeps the projections of one ledger up to date, in a thread of the server or in a process of its own.

Any number of runners may be started on one ledger, also in several processes. A build's place is locked while it is
advanced, so one of them wins each batch and the others read again from there. Nothing depends on a clean stop.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from ledger.store.store import Store
from projections.engine.batch_writer import BatchWriter, NotWritten
from projections.engine.builds import Build, Builds, BuildState, ConcurrentUpdate
from projections.engine.group import BATCH, PASSING, CannotApply, ProjectorGroup, StageTimes
from projections.engine.interval_table import create_tables
from projections.engine.projector import Projector
from replay.rulebook import BundledData

_log = logging.getLogger(__name__)

RETRY = 1.0  # seconds until a database that did not answer is asked again


class Progress:
    """Notifies the waiting threads of this process that rows have been written."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0  # guarded by _changed

    def announce(self) -> None:
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def count(self) -> int:
        return self._count

    def wait_beyond(self, count: int, timeout: float) -> None:
        """Waits until rows were written after the count was read, or the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._count > count, timeout)


class Runner:
    """Call ``start`` and ``stop``, or ``catch_up`` without a thread. ``data``: delivered with the software."""

    def __init__(self, store: Store, kinds: Sequence[type[Projector]], data: BundledData | None = None) -> None:
        self.progress = Progress()
        self.builds = Builds(store.engine, store.ledger)
        self.failure: str | None = None  # why the database could not be read or written just now
        self._store = store
        self._data = data
        self._kinds = {kind.name: kind for kind in kinds}
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="projections-pen")
        self._groups: list[ProjectorGroup] = []
        self._formed = False
        self._rebuilding: set[str] = set()  # projections of which only the builds that do not answer yet are fed
        # Projections that may have rows of retired builds: at the start, because an earlier process may have ended
        # before all were removed.
        self._replaced = list(self._kinds)
        self._resumed = False  # a stopped build is tried again once, at the start
        self._singly = range(
            0
        )  # tree sizes at which entries are taken one by one, to find the one that cannot be applied
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        create_tables(store.engine)

    def start(self) -> None:
        """Runs in a thread until ``stop``."""
        assert self._thread is None, "a runner is started once"
        self._thread = threading.Thread(target=self.run, name="projections", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finishes the batch under way, and ends. Rows not written are gathered again at the next start."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        self._executor.shutdown()

    def run(self) -> None:
        """Until ``stop``: brings every build to the end of the log whenever the log has grown."""
        self._store.listen(self._wake)
        try:
            while not self._stopping:
                self._wake.clear()
                self._run_once()
        finally:
            self._store.unlisten(self._wake)
            self._drop()

    def _run_once(self) -> None:
        try:
            while not self._stopping and self.step():
                self.failure = None
        except ConcurrentUpdate:
            self._wake.wait(RETRY)  # another runner does the same work: let it be ahead
            return
        except Exception as why:  # noqa: BLE001
            # Mostly the database is unavailable. Whatever the failure is, the thread lives on and reports it: without a
            # runner the ledger would answer with old rows and not say so.
            self.failure = f"{type(why).__name__}: {why}"
            _log.warning("projections wait: %s", self.failure, exc_info=not isinstance(why, PASSING))
            self._drop()
            self._wake.wait(RETRY)
            return
        self.failure = None
        if not self._stopping:
            self._wake.wait()

    def catch_up(self, on_progress: Callable[[Sequence[Build]], None] | None = None) -> None:
        """Brings every build to the end of the log, also when other runners advance some of them. ``told`` is called
        after each batch with the positions of the builds.
        """
        moved = True
        while moved:
            try:
                moved = self.step()
            except ConcurrentUpdate:
                continue
            builds = [build for group in self._groups for build in group.builds]
            if builds and moved and on_progress is not None:
                on_progress(builds)

    def rebuild(self, names: Sequence[str] = ()) -> None:
        """Begins new builds of these projections (none named: of all). The old ones answer until the new have come as
        far. This runner feeds the new ones until they answer, and then none of these projections: a server feeds them,
        and two runners would block each other.
        """
        self._rebuilding.update(names or self._kinds)
        for name in names or self._kinds:
            if not any(build.state is BuildState.BUILDING for build in self.builds.all(name)):
                self.builds.begin(self._kinds[name])
        self._drop()

    def step(self) -> bool:
        """One batch in each group. False: every build is at the end of the log, or has stopped, everything is written,
        and no retired row is left. Overtaken: another runner has advanced a group's builds; the next turn reads on from
        there.
        """
        if not self._formed:
            self._form()
        moved = False
        for group in self._groups:
            try:
                moved |= self._advance(group)
            except ConcurrentUpdate:
                self._detach(group)
                raise
            except PASSING:
                self._drop()
                raise
            except (CannotApply, NotWritten) as failure:
                self._bisect_failure(group, failure)
                return True
        return self._promote() or self._merge() or moved or self._remove_replaced()

    def stage_times(self) -> list[StageTimes]:
        """The seconds that the groups spent, by stage."""
        return [group.stage_times for group in self._groups]

    def _form(self) -> None:
        """Forms groups of builds at the same place, those that are ahead first. A build in a group stays there."""
        places: dict[int, list[tuple[type[Projector], Build]]] = defaultdict(list)
        fed = {(build.name, build.number) for group in self._groups for build in group.builds}
        for kind in self._kinds.values():
            for build in self._to_feed(kind):
                if (build.name, build.number) in fed:
                    continue
                if build.stopped_at is not None and not self._resumed:
                    build = self.builds.resume(build)
                if build.stopped_at is None:
                    places[build.position].append((kind, build))
        self._groups += [
            ProjectorGroup(self._store, self._batch_writer(), feeds, self._data) for feeds in places.values()
        ]
        self._groups.sort(key=lambda group: group.size, reverse=True)
        self._formed = self._resumed = True

    def _to_feed(self, kind: type[Projector]) -> list[Build]:
        builds = self.builds.to_feed(kind)
        if kind.name not in self._rebuilding:
            return builds
        return [build for build in builds if build.state is BuildState.BUILDING]

    def _batch_writer(self) -> BatchWriter:
        return BatchWriter(self.builds, self._executor, written=self.progress.announce)

    def _drop(self) -> None:
        """Rolls back the rows that are not committed; the next turn begins at the builds' places."""
        for group in self._groups:
            group.drop()
        self._groups, self._formed = [], False

    def _wait_written(self, group: ProjectorGroup) -> None:
        try:
            group.wait_written()
        except ConcurrentUpdate:
            self._detach(group)
            raise

    def _detach(self, group: ProjectorGroup) -> None:
        """Discards the group, whose memory is stale: its builds get another."""
        group.drop()
        self._groups.remove(group)
        self._formed = False

    def _advance(self, group: ProjectorGroup) -> bool:
        singly = group.size in self._singly
        moved = group.advance(1 if singly else BATCH)
        if singly:
            group.wait_written()
        return moved

    def _bisect_failure(self, group: ProjectorGroup, failure: CannotApply | NotWritten) -> None:
        """First takes the entries since the last commit one by one. At the one that fails alone, stops the projection
        that cannot take it.
        """
        alone, reached = group.batch == 1, group.size
        if isinstance(failure, CannotApply):
            reached = max(reached, failure.index + 1)
        feeding = {(build.name, build.number) for build in group.builds}
        self._drop()
        builds = [build for build in self.builds.all() if (build.name, build.number) in feeding]
        index = min(build.position for build in builds)
        if not alone:
            self._singly = range(index, reached)
            return
        for build in builds:
            if failure.projection in (None, build.name):
                _log.error("projection %s stops at entry %d: %s", build.name, index, failure)
                self.builds.stop(build, index, str(failure))
        self.progress.announce()

    def _promote(self) -> bool:
        """Lets builds that have come to the end answer."""
        ready = [
            build
            for group in self._groups
            if group.at_end
            for build in group.builds
            if build.state is BuildState.BUILDING
        ]
        if not ready:
            return False
        for group in self._groups:
            self._wait_written(group)
        for build in ready:
            self.builds.answer_from(build)
            self._replaced.append(build.name)
        self._drop()
        return True

    def _remove_replaced(self) -> bool:
        """Removes a piece at a time, and only while there is nothing to read: a million rows take longer than answers
        may.
        """
        while self._replaced:
            if self.builds.remove_retired(self._replaced[0]):
                return True
            self._replaced.pop(0)
        return False

    def _merge(self) -> bool:
        """Groups that are at the same place become one."""
        if len({group.size for group in self._groups}) == len(self._groups):
            return False
        for group in self._groups:
            self._wait_written(group)
        self._drop()
        return True
