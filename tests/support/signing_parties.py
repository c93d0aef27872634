"""Parties with keys, their signed submissions, and a log to send them to: for tests of the sequencer and the audit."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from formats.refusal import Refusal
from ledger.errors import SubmissionFailed
from ledger.keys.jwk import PrivateKey, PublicKey, generate
from ledger.notes.cosignature import ML_DSA_44
from ledger.notes.log_keys import FileCheckpointSigner, signer_from, verifier_for
from ledger.notes.note import ED25519, Verifier
from ledger.records.receipt import build_receipt, verify_receipt
from ledger.records.record import Record
from ledger.records.submission import Submission, parse_and_verify_submission, sign_submission
from ledger.sequencer.admission_policy import EntryPlace
from ledger.sequencer.group_commit import CommitConfig, SequencerSettings
from ledger.sequencer.outcomes import Receipts
from ledger.sequencer.pool import Waiting
from ledger.sequencer.sequencer import Sequencer
from ledger.sequencer.writer import Writer
from ledger.store.store import Store

ORIGIN = "ledger.example/sequencer"
NOON = datetime(2026, 3, 25, 4, 0, 0, 123_000, tzinfo=UTC)

SequencerWith = Callable[..., Sequencer]

_ids = itertools.count()


def line(record_id: str | None = None, *, source: str, stream: str = "request/1", **data: Any) -> bytes:
    """A record. `ContentPolicy` reads its fate in `data`."""
    record = {
        "specversion": "1.0",
        "id": record_id or f"r{next(_ids)}",
        "source": f"urn:uscc:{source}",
        "type": "sharing.use.recorded.v1",
        "subject": stream,
        "time": "2026-03-25T09:12:00+08:00",
        "datacontenttype": "application/json",
        "data": {"note": "说明", **data},
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True)
class SigningParty:
    """An organ with a key."""

    uscc: str
    key: PrivateKey

    def lines(self, count: int = 1, **data: Any) -> list[bytes]:
        return [line(source=self.uscc, **data) for _ in range(count)]

    def sign(self, lines: Sequence[bytes], *, origin: str = ORIGIN, iat: int = 1_774_000_000) -> Submission:
        """Signed by the party and opened by the ledger."""
        jws = sign_submission(lines, key=self.key, iss=self.uscc, aud=origin, iat=iat)
        return parse_and_verify_submission(
            b"\n".join(lines), jws, audience=origin, find_key=lambda kid: self.key.public, now=NOON + timedelta(days=9)
        )


def signing_party(number: int = 0, alg: str = "Ed25519") -> SigningParty:
    return SigningParty(f"11320000000000{number:04}", generate(alg))


def registry(parties: Iterable[SigningParty]) -> dict[str, PublicKey]:
    return {one.key.kid: one.key.public for one in parties}


def checkpoint_signer(origin: str, seed: int = 1) -> FileCheckpointSigner:
    return FileCheckpointSigner(
        [signer_from(origin, ED25519, bytes([seed]) * 32), signer_from(origin, ML_DSA_44, bytes([seed + 1]) * 32)]
    )


def verifiers(signer: FileCheckpointSigner) -> list[Verifier]:
    return [verifier_for(vkey) for vkey in signer.vkeys]


class ContentPolicy:
    """Refuses a record for the codes in its `refuse`, or while its `after` is not recorded; breaks at one `broken`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: set[tuple[str, str]] = set()
        self._tentative: set[tuple[str, str]] = set()
        self.asked: list[tuple[list[EntryPlace], datetime]] = []
        self.before_answering: Callable[[ContentPolicy], None] = lambda policy: None
        self.strangers: set[str] = set()  # keys that were never the issuer's

    def check(self, submission: Submission, places: Sequence[EntryPlace], recorded_at: datetime) -> list[Refusal]:
        self.asked.append((list(places), recorded_at))
        self.before_answering(self)
        refusals = []
        for number, record in enumerate(submission.records, 1):
            if record.data.get("broken"):
                raise RuntimeError("the gate breaks at this record")
            if submission.kid in self.strangers:
                refusals.append(
                    Refusal("SIGNER_UNAUTHORISED", "", "not the issuer's key", "Sign with it.", line=number)
                )
            for code in record.data.get("refuse", ()):
                refusals.append(Refusal(code, "", "as the record asks", "Ask otherwise.", line=number))
            after = record.data.get("after")
            if after and not self._is_recorded(record.source, after):
                refusals.append(Refusal("WRONG_STATE", "", f"{after} is not recorded", "Wait for it.", line=number))
        if not refusals:
            self._tentative |= {(record.source, record.id) for record in submission.records}
        return refusals

    def issuer_ever_held_key(self, submission: Submission) -> bool:
        return submission.kid not in self.strangers

    def may_retain(self, record: Record, recorded: Record) -> bool:
        """Not if either of them asks for that."""
        return not any(each.data.get("keep") is False for each in (record, recorded))

    def _is_recorded(self, source: str, record_id: str) -> bool:
        known = (source, record_id) in self._known | self._tentative
        return known or self._store.find_record(source, record_id) is not None

    def commit(self) -> None:
        self._known |= self._tentative
        self._tentative = set()

    def rollback(self) -> None:
        self._tentative = set()


class Ticking:
    """A clock that a test moves."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, *, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def process(writer: Writer, *submissions: Submission) -> list[Receipts | SubmissionFailed]:
    """The outcome of each, given to the writer together."""
    waiting = [Waiting(submission) for submission in submissions]
    for one in waiting:
        one.future.set_running_or_notify_cancel()
    writer.process(waiting)
    return [one.future.exception(0) or one.future.result(0) for one in waiting]  # type: ignore[misc]


def proven_indexes(receipts: object, signer: FileCheckpointSigner) -> list[int]:
    """The indexes of receipts, once every proof in them has been checked as a stranger would."""
    assert isinstance(receipts, Receipts), receipts
    written = build_receipt(receipts.items, receipts.checkpoint)
    evidence = verify_receipt(written, verifiers(signer), origin=signer.origin)
    return [entry.index for entry in evidence.entries]


def writer_for(store: Store, clock: Ticking, gates: list[ContentPolicy] | None = None) -> Writer:
    """The writer alone: what it is given together, it records together. `gates` collects those it opens."""

    def make_policy() -> ContentPolicy:
        policy = ContentPolicy(store)
        if gates is not None:
            gates.append(policy)
        return policy

    config = CommitConfig(store.origin, checkpoint_signer(store.origin), clock, SequencerSettings())
    return Writer(store, make_policy=make_policy, config=config)


def sequencer_for(
    store: Store, *, clock: Ticking | None = None, settings: SequencerSettings | None = None, **more: Any
) -> Sequencer:
    more.setdefault("make_policy", lambda: ContentPolicy(store))
    more.setdefault("signer", checkpoint_signer(store.origin))
    return Sequencer(store, clock=clock or Ticking(), settings=settings, **more)
