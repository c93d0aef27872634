"""The batch writer: writes the rows of a group, one transaction a batch, while the group gathers the next batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from contextlib import ExitStack
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from ledger.store.engine import writing
from projections.engine.builds import Build, Builds
from projections.engine.row_buffer import RowChanges


class NotWritten(Exception):
    """The database refused a row. The fault is in an entry of the batch, or in the projection that made the row."""

    def __init__(self, projector: str, why: BaseException) -> None:
        super().__init__(f"{type(why).__name__}: {why}")
        self.projection = projector


class GivenUp(Exception):
    """A batch that was written in part is rolled back."""


@dataclass(frozen=True, slots=True)
class BuildRows:
    """Rows of one build. ``to`` is the tree size that they bring it to; None: more rows of the same batch follow."""

    build: Build
    row_changes: Sequence[RowChanges]
    to: int | None


class BatchWriter:
    """Runs at most one write at a time. ``wait``, which every ``write`` calls first, returns or raises its outcome."""

    def __init__(self, builds: Builds, executor: Executor, *, written: Callable[[], None]) -> None:
        self._builds = builds
        self._executor = executor
        self._written = written  # called after each commit
        self._under_way: Future[None] | None = None
        self._transaction: ExitStack | None = None  # owned by the executor's thread between two writes of one batch
        self._connection: Connection | None = None

    def write(self, pages: Sequence[BuildRows]) -> None:
        """Begins to write. Raises the failure of the write before."""
        self.wait()
        self._under_way = self._executor.submit(self._write, pages)

    def wait(self) -> None:
        """Waits until no write is under way."""
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()

    def drop(self) -> None:
        """Ends the write under way, whatever its outcome, and rolls back a batch that was written in part."""
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.exception()
        self._executor.submit(self._end, GivenUp()).result()

    def _write(self, pages: Sequence[BuildRows]) -> None:
        try:
            connection = self._connection or self._begin(pages)
            for page in pages:
                self._put(connection, page)
            if all(page.to is not None for page in pages):
                self._place(connection, pages)
                self._end(None)
                self._written()
        except BaseException as failure:
            self._end(failure)
            raise

    def _begin(self, pages: Sequence[BuildRows]) -> Connection:
        self._transaction = ExitStack()
        self._connection = self._transaction.enter_context(writing(self._builds.engine))
        self._builds.hold(self._connection, [page.build for page in pages])
        return self._connection

    def _put(self, connection: Connection, page: BuildRows) -> None:
        for writes in page.row_changes:
            try:
                writes.write(connection)
            except (OperationalError, InterfaceError):
                raise
            except (DBAPIError, ValueError, TypeError) as why:
                raise NotWritten(page.build.name, why) from why

    def _place(self, connection: Connection, pages: Sequence[BuildRows]) -> None:
        (to,) = {page.to for page in pages}  # the builds of a group move together
        assert to is not None
        moved = [page.build for page in pages]
        self._builds.advance(connection, moved, to)
        self._builds.analyse(connection, moved, to)

    def _end(self, failure: BaseException | None) -> None:
        transaction, self._transaction, self._connection = self._transaction, None, None
        if transaction is not None:
            transaction.__exit__(type(failure) if failure else None, failure, None)
