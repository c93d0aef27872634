"""Signing keys: public keys as JWK (RFC 7517), identified by their RFC 7638 thumbprint, and private keys in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from formats import base64url
from formats.errors import Malformed, VerificationError
from ledger.ijson import pointer_to
from ledger.keys.algorithms import ALGORITHMS, Algorithm, Handle, Verify, named

# RFC 7518 §6.2.2, §6.3.2, §6.4.1 and RFC 8037 §2: members of private and symmetric keys. "priv" is that of AKP keys.
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"})


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key that passed every check of its algorithm.

    Making one costs far more than verifying a signature, so cache it. `kid` is the RFC 7638 thumbprint.
    """

    alg: str
    kid: str
    _members: tuple[tuple[str, str], ...] = field(repr=False)
    _verify: Verify = field(repr=False, compare=False)

    @property
    def jwk(self) -> dict[str, str]:
        """The members that RFC 7638 §3.2 requires for this kind of key, and no others."""
        return dict(self._members)

    def verify(self, signature: bytes, message: bytes) -> None:
        """Raise `VerificationError` unless the holder of this key signed exactly these bytes."""
        try:
            self._verify(signature, message)
        except InvalidSignature:
            raise VerificationError(f"the signature is not that of key {self.kid} over these bytes") from None


class PrivateKey:
    """A private key in memory. Only `pkcs8` returns it."""

    __slots__ = ("_handle", "_sign", "public")

    def __init__(self, handle: Handle) -> None:
        self._handle = handle
        for algorithm in ALGORITHMS:
            opened = algorithm.open_private(handle)
            if opened is not None:
                coordinates, self._sign = opened
                self.public = _public(algorithm, dict(zip(algorithm.lengths, coordinates, strict=True)))
                return
        names = ", ".join(row.name for row in ALGORITHMS)
        raise Malformed("KEY_INVALID", "the private key is of no kind in use here", next_step=f"Use one of {names}.")

    @property
    def alg(self) -> str:
        return self.public.alg

    @property
    def kid(self) -> str:
        return self.public.kid

    def sign(self, message: bytes) -> bytes:
        """Return the signature over these bytes, in the form of the algorithm's row."""
        return self._sign(message)

    def pkcs8(self) -> bytes:
        """Return the private key itself: PKCS#8 (RFC 5208) in DER, not encrypted."""
        return self._handle.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def generate(alg: str) -> PrivateKey:
    """Return a new key for the algorithm of this name."""
    algorithm = named(alg)
    assert algorithm is not None, f"no algorithm is named {alg!r}"
    return PrivateKey(algorithm.generate())


def thumbprint(members: Mapping[str, str]) -> str:
    """Return the RFC 7638 §3 thumbprint over exactly these members, which must be the required ones of the key's kind.

    The members are sorted by name and written without spaces (RFC 7638 §3.3), hashed with SHA-256, in base64url.
    """
    return base64url.encode(sha256(orjson.dumps(dict(members), option=orjson.OPT_SORT_KEYS)).digest())


def parse_jwk(jwk: object) -> PublicKey:
    """Return the public key that a JWK holds.

    1. The value is a JSON object.
    2. It has no member of a private key. A private key that was sent is compromised, so this has a code of its own.
    3. Its `kty` and `crv` name one row of the table of algorithms.
    4. It has the members of its thumbprint and no others, so that one key has one spelling (RFC 7638 §3.2).
    Every other input raises `Malformed`, with a JSON Pointer (RFC 6901) to the member.
    """
    if not isinstance(jwk, dict):  # (1)
        raise _invalid("a JWK is a JSON object", None)
    if _PRIVATE & jwk.keys():  # (2)
        detail = "the JWK holds a private key, which is now known to others"
        next_step = "Generate a new key pair, and send only the public half."
        raise Malformed("KEY_PRIVATE", detail, next_step=next_step, pointer=pointer_to(min(_PRIVATE & jwk.keys())))
    for algorithm in ALGORITHMS:  # (3)
        if all(jwk.get(name) == value for name, value in algorithm.fixed.items()):
            return _public(algorithm, _read_coordinates(algorithm, jwk))
    kinds = " or ".join(orjson.dumps(dict(row.fixed)).decode() for row in ALGORITHMS)
    raise _invalid(f"the JWK's kind is not {kinds}", "/kty")


def _read_coordinates(algorithm: Algorithm, jwk: dict[str, object]) -> dict[str, bytes]:
    """Return the coordinates by member name, each of the length that its algorithm fixes.

    The lengths are those of RFC 7518 §6.2.1 and RFC 8037 §2.
    """
    # (4)
    unknown = jwk.keys() - algorithm.fixed.keys() - algorithm.lengths.keys()
    if unknown:
        raise _invalid("a public key has only the members of its thumbprint", pointer_to(min(unknown)))
    coordinates = {}
    for name, length in algorithm.lengths.items():
        text = jwk.get(name)
        if not isinstance(text, str):
            raise _invalid(f"{name} is missing or no text", pointer_to(name))
        coordinates[name] = base64url.decode(text, what=name, pointer=pointer_to(name))
        if len(coordinates[name]) != length:
            raise _invalid(f"{name} has {len(coordinates[name])} bytes, not {length}", pointer_to(name))
    return coordinates


def _public(algorithm: Algorithm, coordinates: dict[str, bytes]) -> PublicKey:
    verify = algorithm.open_public(tuple(coordinates.values()))
    members = {**algorithm.fixed, **{name: base64url.encode(value) for name, value in coordinates.items()}}
    return PublicKey(algorithm.name, thumbprint(members), tuple(sorted(members.items())), verify)


def _invalid(detail: str, pointer: str | None) -> Malformed:
    next_step = "Send the public key as {kty, crv, x} for Ed25519 or {kty, crv, x, y} for ES256."
    return Malformed("KEY_INVALID", detail, next_step=next_step, pointer=pointer)
