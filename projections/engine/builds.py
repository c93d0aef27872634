"""Builds: which rows of a projection answer, which are being made, how far each build has come, and where one stopped.

A projection whose version differs from that of its newest build gets a new build, which begins at entry 0 while the old
one answers. The first build of all answers from the start, since every answer names its tree size. A later build
answers once it has come as far as the one before it, and the old rows are then removed. If the process dies in between,
both builds are still there and the new one goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    MetaData,
    Row,
    Table,
    and_,
    delete,
    insert,
    select,
    tuple_,
    update,
)

from ledger.store.engine import keeping_plans, reading, writing
from ledger.store.tables import tracking
from projections.engine.interval_table import builds, metadata

PIECE = 5_000  # rows removed in one transaction
FIRST_ANALYSED = 4_096  # the tree size of the planner's first statistics; the next follow at eight times the size


class BuildState(StrEnum):
    BUILDING = "building"
    ANSWERING = "answering"
    RETIRED = "retired"


class ProjectorSpec(Protocol):
    """The projection's description of itself. A change in the meaning of its rows raises ``version``; a change of their
    columns also renames its tables.
    """

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def tables(self) -> Sequence[Table]: ...


@dataclass(frozen=True, slots=True)
class Build:
    """``position`` is the tree size that its rows account for; ``stopped_at`` the index of the entry that it could not
    apply.
    """

    name: str
    number: int
    version: int
    tables: tuple[str, ...]
    state: BuildState
    position: int
    stopped_at: int | None = None
    stopped_because: str | None = None

    def answers_with(self, spec: ProjectorSpec) -> bool:
        """Whether this software can query its rows: the tables are the same."""
        return self.state is BuildState.ANSWERING and self.tables == _names(spec)


class ConcurrentUpdate(Exception):
    """Another runner has advanced this build. The rows gathered here are stale; their entries are to be read again."""


_PLACE = and_(
    tracking.c.ledger == builds.c.ledger, tracking.c.name == builds.c.name, tracking.c.version == builds.c.build
)


class Builds:
    """The registry of one ledger's builds."""

    def __init__(self, engine: Engine, ledger: str) -> None:
        self.engine = engine
        self._ledger = ledger
        # The statement is built once: it runs several times for every answer, and building it would take longer than
        # running it.
        self._known = (
            select(builds, tracking.c.notification_id)
            .select_from(builds.join(tracking, _PLACE))
            .where(builds.c.ledger == ledger, builds.c.state != BuildState.RETIRED)
            .order_by(builds.c.name, builds.c.build)
        )

    def all(self, name: str | None = None) -> list[Build]:
        """Builds that are not retired, oldest first."""
        rows = self._known
        if name is not None:
            rows = rows.where(builds.c.name == name)
        with reading(self.engine) as connection:
            return [_build(row) for row in connection.execute(rows)]

    def answering(self, kinds: Iterable[ProjectorSpec]) -> dict[str, Build | None]:
        """The build whose rows answer, by projection; None where this software can read none."""
        known = self.all()
        return {
            spec.name: next(
                (build for build in reversed(known) if build.name == spec.name and build.answers_with(spec)), None
            )
            for spec in kinds
        }

    def to_feed(self, spec: ProjectorSpec) -> list[Build]:
        """The builds that this software keeps up to date: those of its own version. One is begun if there is none."""
        known = self.all(spec.name)
        own = [build for build in known if build.version == spec.version and build.tables == _names(spec)]
        return own or [self.begin(spec)]

    def begin(self, spec: ProjectorSpec) -> Build:
        """A new build, from entry 0. No build of another ledger has its number, since the tables' indexes begin with
        the number. Two builds begun at the same moment may still get one number, which costs time and has no other
        effect.
        """
        with writing(self.engine) as connection:
            alike = select(builds.c.ledger, builds.c.build, builds.c.state).where(builds.c.name == spec.name)
            known = connection.execute(alike).all()
            answered = any(row.ledger == self._ledger and row.state == BuildState.ANSWERING for row in known)
            state = BuildState.BUILDING if answered else BuildState.ANSWERING
            number = max((row.build for row in known), default=0) + 1
            build = Build(spec.name, number, spec.version, _names(spec), state, 0)
            values = {"version": build.version, "tables": " ".join(build.tables), "state": state}
            connection.execute(insert(builds).values(ledger=self._ledger, name=spec.name, build=build.number, **values))
            connection.execute(
                insert(tracking).values(ledger=self._ledger, name=spec.name, version=build.number, notification_id=0)
            )
        return build

    def hold(self, connection: Connection, held: Sequence[Build]) -> None:
        """Locks the builds' places for the caller's transaction, in one order for all callers. Raises Overtaken unless
        each place is the one that the caller read.
        """
        places = select(tracking.c.name, tracking.c.version, tracking.c.notification_id)
        ordered = places.where(*self._places(held)).order_by(tracking.c.name, tracking.c.version).with_for_update()
        positions = {(name, version): position for name, version, position in connection.execute(ordered)}
        for build in held:
            if positions.get((build.name, build.number)) != build.position:
                raise ConcurrentUpdate(f"{build.name} build {build.number} no longer stands at {build.position}")

    def advance(self, connection: Connection, moved: Sequence[Build], to: int) -> None:
        """Advances the builds' places to a tree size, in the transaction of the rows that they account for."""
        places = update(tracking).where(*self._places(moved)).values(notification_id=to)
        assert connection.execute(places).rowcount == len(moved)

    def analyse(self, connection: Connection, moved: Sequence[Build], to: int) -> None:
        """Updates the statistics of PostgreSQL's planner on the builds' tables, again whenever they have grown
        eightfold.

        PostgreSQL itself updates them once a tenth of a table is new, minutes later. Until then its planner takes a
        build for empty, and any index that begins with the build for the right one: each check of a key would read all
        rows of the build.
        """
        past = min(build.position for build in moved)
        tables = sorted({name for build in moved for name in build.tables})
        if _stage(past) < _stage(to) and tables and connection.dialect.name == "postgresql":
            quoted = map(connection.dialect.identifier_preparer.quote_identifier, tables)
            # A sample of 3 000 rows instead of 30 000 is a tenth of the work. The database takes a larger one by itself
            # later.
            connection.exec_driver_sql("SET LOCAL default_statistics_target = 10")
            # A table that is being vacuumed is skipped, so that the batch does not wait for statistics.
            connection.exec_driver_sql(f"ANALYZE (SKIP_LOCKED) {', '.join(quoted)}")

    def stop(self, build: Build, index: int, why: str) -> Build:
        """Records where the build stopped, for operators, readiness and the next start."""
        return self._mark(build, stopped_at=index, stopped_because=why)

    def resume(self, build: Build) -> Build:
        """Clears the stop, so that a new start tries the entry again."""
        return self._mark(build, stopped_at=None, stopped_because=None)

    def answer_from(self, build: Build) -> Build:
        """Lets the finished build answer. Rows of builds before it are no longer read and can be removed."""
        with writing(self.engine) as connection:
            before = (builds.c.ledger == self._ledger, builds.c.name == build.name, builds.c.build < build.number)
            connection.execute(update(builds).where(*before).values(state=BuildState.RETIRED))
            connection.execute(self._row(build).values(state=BuildState.ANSWERING))
        return replace(build, state=BuildState.ANSWERING)

    def remove_retired(self, name: str) -> bool:
        """Deletes a piece of the rows of retired builds, small enough that no reader waits for it. False: none are
        left. The place is deleted first, so that a runner that still feeds such a build writes no more; the registry's
        row is deleted last.
        """
        retired = (builds.c.ledger == self._ledger, builds.c.name == name, builds.c.state == BuildState.RETIRED)
        with reading(self.engine) as connection:
            row = connection.execute(select(builds.c.build, builds.c.tables).where(*retired)).first()
        if row is None:
            return False
        with writing(self.engine) as connection:
            connection.execute(delete(tracking).where(*self._place_of(name, row.build)))
        # Rows that refer to other rows come after them in the list.
        if not any(self._remove_piece(table, row.build) for table in reversed(row.tables.split())):
            with writing(self.engine) as connection:
                connection.execute(delete(builds).where(*retired, builds.c.build == row.build))
        return True

    def _remove_piece(self, name: str, build: int) -> bool:
        with writing(self.engine) as connection:
            # The software does not know this form of the table; the database knows its key.
            table = metadata.tables.get(name)
            if table is None:
                table = Table(name, MetaData(), autoload_with=connection)
            key = tuple_(*table.primary_key)
            mine = select(*table.primary_key).where(table.c.ledger == self._ledger, table.c.build == build).limit(PIECE)
            with keeping_plans(connection):
                removed = connection.execute(delete(table).where(key.in_(mine))).rowcount
            # None: perhaps another process removed the same piece, and others are left.
            return removed > 0 or connection.execute(mine.limit(1)).first() is not None

    def _mark(self, build: Build, **values: Any) -> Build:
        with writing(self.engine) as connection:
            connection.execute(self._row(build).values(**values))
        return replace(build, **values)

    def _places(self, some: Sequence[Build]) -> Sequence[ColumnElement[bool]]:
        named = tuple_(tracking.c.name, tracking.c.version).in_([(build.name, build.number) for build in some])
        return (tracking.c.ledger == self._ledger, named)

    def _place_of(self, name: str, number: int) -> Sequence[ColumnElement[bool]]:
        return (tracking.c.ledger == self._ledger, tracking.c.name == name, tracking.c.version == number)

    def _row(self, build: Build) -> Any:
        return update(builds).where(
            builds.c.ledger == self._ledger, builds.c.name == build.name, builds.c.build == build.number
        )


def _stage(size: int) -> int:
    """The number of times that a build of this size has been analysed."""
    return ((size // FIRST_ANALYSED).bit_length() + 2) // 3


def _names(spec: ProjectorSpec) -> tuple[str, ...]:
    return tuple(table.name for table in spec.tables)


def _build(row: Row[Any]) -> Build:
    return Build(
        row.name,
        row.build,
        row.version,
        tuple(row.tables.split()),
        BuildState(row.state),
        row.notification_id,
        row.stopped_at,
        row.stopped_because,
    )
