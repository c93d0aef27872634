"""A private key in a file: JSON with the public key beside it, mode 0600, encrypted if a passphrase is given.

The members are `{"kid","alg","jwk","private","meta"}`. `private` is a PKCS#8 PEM (RFC 7468 §10). With a passphrase it
is encrypted with scrypt and AES-256-CBC (RFC 7468 §11). Every PBES2 scheme of the crypto library can be read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from formats.errors import Malformed
from ledger import ijson
from ledger.keys import pkcs8
from ledger.keys.jwk import PrivateKey

_MEMBERS = frozenset({"kid", "alg", "jwk", "private", "meta"})
_ENCRYPTED = "-----BEGIN ENCRYPTED PRIVATE KEY-----"


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A loaded key, and the notes of its owner beside it, such as its purpose and date. `meta` proves nothing."""

    key: PrivateKey
    meta: dict[str, Any]


def save_key(path: Path, key: PrivateKey, meta: Mapping[str, Any], passphrase: str | None = None) -> None:
    """Write a new key file. Never replace an existing one, because a lost private key cannot be recovered.

    1. Create the file with its final mode, so that no moment exists in which others can read it.
    2. Write the content and sync the file.
    3. Sync the directory, because the name must survive a power cut before the key is used.
    If we die before (3), the file is missing or incomplete, and `load_key` refuses an incomplete one. The key is
    unused.
    """
    if passphrase == "":
        raise Malformed("PASSPHRASE_EMPTY", "the passphrase is empty", next_step="Choose one, or give none at all.")
    content = {
        "kid": key.kid,
        "alg": key.alg,
        "jwk": key.public.jwk,
        "private": pkcs8.to_pem(key.pkcs8(), passphrase),
        "meta": dict(meta),
    }
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # (1)
    except FileExistsError:
        next_step = "Choose another name, or move the old file away yourself."
        raise Malformed("KEY_FILE_EXISTS", f"{path} exists and is not replaced", next_step=next_step) from None
    with os.fdopen(descriptor, "wb") as file:  # (2)
        file.write(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        file.flush()
        os.fsync(file.fileno())
    directory = os.open(path.parent, os.O_RDONLY)  # (3)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def load_key(path: Path, passphrase: str | None = None) -> KeyFile:
    """Read the key from a file that only its owner can read. Raise `Malformed` for any other file.

    The public members must belong to the private key, because a file that was edited could name another key.
    """
    content = _read(path)
    try:
        value = ijson.read_object(content)
    except Malformed as fault:
        raise _malformed(path, fault.detail) from None
    private, meta = value.get("private"), value.get("meta")
    if value.keys() != _MEMBERS or not isinstance(private, str) or not isinstance(meta, dict):
        raise _malformed(path, "it has not the members kid, alg, jwk, private, meta")
    key = PrivateKey(_open(path, private, passphrase))
    if (value["kid"], value["alg"], value["jwk"]) != (key.kid, key.alg, key.public.jwk):
        raise _malformed(path, "the public key in it does not belong to the private one")
    return KeyFile(key, meta)


def _read(path: Path) -> bytes:
    try:
        file = path.open("rb")
    except OSError as error:
        next_step = "Check the path, and who may read it."
        raise Malformed("KEY_FILE_UNREADABLE", f"{path}: {error.strerror}", next_step=next_step) from None
    with file:
        # The mode is that of the open file. The name may lead to another file by now.
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        if mode & 0o077:
            detail = f"{path} can be read or written by others than its owner (mode {mode:04o})"
            next_step = f"Run chmod 600 {path}, and replace the key if others may have read it."
            raise Malformed("KEY_FILE_EXPOSED", detail, next_step=next_step)
        return file.read()


def _open(path: Path, private: str, passphrase: str | None) -> Ed25519PrivateKey | EllipticCurvePrivateKey:
    encrypted = private.startswith(_ENCRYPTED)
    if encrypted and not passphrase:
        raise Malformed("PASSPHRASE_MISSING", f"{path} is encrypted", next_step="Give its passphrase.")
    if passphrase and not encrypted:
        next_step = "Load it without one, or save the key again with a passphrase."
        raise Malformed(
            "PASSPHRASE_UNUSED", f"{path} is not encrypted, yet a passphrase was given", next_step=next_step
        )
    try:
        handle = load_pem_private_key(private.encode(), passphrase.encode() if passphrase else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        if encrypted:
            detail = f"{path} does not open: the passphrase is wrong, or the file is damaged"
            raise Malformed("PASSPHRASE_WRONG", detail, next_step="Check the passphrase.") from None
        raise _malformed(path, "its private key is no PKCS#8 PEM") from None
    if not isinstance(handle, Ed25519PrivateKey | EllipticCurvePrivateKey):
        raise _malformed(path, "its private key is of no kind in use here")
    return handle


def _malformed(path: Path, why: str) -> Malformed:
    detail = f"{path} is no key file: {why}"
    return Malformed("KEY_FILE_MALFORMED", detail, next_step="Restore it from a copy, or make a new key.")
