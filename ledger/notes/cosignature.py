"""Cosignatures on checkpoints (c2sp.org/tlog-cosignature): timestamped Ed25519 (0x04) and ML-DSA-44 (0x06).

A log signs its own published checkpoint with type 0x06. A witness signs the checkpoints of other logs with either type.
Both types put a `timestamped_signature` behind the key ID: u64be POSIX seconds ‖ signature. The signed messages differ:

- 0x04 signs the whole text of the note, extension lines included. It does not name the cosigner, so each Ed25519
  cosigner needs a public key of its own.
- 0x06 signs the names of cosigner and log, the size and the root. It does not cover extension lines.
"""

from __future__ import annotations

from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from formats.decimals import LARGEST
from formats.errors import Malformed, VerificationError
from ledger.keys.ed25519_points import check_public_key
from ledger.notes.checkpoint import Checkpoint, parse_checkpoint
from ledger.notes.note import Signature, Verifier, VerifierKey, is_key_name, parse_vkey

ED25519_COSIGNATURE = 0x04
ML_DSA_44 = 0x06
PUBLIC_KEY_SIZE = 1312  # bytes: FIPS 204 §4, table 2, ML-DSA-44
SIGNATURE_SIZE = 2420  # bytes: the same row
_ED25519_KEY_SIZE = 32  # bytes: RFC 8032 §5.1.5
_ED25519_SIGNATURE_SIZE = 64  # bytes: RFC 8032 §5.1.6
_TIMESTAMP_SIZE = 8  # bytes, big-endian (RFC 8446 §3.3)


def cosigner_verifier_for(vkey: str) -> Verifier:
    """Return the verifier of a cosigner's vkey: type 0x04 or 0x06.

    The vkeys of a log go to `log_keys.verifier_for`, which refuses type 0x04: no log signs its checkpoint with that.
    The caller must refuse two cosigners with one public key (tlog-policy), because type 0x04 does not name the signer.
    """
    key = parse_vkey(vkey)
    if key.type == ED25519_COSIGNATURE:
        return Ed25519CosignatureVerifier(key)
    if key.type == ML_DSA_44:
        return MlDsa44Verifier(key)
    raise Malformed(
        "VKEY_UNSUPPORTED",
        f"the key of {key.name} has type 0x{key.type:02x}; a cosigner's has 0x04 (Ed25519) or 0x06 (ML-DSA-44)",
        next_step="Give the cosigner's verifier key of type 0x04 or 0x06.",
    )


def cosignature_v1_message(timestamp: int, text: str) -> bytes:
    """Return the message of type 0x04 (tlog-cosignature, "Ed25519 signed message").

    Two header lines precede `text`, the note's text with its final newline. `timestamp` is in POSIX seconds and is
    written in decimal without leading zeros.
    """
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


class Ed25519CosignatureVerifier:
    """Verifies type 0x04. The cosigner states that this was the largest consistent tree it had seen at that time."""

    def __init__(self, key: VerifierKey) -> None:
        """Raise `Malformed` unless the key has this type and its 32 bytes are a strong Ed25519 key."""
        if key.type != ED25519_COSIGNATURE or len(key.public_key) != _ED25519_KEY_SIZE:
            raise _malformed_key(f"the verifier key of {key.name} is not an Ed25519 cosigner key of 32 bytes")
        check_public_key(key.public_key)
        self.key = key
        self._public = Ed25519PublicKey.from_public_bytes(key.public_key)

    def verify(self, text: str, blob: bytes) -> None:
        """Verify one cosignature on the text of a note.

        1. Split the blob into time and signature.
        2. Require that the text is a checkpoint, because a cosignature states nothing about other texts.
        3. Verify the signature over the message made of that time and the whole text.
        The caller decides whether the time is recent enough; it is the blob's first 8 bytes.
        """
        timestamp, signature = _split_blob(
            blob, _ED25519_SIGNATURE_SIZE, f"Ed25519 cosignature of {self.key.name}"
        )  # (1)
        parse_checkpoint(text)  # (2)
        try:
            self._public.verify(signature, cosignature_v1_message(timestamp, text))  # (3)
        except InvalidSignature:
            raise VerificationError(
                f"the Ed25519 cosignature of {self.key.name} on the checkpoint does not hold"
            ) from None


