"""A private key under a passphrase: PKCS#8 `EncryptedPrivateKeyInfo` (RFC 5958 §3).

The scheme is PBES2 (RFC 8018 §6.2) with scrypt (RFC 7914 §7) and AES-256-CBC. Any `openssl pkey` opens it.

The crypto library's own writer derives the key with 2 048 rounds of PBKDF2 only, which hardly slows a guesser. Its
reader accepts scrypt. For this reason the writer is here.
"""

from __future__ import annotations

import base64
import secrets
from hashlib import scrypt

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

# 16 MiB and five passes are as strong as OWASP's first choice of 128 MiB in one, and within OpenSSL's default limit.
_COST, _BLOCK, _PASSES = 2**14, 8, 5

_INTEGER, _OCTETS, _SEQUENCE = 0x02, 0x04, 0x30
_PBES2 = bytes.fromhex("06092a864886f70d01050d")  # 1.2.840.113549.1.5.13
_SCRYPT = bytes.fromhex("06092b06010401da47040b")  # 1.3.6.1.4.1.11591.4.11
_AES256_CBC = bytes.fromhex("060960864801650304012a")  # 2.16.840.1.101.3.4.1.42


def to_pem(key: bytes, passphrase: str | None) -> str:
    """Return the PEM of a PKCS#8 key given in DER; encrypted if there is a passphrase (RFC 7468 §10, §11)."""
    if passphrase is None:
        return _armour("PRIVATE KEY", key)
    return _armour("ENCRYPTED PRIVATE KEY", _encrypt(key, passphrase.encode()))


def _encrypt(key: bytes, passphrase: bytes) -> bytes:
    """Return the DER of `EncryptedPrivateKeyInfo`: the scheme with its parameters, then the encrypted key."""
    salt, vector = secrets.token_bytes(16), secrets.token_bytes(16)
    stretched = scrypt(passphrase, salt=salt, n=_COST, r=_BLOCK, p=_PASSES, dklen=32, maxmem=2**26)
    padder, cipher = PKCS7(128).padder(), Cipher(AES256(stretched), CBC(vector)).encryptor()
    sealed = cipher.update(padder.update(key) + padder.finalize()) + cipher.finalize()
    cost = b"".join(_der(_INTEGER, _integer(number)) for number in (_COST, _BLOCK, _PASSES))
    stretching = _der(_SEQUENCE, _SCRYPT + _der(_SEQUENCE, _der(_OCTETS, salt) + cost))
    encryption = _der(_SEQUENCE, _AES256_CBC + _der(_OCTETS, vector))
    scheme = _der(_SEQUENCE, _PBES2 + _der(_SEQUENCE, stretching + encryption))
    return _der(_SEQUENCE, scheme + _der(_OCTETS, sealed))


def _der(tag: int, content: bytes) -> bytes:
    """Return one value in DER (X.690 §8.1, §10.1): tag, shortest length, content."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + content


def _integer(number: int) -> bytes:
    """Return the content of an INTEGER in two's complement:

    a set top bit requires a zero byte before it (X.690 §8.3).
    """
    return number.to_bytes(number.bit_length() // 8 + 1)


def _armour(label: str, der: bytes) -> str:
    """Return the text encoding of RFC 7468 §2: lines of 64 characters of base64 between the labels."""
    text = base64.b64encode(der).decode()
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])
