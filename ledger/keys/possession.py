"""Proof that the holder of a private key wants it to be a party's key: a JWS by the key itself (compact, RFC 7515).

Header ``{"alg","kid","typ":"key-possession"}``, ``kid`` the thumbprint (RFC 7638); payload ``{"aud","sub"}``: the
ledger's origin, and ``urn:uscc:…`` of the party. The type keeps it from being read as a token or a submission.
"""

from __future__ import annotations

from typing import Any

import orjson

from formats.errors import Malformed, VerificationError
from ledger import ijson
from ledger.keys.jwk import PrivateKey, PublicKey
from ledger.keys.jws import parse_jws, sign_jws, verify_jws

TYPE = "key-possession"


def prove_possession(key: PrivateKey, *, origin: str, uscc: str) -> str:
    """The proof that ``key.authorised`` carries for a party's first key."""
    return sign_jws(orjson.dumps(_claims(origin, uscc)), key=key, typ=TYPE)


def as_first_key(key: PrivateKey, *, origin: str, uscc: str) -> dict[str, Any]:
    """The members of ``key.authorised`` by which a party's first key enters the ledger."""
    return {"key": key.public.jwk, "possession": prove_possession(key, origin=origin, uscc=uscc)}


def verify_possession(proof: str, key: PublicKey, *, origin: str, uscc: str) -> None:
    """Raises VerificationError unless the key proves that it is to be this party's on this ledger."""
    try:
        jws = parse_jws(proof)
        claims = ijson.read_object(jws.payload)
    except Malformed as fault:
        raise VerificationError(f"it cannot be read: {fault.detail}") from fault
    if jws.header.get("typ") != TYPE or jws.header.get("kid") != key.kid:
        raise VerificationError(f'its header is not exactly {{"alg", "kid": "{key.kid}", "typ": "{TYPE}"}}')
    if claims != _claims(origin, uscc):
        raise VerificationError("it is for another party or another ledger")
    verify_jws(jws, key)


def _claims(origin: str, uscc: str) -> dict[str, str]:
    return {"aud": origin, "sub": f"urn:uscc:{uscc}"}
