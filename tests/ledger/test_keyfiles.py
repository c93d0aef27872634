"""Key files: who may read them, what opens them, what is never overwritten."""

from __future__ import annotations

import subprocess
from pathlib import Path

import orjson
import pytest

from formats.errors import Malformed
from ledger.keys import jwk as keys
from ledger.keys.key_file import load_key, save_key

KEY = keys.generate("Ed25519")
META = {"uscc": "113200000000000195", "name": "江苏省民政厅"}


def code_of(path: Path, passphrase: str | None = None) -> str:
    with pytest.raises(Malformed) as refused:
        load_key(path, passphrase)
    assert str(path) in refused.value.detail
    return refused.value.code


def rewrite(path: Path, **members: object) -> None:
    path.write_bytes(orjson.dumps({**orjson.loads(path.read_bytes()), **members}))


@pytest.mark.parametrize("alg", ["Ed25519", "ES256"])
@pytest.mark.parametrize("passphrase", [None, "密码 and more"])
def test_a_saved_key_signs_again_after_loading(tmp_path: Path, alg: str, passphrase: str | None) -> None:
    key = keys.generate(alg)
    save_key(tmp_path / "key.json", key, META, passphrase)
    loaded = load_key(tmp_path / "key.json", passphrase)
    assert loaded.meta == META
    key.public.verify(loaded.key.sign(b"act"), b"act")


def test_only_its_owner_can_read_a_key_file(tmp_path: Path) -> None:
    save_key(tmp_path / "key.json", KEY, META)
    assert (tmp_path / "key.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o601, 0o644])
def test_a_key_file_open_to_others_is_refused_and_says_what_to_do(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key.json"
    save_key(path, KEY, META)
    path.chmod(mode)
    with pytest.raises(Malformed) as refused:
        load_key(path)
    assert refused.value.code == "KEY_FILE_EXPOSED"
    assert f"chmod 600 {path}" in refused.value.next_step


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    save_key(path, KEY, META)
    before = path.read_bytes()
    with pytest.raises(Malformed) as refused:
        save_key(path, keys.generate("Ed25519"), META)
    assert refused.value.code == "KEY_FILE_EXISTS"
    assert path.read_bytes() == before


def test_a_dangling_link_is_not_followed_when_saving(tmp_path: Path) -> None:
    (tmp_path / "key.json").symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(Malformed) as refused:
        save_key(tmp_path / "key.json", KEY, META)
    assert refused.value.code == "KEY_FILE_EXISTS"
    assert not (tmp_path / "elsewhere.json").exists()


def test_the_passphrase_must_be_there_be_right_and_be_needed(tmp_path: Path) -> None:
    save_key(tmp_path / "locked.json", KEY, META, "right")
    save_key(tmp_path / "open.json", KEY, META)
    assert code_of(tmp_path / "locked.json") == "PASSPHRASE_MISSING"
    assert code_of(tmp_path / "locked.json", "wrong") == "PASSPHRASE_WRONG"
    assert code_of(tmp_path / "open.json", "any") == "PASSPHRASE_UNUSED"
    with pytest.raises(Malformed) as refused:
        save_key(tmp_path / "empty.json", KEY, META, "")
    assert refused.value.code == "PASSPHRASE_EMPTY"
    assert not (tmp_path / "empty.json").exists()


def test_an_encrypted_file_does_not_hold_the_private_key(tmp_path: Path) -> None:
    save_key(tmp_path / "key.json", KEY, META, "right")
    save_key(tmp_path / "open.json", KEY, META)
    private = orjson.loads((tmp_path / "open.json").read_bytes())["private"].splitlines()[1]
    assert private.encode() in (tmp_path / "open.json").read_bytes()
    assert private.encode() not in (tmp_path / "key.json").read_bytes()


@pytest.mark.parametrize("alg", ["Ed25519", "ES256"])
def test_openssl_opens_our_encrypted_key_and_we_open_its(tmp_path: Path, alg: str) -> None:
    key, path, pem = keys.generate(alg), tmp_path / "key.json", tmp_path / "key.pem"
    save_key(path, key, META, "right")
    pem.write_text(orjson.loads(path.read_bytes())["private"])
    openssl = ["openssl", "pkey", "-in", str(pem), "-passin", "pass:right"]
    public = subprocess.run([*openssl, "-pubout", "-outform", "DER"], capture_output=True, check=True).stdout
    assert public.endswith(public_bytes(key))

    theirs = subprocess.run([*openssl, "-aes256", "-passout", "pass:other"], capture_output=True, check=True).stdout
    rewrite(path, private=theirs.decode())
    assert load_key(path, "other").key.kid == key.kid


def public_bytes(key: keys.PrivateKey) -> bytes:
    """The end of its SubjectPublicKeyInfo: all coordinates."""
    from formats import base64url

    jwk = key.public.jwk
    return b"".join(base64url.decode(jwk[name], what=name) for name in ("x", "y") if name in jwk)


def test_a_damaged_or_foreign_file_is_no_key_file(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    assert code_of(path) == "KEY_FILE_UNREADABLE"
    save_key(path, KEY, META)
    whole = path.read_bytes()
    for broken in (b"", whole[:-20], b"[]", b"{}", whole.replace(b'"meta"', b'"mete"')):
        path.write_bytes(broken)
        assert code_of(path) == "KEY_FILE_MALFORMED"


@pytest.mark.parametrize(
    "members",
    [
        {"kid": "x"},
        {"alg": "ES256"},
        {"jwk": keys.generate("Ed25519").public.jwk},
        {"private": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"},
        {"private": 1},
        {"meta": None},
        {"more": 1},
    ],
)
def test_a_key_file_whose_parts_do_not_fit_is_refused(tmp_path: Path, members: dict[str, object]) -> None:
    save_key(tmp_path / "key.json", KEY, META)
    rewrite(tmp_path / "key.json", **members)
    assert code_of(tmp_path / "key.json") == "KEY_FILE_MALFORMED"


def test_a_private_key_of_a_kind_not_in_use_is_refused(tmp_path: Path) -> None:
    save_key(tmp_path / "key.json", KEY, META)
    for kind in (["RSA", "-pkeyopt", "rsa_keygen_bits:2048"], ["X25519"]):
        pem = subprocess.run(["openssl", "genpkey", "-algorithm", *kind], capture_output=True, check=True).stdout
        rewrite(tmp_path / "key.json", private=pem.decode())
        assert code_of(tmp_path / "key.json") == "KEY_FILE_MALFORMED"
