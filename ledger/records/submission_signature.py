"""The seal of a submission: a compact JWS saying who (`iss`) sends to which ledger (`aud`), when (`iat`), what lines.

Header exactly `{"alg","kid","typ":"sharing-submission+jws"}`, payload exactly `{"iss","aud","iat","size","root"}`,
members in any order; `kid` is the RFC 7638 thumbprint, `root` the RFC 6962 tree hash of the lines in base64url.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from formats import base64url
from formats.errors import Malformed, VerificationError
from ledger import ijson
from ledger.errors import MalformedSubmission, SignatureRejected
from ledger.keys import algorithms
from ledger.keys.jwk import PrivateKey, PublicKey
from ledger.keys.jws import Jws, parse_jws, sign_jws, verify_jws
from ledger.records.record import SOURCE_PREFIX, USCC
from ledger.tree import merkle

TYP = "sharing-submission+jws"

_HEADER = frozenset({"alg", "kid", "typ"})
_PAYLOAD = frozenset({"iss", "aud", "iat", "size", "root"})
_issuer = re.compile(SOURCE_PREFIX + USCC).fullmatch


@dataclass(frozen=True, slots=True)
class SubmissionSignature:
    """What the holder of key `kid` signed."""

    jws: str
    kid: str
    iss: str  # the unified social credit code, bare
    aud: str
    iat: int  # seconds since 1970, as the signer claims
    size: int
    root: bytes


def sign_submission(lines: Sequence[bytes], *, key: PrivateKey, iss: str, aud: str, iat: int) -> str:
    """The compact JWS for these record lines (each without its LF), signed for the party with the bare code `iss`."""
    root = merkle.root_hash([merkle.leaf_hash(line) for line in lines])
    payload = {
        "iss": SOURCE_PREFIX + iss,
        "aud": aud,
        "iat": iat,
        "size": len(lines),
        "root": base64url.encode(root),
    }
    return sign_jws(orjson.dumps(payload), key=key, typ=TYP)


def verify_submission_signature(jws: str | None, *, find_key: Callable[[str], PublicKey | None]) -> SubmissionSignature:
    """The seal that a JWS is, once its signature holds. Size and root are what was signed: compare them with the lines.

    `SignatureRejected` until the signature is known to hold, `MalformedSubmission` for a payload signed and ill-formed.
    """
    if not jws:
        detail, next_step = "the submission is not signed", "Send the compact JWS in the header Submission-Signature."
        raise SignatureRejected("SIGNATURE_MISSING", detail, next_step=next_step)
    parsed, kid = _read_header(jws)
    key = find_key(kid)
    if key is None:
        detail = "the log knows no key with this kid"
        raise SignatureRejected("KEY_UNKNOWN", detail, next_step="Sign with a key that the log has authorised.")
    try:
        verify_jws(parsed, key)
    except VerificationError as error:
        next_step = "Sign again, with the private key of this kid, and send header and payload as they were signed."
        raise SignatureRejected("SIGNATURE_INVALID", str(error), next_step=next_step) from None
    try:
        return _read_payload(jws, kid, parsed.payload)
    except Malformed as fault:
        fault = _payload_fault(f"in the signed payload: {fault.detail}", fault.pointer)
        raise MalformedSubmission([fault]) from None


def _read_header(jws: str) -> tuple[Jws, str]:
    try:
        parsed = parse_jws(jws)
    except Malformed as fault:
        raise _malformed(fault.detail, fault.next_step) from None
    header = parsed.header
    kid = header.get("kid")
    if header.keys() != _HEADER or header["typ"] != TYP or not isinstance(kid, str):
        detail = f'the JWS header is not exactly {{"alg","kid","typ":"{TYP}"}}'
        raise _malformed(detail, "Write these three members into the protected header, and no other.")
    if algorithms.named(header["alg"]) is None:
        names = " or ".join(row.name for row in algorithms.ALGORITHMS)
        detail = f"the JWS header's alg is not {names}"
        raise SignatureRejected("ALGORITHM_NOT_ALLOWED", detail, next_step=f"Sign with {names}.")
    return parsed, kid


def _malformed(detail: str, next_step: str) -> SignatureRejected:
    return SignatureRejected("SIGNATURE_MALFORMED", detail, next_step=next_step)


def _read_payload(jws: str, kid: str, payload: bytes) -> SubmissionSignature:
    value = ijson.read_object(payload)
    if value.keys() != _PAYLOAD:
        raise _payload_fault("not exactly the members iss, aud, iat, size, root", None)
    _check_members(value)
    root = base64url.decode(value["root"], what="root", pointer="/root")
    if len(root) != merkle.HASH_SIZE:
        raise _payload_fault(f"root has {len(root)} bytes, not {merkle.HASH_SIZE}", "/root")
    return SubmissionSignature(
        jws, kid, value["iss"][len(SOURCE_PREFIX) :], value["aud"], value["iat"], value["size"], root
    )


def _check_members(value: dict[str, Any]) -> None:
    for name, kind in (("iss", str), ("aud", str), ("iat", int), ("size", int), ("root", str)):
        if type(value[name]) is not kind:
            raise _payload_fault(f"{name} is no {'text' if kind is str else 'integer'}", f"/{name}")
    if not _issuer(value["iss"]):
        raise _payload_fault("iss is not urn:uscc: and the 18 characters of a unified social credit code", "/iss")
    if value["iat"] < 0:
        raise _payload_fault("iat lies before 1970", "/iat")


def _payload_fault(detail: str, pointer: str | None) -> Malformed:
    next_step = "Sign exactly {iss, aud, iat, size, root} as the submission format states them."
    return Malformed("PAYLOAD_MALFORMED", detail, next_step=next_step, pointer=pointer)
