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
from domain.evolve import fold
from domain.state import State
from ledger.store.engine import reading
from ledger.store.store import Store
from projections.catalogue.projector import item_claim
from replay.log_source import ActLog

# The streams that are about an item. An act in another stream names the item that it is about.
ABOUT_ITEMS = frozenset({"item", "request", "agreement", "use", "demand", "discrepancy", "dispute"})


class Present:
    """The states of streams now: admission's ``StateLookup`` for one look at an entry."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._acts = ActLog(store)
        self._size = store.head().size
        self.now = LedgerClock(store)()
        self._states: dict[str, State | None] = {}

    def state(self, stream: str) -> State | None:
        if stream not in self._states:
            self._states[stream] = self._folded(stream)
        return self._states[stream]

    def _folded(self, stream: str) -> State | None:
        family = stream.partition("/")[0]
        if family not in ABOUT_ITEMS:
            return None
        if family == "request":  # its uses are many, and change nothing
            return fold(self._acts.life_of(stream, self._size))
        return fold(self._acts.of_stream(stream, self._size))

    def claims_on(self, item: str) -> Collection[str]:
        ours = (item_claim.c.ledger == self._store.ledger, item_claim.c.to_size.is_(None))
        with reading(self._store.engine) as connection:
            return list(connection.scalars(select(item_claim.c.stream).where(*ours, item_claim.c.code == item)))


def is_secret_now(act: Act, store: Store) -> bool:
    """Whether the act would have to be a stub if it were recorded at this moment."""
    return stub_required(act.stream, write_event(act.event), Present(store))


def is_secret_stream(stream: str, store: Store) -> bool:
    """Whether every record that enters the stream at this moment has to be a stub."""
    return stub_required(stream, {}, Present(store))
