"""A ledger ready to be used: founded, its parties registered, their requests granted; recorded without a server."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from api.server.clock import LedgerClock
from api.server.data_dir import DataDir
from api.server.founding import load_checkpoint_signer
from api.server.opening import open_store
from api.server.settings import Settings
from api.server.wiring import writer_of
from bench.population import CASES, NOW, founding_steps
from demo.stage import set_stage
from demo.story.cast import PARTIES, uscc
from demo.story.exchange import Exchange
from ledger.records.submission import parse_and_verify_submission
from ledger.records.submission_signature import sign_submission
from replay.party_registry import PartyRegistry

_PATIENCE = 30.0  # seconds for one step


def found(settings: Settings, cases: Sequence[Exchange] = CASES) -> DataDir:
    """Through the gate and the writer that a server would use. The scripted clock is at `NOW` in the end."""
    directory = set_stage(settings)
    keys = {name: directory.key(party.uscc) for name, party in PARTIES.items()}
    store = open_store(settings, directory.origin)
    clock, register = LedgerClock(store), PartyRegistry(store)
    sequencer = writer_of(store, settings, load_checkpoint_signer(settings.data), clock)
    sequencer.start()
    try:
        for step in founding_steps(directory, cases):
            clock.move(step.recorded_at)
            lines, iat = [orjson.dumps(record) for record in step.records], int(step.recorded_at.timestamp())
            jws = sign_submission(lines, key=keys[step.by], iss=uscc(step.by), aud=store.origin, iat=iat)
            submission = parse_and_verify_submission(
                b"\n".join(lines), jws, audience=store.origin, find_key=register.find_key, now=clock()
            )
            sequencer.submit(submission).result(_PATIENCE)
        clock.move(NOW)
    finally:
        sequencer.close()
        store.close()
        store.engine.dispose()
    return directory
