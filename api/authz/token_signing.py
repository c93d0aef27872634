"""A caller's token as any caller makes it (``api.authz.tokens`` says what is in it, and checks it)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

import orjson

from ledger.keys.jwk import PrivateKey
from ledger.keys.jws import sign_jws

PARTY: Final = "urn:uscc:"
AUDITOR: Final = "urn:auditor:"
TYPE: Final = "JWT"
LONGEST: Final = 300  # seconds that a token may live: it proves who asks now, and needs no list of revoked ones


def new_token(
    key: PrivateKey, *, issuer: str, audience: str, post: str, purpose: str, now: dt.datetime, life: int
) -> str:
    """A token for ``life`` seconds, as any caller makes one."""
    issued = int(now.timestamp())
    claims = {
        "iss": issuer,
        "aud": audience,
        "iat": issued,
        "exp": issued + life,
        "jti": uuid.uuid4().hex,
        "sub": post,
        "purpose": purpose,
    }
    return sign_jws(orjson.dumps(claims), key=key, typ=TYPE)
