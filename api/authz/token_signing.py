"""Makes a caller's token (``api.authz.tokens`` gives its content, and checks it)."""

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
LONGEST: Final = 300  # seconds that a token may live: it proves the present caller, and needs no revocation list


def new_token(
    key: PrivateKey, *, issuer: str, audience: str, post: str, purpose: str, now: dt.datetime, life: int
) -> str:
    """A signed token for ``life`` seconds."""
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
