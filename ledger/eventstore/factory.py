"""`PERSISTENCE_MODULE=ledger.eventstore` selects this factory: the library's applications then stand on a ledger.

The environment names the ledger: LEDGER_DATABASE_URL, and LEDGER_ORIGIN where the database holds several.
"""

from __future__ import annotations

from typing import Any

from eventsourcing.persistence import (
    InfrastructureFactory,
    InfrastructureFactoryError,
    Mapper,
    TrackingRecorder,
    Transcoder,
)
from eventsourcing.utils import Environment, EnvType
from typing_extensions import override

from ledger.eventstore.mapper import ClosedMapper
from ledger.eventstore.recorder import LedgerRecorder
from ledger.store.engine import open_engine
from ledger.store.store import Store, origins


class Factory(InfrastructureFactory[TrackingRecorder]):
    """Recorders over one ledger. Built from the environment, it owns the engine; over a given store, nothing."""

    DATABASE_URL = "LEDGER_DATABASE_URL"
    ORIGIN = "LEDGER_ORIGIN"

    def __init__(self, env: Environment | EnvType | None = None, *, store: Store | None = None) -> None:
        super().__init__(env)
        self._owns_store = store is None
        self._store = store or self._open_store()

    def _open_store(self) -> Store:
        url = self.env.get(self.DATABASE_URL)
        if not url:
            raise InfrastructureFactoryError(f"set {self.DATABASE_URL} to the database of the ledger")
        engine = open_engine(url)
        origin = self.env.get(self.ORIGIN)
        if not origin:
            found = origins(engine)
            if len(found) != 1:
                raise InfrastructureFactoryError(f"set {self.ORIGIN}: the database holds {len(found)} ledgers")
            origin = found[0]
        return Store(engine, origin)

    @override
    def mapper(
        self, transcoder: Transcoder | None = None, mapper_class: type[Mapper[Any]] | None = None
    ) -> Mapper[Any]:
        """A mapper that knows no type yet. The library's own would import whatever a row names."""
        return ClosedMapper({})

    def aggregate_recorder(self, purpose: str = "events") -> LedgerRecorder:
        if purpose != "events":
            raise InfrastructureFactoryError(f"a ledger keeps no {purpose}: a state is folded from its stream")
        return self.application_recorder()

    def application_recorder(self) -> LedgerRecorder:
        return LedgerRecorder(self._store)

    def tracking_recorder(self, tracking_recorder_class: type[TrackingRecorder] | None = None) -> TrackingRecorder:
        chosen = tracking_recorder_class or LedgerRecorder
        if not issubclass(chosen, LedgerRecorder):
            raise InfrastructureFactoryError(f"{chosen.__name__} does not know where a ledger keeps its tracking")
        return chosen(self._store)

    def process_recorder(self) -> LedgerRecorder:
        return self.application_recorder()

    def close(self) -> None:
        if self._owns_store:
            self._store.close()
            self._store.engine.dispose()
