"""A projection: tables that answer a question, and how one entry changes their rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from sqlalchemy import Engine, Table

from domain.act import Act
from domain.state import State
from projections.engine.row_buffer import RowBuffer, RowChanges
from replay.states import States


class AppliedAct(NamedTuple):
    """One entry as every projection of a group sees it: the act, and its stream before and after it. Its rows hold from
    ``size``.
    """

    act: Act
    before: State | None
    after: State | None

    @property
    def size(self) -> int:
        return self.act.index + 1


@dataclass(frozen=True, slots=True)
class ProjectorContext:
    """The context of a projection: the build whose rows it writes, its look-ups, and how it hands over many rows at
    once.
    """

    engine: Engine
    ledger: str
    build: int
    states: States
    flush: Callable[[], None]  # the rows gathered so far join the batch's transaction at once, to keep memory bounded
    written: Callable[[], int]  # the tree size up to which every row is committed


class Projector(ABC):
    """One instance feeds one build, in one thread of a group. It gathers rows in row buffers and never writes by
    itself.

    Its other memory belongs to the entries before the present one and may be lost at any time: after a failure the
    group makes a new instance, which reads its memory from the database and the log.
    """

    name: ClassVar[str]
    version: ClassVar[int]
    tables: ClassVar[tuple[Table, ...]]
    # Whether it also takes acts that leave their stream's state unchanged. Most acts are uses, and do.
    every_act: ClassVar[bool] = False

    def __init__(self, context: ProjectorContext) -> None:
        self.context = context
        self.buffers = tuple(
            RowBuffer(table, context.ledger, context.build, context.engine.dialect.name) for table in self.tables
        )

    def needs_earlier_rows(self, applied: AppliedAct) -> bool:  # noqa: ARG002 - most projections never do
        """Asked once, before the step is taken: whether the step reads rows of earlier steps, which must then be
        written first.
        """
        return False

    @abstractmethod
    def apply(self, applied: AppliedAct) -> None:
        """Changes the rows as this entry changes them."""

    def row_changes(self) -> list[RowChanges]:
        """Hands over the rows gathered since the last call."""
        return [buffer.drain() for buffer in self.buffers if len(buffer)]
