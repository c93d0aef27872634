"""Founding a ledger: checkpoint keys, the two founding parties' keys, and entry 0 (design: the first entries)."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from api.http.problems import Problem
from api.server.data_dir import DataDir
from api.server.opening import create_store
from api.server.settings import Settings
from api.server.wiring import writer_of
from domain.rules.bundled import load_calendar, load_rule_sets
from domain.rules.rule_set import RuleSet
from ledger.keys.jwk import PrivateKey
from ledger.notes.checkpoint import CheckpointSigner
from ledger.notes.cosignature import ML_DSA_44
from ledger.notes.log_keys import FileCheckpointSigner, save_signing_key
from ledger.notes.note import ED25519
from ledger.records.submission import parse_and_verify_submission
from ledger.records.submission_signature import sign_submission
from ledger.sequencer.sequencer import Sequencer

CHECKPOINT_KEYS = ("checkpoint-ed25519.key", "checkpoint-mldsa44.key")
RULE_SET = "js-85-2012"


@dataclass(frozen=True, slots=True)
class Founder:
    """A founding party: its code, its key, and the data that ``party.registered`` would hold."""

    uscc: str
    key: PrivateKey
    registration: Mapping[str, Any]

    def data(self) -> dict[str, Any]:
        return {"uscc": self.uscc, "key": self.key.public.jwk, **self.registration}


def make_checkpoint_keys(directory: Path, origin: str) -> FileCheckpointSigner:
    """Makes two new keys under the origin's name, each in a file of its own. Existing files are never replaced."""
    for name, kind in zip(CHECKPOINT_KEYS, (ED25519, ML_DSA_44), strict=True):
        save_signing_key(directory / name, origin, kind, secrets.token_bytes(32))
    return load_checkpoint_signer(directory)


def load_checkpoint_signer(directory: Path) -> FileCheckpointSigner:
    return FileCheckpointSigner.load([directory / name for name in CHECKPOINT_KEYS])


def outbox_key(directory: Path) -> bytes:
    """The key of the codes in the outbox, derived from the checkpoint's, which every writing server of a ledger has."""
    secret = b"".join((directory / name).read_bytes() for name in CHECKPOINT_KEYS)
    return hmac.digest(sha256(secret).digest(), b"shareledger outbox", "sha256")


def founding_line(
    signer: CheckpointSigner, authority: Founder, government: Founder, *, demo: bool, instant: dt.datetime
) -> bytes:
    """The record of entry 0: the ledger's name, the first keys, and the law and calendar in force."""
    rules: RuleSet = load_rule_sets()[RULE_SET]
    calendar = load_calendar()
    record = {
        "specversion": "1.0",
        "id": "ledger.founded",
        "source": f"urn:uscc:{authority.uscc}",
        "type": "sharing.ledger.founded.v1",
        "subject": f"ledger/{signer.origin}",
        "time": instant.isoformat(),
        "datacontenttype": "application/json",
        "data": {
            "post": authority.registration["responsible_post"],
            "origin": signer.origin,
            "checkpoint_keys": list(signer.vkeys),
            "demo": demo,
            "authority": authority.data(),
            "government": government.data(),
            "rule_set": {"id": rules.id, "version": rules.version, "digest": rules.digest},
            "calendar": {"years": sorted(calendar.years), "digest": calendar.digest()},
        },
    }
    return orjson.dumps(record)


def establish(
    settings: Settings,
    origin: str,
    founders: Sequence[Founder],
    *,
    operator: str,
    instant: dt.datetime,
    scripted: dt.datetime | None = None,
    auditors: Sequence[Mapping[str, str]] = (),
) -> CheckpointSigner:
    """Makes the ledger's keys and its directory, and records entry 0. ``founders``: authority, government.

    ``scripted``: the ledger is founded as demo, and its clock is set to that time.

    If the process dies in between, no signature has been shown to anybody, so the directory is removed and the founding
    is repeated from the start.
    """
    authority, government = founders
    demo = scripted is not None
    signer = make_checkpoint_keys(settings.data, origin)
    facts = {"origin": origin, "vkeys": list(signer.vkeys), "demo": demo, "operator": operator}
    DataDir(settings.data).create({**facts, "auditors": list(auditors)})
    store = create_store(settings, origin)
    sequencer = writer_of(store, settings, signer, lambda: instant)
    sequencer.start()
    try:
        _record(
            sequencer,
            founding_line(signer, authority, government, demo=demo, instant=instant),
            authority,
            origin,
            instant,
        )
        if scripted is not None:
            with store.writing() as transaction:
                transaction.set_demo_clock(scripted)
    finally:
        sequencer.close()
        store.close()
        store.engine.dispose()
    return signer


def _record(sequencer: Sequencer, line: bytes, founder: Founder, origin: str, instant: dt.datetime) -> None:
    jws = sign_submission([line], key=founder.key, iss=founder.uscc, aud=origin, iat=int(instant.timestamp()))
    keys = {founder.key.kid: founder.key.public}
    submission = parse_and_verify_submission(line, jws, audience=origin, find_key=keys.get, now=instant)
    if sequencer.submit(submission).result().replayed:
        raise Problem("NOT_RECORDED", f"The ledger {origin} has been founded before.")
