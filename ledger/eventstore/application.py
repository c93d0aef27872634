"""The library's application over a ledger: its repository folds streams, its log and subscriptions go over all entries.

What an entry means is told by two functions of whoever knows it: the registry's, which reads a stored event of a type,
and the one given to `folding`, which brings a state forward by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from eventsourcing.application import Application
from eventsourcing.utils import Environment, EnvType
from typing_extensions import override

from ledger.eventstore.factory import Factory
from ledger.eventstore.mapper import ClosedMapper, Placed, Read
from ledger.store.store import Store

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Folded(Generic[S]):
    """A stream's state after its first `version` entries."""

    id: str
    version: int
    state: S


class LedgerApplication(Application[str]):
    """Reads only. The environment names the ledger (see `Factory`), unless a store is given that is open already."""

    def __init__(self, registry: Mapping[str, Read], env: EnvType | None = None, *, store: Store | None = None) -> None:
        self._registry = registry
        self._store = store
        super().__init__(env)

    @override
    def construct_factory(self, env: Environment) -> Factory:
        return Factory(env, store=self._store)

    @override
    def construct_mapper(self) -> ClosedMapper:
        return ClosedMapper(self._registry)


def folding(evolve: Callable[[S | None, Any], S]) -> Callable[[Folded[S] | None, Iterable[Placed]], Folded[S] | None]:
    """The projector function for `Repository.get` that `evolve` amounts to. None where nothing has begun."""

    def project(folded: Folded[S] | None, events: Iterable[Placed]) -> Folded[S] | None:
        for event in events:
            state = evolve(folded.state if folded else None, event.event)
            folded = Folded(event.originator_id, event.originator_version, state)
        return folded

    return project
