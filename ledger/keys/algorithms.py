"""The table of signature algorithms, by JOSE name. Another algorithm, such as ML-DSA or SM2, is one more row.

`Ed25519`  RFC 8037 keys under the algorithm name of RFC 9864. The older name `EdDSA` is accepted and never written.
           A signature has 64 bytes (RFC 8032 §5.1.6).
`ES256`    RFC 7518 §3.4 and §6.2: P-256 with SHA-256. A signature is r ‖ s, 32 bytes each, never DER. Both s and n − s
           are accepted, because RFC 7518 does not restrict s, and because no signature bytes identify anything here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicNumbers,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from formats.errors import Malformed
from ledger.keys import ed25519_points

Handle = Ed25519PrivateKey | EllipticCurvePrivateKey
Coordinates = tuple[bytes, ...]
Sign = Callable[[bytes], bytes]
Verify = Callable[[bytes, bytes], None]  # (signature, message); raises InvalidSignature

_P256 = 2**256 - 2**224 + 2**192 + 2**96 - 1  # FIPS 186-4 D.1.2.3: the prime of the field


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One row of the table. `open_public` and `open_private` turn a key into functions that verify and sign."""

    name: str  # as written in `alg`
    also: tuple[str, ...]  # other names accepted there
    fixed: Mapping[str, str]  # JWK members that determine the kind of key
    lengths: Mapping[
        str, int
    ]  # JWK members with coordinates in base64url, and their length in bytes, in the order of `Coordinates`
    generate: Callable[[], Handle]
    open_public: Callable[[Coordinates], Verify]  # raises Malformed for a weak or invalid key
    open_private: Callable[[object], tuple[Coordinates, Sign] | None]  # None for a handle of another kind


def _open_ed25519(coordinates: Coordinates) -> Verify:
    (x,) = coordinates
    ed25519_points.check_public_key(x)
    return Ed25519PublicKey.from_public_bytes(x).verify


def _own_ed25519(handle: object) -> tuple[Coordinates, Sign] | None:
    if not isinstance(handle, Ed25519PrivateKey):
        return None
    return (handle.public_key().public_bytes_raw(),), handle.sign


def _open_es256(coordinates: Coordinates) -> Verify:
    x, y = (int.from_bytes(coordinate) for coordinate in coordinates)
    # SEC 1 §2.3.6: a coordinate is below the prime. The library reduces larger ones without an error, which would
    # give one key a second JWK and a second thumbprint.
    if max(x, y) >= _P256:
        raise _no_point()
    try:
        key = EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()
    except ValueError:
        raise _no_point() from None

    def verify(signature: bytes, message: bytes) -> None:
        if len(signature) != 64:  # RFC 7518 §3.4: r and s of 32 octets each
            raise InvalidSignature
        r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
        key.verify(encode_dss_signature(r, s), message, ECDSA(SHA256()))

    return verify


def _no_point() -> Malformed:
    detail = "the ES256 public key is no point of P-256 in reduced coordinates"
    return Malformed("KEY_WEAK", detail, next_step="Generate a new key pair and use that one.")


def _own_es256(handle: object) -> tuple[Coordinates, Sign] | None:
    if not isinstance(handle, EllipticCurvePrivateKey) or not isinstance(handle.curve, SECP256R1):
        return None
    numbers = handle.public_key().public_numbers()

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(handle.sign(message, ECDSA(SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)

    return (numbers.x.to_bytes(32), numbers.y.to_bytes(32)), sign


ALGORITHMS: tuple[Algorithm, ...] = (
    Algorithm(
        name="Ed25519",
        also=("EdDSA",),
        fixed={"kty": "OKP", "crv": "Ed25519"},
        lengths={"x": 32},
        generate=Ed25519PrivateKey.generate,
        open_public=_open_ed25519,
        open_private=_own_ed25519,
    ),
    Algorithm(
        name="ES256",
        also=(),
        fixed={"kty": "EC", "crv": "P-256"},
        lengths={"x": 32, "y": 32},
        generate=lambda: generate_private_key(SECP256R1()),
        open_public=_open_es256,
        open_private=_own_es256,
    ),
)


def named(alg: object) -> Algorithm | None:
    """Return the algorithm that a JWS header's `alg` names, or None. `none` is in no row (RFC 7518 §3.6)."""
    return next((row for row in ALGORITHMS if alg == row.name or alg in row.also), None)
