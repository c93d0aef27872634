"""What every door has at hand: the log, the register, the writer, the answers and the clock of the ledger it serves."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from api.callers import Caller, Doorkeeper
from api.clock import LedgerClock, machine_clock
from api.hand import Hand
from api.kepttiles import KeptTiles
from api.limiting import Limits
from api.problems import Problem
from api.register import Register
from api.settings import Settings
from api.watching import Watch
from ledger.sequencer import Sequencer
from ledger.store.store import Store
from projections.answers import Answers
from projections.runner import Runner


@dataclass(frozen=True, slots=True)
class Reception:
    """One per process and ledger; made by ``api.runtime``."""

    settings: Settings
    store: Store
    tiles: KeptTiles
    register: Register
    doorkeeper: Doorkeeper
    sequencer: Sequencer
    runner: Runner
    answers: Answers
    clock: LedgerClock
    hand: Hand
    watch: Watch
    limits: Limits

    @property
    def origin(self) -> str:
        return self.store.origin

    def caller(self, request: Request) -> Caller:
        """Who asks; raises the problem that says why nobody could be made out, or that it is too much."""
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
