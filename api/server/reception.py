"""The objects that every route uses: the log, the register, the writer, the answers and the clock of the ledger."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from api.authz.tokens import Caller, TokenVerifier
from api.http.bodies import BodyBudget
from api.http.problems import Problem
from api.http.protocol import Connections
from api.http.rate_limit import Limits
from api.http.workers import Workers
from api.log.newest_checkpoint import NewestCheckpoint
from api.log.tile_cache import TileCache
from api.own_records.read_audit import ReadAudit
from api.own_records.submitter import OwnRecordSubmitter
from api.server.clock import LedgerClock
from api.server.machine_clock import machine_clock
from api.server.settings import Settings
from ledger.sequencer.sequencer import Sequencer
from ledger.store.store import Store
from projections.engine.runner import Runner
from projections.query.queries import Queries
from replay.party_registry import PartyRegistry


@dataclass(frozen=True, slots=True)
class AppContext:
    """One per process and ledger; made by ``api.server.runtime``."""

    settings: Settings
    store: Store
    tiles: TileCache
    registry: PartyRegistry
    token_verifier: TokenVerifier
    sequencer: Sequencer
    runner: Runner
    queries: Queries
    clock: LedgerClock
    submitter: OwnRecordSubmitter
    read_audit: ReadAudit
    limits: Limits
    workers: Workers
    bodies: BodyBudget
    connections: Connections
    newest_checkpoint: NewestCheckpoint

    @property
    def origin(self) -> str:
        return self.store.origin

    def caller(self, request: Request) -> Caller:
        """The caller of the request. Raises the problem that says why the caller is unknown, or over its limit."""
        try:
            caller = self.token_verifier.caller(request.headers.get("authorization"), now=machine_clock())
        except Problem:
            self.limits.count_unauthenticated(request.scope)
            raise
        request.scope["state"]["organ"] = caller.uscc or caller.kid
        self.limits.count_read(request.scope, caller.uscc or caller.kid)
        self.note_known(request)
        return caller

    def note_known(self, request: Request) -> None:
        """The sender of the request proved who it is: its address gets connections before a stranger's."""
        if request.client is not None:
            self.connections.note_known(request.client.host)


def context_of(request: Request) -> AppContext:
    """The reception that the application was made with."""
    context: AppContext = request.app.state.reception
    return context
