"""A compact JWS (RFC 7515 §7.1). What is signed are the ASCII bytes `header.payload` exactly as they came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from formats import base64url
from formats.errors import Malformed, VerificationError
from ledger import ijson
from ledger.keys import algorithms
from ledger.keys.jwk import PrivateKey, PublicKey

MAX_JWS = 4096


@dataclass(frozen=True, slots=True)
class Jws:
    """A JWS as received. Nothing of it is to be believed before `verify_jws`."""

    header: dict[str, Any]
    payload: bytes
    signature: bytes
    signing_input: bytes


def parse_jws(text: str) -> Jws:
    """Its three parts. Which members the header may have, `crit` included, the caller decides, who knows the set."""
    parts = text.split(".")
    if len(text) > MAX_JWS or len(parts) != 3 or "" in parts:
        detail = f"not a compact JWS: three base64url parts joined by dots, at most {MAX_JWS} characters"
        raise Malformed("JWS_MALFORMED", detail, next_step="Send the compact serialization of RFC 7515 §7.1.")
    header, payload, signature = (
        base64url.decode(part, what=f"the JWS {what}")
        for part, what in zip(parts, ("header", "payload", "signature"), strict=True)
    )
    return Jws(ijson.read_object(header), payload, signature, f"{parts[0]}.{parts[1]}".encode())


def sign_jws(payload: bytes, *, key: PrivateKey, typ: str) -> str:
    """A compact JWS with exactly `alg`, `kid` and `typ` in its header."""
    header = base64url.encode(orjson.dumps({"alg": key.alg, "kid": key.kid, "typ": typ}))
    signing_input = f"{header}.{base64url.encode(payload)}"
    return f"{signing_input}.{base64url.encode(key.sign(signing_input.encode()))}"


def verify_jws(jws: Jws, key: PublicKey) -> None:
    """Raise `VerificationError` unless `key` signed it. A key is for one algorithm; the header repeats its name."""
    algorithm = algorithms.named(jws.header.get("alg"))
    if algorithm is None or algorithm.name != key.alg:
        raise VerificationError(f"the header's alg does not fit key {key.kid}, which is for {key.alg}")
    key.verify(jws.signature, jws.signing_input)
