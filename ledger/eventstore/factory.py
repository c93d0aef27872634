"""The factory that `PERSISTENCE_MODULE=ledger.eventstore` selects: the library's applications then read a ledger.

The environment names the ledger: LEDGER_DATABASE_URL, and LEDGER_ORIGIN if the database holds several.
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
    """Makes recorders over one ledger.

    Made from the environment, it owns the engine. Made over a store, it owns nothing.
    """

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
            known = origins(engine)
            if len(known) != 1:
                raise InfrastructureFactoryError(f"set {self.ORIGIN}: the database holds {len(known)} ledgers")
            origin = known[0]
        return Store(engine, origin)

    @override
    def mapper(
        self, transcoder: Transcoder | None = None, mapper_class: type[Mapper[Any]] | None = None
    ) -> Mapper[Any]:
        """Return a mapper without types.

        The library's own mapper would import any module that a row names (design.md §5).
        """
        return ClosedMapper({})

    def aggregate_recorder(self, purpose: str = "events") -> LedgerRecorder:
        """Return the recorder of events. A ledger has no snapshots, because a state is folded from its stream."""
        if purpose != "events":
            raise InfrastructureFactoryError(f"a ledger keeps no {purpose}: a state is folded from its stream")
        return self.application_recorder()

    def application_recorder(self) -> LedgerRecorder:
        """Return a recorder over the ledger."""
        return LedgerRecorder(self._store)

    def tracking_recorder(self, tracking_recorder_class: type[TrackingRecorder] | None = None) -> TrackingRecorder:
        """Return a recorder of tracking.

        It must be one over a ledger, because only such a one knows the tracking table.
        """
        chosen = tracking_recorder_class or LedgerRecorder
        if not issubclass(chosen, LedgerRecorder):
            raise InfrastructureFactoryError(f"{chosen.__name__} does not know where a ledger keeps its tracking")
        return chosen(self._store)

    def process_recorder(self) -> LedgerRecorder:
        """Return a recorder over the ledger, which also stores tracking."""
        return self.application_recorder()

    def close(self) -> None:
        """Close the store and its engine, if this factory owns them."""
        if self._owns_store:
            self._store.close()
            self._store.engine.dispose()
