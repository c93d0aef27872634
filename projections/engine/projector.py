"""What a projection is: tables that answer a question, and how one entry changes their rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from sqlalchemy import Engine, Table

from domain.act import Act
from domain.state import State
from projections.engine.row_buffer import Shelf, Writes
from replay.states import World


class Step(NamedTuple):
    """One entry as every projection of a lane sees it: the act, and its stream before and after it. Its rows hold
    from ``size``.
    """

    act: Act
    before: State | None
    after: State | None

    @property
    def size(self) -> int:
        return self.act.index + 1


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a projection works: whose rows it writes, what it looks things up in, and how it hands over much at
    once.
    """

    engine: Engine
    ledger: str
    build: int
    world: World
    spill: Callable[[], None]  # what gathered so far joins the batch's transaction now, to keep memory bounded
    written: Callable[[], int]  # the tree size up to which every row is committed


class Projection(ABC):
    """One instance feeds one build, in one lane's thread. It gathers rows on shelves and never writes by itself.

    Whatever it remembers besides belongs to the entries before the present one and may be lost at any time: after a
    failure the lane makes a new instance, which finds its memory in the database and the log.
    """

    name: ClassVar[str]
    version: ClassVar[int]
    tables: ClassVar[tuple[Table, ...]]
    # Whether it also takes acts that leave their stream's state as it was. Most acts are uses, and do.
    every_act: ClassVar[bool] = False

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.shelves = tuple(Shelf(table, desk.ledger, desk.build, desk.engine.dialect.name) for table in self.tables)

    def looks_back(self, step: Step) -> bool:  # noqa: ARG002 - most projections never do
        """Asked once, before the step is taken: whether that reads rows of earlier steps, which must then be
        written first.
        """
        return False

    @abstractmethod
    def take(self, step: Step) -> None:
        """Change the rows as this entry changes them."""

    def writes(self) -> list[Writes]:
        """Hand over what gathered since the last call."""
        return [shelf.take() for shelf in self.shelves if len(shelf)]
