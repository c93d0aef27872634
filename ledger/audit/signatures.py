"""The audit of signatures: each submission is signed by a key that was authorised when it was recorded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from formats.errors import VerificationError
from ledger.audit.report import Tally
from ledger.audit.submissions import Seal
from ledger.keys.jwk import PublicKey
from ledger.keys.jws import verify_jws

FindKey = Callable[[str, str, int, datetime], PublicKey | None]
"""(kid, bare code of the issuer, index, recorded_at) → the key, if it was authorised for that issuer then. Asked in the
order of the log, once for each submission."""

_AT_ONCE = 64  # signatures in one task
_AHEAD = 64  # tasks

Job = tuple[Seal, PublicKey]


class SignatureAudit:
    """Verifies in threads, which sign-checking code lets run side by side; asks for keys in the caller's."""

    def __init__(self, find_key: FindKey, tally: Tally, threads: int) -> None:
        self._find_key = find_key
        self._tally = tally
        self._threads = ThreadPoolExecutor(threads, "audit-signatures")
        self._under_way: deque[Future[list[tuple[Seal, str]]]] = deque()

    def take(self, seals: Sequence[Seal]) -> None:
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

    def _fault(self, seal: Seal, code: str, detail: str) -> None:
        where = f"submission of entry {seal.index}"
        self._tally.fault("signatures", code, where, detail, index=seal.index)


def _verify(jobs: Sequence[Job]) -> list[tuple[Seal, str]]:
    failed = []
    for seal, key in jobs:
        try:
            verify_jws(seal.jws, key)
        except VerificationError as error:
            failed.append((seal, str(error)))
    return failed
