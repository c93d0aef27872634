"""ML-DSA-44 signatures on checkpoints (c2sp.org/tlog-cosignature, type 0x06; FIPS 204 with an empty context).

A log uses the type for its own published checkpoint, a witness for its statement about that of another. Both sign the
same message, which names the signer, the log, the size and the root, and so never needs the note's text.
"""

from __future__ import annotations

from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from formats.decimals import LARGEST
from formats.errors import Malformed, VerificationError
from ledger.notes.checkpoint import Checkpoint, parse_checkpoint
from ledger.notes.note import Signature, VerifierKey, is_key_name

ML_DSA_44 = 0x06
PUBLIC_KEY_SIZE = 1312
SIGNATURE_SIZE = 2420


def cosigned_message(cosigner: str, timestamp: int, checkpoint: Checkpoint) -> bytes:
    """The `cosigned_message` of tlog-cosignature in TLS encoding: the checkpoint is the subtree from 0 to its size.

    The message has no place for extension lines, so a checkpoint that has some is refused with `VerificationError`:
    anyone can add such a line after the signature was made, and the signature would still hold.
    """
    if checkpoint.extensions:
        raise VerificationError("an ML-DSA-44 signature covers no extension lines, and this checkpoint has some")
    return b"".join(
        [
            b"subtree/v1\n\x00",
            _opaque(cosigner),
            timestamp.to_bytes(8, "big"),
            _opaque(checkpoint.origin),
            (0).to_bytes(8, "big"),
            checkpoint.size.to_bytes(8, "big"),
            checkpoint.root,
        ]
    )


def _opaque(name: str) -> bytes:
    """`opaque name<1..2^8-1>` (RFC 8446 §3.4)."""
    data = name.encode()
    if not 0 < len(data) < 256:
        raise VerificationError(f"an ML-DSA-44 message names its log in 1 to 255 bytes, not in {len(data)}")
    return bytes([len(data)]) + data


class MlDsa44Verifier:
    """Type 0x06 on a checkpoint. It says that the signer saw this tree, at the time in its blob unless that is 0."""

    def __init__(self, key: VerifierKey) -> None:
        if key.type != ML_DSA_44 or len(key.public_key) != PUBLIC_KEY_SIZE or len(key.name.encode()) > 255:
            raise Malformed(
                "VKEY_MALFORMED",
                f"the verifier key of {key.name} is not an ML-DSA-44 key of {PUBLIC_KEY_SIZE} bytes",
                next_step="Copy the verifier key again, whole, from where its owner publishes it.",
            )
        self.key = key
        self._public = MLDSA44PublicKey.from_public_bytes(key.public_key)

    def verify(self, text: str, blob: bytes) -> None:
        """`blob` is `timestamped_signature`: u64be timestamp ‖ signature."""
        timestamp = int.from_bytes(blob[:8], "big")
        if len(blob) != 8 + SIGNATURE_SIZE or timestamp > LARGEST:
            raise VerificationError(f"the ML-DSA-44 signature of {self.key.name} has a wrong length or time")
        message = cosigned_message(self.key.name, timestamp, parse_checkpoint(text))
        try:
            self._public.verify(blob[8:], message)
        except InvalidSignature:
            raise VerificationError(
                f"the ML-DSA-44 signature of {self.key.name} on the checkpoint does not hold"
            ) from None


class MlDsa44Signer:
    """Signs checkpoints with a key made from its 32-byte seed (FIPS 204 §6.1)."""

    def __init__(self, name: str, seed: bytes) -> None:
        assert is_key_name(name), f"{name!r} cannot stand in a signature line"
        self._private = MLDSA44PrivateKey.from_seed_bytes(seed)
        self.key = VerifierKey(name, ML_DSA_44, self._private.public_key().public_bytes_raw())
        self._key_id = self.key.key_id

    def sign(self, checkpoint: Checkpoint, at: datetime) -> Signature:
        """The time is stated in whole seconds of POSIX time; `at` carries its offset."""
        assert at.tzinfo is not None, "a time without offset means nothing to the reader of a signature"
        assert not checkpoint.extensions, "the message covers no extension lines"
        timestamp = int(at.timestamp())
        signature = self._private.sign(cosigned_message(self.key.name, timestamp, checkpoint))
        return Signature(self.key.name, self._key_id, timestamp.to_bytes(8, "big") + signature)
