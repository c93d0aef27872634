"""Signed notes (c2sp.org/signed-note): a text, an empty line, one signature line per key; and verifier keys (vkeys).

Use the text of a note only after `open_note`. That function skips signature lines by unknown keys, as the specification
demands, and leaves them out of its result: a line that was not verified is never passed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from formats.base64std import decode_base64, encode_base64
from formats.errors import Malformed, VerificationError
from ledger.keys.ed25519_points import check_public_key

ED25519 = 0x01  # signed-note, signature types; types 0x04 and 0x06 are in `cosignature`
MAX_NOTE = 1_000_000
MAX_SIGNATURES = 100  # signed-note: a verifier accepts at least 16
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")  # signed-note: no control character below 0x20 except newline
_NOT_IN_NAMES = re.compile("[\x00-\x20+\ud800-\udfff]")  # surrogates have no UTF-8
_KEY_ID = re.compile("[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line. `blob` is the part behind the key ID; its form depends on the type of the key."""

    name: str
    key_id: bytes
    blob: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signature lines. `text` ends in a newline, and its UTF-8 bytes are the signed bytes."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under a name, as a vkey line states it. `type` is the signature type byte."""

    name: str
    type: int
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """Return SHA-256(name ‖ 0x0A ‖ type ‖ public key)[:4] (signed-note).

        The ID finds a key; it does not prove one.
        """
        return sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public_key).digest()[:4]


class Verifier(Protocol):
    """Verifies signatures of one key. It raises `VerificationError` for a signature that does not hold."""

    @property
    def key(self) -> VerifierKey: ...

    def verify(self, text: str, blob: bytes) -> None: ...


def parse_note(data: bytes) -> Note:
    """Parse a note strictly: `format_note` of the result gives the same bytes. Nothing in the result is verified.

    1. The note has at most `MAX_NOTE` bytes, is UTF-8, and holds no control character except newline.
    2. The text ends at the last empty line, because it may hold empty lines itself (signed-note).
    3. Between 1 and `MAX_SIGNATURES` signature lines follow, each ending in a newline.
    Every other input raises `Malformed`.
    """
    if len(data) > MAX_NOTE:  # (1)
        raise _malformed(f"the note is longer than {MAX_NOTE} bytes")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise _malformed(f"the note is not UTF-8 at byte {error.start}") from None
    if _CONTROL.search(whole):
        raise _malformed("the note contains a control character other than newline")
    text, blank, signatures = whole.rpartition("\n\n")  # (2)
    if not blank or not signatures.endswith("\n"):
        raise _malformed("the note has no empty line before its signatures, or does not end in a newline")
    lines = signatures[:-1].split("\n")  # (3)
    if len(lines) > MAX_SIGNATURES:
        raise _malformed(f"the note has more than {MAX_SIGNATURES} signature lines")
    return Note(text + "\n", tuple(_parse_signature(line) for line in lines))


def _parse_signature(line: str) -> Signature:
    """Parse `— <name> <base64(key ID ‖ blob)>`; the dash is U+2014 (signed-note)."""
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    if dash != "—" or not is_key_name(name):
        raise _malformed("a signature line does not consist of —, a key name and base64")
    signature = decode_base64(encoded, code="NOTE_MALFORMED", what="a note's signature")
    if len(signature) < 5:
        raise _malformed("a signature is too short to hold a key ID and anything else")
    return Signature(name, signature[:4], signature[4:])


def format_note(note: Note) -> bytes:
    """Return the bytes of a note: the text, an empty line, the signature lines."""
    lines = [f"— {line.name} {encode_base64(line.key_id + line.blob)}\n" for line in note.signatures]
    return (note.text + "\n" + "".join(lines)).encode()


