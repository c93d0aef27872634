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
from replay.party_registry import HeldKey

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
    """Checks tokens.

    ``key_in_force``: a key by its id, if it is good at an instant; ``ledger_now``: the instant at which keys and posts
    are looked up; ``auditors``: those admitted in the settings.
    """

    origin: str
    key_in_force: Callable[[str, dt.datetime], HeldKey | None]
    ledger_now: Callable[[], dt.datetime]
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
            kid = _key_id(jws)
            held = None if kid in self.auditors else self._held(kid)
            verify_jws(jws, self.auditors[kid] if held is None else held.key)
            claims = _claims(jws)
        except (Malformed, VerificationError) as fault:
            raise _invalid(str(fault)) from fault
        self._check(claims, AUDITOR + kid if held is None else PARTY + held.party.uscc, now)
        if held is not None:
            _require_right(held, claims["sub"], self.ledger_now())
        return Caller("" if held is None else held.party.uscc, claims["sub"], claims["purpose"], kid)

    def _held(self, kid: str) -> HeldKey:
        held = self.key_in_force(kid, self.ledger_now())
        if held is None:
            raise VerificationError("its key is not in force for any party of this ledger, and no admitted auditor's")
        return held

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


def _key_id(jws: Jws) -> str:
    if jws.header.keys() != {"alg", "kid", "typ"} or jws.header["typ"] != TYPE:
        raise VerificationError('the header is not exactly {"alg", "kid", "typ": "JWT"}')
    kid = jws.header["kid"]
    if not isinstance(kid, str):
        raise VerificationError("kid is no text")
    return kid


def _require_right(held: HeldKey, post: str, at: dt.datetime) -> None:
    """Who asks is an organ that may act, through a post that it holds, with a key that may read for that post."""
    party, key = held.party, held.held
    if not party.may_act:
        raise _forbidden(f"{party.uscc} is registered as {party.category} and not confirmed by the government")
    if not key.reads:
        raise _forbidden("the key signs acts and does not read")
    if not key.is_for(post):
        raise _forbidden(f"the key is that of the post {key.officer}, and sub is {post}")
    if party.holds(post, at) is None:
        raise _forbidden(f"{party.uscc} does not hold the post {post} of sub now")


def _claims(jws: Jws) -> dict[str, Any]:
    claims = ijson.read_object(jws.payload)
    if claims.keys() != _CLAIMS.keys():
        raise VerificationError(f"the claims are not exactly {', '.join(_CLAIMS)}")
    for name, kind in _CLAIMS.items():
        if type(claims[name]) is not kind or claims[name] == "":
            raise VerificationError(f"the claim {name} is missing or of another type")
    return claims


def _forbidden(detail: str) -> Problem:
    return Problem("CALLER_FORBIDDEN", f"The token is right, but {detail}.")


def _invalid(detail: str) -> Problem:
    return Problem("TOKEN_INVALID", f"The token is refused: {detail}.")
