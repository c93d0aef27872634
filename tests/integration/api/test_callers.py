"""Who may come in with a token, and why others may not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from api.authz.token_signing import AUDITOR, PARTY, new_token
from api.authz.tokens import Caller, TokenVerifier
from api.http.problems import Problem
from formats import base64url
from ledger.keys.jwk import PrivateKey, generate
from ledger.keys.jws import sign_jws

NOW = dt.datetime(2026, 3, 25, 9, 12, tzinfo=dt.UTC)
ORIGIN = "ledger.example.cn/test"
USCC = "113200000000000195"
PARTY_KEY, AUDITOR_KEY, STRANGER = generate("Ed25519"), generate("ES256"), generate("Ed25519")
GOOD: dict[str, Any] = {
    "iss": PARTY + USCC,
    "aud": ORIGIN,
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 300,
    "jti": "1",
    "sub": "经办岗-03",
    "purpose": "核对",
}


def doorkeeper() -> TokenVerifier:
    return TokenVerifier(
        origin=ORIGIN,
        party_key=lambda kid: (USCC, PARTY_KEY.public) if kid == PARTY_KEY.kid else None,
        auditors={AUDITOR_KEY.kid: AUDITOR_KEY.public},
        longest=300,
        skew=120,
    )


def token(key: PrivateKey = PARTY_KEY, *, without: str = "", typ: str = "JWT", **changes: Any) -> str:
    claims = {name: value for name, value in (GOOD | changes).items() if name != without}
    return sign_jws(orjson.dumps(claims), key=key, typ=typ)


def comes_in(text: str, now: dt.datetime = NOW) -> Caller:
    return doorkeeper().caller(f"Bearer {text}", now=now)


def refusal(ask: Callable[[], object]) -> Problem:
    with pytest.raises(Problem) as refused:
        ask()
    return refused.value


def test_a_party_comes_in_with_a_token_signed_by_its_key() -> None:
    assert comes_in(token()) == Caller(USCC, "经办岗-03", "核对", PARTY_KEY.kid)


def test_what_new_token_makes_lets_its_holder_in() -> None:
    made = new_token(PARTY_KEY, issuer=PARTY + USCC, audience=ORIGIN, post="p", purpose="q", now=NOW, life=300)
    assert comes_in(made).post == "p"


def test_an_admitted_auditor_comes_in_as_no_party() -> None:
    caller = comes_in(token(AUDITOR_KEY, iss=AUDITOR + AUDITOR_KEY.kid))
    assert caller.auditor
    assert caller.uscc == ""


def test_without_authorization_the_token_is_missing() -> None:
    assert refusal(lambda: doorkeeper().caller(None, now=NOW)).code == "TOKEN_MISSING"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer a.b", "Bearer é.é.é", "Bearer a b c"])
def test_what_is_no_bearer_token_is_refused(header: str) -> None:
    assert refusal(lambda: doorkeeper().caller(header, now=NOW)).code == "TOKEN_INVALID"


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (token(STRANGER), "not in force"),
        (token(AUDITOR_KEY), "another than urn:auditor:"),
        (token(iss="urn:uscc:113200000000000270"), f"another than urn:uscc:{USCC}"),
        (token(aud="ledger.example.cn/other"), "another ledger"),
        (token(typ="sharing-submission+jws"), "header"),
        (token(exp=GOOD["iat"] + 301), "at most 300 seconds"),
        (token(exp=GOOD["iat"]), "at most 300 seconds"),
        (token(iat=GOOD["iat"] + 121, exp=GOOD["iat"] + 130), "ahead of the clock"),
        (token(iat=GOOD["iat"] - 300, exp=GOOD["iat"]), "expired"),
        (token(purpose=""), "claim purpose"),
        (token(sub=7), "claim sub"),
        (token(exp=True), "claim exp"),
        (token(without="jti"), "not exactly"),
        (token(admin=True), "not exactly"),
    ],
)
def test_a_token_that_is_not_exactly_right_is_refused_with_its_reason(made: str, why: str) -> None:
    problem = refusal(lambda: comes_in(made))
    assert problem.code == "TOKEN_INVALID"
    assert why in problem.detail


def test_a_token_is_good_until_its_last_second() -> None:
    assert comes_in(token(), NOW + dt.timedelta(seconds=299)).uscc == USCC
    assert "expired" in refusal(lambda: comes_in(token(), NOW + dt.timedelta(seconds=300))).detail


@pytest.mark.parametrize(
    "header", [{"alg": "none"}, {"alg": ["Ed25519"]}, {"kid": [1]}, {"kid": None}, {"crit": ["x"]}]
)
def test_a_header_with_strange_members_is_refused(header: dict[str, Any]) -> None:
    _, payload, signature = token().split(".")
    members = {"alg": "Ed25519", "kid": PARTY_KEY.kid, "typ": "JWT"} | header
    forged = f"{base64url.encode(orjson.dumps(members))}.{payload}.{signature}"
    assert refusal(lambda: comes_in(forged)).code == "TOKEN_INVALID"


def test_claims_changed_after_signing_are_refused() -> None:
    header, _, signature = token().split(".")
    _, payload, _ = token(purpose="别的").split(".")
    assert refusal(lambda: comes_in(f"{header}.{payload}.{signature}")).code == "TOKEN_INVALID"
