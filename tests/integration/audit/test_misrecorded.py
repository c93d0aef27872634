"""A log whose own writer went wrong: every hash fits, and still something is not as it must be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import msgspec
import orjson
import pytest
from sqlalchemy import update

from formats import base64url
from ledger.audit.report import Report
from ledger.keys.jws import parse_jws, sign_jws
from ledger.records.submission_signature import TYP
from ledger.sequencer.batch import Batch, PlacedSubmission
from ledger.sequencer.writer import Writer
from ledger.sequencer.writer_state import GrowingTree
from ledger.store.store import Store
from ledger.store.tables import head, submission
from ledger.tree.merkle import leaf_hash
from tests.support.audited import codes, named, run_audit
from tests.support.signing_parties import NOON, ORIGIN, SigningParty, Ticking, line, process, signing_party


def audited(store: Store, *organs: SigningParty) -> Report:
    keys = {organ.key.kid: organ.key.public for organ in organs}
    return run_audit(store, keys=lambda kid, *rest: keys.get(kid))


def record(store: Store, batch: Batch) -> None:
    """What a batch holds, with a tree and a head that fit."""
    with store.writing() as transaction:
        tree = GrowingTree(store, transaction.head)
        tiles = tree.append(batch.leaf_hashes)
        grown = replace(transaction.head, size=tree.size, root=tree.root, recorded_at=batch.recorded_at)
        transaction.write([entry for placed in batch.accepted for entry in placed.entries])
        transaction.append([placed.signature for placed in batch.accepted], tiles, grown)


@pytest.fixture
def begun(empty: Store, writer: Writer, organ: SigningParty) -> Store:
    """Three entries of one stream."""
    process(writer, organ.sign(organ.lines(3)))
    return empty


def test_an_entry_that_carries_another_hash_than_that_before_it_is_named(begun: Store, organ: SigningParty) -> None:
    batch = Batch(ORIGIN, 3, NOON, {"request/1": (3, "f" * 64)})
    batch.accept(batch.place(organ.sign(organ.lines(2))))
    record(begun, batch)
    report = audited(begun, organ)
    assert codes(report) == {"CHAIN_BROKEN"}
    assert named(report) == 3


def test_a_stream_that_leaves_out_a_position_is_named(begun: Store, organ: SigningParty) -> None:
    last = leaf_hash(begun.entries(2, 1)[0].line).hex()
    batch = Batch(ORIGIN, 3, NOON, {"request/1": (4, last)})
    batch.accept(batch.place(organ.sign([line(source=organ.uscc, stream="request/2")])))
    batch.accept(batch.place(organ.sign(organ.lines(1))))
    record(begun, batch)
    report = audited(begun, organ)
    assert codes(report) == {"CHAIN_BROKEN"}
    assert named(report) == 4


def retold(placed: PlacedSubmission, leaf: int, old: bytes, new: bytes) -> None:
    """One entry's line in other words; its hash fits, and so does the tree."""
    row = placed.entries[leaf]
    line = row.line.replace(old, new)
    assert line != row.line
    placed.entries[leaf] = msgspec.structs.replace(row, line=line)
    placed.leaf_hashes[leaf] = leaf_hash(line)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"}', b'"]'),
        (b'"index":4', b'"index": 4'),
        ("说明".encode(), b"\\u8bf4\\u660e"),
        (b'"record":"{', b'"record":{"'),
    ],
    ids=["no end", "a space", "an escape", "no string"],
)
def test_an_entry_in_another_spelling_is_named(begun: Store, organ: SigningParty, old: bytes, new: bytes) -> None:
    batch = Batch(ORIGIN, 3, NOON, {})
    streams = ("request/2", "request/3", "request/4")
    placed = batch.place(organ.sign([line(source=organ.uscc, stream=stream) for stream in streams]))
    retold(placed, 1, old, new)
    batch.accept(placed)
    record(begun, batch)
    report = audited(begun, organ)
    assert codes(report) == {"ENTRY_MALFORMED"}
    assert named(report) == 4


