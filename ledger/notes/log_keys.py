"""The log's signing keys in files, and the signer that uses them.

A key file is one line: the text form of a signing key in Go's `sumdb/note`, with the type byte of its vkey,
`PRIVATE+KEY+<name>+<key ID in hex>+<base64(type ‖ 32-byte seed)>`. Only its owner may read or write it (mode 0600).
The page docs/reference/formats/checkpoint.md defines the form.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from formats.errors import Malformed
from ledger.notes.checkpoint import Checkpoint, format_checkpoint
from ledger.notes.cosignature import ML_DSA_44, MlDsa44Signer, MlDsa44Verifier
from ledger.notes.note import (
    ED25519,
    Ed25519Signer,
    Ed25519Verifier,
    Note,
    Signature,
    Verifier,
    format_note,
    format_vkey,
    is_key_name,
    parse_vkey,
)

SEED_SIZE = 32  # bytes: RFC 8032 §5.1.5 for Ed25519, FIPS 204 §6.1 for ML-DSA-44
# 33 bytes fill 44 characters of base64 exactly (RFC 4648 §4): no padding and no unused bits, so one spelling.
_SIGNING_KEY = re.compile(r"PRIVATE\+KEY\+([^+\n]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})\n")

Signer = Ed25519Signer | MlDsa44Signer


def verifier_for(vkey: str) -> Verifier:
    """Return the verifier of a log's vkey line: type 0x01 or 0x06, the types of the checkpoints that we sign."""
    key = parse_vkey(vkey)
    if key.type == ED25519:
        return Ed25519Verifier(key)
    if key.type == ML_DSA_44:
        return MlDsa44Verifier(key)
    raise Malformed(
        "VKEY_UNSUPPORTED",
        f"the key of {key.name} has type 0x{key.type:02x}; 0x01 (Ed25519) and 0x06 (ML-DSA-44) can be verified",
        next_step="Give a verifier key of type 0x01 or 0x06.",
    )


def signer_from(name: str, key_type: int, seed: bytes) -> Signer:
    """Return the signer whose key the seed determines.

    The seed is 32 bytes from the system's random source, and serves one key only.
    """
    assert len(seed) == SEED_SIZE, "a seed of another length is not one"
    assert key_type in (ED25519, ML_DSA_44), f"no checkpoint is signed with type 0x{key_type:02x}"
    return Ed25519Signer(name, seed) if key_type == ED25519 else MlDsa44Signer(name, seed)


def save_signing_key(path: Path, name: str, key_type: int, seed: bytes) -> Signer:
    """Write a new key file with mode 0600. Raise `FileExistsError` rather than replace a file.

    1. Create the file with its final mode, so that no moment exists in which others can read it.
    2. Write the line and sync the file.
    3. Sync the directory, because the name of the file must survive a power cut too.
    If we die before (3), the file is missing or incomplete, and an incomplete one is refused when it is loaded. The key
    is unused.
    """
    signer = signer_from(name, key_type, seed)
    encoded = base64.b64encode(bytes([key_type]) + seed).decode()
    line = f"PRIVATE+KEY+{name}+{signer.key.key_id.hex()}+{encoded}\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # (1)
    with open(descriptor, "wb") as file:
        file.write(line.encode())  # (2)
        file.flush()
        os.fsync(descriptor)
    directory = os.open(path.parent, os.O_RDONLY)  # (3)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return signer


def load_signing_key(path: Path) -> Signer:
    """Read a key file strictly, as the inverse of `save_signing_key`. Raise `Malformed` for every other content.

    No error message repeats the content of the file.
    """
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode & 0o777  # of the open file: the name may lead to another one by now
        content = file.read(4096)
    if mode & 0o077:
        raise Malformed(
            "SIGNING_KEY_EXPOSED",
            f"{path} can be read or written by others (mode {mode:04o})",
            next_step=f"Run: chmod 600 {path}. If others may have read it, make a new key.",
        )
    matched = _SIGNING_KEY.fullmatch(content.decode(errors="replace"))
    if matched is None or not is_key_name(matched[1]):
        raise _bad_file(path, "does not hold one line PRIVATE+KEY+<name>+<key ID>+<base64>")
    secret = base64.b64decode(matched[3])
    if secret[0] not in (ED25519, ML_DSA_44):
        raise _bad_file(path, f"holds a key of type 0x{secret[0]:02x}, which signs no checkpoint")
    signer = signer_from(matched[1], secret[0], secret[1:])
    if signer.key.key_id.hex() != matched[2]:
        raise _bad_file(path, f"says key ID {matched[2]}, but its seed makes {signer.key.key_id.hex()}")
    return signer


def _bad_file(path: Path, detail: str) -> Malformed:
    return Malformed("SIGNING_KEY_MALFORMED", f"{path} {detail}", next_step="Restore the key file from its backup.")


class FileCheckpointSigner:
    """A `CheckpointSigner` with its keys in memory.

    During a key rotation it holds two keys of a type, and both sign.
    """

    def __init__(self, signers: Sequence[Signer]) -> None:
        names = {signer.key.name for signer in signers}
        self._fresh = [signer for signer in signers if isinstance(signer, Ed25519Signer)]
        self._published = [signer for signer in signers if isinstance(signer, MlDsa44Signer)]
        # A public log's checkpoint MUST carry an Ed25519 signature (tlog-tiles), and SHOULD an ML-DSA-44 one
        # (tlog-checkpoint).
        if len(names) != 1 or not self._fresh or not self._published:
            raise Malformed(
                "SIGNING_KEYS_INCOMPLETE",
                f"the log signs with Ed25519 and ML-DSA-44 keys under one name; given: {len(self._fresh)} Ed25519, "
                f"{len(self._published)} ML-DSA-44, names {sorted(names)}",
                next_step="Give the signer one key file of each type, both made for this origin.",
            )
        self.origin = names.pop()
        keys = [signer.key for signer in self._fresh] + [signer.key for signer in self._published]
        self.vkeys = tuple(format_vkey(key) for key in keys)

    @classmethod
    def load(cls, paths: Iterable[Path]) -> FileCheckpointSigner:
        """Load the signer from key files."""
        return cls([load_signing_key(path) for path in paths])

    def sign(self, checkpoint: Checkpoint) -> bytes:
        """Return the note with every Ed25519 signature."""
        text = self._text(checkpoint)
        return format_note(Note(text, self._fresh_signatures(text)))

    def publish(self, checkpoint: Checkpoint, instant: datetime) -> bytes:
        """Return the note with every Ed25519 and every ML-DSA-44 signature. The latter state the time `at`."""
        text = self._text(checkpoint)
        published = tuple(signer.sign(checkpoint, instant) for signer in self._published)
        return format_note(Note(text, self._fresh_signatures(text) + published))

    def _text(self, checkpoint: Checkpoint) -> str:
        assert checkpoint.origin == self.origin, f"the keys of {self.origin} do not sign for {checkpoint.origin}"
        assert not checkpoint.extensions, "we emit no extension lines"
        return format_checkpoint(checkpoint)

    def _fresh_signatures(self, text: str) -> tuple[Signature, ...]:
        return tuple(signer.sign(text) for signer in self._fresh)