def open_note(data: bytes, verifiers: Iterable[Verifier], *, every: bool = False) -> Note:
    """Verify a note, and return it with the verified signatures only.

    1. Parse it.
    2. Skip each line whose name and key ID are not both those of one verifier (signed-note).
    3. Each line by a known key must hold. If one does not, the whole note is refused.
    4. At least one line by a known key must be present; with `every`, one by each of the verifiers.
    The caller still decides whether the text is the one that it asked for, by the origin and size of a checkpoint.
    """
    note = parse_note(data)  # (1)
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in verifiers:
        if known.setdefault((verifier.key.name, verifier.key.key_id), verifier).key != verifier.key:
            raise _bad_vkey(f"two keys of {verifier.key.name!r} have the same key ID {verifier.key.key_id.hex()}")
    verified = [line for line in note.signatures if (line.name, line.key_id) in known]  # (2)
    for line in verified:
        known[line.name, line.key_id].verify(note.text, line.blob)  # (3)
    missing = known.keys() - {(line.name, line.key_id) for line in verified}
    if not verified or (every and missing):  # (4)
        names = ", ".join(sorted(f"{name}+{key_id.hex()}" for name, key_id in missing))
        raise VerificationError(f"the note is not signed by {names or 'any known key: none was given'}")
    return Note(note.text, tuple(verified))


def is_key_name(name: str) -> bool:
    """Return whether this is a key name (signed-note): not empty, no Unicode space, no control character, no `+`."""
    return bool(name) and not _NOT_IN_NAMES.search(name) and not any(character.isspace() for character in name)


def parse_vkey(vkey: str) -> VerifierKey:
    """Parse `<name>+<key ID in hex>+<base64(type ‖ public key)>` (signed-note, verifier keys).

    The parts are split at the first two `+`, because base64 may contain more. The key ID must be that of this name and
    key. Anything else raises `Malformed`.
    """
    name, _, rest = vkey.partition("+")
    hexadecimal, _, encoded = rest.partition("+")
    if not is_key_name(name) or not _KEY_ID.fullmatch(hexadecimal):
        raise _bad_vkey("the verifier key does not consist of a name, eight hexadecimal digits and base64, joined by +")
    data = decode_base64(encoded, code="VKEY_MALFORMED", what="the verifier key")
    key = VerifierKey(name, data[0], data[1:])
    if not key.public_key or key.key_id.hex() != hexadecimal:
        raise _bad_vkey(f"the key ID {hexadecimal} is not that of this name and key, which is {key.key_id.hex()}")
    return key


def format_vkey(key: VerifierKey) -> str:
    """Return the vkey line of a key, the inverse of `parse_vkey`."""
    return f"{key.name}+{key.key_id.hex()}+{encode_base64(bytes([key.type]) + key.public_key)}"


class Ed25519Verifier:
    """Verifies type 0x01: Ed25519 (RFC 8032 §5.1.7) over the text of the note."""

    def __init__(self, key: VerifierKey) -> None:
        """Raise `Malformed` unless the key has this type and its 32 bytes are a strong Ed25519 key."""
        if key.type != ED25519 or len(key.public_key) != 32:
            raise _bad_vkey(f"the verifier key of {key.name} is not an Ed25519 note key of 32 bytes")
        check_public_key(key.public_key)
        self.key = key
        self._public = Ed25519PublicKey.from_public_bytes(key.public_key)

    def verify(self, text: str, blob: bytes) -> None:
        """Raise `VerificationError` unless the blob is this key's signature over the text."""
        try:
            self._public.verify(blob, text.encode())
        except InvalidSignature:
            raise VerificationError(f"the Ed25519 signature of {self.key.name} on the note does not hold") from None


class Ed25519Signer:
    """Signs the texts of notes with the key that a 32-byte seed determines (RFC 8032 §5.1.5)."""

    def __init__(self, name: str, seed: bytes) -> None:
        assert is_key_name(name), f"{name!r} is no key name for a signature line"
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = VerifierKey(name, ED25519, self._private.public_key().public_bytes_raw())
        self._key_id = self.key.key_id

    def sign(self, text: str) -> Signature:
        """Return the signature line over this text, which ends in a newline (RFC 8032 §5.1.6)."""
        return Signature(self.key.name, self._key_id, self._private.sign(text.encode()))


def _malformed(detail: str) -> Malformed:
    return Malformed("NOTE_MALFORMED", detail, next_step="Fetch the signed note again, byte for byte as it was issued.")


def _bad_vkey(detail: str) -> Malformed:
    return Malformed(
        "VKEY_MALFORMED", detail, next_step="Copy the verifier key again, whole, from where its owner publishes it."
    )
