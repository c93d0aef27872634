"""Makes the writer of a log, for the server and for the founding."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from api.own_records.operator import OperatorSigner
from api.server.data_dir import DataDir
from api.server.machine_clock import Clock
from api.server.settings import Settings
from domain.admission.context import AdmissionSettings
from formats.errors import Malformed
from ledger.notes.checkpoint import CheckpointSigner
from ledger.publication.publisher import Publication
from ledger.sequencer.group_commit import SequencerSettings
from ledger.sequencer.sequencer import Sequencer
from ledger.store.store import Store
from replay.admission import law_admission_factory
from replay.party_registry import PartyRegistry


def writer_of(
    store: Store,
    settings: Settings,
    signer: CheckpointSigner,
    clock: Clock,
    clock_fault: Callable[[], str | None] = lambda: None,
) -> Sequencer:
    """The one writer of this process. It waits until it has the lead. It signs with no key that the log does not name:
    a checkpoint under another key would contradict every pinned key.
    """
    _require_named(store, signer)
    skew = dt.timedelta(seconds=settings.clock_skew_seconds)
    admission = AdmissionSettings(origin=store.origin, ahead=skew)
    return Sequencer(
        store,
        make_policy=law_admission_factory(store, admission, capacity=settings.state_cache),
        signer=signer,
        clock=clock,
        clock_fault=clock_fault,
        publication=Publication(store, signer, interval=settings.publish_seconds),
        settings=SequencerSettings(batch_records=settings.batch_records, pool_records=settings.pool_records),
    )


def operator_signer_of(settings: Settings, directory: DataDir, registry: PartyRegistry) -> OperatorSigner:
    """The operator as the signer of the server's own records; with the key that this server was given, if any."""
    return OperatorSigner(
        uscc=directory.facts()["operator"],
        origin=directory.origin,
        registry=registry,
        key=directory.operator_key(settings.operator_key),
        post=settings.operator_post,
    )


def _require_named(store: Store, signer: CheckpointSigner) -> None:
    founding = PartyRegistry(store).founding()
    if founding is None:
        return  # nothing is recorded yet; entry 0 will name them
    size = store.head().size
    snapshot = {key.vkey for key in founding.checkpoint_keys if key.to_size is None or size < key.to_size}
    if not snapshot.issuperset(signer.vkeys):
        raise Malformed(
            "SIGNING_KEYS_FOREIGN",
            f"{store.origin} exists in this database and is signed with other checkpoint keys than those given",
            next_step="Use the directory that it was founded in, or name another database or origin.",
        )
