"""Assembles a ledger: store, register, admission, writer, projections, answers; one per process, run as a whole."""

from __future__ import annotations

from collections.abc import Mapping

from api.authz.tokens import TokenVerifier
from api.http.bodies import BodyBudget
from api.http.protocol import Connections
from api.http.rate_limit import Limits
from api.http.workers import Workers
from api.log.newest_checkpoint import NewestCheckpoint
from api.log.tile_cache import TileCache
from api.own_records.deadline_recomputed import Recomputations
from api.own_records.read_audit import ReadAudit
from api.own_records.reads import ReadAuditRecords
from api.own_records.submitter import OwnRecordSubmitter
from api.server.clock import LedgerClock
from api.server.data_dir import DataDir
from api.server.founding import load_checkpoint_signer, outbox_key
from api.server.machine_clock import Clock, machine_clock
from api.server.opening import open_store
from api.server.projector_process import ProjectorProcess
from api.server.reception import AppContext
from api.server.settings import Settings
from api.server.steady_clock import SteadyClock
from api.server.wiring import operator_signer_of, writer_of
from ledger.keys.jwk import PublicKey
from ledger.store.outbox import Outbox
from ledger.store.store import Store
from projections import KINDS
from projections.deadlines.moved import MovedDeadlines
from projections.engine.runner import Runner
from projections.query.queries import Queries
from replay.party_registry import PartyRegistry


class Runtime:
    """``writes=False`` answers questions and never asks for the lead. ``beside``: the process that projects instead of
    this one. ``machine``: the time outside of the ledger.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        writes: bool = True,
        beside: ProjectorProcess | None = None,
        machine: Clock = machine_clock,
    ) -> None:
        directory = DataDir(settings.data)
        self._writes = writes
        self._beside = beside
        self.store = open_store(settings, directory.origin)
        self.clock = LedgerClock(self.store, SteadyClock(allowed=settings.clock_jump_seconds))
        signer = load_checkpoint_signer(settings.data)
        self.sequencer = writer_of(self.store, settings, signer, self.clock.recording, lambda: self.clock.fault)
        self.runner = Runner(self.store, KINDS)
        registry = PartyRegistry(self.store)
        self.hand, watch = self._hand(settings, directory, registry, machine)
        auditors = directory.auditors(settings.auditor_keys)
        self.reception = AppContext(
            settings=settings,
            store=self.store,
            tiles=TileCache(self.store.tiles),
            registry=registry,
            token_verifier=_doorkeeper(self.store, registry, auditors, settings, self.clock),
            sequencer=self.sequencer,
            runner=self.runner,
            queries=Queries(self.store, self.runner),
            clock=self.clock,
            submitter=self.hand,
            read_audit=watch,
            limits=_limits(settings),
            workers=Workers(),
            bodies=BodyBudget(),
            connections=Connections(settings.connections, settings.connections_of_address),
            newest_checkpoint=NewestCheckpoint(self.store.published),
        )

    def _hand(
        self, settings: Settings, directory: DataDir, registry: PartyRegistry, machine: Clock
    ) -> tuple[OwnRecordSubmitter, ReadAudit]:
        """The own-record submitter, and the notes of reads that it records."""
        outbox = Outbox(self.store, outbox_key(settings.data))
        hand = OwnRecordSubmitter(
            store=self.store,
            outbox=outbox,
            sequencer=self.sequencer,
            signer=operator_signer_of(settings, directory, registry),
            clock=self.clock,
            sources=(
                ReadAuditRecords(outbox, registry, machine),
                Recomputations(MovedDeadlines(self.store, self.runner.builds)),
            ),
        )
        watch = ReadAudit(
            outbox=outbox,
            submitter=hand,
            clock=self.clock,
            keep=settings.unrecorded_reads == "keep",
            most=settings.waiting_reads,
            machine=machine,
        )
        return hand, watch

    def start(self) -> None:
        if self._beside is None:
            self.runner.start()
        else:
            self._beside.start(otherwise=self.runner.start)
        if self._writes:
            self.sequencer.start()
            self.hand.start()

    def stop_writing(self) -> None:
        """Records the statements owed, empties the queue and gives up the lead. Once is enough."""
        if self._writes:
            self._writes = False
            self.hand.stop()
            self.sequencer.close()

    def stop(self) -> None:
        """Stops writing, then lets the projections finish their batch."""
        self.stop_writing()
        if self._beside is not None:
            self._beside.stop()
        self.runner.stop()
        self.store.close()
        self.store.engine.dispose()


def _limits(settings: Settings) -> Limits:
    return Limits(records=settings.limit_records, reads=settings.limit_reads, addresses=settings.limit_addresses)


def _doorkeeper(
    store: Store, registry: PartyRegistry, auditors: Mapping[str, PublicKey], settings: Settings, clock: LedgerClock
) -> TokenVerifier:
    return TokenVerifier(
        origin=store.origin,
        key_in_force=registry.key_in_force,
        ledger_now=clock,
        auditors=auditors,
        longest=settings.token_seconds,
        skew=settings.clock_skew_seconds,
    )
