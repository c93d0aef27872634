"""Keys that sign: public ones as JWK (RFC 7517), known by their RFC 7638 thumbprint, and private ones in memory."""

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

# RFC 7517 §4 and RFC 7518 §6: what a private or symmetric key would carry.
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"})


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key that passed every check of its algorithm. Reading one costs far more than a signature: keep it."""

    alg: str
    kid: str
    _members: tuple[tuple[str, str], ...] = field(repr=False)
    _verify: Verify = field(repr=False, compare=False)

    @property
    def jwk(self) -> dict[str, str]:
        """The public members that RFC 7638 counts, and no other."""
        return dict(self._members)

    def verify(self, signature: bytes, message: bytes) -> None:
        """Raise `VerificationError` unless this key's holder signed exactly these bytes."""
        try:
            self._verify(signature, message)
        except InvalidSignature:
            raise VerificationError(f"the signature is not that of key {self.kid} over these bytes") from None


class PrivateKey:
    """A private key in memory. It shows itself nowhere but in `pkcs8`."""

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
        return self._sign(message)

    def pkcs8(self) -> bytes:
        """The private key itself: PKCS#8 (RFC 5208) in DER, not encrypted."""
        return self._handle.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def generate(alg: str) -> PrivateKey:
    """A new key for the algorithm of that name."""
    algorithm = named(alg)
    assert algorithm is not None, f"no algorithm is named {alg!r}"
    return PrivateKey(algorithm.generate())


def thumbprint(members: Mapping[str, str]) -> str:
    """RFC 7638 §3, over exactly the members given: they must be the required ones of the key's kind."""
    return base64url.encode(sha256(orjson.dumps(dict(members), option=orjson.OPT_SORT_KEYS)).digest())


def parse_jwk(jwk: object) -> PublicKey:
    """The public key that a JWK is. It has the members of its thumbprint and no other, so one key has one spelling."""
    if not isinstance(jwk, dict):
        raise _invalid("a JWK is a JSON object", None)
    if _PRIVATE & jwk.keys():
        detail = "the JWK holds a private key, which is now known to others"
        next_step = "Generate a new key pair, and send only the public half."
        raise Malformed("KEY_PRIVATE", detail, next_step=next_step, pointer=pointer_to(min(_PRIVATE & jwk.keys())))
    for algorithm in ALGORITHMS:
        if all(jwk.get(name) == value for name, value in algorithm.fixed.items()):
            return _public(algorithm, _read_coordinates(algorithm, jwk))
    kinds = " or ".join(orjson.dumps(dict(row.fixed)).decode() for row in ALGORITHMS)
    raise _invalid(f"the JWK's kind is not {kinds}", "/kty")


def _read_coordinates(algorithm: Algorithm, jwk: dict[str, object]) -> dict[str, bytes]:
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
