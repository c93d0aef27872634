"""The objects that every route uses: the log, the register, the writer, the answers and the clock of the ledger."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from api.authz.tokens import Caller, Doorkeeper
from api.http.problems import Problem
from api.http.rate_limit import Limits
from api.log.tile_cache import KeptTiles
from api.own_records.read_audit import Watch
from api.own_records.submitter import Hand
from api.server.clock import LedgerClock
from api.server.machine_clock import machine_clock
from api.server.settings import Settings
from ledger.sequencer.sequencer import Sequencer
from ledger.store.store import Store
from projections.engine.runner import Runner
from projections.query.queries import Queries
from replay.party_registry import Register


@dataclass(frozen=True, slots=True)
class Reception:
    """One per process and ledger; made by ``api.server.runtime``."""

    settings: Settings
    store: Store
    tiles: KeptTiles
    register: Register
    doorkeeper: Doorkeeper
    sequencer: Sequencer
    runner: Runner
    answers: Queries
    clock: LedgerClock
    hand: Hand
    watch: Watch
    limits: Limits

    @property
    def origin(self) -> str:
        return self.store.origin

    def caller(self, request: Request) -> Caller:
        """The caller of the request. Raises the problem that says why the caller is unknown, or over its limit."""
        try:
            caller = self.doorkeeper.caller(request.headers.get("authorization"), now=machine_clock())
        except Problem:
            self.limits.stranger(request.scope)
            raise
        self.limits.read(request.scope, caller.uscc or caller.kid)
        return caller


def reception_of(request: Request) -> Reception:
    """The reception that the application was made with."""
    reception: Reception = request.app.state.reception
    return reception
