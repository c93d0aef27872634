"""Checkpoints (c2sp.org/tlog-checkpoint): the note text that commits to a whole tree, and who signs it.

We emit no extension lines: witnesses refuse them and ML-DSA-44 signatures do not cover them. We read those of others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from formats.base64std import decode_base64, encode_base64
from formats.decimals import decode_decimal
from formats.errors import Malformed, VerificationError
from ledger.notes.note import Note, Verifier, open_note
from ledger.tree.merkle import EMPTY_ROOT, HASH_SIZE


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log with this origin has `size` entries, and this is the root over all of them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint and the note it was verified in; `note` carries the verified signatures only."""

    checkpoint: Checkpoint
    note: Note


class CheckpointSigner(Protocol):
    """Whoever holds the log's keys: a file today, a hardware module tomorrow.

    A signer signs what it is given. Never to sign two inconsistent checkpoints is the sequencer's promise.
    """

    @property
    def origin(self) -> str:
        """The name that all keys bear, and that must be the checkpoint's origin."""
        ...

    @property
    def vkeys(self) -> tuple[str, ...]:
        """The keys to verify with, as vkey lines."""
        ...

    def sign(self, checkpoint: Checkpoint) -> bytes:
        """The note of a fresh receipt: Ed25519 (0x01) only."""
        ...

    def publish(self, checkpoint: Checkpoint, at: datetime) -> bytes:
        """The note to publish: Ed25519 (0x01) and ML-DSA-44 (0x06), the latter stating the time."""
        ...


def format_checkpoint(checkpoint: Checkpoint) -> str:
    lines = [checkpoint.origin, str(checkpoint.size), encode_base64(checkpoint.root), *checkpoint.extensions]
    return "\n".join(lines) + "\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Strict: `format_checkpoint` gives the same text again."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() != "" or not all(lines):
        raise _malformed("a checkpoint is three or more lines, none empty, each ending in a newline")
    origin, size, root, *extensions = lines
    root_hash = decode_base64(root, code="CHECKPOINT_MALFORMED", what="the root hash")
    if len(root_hash) != HASH_SIZE:
        raise _malformed(f"the root hash has {len(root_hash)} bytes, not {HASH_SIZE}")
    tree_size = decode_decimal(size, code="CHECKPOINT_MALFORMED", what="the tree size")
    return Checkpoint(origin, tree_size, root_hash, tuple(extensions))


def open_checkpoint(
    data: bytes, verifiers: Iterable[Verifier], *, origin: str, every: bool = False
) -> SignedCheckpoint:
    """To believe a checkpoint we:

    1. open its note: at least one known key signed it (with `every`, each of them), and no known key's signature fails;
    2. parse the signed text;
    3. require the origin that we asked for, for a key may sign for several logs;
    4. require of an empty tree that its root is the hash of nothing (RFC 6962 §2.1).
    The caller still compares it with what it believed before: same size, same root; larger size, consistency proof.
    """
    note = open_note(data, verifiers, every=every)  # (1)
    checkpoint = parse_checkpoint(note.text)  # (2)
    if checkpoint.origin != origin:  # (3)
        raise VerificationError(f"the checkpoint is of the log {checkpoint.origin!r}, not of {origin!r}")
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:  # (4)
        raise VerificationError("the checkpoint gives the empty tree another root than the hash of nothing")
    return SignedCheckpoint(checkpoint, note)


def _malformed(detail: str) -> Malformed:
    return Malformed(
        "CHECKPOINT_MALFORMED", detail, next_step="Fetch the checkpoint again, byte for byte as it was issued."
    )
