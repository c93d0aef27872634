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
from domain.families.party.state import Named, PartyKey, PostHeld
from domain.state import Fact, PartyState
from domain.vocabulary.values import Jwk
from formats import base64url
from ledger.keys.jwk import PrivateKey, generate
from ledger.keys.jws import sign_jws
from replay.party_registry import HeldKey

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


FOUNDED = Fact(
    index=0, id="0", by=USCC, event="ledger.founded", time=NOW, recorded_at=NOW, post="责任岗-01", kid=PARTY_KEY.kid
)


def party(**changes: Any) -> PartyState:
    """An organ that holds one post."""
    post = PostHeld(post="经办岗-03", unit="处", responsible=True, from_=None, to=None, fact=FOUNDED)
    members: dict[str, Any] = {
        "uscc": USCC,
        "fact": FOUNDED,
        "names": (Named("某厅", "320000", NOW.date(), FOUNDED),),
        "category": "ORGAN",
        "level": "PROVINCE",
        "registered_basis": None,
        "valid_from": NOW.date(),
        "valid_to": None,
        "unit": "处",
        "posts": {post.post: (post,)},
    }
    return PartyState(**(members | changes))


def doorkeeper(of: PartyState | None = None, **key: Any) -> TokenVerifier:
    held = PartyKey(PARTY_KEY.kid, Jwk(**PARTY_KEY.public.jwk), NOW, None, FOUNDED, **key)
    found = HeldKey(of or party(), held, PARTY_KEY.public)
    return TokenVerifier(
        origin=ORIGIN,
        key_in_force=lambda kid, instant: found if kid == PARTY_KEY.kid and instant == NOW else None,
        ledger_now=lambda: NOW,
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
    made = new_token(PARTY_KEY, issuer=PARTY + USCC, audience=ORIGIN, post="经办岗-03", purpose="q", now=NOW, life=300)
    assert comes_in(made).purpose == "q"


@pytest.mark.parametrize(
    ("organ", "key", "claims", "reason"),
    [
        ({}, {}, {"sub": "经办岗-04"}, "does not hold the post 经办岗-04"),
        ({}, {"use": "SIGN"}, {}, "signs acts and does not read"),
        ({}, {"officer": "责任岗-01"}, {}, "that of the post 责任岗-01"),
        ({"category": "MONITORING"}, {}, {}, "not confirmed"),
        ({"level": "NATION"}, {}, {}, "not confirmed"),
    ],
)
def test_a_right_token_without_the_right_is_refused(
    organ: dict[str, Any], key: dict[str, Any], claims: dict[str, Any], reason: str
) -> None:
    door = doorkeeper(party(**organ), **key)
    problem = refusal(lambda: door.caller(f"Bearer {token(**claims)}", now=NOW))
    assert problem.code == "CALLER_FORBIDDEN"
    assert reason in problem.detail


@pytest.mark.parametrize("key", [{"use": "READ"}, {"officer": "经办岗-03"}, {}])
def test_a_key_that_may_read_for_the_post_lets_it_in(key: dict[str, Any]) -> None:
    caller = doorkeeper(party(category="MONITORING", confirmed=FOUNDED), **key).caller(f"Bearer {token()}", now=NOW)
    assert caller.post == "经办岗-03"


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
