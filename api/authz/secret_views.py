"""Whether an entry is shown as a stub. The rule is the one that admits records (4), applied to the present state of the
ledger.

A record with texts that was admitted before the class was claimed stays in the log, but its texts are not shown.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from api.server.clock import LedgerClock
from domain.act import Act
from domain.admission.stub_rule import stub_required
from domain.codec.wire import write_event
from domain.state import State
from ledger.store.engine import reading
from ledger.store.store import Store
from projections.catalogue.projector import item_claim
from replay.party_registry import PartyRegistry

# The streams that are about an item. An act in another stream names the item that it is about.
ABOUT_ITEMS = frozenset({"item", "request", "agreement", "use", "demand", "discrepancy", "dispute"})


class Present:
    """The states of streams now: admission's ``StateLookup`` for one look at an entry."""

    def __init__(self, registry: PartyRegistry, store: Store) -> None:
        self._registry = registry
        self._store = store
        self._size = store.head().size
        self.now = LedgerClock(store)()

    def state(self, stream: str) -> State | None:
        return self._registry.state(stream, self._size) if stream.partition("/")[0] in ABOUT_ITEMS else None

    def claims_on(self, item: str) -> Collection[str]:
        ours = (item_claim.c.ledger == self._store.ledger, item_claim.c.to_size.is_(None))
        with reading(self._store.engine) as connection:
            return list(connection.scalars(select(item_claim.c.stream).where(*ours, item_claim.c.code == item)))


def is_secret_now(act: Act, registry: PartyRegistry, store: Store) -> bool:
    """Whether the act would have to be a stub if it were recorded at this moment."""
    return stub_required(act.stream, write_event(act.event), Present(registry, store))


def is_secret_stream(stream: str, registry: PartyRegistry, store: Store) -> bool:
    """Whether every record that enters the stream at this moment has to be a stub."""
    return stub_required(stream, {}, Present(registry, store))