def cosigned_message(cosigner: str, timestamp: int, checkpoint: Checkpoint) -> bytes:
    """Return the message of type 0x06: the structure `cosigned_message` (tlog-cosignature, "ML-DSA-44 signed message").

    A checkpoint is the subtree that starts at 0 and ends at the tree size. `timestamp` is in POSIX seconds.
    The structure has no place for extension lines, so a checkpoint that has some is refused with `VerificationError`:
    anyone can add such a line after the signature was made, and the signature would still hold.
    """
    if checkpoint.extensions:
        raise VerificationError("an ML-DSA-44 signature covers no extension lines, and this checkpoint has some")
    return b"".join(
        [
            b"subtree/v1\n\x00",  # uint8 label[12]
            _opaque(cosigner),  # opaque cosigner_name<1..2^8-1>
            timestamp.to_bytes(8, "big"),  # uint64 timestamp
            _opaque(checkpoint.origin),  # opaque log_origin<1..2^8-1>
            (0).to_bytes(8, "big"),  # uint64 start: 0 when signing a checkpoint
            checkpoint.size.to_bytes(8, "big"),  # uint64 end: the size of the tree
            checkpoint.root,  # uint8 hash[32]
        ]
    )


def _opaque(name: str) -> bytes:
    """Return `opaque name<1..2^8-1>`: one byte of length, then the name in UTF-8 (RFC 8446 §3.4)."""
    data = name.encode()
    if not 0 < len(data) < 256:
        raise VerificationError(f"an ML-DSA-44 message names its log in 1 to 255 bytes, not in {len(data)}")
    return bytes([len(data)]) + data


class MlDsa44Verifier:
    """Verifies type 0x06 (FIPS 204, empty context). The signer states that the tree is consistent with all it has seen.

    If the time in the blob is not 0, the signer also states that this was the largest tree it had seen at that time.
    """

    def __init__(self, key: VerifierKey) -> None:
        """Raise `Malformed` unless the key has this type, 1312 bytes, and a name that fits into the message."""
        if key.type != ML_DSA_44 or len(key.public_key) != PUBLIC_KEY_SIZE or len(key.name.encode()) > 255:
            raise _malformed_key(f"the verifier key of {key.name} is not an ML-DSA-44 key of {PUBLIC_KEY_SIZE} bytes")
        self.key = key
        self._public = MLDSA44PublicKey.from_public_bytes(key.public_key)

    def verify(self, text: str, blob: bytes) -> None:
        """Verify one signature on the text of a note.

        1. Split the blob into time and signature.
        2. Parse the checkpoint, and build the message from its three lines; extension lines are refused there.
        3. Verify the signature over that message.
        """
        timestamp, signature = _split_blob(blob, SIGNATURE_SIZE, f"ML-DSA-44 signature of {self.key.name}")  # (1)
        message = cosigned_message(self.key.name, timestamp, parse_checkpoint(text))  # (2)
        try:
            self._public.verify(signature, message)  # (3)
        except InvalidSignature:
            raise VerificationError(
                f"the ML-DSA-44 signature of {self.key.name} on the checkpoint does not hold"
            ) from None


class MlDsa44Signer:
    """Signs checkpoints with the key that a 32-byte seed determines (FIPS 204 §6.1)."""

    def __init__(self, name: str, seed: bytes) -> None:
        assert is_key_name(name), f"{name!r} is no key name for a signature line"
        self._private = MLDSA44PrivateKey.from_seed_bytes(seed)
        self.key = VerifierKey(name, ML_DSA_44, self._private.public_key().public_bytes_raw())
        self._key_id = self.key.key_id

    def sign(self, checkpoint: Checkpoint, instant: datetime) -> Signature:
        """Return the signature line that states the time `at` in whole POSIX seconds; `at` carries its offset."""
        assert instant.tzinfo is not None, "a time without offset means nothing to the reader of a signature"
        assert not checkpoint.extensions, "the message covers no extension lines"
        timestamp = int(instant.timestamp())
        signature = self._private.sign(cosigned_message(self.key.name, timestamp, checkpoint))
        return Signature(self.key.name, self._key_id, timestamp.to_bytes(8, "big") + signature)


def _split_blob(blob: bytes, signature_size: int, which: str) -> tuple[int, bytes]:
    """Split a `timestamped_signature` into POSIX seconds and signature. `which` names the signature in the error."""
    timestamp = int.from_bytes(blob[:_TIMESTAMP_SIZE], "big")
    # tlog-cosignature: the timestamp MUST NOT exceed 2^63 − 1.
    if len(blob) != _TIMESTAMP_SIZE + signature_size or timestamp > LARGEST:
        raise VerificationError(f"the {which} has a wrong length or time")
    return timestamp, blob[_TIMESTAMP_SIZE:]


def _malformed_key(detail: str) -> Malformed:
    return Malformed(
        "VKEY_MALFORMED", detail, next_step="Copy the verifier key again, whole, from where its owner publishes it."
    )
