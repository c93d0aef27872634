"""The audit of submissions: the signature that each group of entries names covers exactly their records."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from formats import base64url
from formats.errors import Malformed, VerificationError
from ledger import ijson
from ledger.audit.entries import SubmissionRun
from ledger.audit.report import FindingCounter
from ledger.keys.jwk import PublicKey
from ledger.keys.jws import Jws, parse_jws, verify_jws
from ledger.records.record import SOURCE_PREFIX
from ledger.records.submission_signature import TYP
from ledger.tree import merkle

Row = tuple[Any, ...]  # first index, digest, count, jws


@dataclass(frozen=True, slots=True)
class SignatureToVerify:
    """A signature that says what it must, and still has to be verified."""

    index: int  # of the first entry that it covers
    kid: str
    iss: str  # the unified social credit code, bare
    recorded_at: datetime
    jws: Jws


class SubmissionAudit:
    """Compares groups of entries with rows of the submission table, which are loaded ahead of them."""

    def __init__(self, origin: str, tally: FindingCounter, changed: Collection[int]) -> None:
        """`changed`: indexes of entries known not to be what was recorded."""
        self._signatures: list[SignatureToVerify] = []
        self._origin = origin
        self._tally = tally
        self._changed = changed
        self._rows: dict[int, Row] = {}

    def load(self, rows: Sequence[Row]) -> None:
        self._rows |= {row[0]: row for row in rows}

    def take(self, group: SubmissionRun) -> None:
        """The group ends here."""
        self._tally.checked["submissions"] += 1
        where = f"submission {group.submission.hex()}"
        wrong = self._compare(group, self._rows.pop(group.first, None))
        if wrong:
            code, detail = wrong
            changed_indexes = [
                index for index in range(group.first, group.first + len(group.records)) if index in self._changed
            ]
            self._tally.fault(
                "submissions", code, where, detail, index=changed_indexes[0] if changed_indexes else group.first
            )

    def end(self) -> None:
        """Rows that no entry names."""
        for first, row in self._rows.items():
            where = f"submission {bytes(row[1]).hex()}"
            detail = f"it says that it begins at index {first}, where no entry begins a submission"
            self._tally.fault("submissions", "SUBMISSION_STRAY", where, detail, index=first)
        self._rows.clear()

    def drain(self) -> list[SignatureToVerify]:
        """The seals met since the last time."""
        seals, self._signatures = self._signatures, []
        return seals

    def _compare(self, group: SubmissionRun, row: Row | None) -> tuple[str, str] | None:
        """What is wrong first."""
        if row is None:
            return "SUBMISSION_MISSING", f"no signature is stored for the entries from index {group.first} on"
        _, digest, count, jws = row
        if digest != group.submission or sha256(str(jws).encode()).digest() != digest:
            return "SUBMISSION_CHANGED", "the stored signature is not the one that the entries name"
        if count != group.size or len(group.records) != group.size:
            return (
                "SUBMISSION_COUNT",
                f"{len(group.records)} entries name it, they say {group.size}, its row says {count}",
            )
        if None in group.records:
            return None  # what is missing has been named; without it there is no root to compare
        return self._open(group, jws)

    def _open(self, group: SubmissionRun, text: str) -> tuple[str, str] | None:
        root = merkle.root_hash([sha256(b"\0" + record).digest() for record in group.records if record is not None])
        try:
            jws = parse_jws(text)
            payload = ijson.read_object(jws.payload)
        except Malformed as fault:
            return "SIGNATURE_MALFORMED", fault.detail
        if jws.header.keys() != {"alg", "kid", "typ"} or jws.header["typ"] != TYP:
            return "SIGNATURE_MALFORMED", "its header is not that of a submission's signature"
        if payload.get("root") != base64url.encode(root) or payload.get("size") != group.size:
            return "ROOT_WRONG", "the records of its entries do not have the root that was signed"
        if payload.get("iss") != group.source or payload.get("aud") != self._origin:
            return "ISSUER_WRONG", "it was signed for another ledger, or by another party than its records' source"
        assert group.recorded_at is not None, "a group with records has their time"
        iss = payload["iss"].removeprefix(SOURCE_PREFIX)
        self._signatures.append(SignatureToVerify(group.first, str(jws.header["kid"]), iss, group.recorded_at, jws))
        return None


FindKeyAt = Callable[[str, str, int, datetime], PublicKey | None]
"""(kid, bare code of the issuer, index, recorded_at) → the key, if it was authorised for that issuer then. Asked in the
order of the log, once for each submission."""

_AT_ONCE = 64  # signatures in one task
_AHEAD = 64  # tasks

Job = tuple[SignatureToVerify, PublicKey]


class SignatureAudit:
    """Verifies in threads, which sign-checking code lets run side by side; asks for keys in the caller's."""

    def __init__(self, find_key: FindKeyAt, tally: FindingCounter, threads: int) -> None:
        self._find_key = find_key
        self._tally = tally
        self._threads = ThreadPoolExecutor(threads, "audit-signatures")
        self._under_way: deque[Future[list[tuple[SignatureToVerify, str]]]] = deque()

    def take(self, seals: Sequence[SignatureToVerify]) -> None:
        jobs: list[Job] = []
        for seal in seals:
            key = self._find_key(seal.kid, seal.iss, seal.index, seal.recorded_at)
            if key is None:
                detail = f"key {seal.kid} was not authorised for {seal.iss} when the submission was recorded"
                self._fault(seal, "KEY_NOT_AUTHORISED", detail)
            else:
                jobs.append((seal, key))
        for at in range(0, len(jobs), _AT_ONCE):
            self._under_way.append(self._threads.submit(_verify, jobs[at : at + _AT_ONCE]))
        while len(self._under_way) > _AHEAD:
            self._collect()
        self._tally.checked["signatures"] += len(seals)

    def end(self) -> None:
        while self._under_way:
            self._collect()
        self._threads.shutdown()

    def _collect(self) -> None:
        for seal, detail in self._under_way.popleft().result():
            self._fault(seal, "SIGNATURE_INVALID", detail)

    def _fault(self, seal: SignatureToVerify, code: str, detail: str) -> None:
        where = f"submission of entry {seal.index}"
        self._tally.fault("signatures", code, where, detail, index=seal.index)


def _verify(jobs: Sequence[Job]) -> list[tuple[SignatureToVerify, str]]:
    failed = []
    for seal, key in jobs:
        try:
            verify_jws(seal.jws, key)
        except VerificationError as error:
            failed.append((seal, str(error)))
    return failed
