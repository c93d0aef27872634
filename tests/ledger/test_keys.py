"""Keys and signatures against the RFCs' own vectors, joserfc and openssl."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from joserfc import jws as joserfc_jws
from joserfc.jwk import import_key

from formats import base64url
from formats.errors import Malformed, VerificationError
from ledger.keys import algorithms
from ledger.keys import jwk as keys
from ledger.keys.jws import parse_jws, sign_jws, verify_jws
from tests.support import vectors

ED25519 = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
ES256 = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
# RFC 8032 §7.1, tests 1 to 3: secret key, public key, message, signature.
RFC8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
]
RFC8037_A4 = (
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)
RFC7515_A3 = (
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)


@pytest.mark.parametrize("case", vectors.cases("jwk"))
def test_a_jwk_is_taken_or_refused_with_its_code_and_place(case: dict[str, Any]) -> None:
    if case["code"] is None:
        assert keys.parse_jwk(case["jwk"]).jwk == case["jwk"]
        return
    with pytest.raises(Malformed) as refused:
        keys.parse_jwk(case["jwk"])
    assert (refused.value.code, refused.value.pointer) == (case["code"], case["pointer"])


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC8032)
def test_ed25519_signs_and_verifies_as_rfc_8032_does(secret: str, public: str, message: str, signature: str) -> None:
    key = keys.PrivateKey(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)))
    assert base64url.decode(key.public.jwk["x"], what="x").hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    key.public.verify(bytes.fromhex(signature), bytes.fromhex(message))
    with pytest.raises(VerificationError):
        key.public.verify(bytes.fromhex(signature), bytes.fromhex(message) + b"x")


@pytest.mark.parametrize(
    ("text", "jwk"), [(RFC8037_A4, ED25519), (RFC7515_A3, ES256)], ids=["RFC 8037 A.4", "RFC 7515 A.3"]
)
def test_a_published_jws_verifies_and_none_of_its_neighbours_does(text: str, jwk: dict[str, str]) -> None:
    key = keys.parse_jwk(jwk)
    verify_jws(parse_jws(text), key)
    for place in range(len(text)):
        other = text[:place] + ("B" if text[place] == "A" else "A") + text[place + 1 :]
        with pytest.raises((Malformed, VerificationError)):
            verify_jws(parse_jws(other), key)


def test_thumbprints_are_those_of_the_rfcs() -> None:
    assert keys.parse_jwk(ED25519).kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"  # RFC 8037 A.3
    modulus = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3o"
        "knjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZH"
        "zu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEg"
        "U8awapJzKnqDKgw"
    )
    # RFC 7638 §3.1
    assert keys.thumbprint({"kty": "RSA", "n": modulus, "e": "AQAB"}) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


@pytest.mark.parametrize("alg", ["Ed25519", "ES256"])
def test_another_implementation_accepts_our_jws_and_we_accept_its(alg: str) -> None:
    key = keys.generate(alg)
    text = sign_jws(b"payload", key=key, typ="x")
    theirs = joserfc_jws.deserialize_compact(text, import_key(key.public.jwk), algorithms=[alg])
    assert (theirs.payload, theirs.headers()) == (b"payload", {"alg": alg, "kid": key.kid, "typ": "x"})
    assert import_key(key.public.jwk).thumbprint() == key.kid

    stranger = import_key(keys.generate(alg).pkcs8(), "OKP" if alg == "Ed25519" else "EC")
    text = joserfc_jws.serialize_compact({"alg": alg}, b"payload", stranger, algorithms=[alg])
    public = {name: str(value) for name, value in stranger.as_dict(private=False).items() if name != "kid"}
    verify_jws(parse_jws(text), keys.parse_jwk(public))


@pytest.mark.parametrize("alg", ["Ed25519", "ES256"])
def test_openssl_accepts_our_signature_and_refuses_it_over_other_bytes(alg: str, tmp_path: Path) -> None:
    key = keys.generate(alg)
    jws = parse_jws(sign_jws(b"payload", key=key, typ="x"))
    r, s = int.from_bytes(jws.signature[:32]), int.from_bytes(jws.signature[32:])
    signature = jws.signature if alg == "Ed25519" else encode_dss_signature(r, s)
    (tmp_path / "private.der").write_bytes(key.pkcs8())
    (tmp_path / "signature").write_bytes(signature)
    (tmp_path / "input").write_bytes(jws.signing_input)
    (tmp_path / "other").write_bytes(jws.signing_input + b"x")
    digest = [] if alg == "Ed25519" else ["-digest", "sha256"]
    verify = [
        "openssl",
        "pkeyutl",
        "-verify",
        "-inkey",
        "private.der",
        "-rawin",
        *digest,
        "-sigfile",
        "signature",
        "-in",
    ]
    assert subprocess.run([*verify, "input"], cwd=tmp_path, capture_output=True, check=False).returncode == 0
    assert subprocess.run([*verify, "other"], cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_every_key_of_small_order_would_pass_in_the_library_and_is_refused_here() -> None:
    """Under the neutral element R = B·S verifies for every message: what a weak key is for."""
    neutral = bytes([1]) + bytes(31)
    base = bytes.fromhex("58" + "66" * 31)
    signature = base + (1).to_bytes(32, "little")
    library = Ed25519PublicKey.from_public_bytes(neutral)
    library.verify(signature, b"one message")
    library.verify(signature, b"another message")
    with pytest.raises(Malformed) as refused:
        keys.parse_jwk({**ED25519, "x": base64url.encode(neutral)})
    assert refused.value.code == "KEY_WEAK"


def test_a_key_verifies_under_its_own_algorithm_only() -> None:
    key = keys.generate("Ed25519")
    header = base64url.encode(b'{"alg":"ES256"}')
    signature = base64url.encode(key.sign(f"{header}.AAAA".encode()))
    with pytest.raises(VerificationError, match="alg does not fit"):
        verify_jws(parse_jws(f"{header}.AAAA.{signature}"), key.public)


def test_the_table_of_algorithms_names_no_algorithm_twice() -> None:
    names = [name for row in algorithms.ALGORITHMS for name in (row.name, *row.also)]
    assert sorted(names) == ["ES256", "Ed25519", "EdDSA"]
    assert algorithms.named("EdDSA") is algorithms.named("Ed25519")
    assert algorithms.named("none") is None


def test_a_private_key_of_another_kind_is_refused() -> None:
    with pytest.raises(Malformed) as refused:
        keys.PrivateKey(generate_private_key(SECP384R1()))
    assert refused.value.code == "KEY_INVALID"


def test_a_private_key_does_not_show_itself() -> None:
    key = keys.generate("Ed25519")
    assert key.pkcs8().hex() not in repr(key) + str(vars(type(key)))
    assert "PrivateKey object" in repr(key)


@pytest.mark.parametrize("text", ["A", "AB", "AAB", "AA==", "AA=", "A A", "A+", "A/", "AA\n", "é", "AAAAA"])
def test_base64url_has_one_spelling(text: str) -> None:
    with pytest.raises(Malformed):
        base64url.decode(text, what="x")


def test_base64url_spells_every_byte_back() -> None:
    for size in range(5):
        for byte in range(256):
            data = bytes([byte]) * size
            assert base64url.decode(base64url.encode(data), what="x") == data
