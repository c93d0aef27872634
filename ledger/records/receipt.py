"""Receipts as JSON: the place of each record of a submission in the log, its inclusion proof, one signed checkpoint.

It is the evidence of a tlog-proof file for many records at once: `proof` holds that file's hash lines, `checkpoint` its
note. It also carries the entries, so a receipt can be checked alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import orjson

from formats import rfc3339
from formats.base64std import encode_base64
from formats.errors import Malformed, VerificationError
from ledger import ijson
from ledger.notes.checkpoint import SignedCheckpoint, open_checkpoint
from ledger.notes.note import Verifier
from ledger.notes.tlog_proof import parse_path
from ledger.records.entry import Entry, parse_entry
from ledger.records.record import parse_record
from ledger.tree.merkle import check_inclusion, leaf_hash

_TEXTS = ("source", "id", "ledger", "stream", "recorded_at", "entry", "leaf_hash")
_NUMBERS = ("index", "position")
_MEMBERS = {*_TEXTS, *_NUMBERS, "proof"}


class RecordedEntry(Protocol):
    """One record that is in the log, and the path of its entry to the checkpoint's root."""

    @property
    def source(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def index(self) -> int: ...
    @property
    def stream(self) -> str: ...
    @property
    def position(self) -> int: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def entry(self) -> bytes: ...
    @property
    def leaf_hash(self) -> bytes: ...
    @property
    def path(self) -> Sequence[bytes]: ...


@dataclass(frozen=True, slots=True)
class ReceiptEvidence:
    """What a verified JSON receipt proves: these entries, each in the tree of this checkpoint."""

    signed: SignedCheckpoint
    entries: tuple[Entry, ...]


def build_receipt(items: Iterable[RecordedEntry], checkpoint: bytes, *, demo: bool = False) -> bytes:
    """The JSON receipt of one submission: `{"records":[…],"checkpoint":"…"}`, marked when the ledger is a demo.

    Paths of one submission share most of their hashes, and its records mostly their time: each is written out once.
    """
    origin = checkpoint.partition(b"\n")[0].decode()
    hashes, times = _Base64(), _Milliseconds()
    records = [
        {
            "source": item.source,
            "id": item.id,
            "ledger": origin,
            "index": item.index,
            "stream": item.stream,
            "position": item.position,
            "recorded_at": times[item.recorded_at],
            "entry": item.entry.decode(),
            "leaf_hash": item.leaf_hash.hex(),
            "proof": list(map(hashes.__getitem__, item.path)),
        }
        for item in items
    ]
    mark = {"demo": True} if demo else {}
    return orjson.dumps({"records": records, "checkpoint": checkpoint.decode(), **mark})


class _Base64(dict[bytes, str]):
    def __missing__(self, digest: bytes) -> str:
        return self.setdefault(digest, encode_base64(digest))


class _Milliseconds(dict[datetime, str]):
    def __missing__(self, moment: datetime) -> str:
        return self.setdefault(moment, rfc3339.format_milliseconds(moment))


def verify_receipt(data: bytes, verifiers: Iterable[Verifier], *, origin: str) -> ReceiptEvidence:
    """To believe a JSON receipt we:

    1. read it strictly: these members and no other, each in its one spelling;
    2. open the checkpoint under the log's key and origin;
    3. hash each entry ourselves and compare with the stated leaf hash;
    4. follow each path from that hash, at the stated index, to the signed root;
    5. read each entry, and require that the receipt says of it what it says itself.
    The caller still compares each entry's record with the line that it sent, byte for byte.
    """
    records, checkpoint = _read_receipt(data)  # (1)
    signed = open_checkpoint(checkpoint, verifiers, origin=origin)  # (2)
    return ReceiptEvidence(signed, tuple(_verify_record(record, signed) for record in records))


def _verify_record(record: dict[str, Any], signed: SignedCheckpoint) -> Entry:
    line = record["entry"].encode()
    leaf = leaf_hash(line)
    if record["leaf_hash"] != leaf.hex():  # (3)
        raise VerificationError(f"the entry at index {record['index']} does not have the stated leaf hash")
    path = parse_path(record["proof"])
    check_inclusion(path, record["index"], signed.checkpoint.size, leaf, signed.checkpoint.root)  # (4)
    entry = parse_entry(line)  # (5)
    inner = parse_record(entry.record.encode())
    said = {
        "source": inner.source,
        "id": inner.id,
        "ledger": entry.ledger,
        "index": entry.index,
        "stream": entry.stream,
        "position": entry.position,
        "recorded_at": rfc3339.format_milliseconds(entry.recorded_at),
    }
    differing = [member for member, value in said.items() if record[member] != value]
    if differing or entry.ledger != signed.checkpoint.origin:
        what = ", ".join(differing) or "another ledger"
        raise VerificationError(f"the receipt for index {record['index']} contradicts its entry: {what}")
    return entry


def _read_receipt(data: bytes) -> tuple[list[dict[str, Any]], bytes]:
    receipt = ijson.read_object(data)
    records, checkpoint = receipt.get("records"), receipt.get("checkpoint")
    if not isinstance(records, list) or not records or not isinstance(checkpoint, str):
        raise _bad_receipt("it does not have a list of records and a checkpoint", "")
    if receipt.keys() - {"records", "checkpoint", "demo"} or receipt.get("demo", True) is not True:
        raise _bad_receipt("it has members other than records, checkpoint and the mark of a demo", "")
    for place, record in enumerate(records):
        _check_members(record, f"/records/{place}")
    return records, checkpoint.encode()


def _check_members(record: object, pointer: str) -> None:
    if not isinstance(record, dict) or record.keys() != _MEMBERS:
        raise _bad_receipt("a record of a receipt has ten members: " + ", ".join(sorted(_MEMBERS)), pointer)
    proof = record["proof"]
    if (
        not all(type(record[member]) is str for member in _TEXTS)
        or not all(type(record[member]) is int for member in _NUMBERS)
        or not isinstance(proof, list)
        or not all(type(line) is str for line in proof)
    ):
        raise _bad_receipt("a member of a record has another type than a receipt gives it", pointer)


def _bad_receipt(detail: str, pointer: str) -> Malformed:
    next_step = "Fetch the receipt again from the ledger, by the record's source and id."
    return Malformed("RECEIPT_MALFORMED", detail, next_step=next_step, pointer=pointer)
