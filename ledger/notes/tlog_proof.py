"""C2SP tlog-proof@v1: a text file that proves an entry to be in a log, to any holder of the entry and the log's key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from formats.base64std import decode_base64, encode_base64
from formats.decimals import decode_decimal
from formats.errors import Malformed
from ledger.notes.checkpoint import SignedCheckpoint, open_checkpoint, parse_checkpoint
from ledger.notes.note import Verifier, parse_note
from ledger.tree.merkle import HASH_SIZE, check_inclusion, leaf_hash

MAX_PATH = 63  # hashes: no tree is higher, because sizes stay below 2^63
_MAGIC = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class TlogProof:
    """A c2sp.org/tlog-proof@v1.

    `checkpoint` is a whole note, byte for byte. `extra` is not authenticated: never trust it.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


@dataclass(frozen=True, slots=True)
class Proven:
    """A result: the entry with this leaf hash is at this index of the tree that the checkpoint commits to."""

    index: int
    leaf_hash: bytes
    signed: SignedCheckpoint


def format_tlog_proof(proof: TlogProof) -> bytes:
    """Return the bytes of a proof: magic line, optional extra line, index line, path, empty line, checkpoint."""
    assert proof.extra != b"", "no extra data is written as no line"
    extra = [] if proof.extra is None else [f"extra {encode_base64(proof.extra)}"]
    lines = [_MAGIC, *extra, f"index {proof.index}", *map(encode_base64, proof.path)]
    return "\n".join(lines).encode() + b"\n\n" + proof.checkpoint


def parse_tlog_proof(data: bytes) -> TlogProof:
    """Parse a proof strictly: `format_tlog_proof` of the result gives the same bytes. Raise `Malformed` otherwise.

    The note of the checkpoint follows the first empty line. Nothing in the result is verified.
    """
    head, blank, checkpoint = data.partition(b"\n\n")
    try:
        magic, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise _bad_proof("the lines before the checkpoint are not ASCII") from None
    if magic != _MAGIC or not blank:
        raise _bad_proof(f"it does not begin with {_MAGIC}, or has no empty line before the checkpoint")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = decode_base64(lines.pop(0).removeprefix("extra "), code="PROOF_MALFORMED", what="the extra data")
    if not lines or not lines[0].startswith("index "):
        raise _bad_proof("the index line is missing")
    index = decode_decimal(lines.pop(0).removeprefix("index "), code="PROOF_MALFORMED", what="the index")
    parse_checkpoint(parse_note(checkpoint).text)
    return TlogProof(index, parse_path(lines), checkpoint, extra)


def parse_path(lines: Sequence[str]) -> tuple[bytes, ...]:
    """Parse the hashes of an inclusion proof, one base64 line each, as a tlog-proof and a JSON receipt write them."""
    path = tuple(decode_base64(line, code="PROOF_MALFORMED", what="a hash of the inclusion proof") for line in lines)
    if len(path) > MAX_PATH or any(len(digest) != HASH_SIZE for digest in path):
        raise _bad_proof(f"an inclusion proof is at most {MAX_PATH} hashes of {HASH_SIZE} bytes")
    return path


def verify_tlog_proof(data: bytes, entry: bytes, verifiers: Iterable[Verifier], *, origin: str) -> Proven:
    """Verify that this entry is in the log with this origin.

    1. Hash the entry, because the proof names no leaf.
    2. Open the checkpoint under the log's keys and origin.
    3. Follow the path from the leaf hash, at the stated index, to the signed root (RFC 9162 §2.1.3.2).
    The caller still demands the cosignatures that its witness policy requires.
    """
    proof = parse_tlog_proof(data)
    leaf = leaf_hash(entry)  # (1)
    signed = open_checkpoint(proof.checkpoint, verifiers, origin=origin)  # (2)
    check_inclusion(proof.path, proof.index, signed.checkpoint.size, leaf, signed.checkpoint.root)  # (3)
    return Proven(proof.index, leaf, signed)


def _bad_proof(detail: str) -> Malformed:
    return Malformed("PROOF_MALFORMED", detail, next_step="Fetch the proof again from the ledger, byte for byte.")
