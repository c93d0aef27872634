"""Puts a ledger together: store, register, gate, writer, projections, answers; one per process, run as a whole."""

from __future__ import annotations

from collections.abc import Mapping

from api.callers import Doorkeeper
from api.clock import LedgerClock
from api.directory import Directory
from api.founding import load_checkpoint_signer
from api.kepttiles import KeptTiles
from api.projecting import ProjectingProcess
from api.reception import Reception
from api.register import Register
from api.settings import Settings
from api.wiring import open_store, writer_of
from ledger.keys import PublicKey
from ledger.store import Store
from projections import KINDS
from projections.answers import Answers
from projections.runner import Runner


class Runtime:
    """``writes=False`` answers questions without ever asking for the lead. ``beside``: who projects instead of this
    process."""

    def __init__(self, settings: Settings, *, writes: bool = True, beside: ProjectingProcess | None = None) -> None:
        directory = Directory(settings.data)
        self._writes = writes
        self._beside = beside
        self.store = open_store(settings, directory.origin)
        self.clock = LedgerClock(self.store)
        self.sequencer = writer_of(self.store, settings, load_checkpoint_signer(settings.data), self.clock)
        self.runner = Runner(self.store, KINDS)
        register = Register(self.store)
        auditors = directory.auditors(settings.auditor_keys)
        self.reception = Reception(
            settings=settings,
            store=self.store,
            tiles=KeptTiles(self.store.tile),
            register=register,
            doorkeeper=_doorkeeper(self.store, register, auditors, settings, self.clock),
            sequencer=self.sequencer,
            runner=self.runner,
            answers=Answers(self.store, self.runner),
            clock=self.clock,
        )

    def start(self) -> None:
        if self._beside is None:
            self.runner.start()
        else:
            self._beside.start(otherwise=self.runner.start)
        if self._writes:
            self.sequencer.start()

    def stop(self) -> None:
        """Drain what waits, then let the projections finish their batch."""
        if self._writes:
            self.sequencer.close()
        if self._beside is not None:
            self._beside.stop()
        self.runner.stop()
        self.store.close()
        self.store.engine.dispose()


def _doorkeeper(
    store: Store, register: Register, auditors: Mapping[str, PublicKey], settings: Settings, clock: LedgerClock
) -> Doorkeeper:
    return Doorkeeper(
        origin=store.origin,
        party_key=lambda kid: register.key_in_force(kid, clock()),
        auditors=auditors,
        longest=settings.token_seconds,
        skew=settings.clock_skew_seconds,
    )
