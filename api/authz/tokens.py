"""The caller's identity: a short-lived token signed by the caller's own registered key (compact JWS, RFC 7515; claims
of RFC 7519).

Header ``{"alg","kid","typ":"JWT"}``; claims ``iss`` (``urn:uscc:…``, or ``urn:auditor:<kid>`` for an admitted auditor),
``aud`` (the ledger's origin), ``iat``, ``exp`` (at most five minutes later), ``jti``, ``sub`` (the officer's post) and
``purpose``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from api.authz.token_signing import AUDITOR, LONGEST, PARTY, TYPE
from api.http.problems import Problem
from formats.errors import Malformed, VerificationError
from ledger import ijson
from ledger.keys.jwk import PublicKey
from ledger.keys.jws import Jws, parse_jws, verify_jws

_CLAIMS = {"iss": str, "aud": str, "iat": int, "exp": int, "jti": str, "sub": str, "purpose": str}


@dataclass(frozen=True, slots=True)
class Caller:
    """The party, post and purpose of a request. ``uscc`` is empty for an auditor, which is no party."""

    uscc: str
    post: str
    purpose: str
    kid: str

    @property
    def auditor(self) -> bool:
        return not self.uscc


@dataclass(frozen=True, slots=True)
class TokenVerifier:
    """Checks tokens. ``party_key(kid)``: the party and key now in force; ``auditors``: admitted in the settings."""

    origin: str
    party_key: Callable[[str], tuple[str, PublicKey] | None]
    auditors: Mapping[str, PublicKey]
    skew: int  # seconds by which the caller's clock may be ahead of the ledger's
    longest: int = LONGEST

    def caller(self, authorization: str | None, *, now: dt.datetime) -> Caller:
        """The caller that an Authorization header proves. ``now`` is the machine's time, also on a demo ledger."""
        if authorization is None:
            raise Problem("TOKEN_MISSING", "This question needs a caller, and no Authorization header came.")
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise _invalid("the Authorization header is no Bearer token")
        try:
            jws = parse_jws(token)
            issuer, key = self._signer(jws)
            verify_jws(jws, key)
            claims = _claims(jws)
        except (Malformed, VerificationError) as fault:
            raise _invalid(str(fault)) from fault
        self._check(claims, issuer, now)
        return Caller(
            issuer.removeprefix(PARTY) if issuer.startswith(PARTY) else "", claims["sub"], claims["purpose"], key.kid
        )

    def _signer(self, jws: Jws) -> tuple[str, PublicKey]:
        if jws.header.keys() != {"alg", "kid", "typ"} or jws.header["typ"] != TYPE:
            raise VerificationError('the header is not exactly {"alg", "kid", "typ": "JWT"}')
        kid = jws.header["kid"]
        if not isinstance(kid, str):
            raise VerificationError("kid is no text")
        if kid in self.auditors:
            return AUDITOR + kid, self.auditors[kid]
        held = self.party_key(kid)
        if held is None:
            raise VerificationError("its key is not in force for any party of this ledger, and no admitted auditor's")
        return PARTY + held[0], held[1]

    def _check(self, claims: Mapping[str, Any], issuer: str, now: dt.datetime) -> None:
        seconds = now.timestamp()
        if claims["iss"] != issuer:
            raise _invalid(f"iss is another than {issuer}, whose key signed it")
        if claims["aud"] != self.origin:
            raise _invalid(f"aud is another ledger than {self.origin}")
        if claims["exp"] <= claims["iat"] or claims["exp"] - claims["iat"] > self.longest:
            raise _invalid(f"exp must follow iat by at most {self.longest} seconds")
        if claims["iat"] > seconds + self.skew:
            raise _invalid("iat lies ahead of the clock")
        if claims["exp"] <= seconds:
            raise _invalid("the token has expired")


def _claims(jws: Jws) -> dict[str, Any]:
    claims = ijson.read_object(jws.payload)
    if claims.keys() != _CLAIMS.keys():
        raise VerificationError(f"the claims are not exactly {', '.join(_CLAIMS)}")
    for name, kind in _CLAIMS.items():
        if type(claims[name]) is not kind or claims[name] == "":
            raise VerificationError(f"the claim {name} is missing or of another type")
    return claims


def _invalid(detail: str) -> Problem:
    return Problem("TOKEN_INVALID", f"The token is refused: {detail}.")