def test_an_entry_recorded_later_than_its_submission_is_named(begun: Store, organ: SigningParty) -> None:
    batch = Batch(ORIGIN, 3, NOON, {})
    streams = ("request/2", "request/3")
    placed = batch.place(organ.sign([line(source=organ.uscc, stream=stream) for stream in streams]))
    retold(placed, 1, b"04:00:00.123Z", b"04:00:00.124Z")
    batch.accept(placed)
    record(begun, batch)
    with begun.engine.begin() as connection:
        later = NOON + timedelta(milliseconds=1)
        connection.execute(update(head).where(head.c.ledger == begun.ledger).values(recorded_at=later))
    report = audited(begun, organ)
    assert "LEAF_OUT_OF_ORDER" in codes(report)
    assert 4 in {fault.index for fault in report.steps[4].faults}


def test_a_submission_of_which_entries_are_missing_is_named(begun: Store, organ: SigningParty) -> None:
    batch = Batch(ORIGIN, 3, NOON, {})
    placed = batch.place(organ.sign([line(source=organ.uscc, stream=f"request/{number}") for number in (2, 3, 4)]))
    placed.entries.pop()
    placed.leaf_hashes.pop()
    batch.accept(placed)
    record(begun, batch)
    with begun.engine.begin() as connection:
        whole = update(submission).where(submission.c.first_index == 3).values(count=3)
        connection.execute(whole)
    report = audited(begun, organ)
    assert codes(report) == {"SUBMISSION_COUNT"}
    assert named(report) == 3


def with_member(jws: str, organ: SigningParty, **more: object) -> str:
    """The same with one more member in its header, and a signature that holds."""
    parsed = parse_jws(jws)
    signing_input = ".".join(base64url.encode(part) for part in (orjson.dumps(parsed.header | more), parsed.payload))
    return f"{signing_input}.{base64url.encode(organ.key.sign(signing_input.encode()))}"


@pytest.mark.parametrize("wrong", ["iss", "aud", "size", "root", "typ", "header"])
def test_a_signature_that_says_something_else_is_named(begun: Store, organ: SigningParty, wrong: str) -> None:
    genuine = organ.sign([line(source=organ.uscc, stream="request/2")])
    payload = orjson.loads(parse_jws(genuine.jws).payload)
    others = {"iss": f"urn:uscc:{signing_party(3).uscc}", "aud": "ledger.example/other", "size": 2, "root": "A" * 43}
    payload |= {wrong: others[wrong]} if wrong in others else {}
    jws = sign_jws(orjson.dumps(payload), key=organ.key, typ="other" if wrong == "typ" else TYP)
    if wrong == "header":
        jws = with_member(jws, organ, crit=["b64"])
    batch = Batch(ORIGIN, 3, NOON, {})
    batch.accept(batch.place(replace(genuine, jws=jws, digest=sha256(jws.encode()).digest())))
    record(begun, batch)
    report = audited(begun, organ)
    expected = {"iss": "ISSUER_WRONG", "aud": "ISSUER_WRONG"} | dict.fromkeys(("typ", "header"), "SIGNATURE_MALFORMED")
    assert codes(report) == {expected.get(wrong, "ROOT_WRONG")}
    assert named(report) == 3


def test_recorded_at_that_goes_back_is_named(begun: Store, writer: Writer, clock: Ticking, organ: SigningParty) -> None:
    earlier = NOON - timedelta(hours=1)
    with begun.engine.begin() as connection:
        connection.execute(update(head).where(head.c.ledger == begun.ledger).values(recorded_at=earlier))
    clock.at = earlier
    process(writer, organ.sign(organ.lines(2)))
    report = audited(begun, organ)
    assert codes(report) == {"TIME_BACKWARDS"}
    assert named(report) == 3


def test_a_submission_by_a_key_that_was_never_authorised_is_named(
    begun: Store, writer: Writer, organ: SigningParty
) -> None:
    process(writer, SigningParty(organ.uscc, signing_party().key).sign(organ.lines(2)))
    report = audited(begun, organ)
    assert codes(report) == {"KEY_NOT_AUTHORISED"}
    assert named(report) == 3


