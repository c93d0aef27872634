"""Whatever is recorded, however the rules change: every clock stands as counting it anew from the states gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from sqlalchemy import select

from domain import events as e
from domain.act import Act
from domain.deadlines.calendar import day_of
from domain.state import State
from ledger.store.engine import reading
from ledger.store.store import Store
from projections.deadlines.projector import VALUES, Deadlines
from projections.deadlines.running import RunningClocks
from projections.deadlines.tables import clock
from projections.engine.runner import Runner
from replay.rulebook import Rulebook, changes_rules, rulebook_of
from replay.states import States
from tests.support.log_writer import write_acts
from tests.support.random_case import Replay
from tests.support.random_multi_party_case import RandomMultiPartyCase
from tests.support.random_rule_change_case import DATA, RandomRuleChangeCase

Run = Callable[..., Runner]
Rows = Mapping[tuple[Any, ...], tuple[Any, ...]]


@dataclass
class Known(Replay):
    """All that is known after some entries, read as a world whose relations are found by looking through every act."""

    rulebook: Rulebook = field(default_factory=lambda: rulebook_of((), DATA))

    def __post_init__(self) -> None:
        super().__init__()

    @property
    def size(self) -> int:
        return len(self.acts)

    def apply(self, act: Act) -> None:
        super().apply(act)
        if changes_rules(act):
            self.rulebook = rulebook_of(filter(changes_rules, self.acts), DATA)

    def disputes_of(self, request: str) -> tuple[str, ...]:
        return tuple(act.stream for act in self._opening(e.DisputeOpened) if act.event.request_id == request)  # type: ignore[attr-defined]

    def discrepancies_of(self, item: str) -> tuple[str, ...]:
        return tuple(act.stream for act in self._opening(e.DiscrepancyReported) if act.event.item == item)  # type: ignore[attr-defined]

    def deliveries_of(self, provider: str) -> tuple[int, ...]:
        first: dict[object, int] = {}
        for act in self._opening(e.DeliveryRecorded):
            if act.by == provider and act.event.channel == "OFF_PLATFORM":  # type: ignore[attr-defined]
                first.setdefault(day_of(act.time), act.index)
        return tuple(first.values())

    def place_of(self, by: str, record_id: str) -> tuple[int, str] | None:
        return next(((act.index, act.stream) for act in self.acts if (act.by, act.id) == (by, record_id)), None)

    def at(self, indexes: list[int]) -> list[Act]:
        return [self.acts[index] for index in sorted(indexes)]

    def _opening(self, kind: type[e.Event]) -> Iterator[Act]:
        return (act for act in self.acts if isinstance(act.event, kind))

    def clocks(self) -> Rows:
        running = RunningClocks(cast("States", _World(self)), cast("Any", self))
        streams = {act.stream for act in self.acts} | {f"statistics/{act.by}" for act in self.acts}
        families = ("request/", "item/", "violation/", "statistics/")
        rows: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        for stream in streams:
            if stream.startswith(families):
                rows |= running.of_stream(stream)
        return rows


@dataclass
class _World:
    known: Known

    @property
    def acts(self) -> Known:
        return self.known

    @property
    def rulebook(self) -> Rulebook:
        return self.known.rulebook

    @property
    def size(self) -> int:
        return self.known.size

    def state(self, stream: str) -> State | None:
        return self.known.state(stream)


def kept(store: Store) -> Callable[[int], Rows]:
    with reading(store.engine) as connection:
        found = connection.execute(select(clock).where(clock.c.ledger == store.ledger)).all()
    by_size: dict[int, dict[tuple[Any, ...], tuple[Any, ...]]] = defaultdict(dict)

    def at(size: int) -> Rows:
        for row in found:
            if row.from_size <= size and (row.to_size is None or size < row.to_size):
                by_size[size][row.stream, row.clock, row.start] = tuple(getattr(row, name) for name in VALUES)
        return by_size[size]

    return at


@pytest.mark.parametrize("kind", [RandomMultiPartyCase, RandomRuleChangeCase])
@pytest.mark.parametrize("seed", [1, 4, 9])
def test_at_every_tree_size_every_clock_is_what_counting_it_again_gives(
    store: Store, run: Run, kind: type[RandomMultiPartyCase], seed: int
) -> None:
    story = kind(seed).record_random_acts(90)
    write_acts(store, story.acts)
    run((Deadlines,), data=DATA)
    rows, known = kept(store), Known()
    for act in story.acts:
        known.apply(act)
        assert rows(act.index + 1) == known.clocks(), f"after entry {act.index} ({act.event.event_name})"
