"""Checkpoints (c2sp.org/tlog-checkpoint): the note text that commits to a whole tree, and the interface of its signers.

We emit no extension lines, because witnesses refuse them and ML-DSA-44 signatures do not cover them. We parse the
extension lines of other logs.
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
    """A statement: the log with this origin has `size` entries, and `root` is the root hash over all of them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint, and the note in which it was verified. `note` holds the verified signatures only."""

    checkpoint: Checkpoint
    note: Note


class CheckpointSigner(Protocol):
    """The holder of the log's keys: key files, or another store of keys such as a hardware module.

    A signer signs any checkpoint that it is given. The sequencer ensures that no two of them are inconsistent
    (tlog-checkpoint: a log must never sign such a pair).
    """

    @property
    def origin(self) -> str:
        """The name of all keys, which must be the origin of each checkpoint."""
        ...

    @property
    def vkeys(self) -> tuple[str, ...]:
        """The vkey lines to verify with."""
        ...

    def sign(self, checkpoint: Checkpoint) -> bytes:
        """Return the note of a fresh receipt: Ed25519 (0x01) only."""
        ...

    def publish(self, checkpoint: Checkpoint, instant: datetime) -> bytes:
        """Return the note to publish: Ed25519 (0x01) and ML-DSA-44 (0x06). The latter states the time `at`."""
        ...


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """Return the text: origin, size in decimal, root in base64, extension lines; each line ends in a newline."""
    lines = [checkpoint.origin, str(checkpoint.size), encode_base64(checkpoint.root), *checkpoint.extensions]
    return "\n".join(lines) + "\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Parse a text strictly, so that `format_checkpoint` of the result gives it again. Raise `Malformed` otherwise."""
    lines = text.split("\n")
    # tlog-checkpoint: three lines, then extension lines, none of them empty.
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
    """Verify a checkpoint, and return it with its verified signatures.

    1. Open its note: at least one known key signed it, or each of them with `every`, and no known key's signature
       fails.
    2. Parse the signed text.
    3. Require the origin that was asked for, because one key may sign for several logs.
    4. Require the hash of the empty string as root of an empty tree (RFC 6962 §2.1).
    The caller still compares it with the checkpoint that it believed before. At the same size the roots must be equal.
    At a larger size a consistency proof must hold.
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
