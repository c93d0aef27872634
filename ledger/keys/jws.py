"""Compact JWS (RFC 7515 §7.1). The signed bytes are the ASCII text `header.payload` exactly as it was received.

Nothing is encoded again in order to be verified.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from formats import base64url
from formats.errors import Malformed, VerificationError
from ledger import ijson
from ledger.keys import algorithms
from ledger.keys.jwk import PrivateKey, PublicKey

MAX_JWS = 4096  # characters


@dataclass(frozen=True, slots=True)
class Jws:
    """A JWS as received. Nothing in it may be used before `verify_jws`. `signing_input` is defined in RFC 7515 §2."""

    header: dict[str, Any]
    payload: bytes
    signature: bytes
    signing_input: bytes


def parse_jws(text: str) -> Jws:
    """Split a JWS into its three parts. Raise `Malformed` for every other text.

    1. There are three parts, none empty, of at most `MAX_JWS` characters in all.
    2. Each part is base64url without padding, in its one canonical spelling (RFC 7515 §2).
    3. The header is a JSON object without duplicate names (RFC 7515 §4).
    The caller checks the members of the header, `crit` included (RFC 7515 §4.1.11), because it knows the permitted set.
    """
    parts = text.split(".")  # (1)
    if len(text) > MAX_JWS or len(parts) != 3 or "" in parts:
        detail = f"not a compact JWS: three base64url parts joined by dots, at most {MAX_JWS} characters"
        raise Malformed("JWS_MALFORMED", detail, next_step="Send the compact serialization of RFC 7515 §7.1.")
    header, payload, signature = (  # (2)
        base64url.decode(part, what=f"the JWS {what}")
        for part, what in zip(parts, ("header", "payload", "signature"), strict=True)
    )
    # (3)
    return Jws(ijson.read_object(header), payload, signature, f"{parts[0]}.{parts[1]}".encode())


def sign_jws(payload: bytes, *, key: PrivateKey, typ: str) -> str:
    """Return a compact JWS with exactly `alg`, `kid` and `typ` in its header (RFC 7515 §4.1)."""
    header = base64url.encode(orjson.dumps({"alg": key.alg, "kid": key.kid, "typ": typ}))
    signing_input = f"{header}.{base64url.encode(payload)}"
    return f"{signing_input}.{base64url.encode(key.sign(signing_input.encode()))}"


def verify_jws(jws: Jws, key: PublicKey) -> None:
    """Raise `VerificationError` unless `key` signed this JWS (RFC 7515 §5.2).

    A key has one algorithm, and the header must name that one. So a header cannot choose the algorithm (RFC 8725 §3.1).
    """
    algorithm = algorithms.named(jws.header.get("alg"))
    if algorithm is None or algorithm.name != key.alg:
        raise VerificationError(f"the header's alg does not fit key {key.kid}, which is for {key.alg}")
    key.verify(jws.signature, jws.signing_input)