def test_a_signature_that_does_not_hold_is_named(begun: Store, writer: Writer, organ: SigningParty) -> None:
    process(writer, organ.sign(organ.lines(1)))
    other = signing_party()
    report = run_audit(begun, keys=lambda kid, iss, index, at: (other if index else organ).key.public)
    assert codes(report) == {"SIGNATURE_INVALID"}
    assert named(report) == 3


def test_records_of_another_party_than_the_signer_are_named(begun: Store, organ: SigningParty) -> None:
    other = signing_party(3)
    batch = Batch(ORIGIN, 3, NOON, {})
    genuine = organ.sign([line("X", source=organ.uscc, stream="request/2")])
    foreign = other.sign([line("X", source=other.uscc, stream="request/2")])
    batch.accept(batch.place(replace(genuine, records=foreign.records)))
    record(begun, batch)
    report = audited(begun, organ, other)
    assert codes(report) == {"ROOT_WRONG"}
    assert named(report) == 3


def test_a_record_that_never_was_one_is_named(begun: Store, organ: SigningParty) -> None:
    batch = Batch(ORIGIN, 3, NOON, {})
    genuine = organ.sign([line("X", source=organ.uscc, stream="request/2")])
    twice = genuine.records[0].line.replace(b'"specversion"', b'"id":"Y","specversion"')
    batch.accept(batch.place(replace(genuine, records=(msgspec.structs.replace(genuine.records[0], line=twice),))))
    record(begun, batch)
    report = audited(begun, organ)
    assert codes(report) == {"DUPLICATE_KEY", "ROOT_WRONG"}
    assert named(report) == 3


# In the fifth of eight records that are alike, as entries write them.
ODD = (
    (b"N-5", b"N-6"),
    (b"N-5", b""),
    (b"N-5", b"a\\u0000b"),
    (b"N-5", b"a\x7fb"),
    (b"N-5", b"\xc2\x85"),
    (b"N-5", b"\xe4\xba"),
    (b"N-5", b"a\nb"),
    (b"N-5", b"a\\nb"),
    (b"N-5", b"a\\\\"),
    (b"N-5", b"\\\\u8bf4"),
    (b"N-5", b"\\\\u0000"),
    (b"N-5", b"\\\\ud800"),
    (b"N-5", b"\\u8bf4"),
    (b"N-5", b'a"b'),
    (b"N-5", b'a\\"b'),
    (b"N-5", b'a\\",\\"note\\":\\"b'),
    (b"N-5", b'a\\",\\"more\\":\\"b'),
    (b"N-5", b"x" * 40_000),
    (b'\\"P-5\\"', b'"P-5"'),
    (b'\\"P-5\\"', b'\\"P-5",\\"Q\\"'),
    (b'\\"P-5\\"', b'\\"P-5\\",\\"Q\\"'),
    (b'\\"P-5\\"', b'\\"P-5\\",'),
    (b'\\"P-5\\"', b"5"),
    (b'\\"P-5\\"', b""),
    (b"id-5", b"id 5"),
    (b"id-5", b""),
    (b"id-5", b"i" * 129),
    (b"+08:00", b""),
    (b"2026-03-25T09", b"2026-02-30T09"),
    (b"2026-03-25T09", b"2026-03-25T24"),
)


@pytest.mark.parametrize(("old", "new"), ODD)
def test_an_odd_record_among_others_that_differ_little_is_named(
    begun: Store, organ: SigningParty, old: bytes, new: bytes
) -> None:
    batch = Batch(ORIGIN, 3, NOON, {"request/1": (3, leaf_hash(begun.entries(2, 1)[0].line).hex())})
    placed = batch.place(
        organ.sign([line(f"id-{n}", source=organ.uscc, note=f"N-{n}", subjects=[f"P-{n}"]) for n in range(1, 9)])
    )
    retold(placed, 4, old, new)
    batch.accept(placed)
    record(begun, batch)
    report = audited(begun, organ)
    assert report.verdict == "fail"
    assert named(report) == 7 or "ROOT_WRONG" in codes(report)  # what is still a record was not the one signed
