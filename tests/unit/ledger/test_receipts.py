"""JSON receipts: built for many records at once, believed only when every stated fact follows from the entry."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from formats.errors import Malformed, VerificationError
from ledger.notes import tlog_proof
from ledger.notes.checkpoint import Checkpoint
from ledger.notes.log_keys import FileCheckpointSigner, signer_from, verifier_for
from ledger.records import receipt as receipts
from ledger.records.entry import NO_PREVIOUS, Entry, build_entry
from ledger.tree import merkle
from tests.support.mutations import flipped_bits

ORIGIN = "ledger.example.gov.cn/js"
SIGNER = FileCheckpointSigner(
    [signer_from(ORIGIN, 0x01, bytes(range(32))), signer_from(ORIGIN, 0x06, bytes(range(32)))]
)
KNOWN = [verifier_for(vkey) for vkey in SIGNER.vkeys]
AT = datetime(2026, 3, 25, 1, 12, 3, 120_000, UTC)
SOURCE = "urn:uscc:113200000000000195"
BEFORE = [merkle.leaf_hash(b"earlier %d" % number) for number in range(37)]


@dataclass(frozen=True)
class Item:
    source: str
    id: str
    index: int
    stream: str
    position: int
    recorded_at: datetime
    entry: bytes
    leaf_hash: bytes
    path: tuple[bytes, ...]


def record_line(number: int, source: str = SOURCE) -> str:
    return (
        f'{{"specversion":"1.0","id":"0199c1de-{number}","source":"{source}","type":"sharing.use.recorded.v1",'
        '"subject":"request/2026-0001","time":"2026-03-25T09:12:00+08:00","datacontenttype":"application/json",'
        '"data":{"purpose":"社会救助家庭经济状况核对\\t"}}'
    )


def submitted(count: int) -> tuple[list[Item], bytes]:
    """`count` records appended to a log of 37, their paths to the new root, and its checkpoint."""
    size, previous, lines = len(BEFORE) + count, NO_PREVIOUS, []
    for number in range(count):
        entry = Entry(
            ledger=ORIGIN,
            index=len(BEFORE) + number,
            stream="request/2026-0001",
            position=number,
            previous=previous,
            recorded_at=AT + timedelta(milliseconds=number // 2),
            submission="ab" * 32,
            leaf=number,
            of=count,
            record=record_line(number),
        )
        lines.append((entry, build_entry(entry)))
        previous = merkle.leaf_hash(lines[-1][1]).hex()
    leaves = BEFORE + [merkle.leaf_hash(line) for _, line in lines]
    items = [
        Item(
            source=SOURCE,
            id=f"0199c1de-{entry.leaf}",
            index=entry.index,
            stream=entry.stream,
            position=entry.position,
            recorded_at=entry.recorded_at,
            entry=line,
            leaf_hash=merkle.leaf_hash(line),
            path=tuple(merkle.prove_inclusion_in_memory(entry.index, leaves)),
        )
        for entry, line in lines
    ]
    return items, SIGNER.sign(Checkpoint(ORIGIN, size, merkle.root_hash(leaves)))


def receipt(count: int = 3, **keywords: bool) -> bytes:
    return receipts.build_receipt(*submitted(count), **keywords)


def verify(data: bytes) -> receipts.ReceiptEvidence:
    return receipts.verify_receipt(data, KNOWN, origin=ORIGIN)


def changed(edit: Callable[[Any], object]) -> bytes:
    value = copy.deepcopy(orjson.loads(receipt()))
    edit(value)
    return orjson.dumps(value)


def test_a_receipt_proves_each_entry_at_its_index() -> None:
    evidence = verify(receipt(5))
    assert [entry.index for entry in evidence.entries] == [37, 38, 39, 40, 41]
    assert [entry.record for entry in evidence.entries] == [record_line(number) for number in range(5)]
    assert evidence.signed.checkpoint.size == 42


def test_a_receipt_has_the_ten_members_of_each_record_and_one_checkpoint() -> None:
    items, checkpoint = submitted(2)
    value = orjson.loads(receipts.build_receipt(items, checkpoint))
    assert list(value) == ["records", "checkpoint"]
    assert value["checkpoint"].encode() == checkpoint
    first = dict(value["records"][0])
    assert first.pop("entry").encode() == items[0].entry
    assert first.pop("proof") == [tlog_proof.encode_base64(digest) for digest in items[0].path]
    assert first == {
        "source": SOURCE,
        "id": "0199c1de-0",
        "ledger": ORIGIN,
        "index": 37,
        "stream": "request/2026-0001",
        "position": 0,
        "recorded_at": "2026-03-25T01:12:03.120Z",
        "leaf_hash": items[0].leaf_hash.hex(),
    }


def test_a_tlog_proof_is_the_receipts_own_lines_under_one_another() -> None:
    value = orjson.loads(receipt())
    second = value["records"][1]
    text = "\n".join(["c2sp.org/tlog-proof@v1", f"index {second['index']}", *second["proof"], "", value["checkpoint"]])
    proven = tlog_proof.verify_tlog_proof(text.encode(), second["entry"].encode(), KNOWN, origin=ORIGIN)
    assert proven.index == 38


def test_a_receipt_of_a_demo_ledger_says_so() -> None:
    assert orjson.loads(receipt(demo=True))["demo"] is True
    assert len(verify(receipt(demo=True)).entries) == 3
    assert "demo" not in orjson.loads(receipt())


def test_no_bit_of_a_receipt_can_be_flipped() -> None:
    whole = receipt(1)
    for place, flipped in enumerate(flipped_bits(whole)):
        try:
            verify(flipped)
        except (Malformed, VerificationError):
            continue
        pytest.fail(f"bit {place % 8} of byte {place // 8} may be flipped")


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("source", "urn:uscc:113200000000000196"),
        ("id", "0199c1de-1"),
        ("ledger", "ledger.example.gov.cn/other"),
        ("stream", "request/2026-0002"),
        ("position", 1),
        ("recorded_at", "2026-03-25T01:12:03.121Z"),
        ("recorded_at", "2026-03-25T09:12:03.120+08:00"),
    ],
)
def test_what_a_receipt_says_beside_the_entry_must_be_what_the_entry_says(member: str, value: object) -> None:
    with pytest.raises(VerificationError, match=f"index 37 contradicts its entry: {member}$"):
        verify(changed(lambda whole: whole["records"][0].update({member: value})))


def test_an_entry_with_another_hash_than_stated_is_refused() -> None:
    with pytest.raises(VerificationError, match="index 37 does not have the stated leaf hash"):
        verify(changed(lambda whole: whole["records"][0].update(leaf_hash="00" * 32)))


def test_an_entry_that_is_not_under_the_root_is_refused() -> None:
    def exchange(whole: Any) -> None:
        first, second = whole["records"][:2]
        for member in ("entry", "leaf_hash", "id", "position", "recorded_at"):
            first[member], second[member] = second[member], first[member]

    with pytest.raises(VerificationError, match="does not lead to the root"):
        verify(changed(exchange))


def test_an_entry_of_another_ledger_is_refused_although_it_is_under_the_root() -> None:
    items, _ = submitted(1)
    foreign = items[0].entry.replace(ORIGIN.encode(), b"ledger.example.gov.cn/other")
    leaf = merkle.leaf_hash(foreign)
    item = Item(**{**items[0].__dict__, "entry": foreign, "leaf_hash": leaf})
    path, root = merkle.prove_inclusion_in_memory(37, [*BEFORE, leaf]), merkle.root_hash([*BEFORE, leaf])
    whole = orjson.loads(receipts.build_receipt([item], SIGNER.sign(Checkpoint(ORIGIN, 38, root))))
    assert [tlog_proof.encode_base64(digest) for digest in path] == whole["records"][0]["proof"]
    whole["records"][0]["ledger"] = "ledger.example.gov.cn/other"
    with pytest.raises(VerificationError, match="contradicts its entry: another ledger"):
        verify(orjson.dumps(whole))


def test_a_receipt_of_another_log_is_refused() -> None:
    with pytest.raises(VerificationError, match="is of the log"):
        receipts.verify_receipt(receipt(), KNOWN, origin="ledger.example.gov.cn/other")


@pytest.mark.parametrize(
    "edit",
    [
        lambda whole: whole.update(records=[]),
        lambda whole: whole.update(records={}),
        lambda whole: whole.pop("records"),
        lambda whole: whole.pop("checkpoint"),
        lambda whole: whole.update(checkpoint=1),
        lambda whole: whole.update(more=1),
        lambda whole: whole.update(demo=False),
        lambda whole: whole["records"].append("text"),
        lambda whole: whole["records"][0].pop("proof"),
        lambda whole: whole["records"][0].update(more=1),
        lambda whole: whole["records"][0].update(index="37"),
        lambda whole: whole["records"][0].update(index=37.0),
        lambda whole: whole["records"][0].update(index=True),
        lambda whole: whole["records"][0].update(entry=None),
        lambda whole: whole["records"][0].update(proof="text"),
        lambda whole: whole["records"][0].update(proof=[1]),
    ],
)
def test_a_receipt_of_another_shape_is_malformed(edit: Callable[[Any], object]) -> None:
    with pytest.raises(Malformed) as refused:
        verify(changed(edit))
    assert refused.value.code == "RECEIPT_MALFORMED"


def test_a_proof_line_spelt_otherwise_is_malformed() -> None:
    with pytest.raises(Malformed):
        verify(changed(lambda whole: whole["records"][0]["proof"].__setitem__(0, "AA==")))


def test_a_negative_index_is_refused() -> None:
    with pytest.raises(VerificationError):
        verify(changed(lambda whole: whole["records"][0].update(index=-1)))
