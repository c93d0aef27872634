"""The library's application over a ledger. Its repository folds streams; its log and subscriptions cover all entries.

Two functions give an entry its meaning, and their author knows the event types. The registry's function reads a stored
event of one type. The function passed to `folding` moves a state forward by one event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from eventsourcing.application import Application
from eventsourcing.utils import Environment, EnvType
from typing_extensions import override

from ledger.eventstore.factory import Factory
from ledger.eventstore.mapper import ClosedMapper, PlacedEvent, ReadEvent
from ledger.store.store import Store

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Folded(Generic[S]):
    """The state of a stream after its first `version` entries."""

    id: str
    version: int
    state: S


class LedgerApplication(Application[str]):
    """Reads only. The environment names the ledger (see `Factory`), unless an open store is given."""

    def __init__(
        self, registry: Mapping[str, ReadEvent], env: EnvType | None = None, *, store: Store | None = None
    ) -> None:
        self._registry = registry
        self._store = store
        super().__init__(env)

    @override
    def construct_factory(self, env: Environment) -> Factory:
        return Factory(env, store=self._store)

    @override
    def construct_mapper(self) -> ClosedMapper:
        return ClosedMapper(self._registry)


def folding(
    evolve: Callable[[S | None, Any], S],
) -> Callable[[Folded[S] | None, Iterable[PlacedEvent]], Folded[S] | None]:
    """Return the projector function for `Repository.get` that `evolve` defines. It returns None for an empty stream."""

    def project(folded: Folded[S] | None, events: Iterable[PlacedEvent]) -> Folded[S] | None:
        for event in events:
            state = evolve(folded.state if folded else None, event.event)
            folded = Folded(event.originator_id, event.originator_version, state)
        return folded

    return project
