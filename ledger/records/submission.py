"""A submission: record lines and one compact JWS over their Merkle root; seal and open.

The lines are `application/x-ndjson`: records joined by LF, a last LF accepted and not required. The seal's payload is
`{"iss","aud","iat","size","root"}`; `root` is the RFC 6962 tree hash of the lines without their LF, so one signature
covers all lines and each is still provable alone: signature → root → path → record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from formats.errors import Malformed
from ledger.errors import MalformedSubmission
from ledger.keys.jwk import PublicKey
from ledger.records import record as records
from ledger.records.record import Record, parse_record
from ledger.records.submission_signature import SubmissionSignature, sign_submission, verify_submission_signature
from ledger.tree import merkle

__all__ = [
    "MAX_BYTES",
    "MAX_LINES",
    "Submission",
    "parse_and_verify_submission",
    "parse_signed_submission",
    "sign_submission",
]

MAX_LINES = 1000
MAX_BYTES = 4 * 1024 * 1024
MAX_AHEAD = 120  # seconds that a sender's clock may be ahead of ours

FindKey = Callable[[str], PublicKey | None]


@dataclass(frozen=True, slots=True)
class Submission:
    """What was opened: signed as a whole by the holder of key `kid`, in the name of `iss`."""

    jws: str
    digest: bytes  # SHA-256 of the compact JWS in ASCII
    kid: str
    iss: str  # the unified social credit code, bare
    iat: int
    records: tuple[Record, ...]
    root: bytes
    leaf_hashes: tuple[bytes, ...]


def parse_and_verify_submission(
    body: bytes,
    jws: str | None,
    *,
    audience: str,
    find_key: FindKey,
    now: datetime,
    max_ahead: int = MAX_AHEAD,
) -> Submission:
    """``parse_signed_submission`` after the signature was verified (`SignatureRejected`)."""
    signed = verify_submission_signature(jws, find_key=find_key)
    return parse_signed_submission(body, signed, audience=audience, now=now, max_ahead=max_ahead)


def parse_signed_submission(
    body: bytes, signed: SubmissionSignature, *, audience: str, now: datetime, max_ahead: int = MAX_AHEAD
) -> Submission:
    """To believe a submission whose signature holds over the bytes `header.payload` as received, we:

    1. hold the body against its limits, before anything of it is read;
    2. compare its payload with the door and the body: audience, time, size, root of the lines;
    3. read every line: a record, its source the issuer's, no (source, id) twice.

    All faults of 2 and 3 are reported together (`MalformedSubmission`). What the caller must still do: decide whether
    that key may sign for that issuer at the time of recording, and whether the records may be recorded.
    """
    lines = _split(body)  # (1)
    leaf_hashes = tuple([merkle.leaf_hash(line) for line in lines])
    root = merkle.root_hash(leaf_hashes)
    faults = [
        *_signature_faults(signed, audience, now.timestamp() + max_ahead),
        *_body_faults(signed, len(lines), root),
    ]  # (2)
    read = _read_lines(lines, records.SOURCE_PREFIX + signed.iss, faults)  # (3)
    if faults:
        raise MalformedSubmission(faults)
    digest = sha256(signed.jws.encode()).digest()
    return Submission(signed.jws, digest, signed.kid, signed.iss, signed.iat, read, root, leaf_hashes)


def _split(body: bytes) -> list[bytes]:
    if len(body) > MAX_BYTES:
        detail = f"the submission has {len(body)} bytes; at most {MAX_BYTES} are taken"
        raise _alone("TOO_MANY_BYTES", detail, "Split it into several submissions.")
    if not body:
        raise _alone("SUBMISSION_EMPTY", "the submission has no line", "Send at least one record line.")
    count = body.count(b"\n") + (not body.endswith(b"\n"))
    if count > MAX_LINES:
        detail = f"the submission has {count} lines; at most {MAX_LINES} are taken"
        raise _alone("TOO_MANY_LINES", detail, "Split it into several submissions.")
    return body.removesuffix(b"\n").split(b"\n")


def _alone(code: str, detail: str, next_step: str) -> MalformedSubmission:
    return MalformedSubmission([Malformed(code, detail, next_step=next_step)])


def _signature_faults(signed: SubmissionSignature, audience: str, latest: float) -> Iterable[Malformed]:
    if signed.aud != audience:
        next_step = f"Sign for {audience} if this is the ledger that you mean."
        yield Malformed("AUDIENCE_WRONG", "aud names another ledger than this one", next_step=next_step)
    if signed.iat > latest:
        next_step = "Set the clock of the machine that signs, and sign again."
        yield Malformed("IAT_IN_FUTURE", "iat is ahead of the ledger's clock", next_step=next_step)


def _body_faults(signed: SubmissionSignature, size: int, root: bytes) -> Iterable[Malformed]:
    if signed.size != size:
        detail = f"the signature is over {signed.size} lines, the body has {size}"
        yield Malformed("SIZE_WRONG", detail, next_step="Send the very lines that were signed, each once.")
    elif signed.root != root:
        detail = "the signature is over the root of other lines than those in the body"
        next_step = "Send the bytes that were signed, unchanged; check line endings, spaces and order."
        yield Malformed("ROOT_WRONG", detail, next_step=next_step)


def _read_lines(lines: Sequence[bytes], source: str, faults: list[Malformed]) -> tuple[Record, ...]:
    """The records of all good lines; adds to `faults` what is wrong with the others."""
    read: list[Record] = []
    seen: dict[str, int] = {}  # record id → line; the source is the same throughout
    for number, line in enumerate(lines, 1):
        try:
            record = parse_record(line)
        except Malformed as fault:
            faults.append(fault.at(number))
            continue
        if record.source != source:
            faults.append(_foreign(number))
        elif seen.setdefault(record.id, number) != number:
            faults.append(_repeated(number, seen[record.id]))
        read.append(record)
    return tuple(read)


def _foreign(line: int) -> Malformed:
    detail = "source is another party than iss, who signed"
    next_step = "Send each party's records in a submission of its own, signed by its key."
    return Malformed("SOURCE_NOT_ISSUER", detail, next_step=next_step, line=line, pointer="/source")


def _repeated(line: int, first: int) -> Malformed:
    detail = f"line {first} has the same source and id"
    return Malformed(
        "RECORD_REPEATED", detail, next_step="Give each record an id of its own.", line=line, pointer="/id"
    )
