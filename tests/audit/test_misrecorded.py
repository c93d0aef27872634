"""A log whose own writer went wrong: every hash fits, and still something is not as it must be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from ledger.audit import Report
from ledger.merkle import leaf_hash
from ledger.sequencer.batch import Batch
from ledger.sequencer.tree import GrowingTree
from ledger.sequencer.writer import Writer
from ledger.store import Store
from ledger.store.schema import head
from tests.support.audited import codes, named, run_audit
from tests.support.sealed import NOON, ORIGIN, Party, Ticking, line, party, settle


def audited(store: Store, *organs: Party) -> Report:
    keys = {organ.key.kid: organ.key.public for organ in organs}
    return run_audit(store, keys=lambda kid, *rest: keys.get(kid))


def record(store: Store, batch: Batch) -> None:
    """What a batch holds, with a tree and a head that fit."""
    with store.writing() as transaction:
        tree = GrowingTree(store, transaction.head)
        tiles = tree.append(batch.leaf_hashes)
        grown = replace(transaction.head, size=tree.size, root=tree.root, recorded_at=batch.recorded_at)
        transaction.append(batch.entries, [placed.signature for placed in batch.accepted], tiles, grown)


@pytest.fixture
def begun(empty: Store, writer: Writer, organ: Party) -> Store:
    """Three entries of one stream."""
    settle(writer, organ.seal(organ.lines(3)))
    return empty


def test_an_entry_that_carries_another_hash_than_that_before_it_is_named(begun: Store, organ: Party) -> None:
    batch = Batch(ORIGIN, 3, NOON, {"request/1": (3, "f" * 64)})
    batch.accept(batch.place(organ.seal(organ.lines(2))))
    record(begun, batch)
    report = audited(begun, organ)
    assert codes(report) == {"CHAIN_BROKEN"}
    assert named(report) == 3


def test_a_stream_that_leaves_out_a_position_is_named(begun: Store, organ: Party) -> None:
    last = leaf_hash(begun.entries(2, 1)[0].line).hex()
    batch = Batch(ORIGIN, 3, NOON, {"request/1": (4, last)})
    batch.accept(batch.place(organ.seal([line(source=organ.uscc, stream="request/2")])))
    batch.accept(batch.place(organ.seal(organ.lines(1))))
    record(begun, batch)
    report = audited(begun, organ)
    assert codes(report) == {"CHAIN_BROKEN"}
    assert named(report) == 4


def test_recorded_at_that_goes_back_is_named(begun: Store, writer: Writer, clock: Ticking, organ: Party) -> None:
    earlier = NOON - timedelta(hours=1)
    with begun.engine.begin() as connection:
        connection.execute(update(head).where(head.c.ledger == begun.ledger).values(recorded_at=earlier))
    clock.at = earlier
    settle(writer, organ.seal(organ.lines(2)))
    report = audited(begun, organ)
    assert codes(report) == {"TIME_BACKWARDS"}
    assert named(report) == 3


def test_a_submission_by_a_key_that_was_never_authorised_is_named(begun: Store, writer: Writer, organ: Party) -> None:
    settle(writer, Party(organ.uscc, party().key).seal(organ.lines(2)))
    report = audited(begun, organ)
    assert codes(report) == {"KEY_NOT_AUTHORISED"}
    assert named(report) == 3


def test_a_signature_that_does_not_hold_is_named(begun: Store, writer: Writer, organ: Party) -> None:
    settle(writer, organ.seal(organ.lines(1)))
    other = party()
    report = run_audit(begun, keys=lambda kid, iss, index, at: (other if index else organ).key.public)
    assert codes(report) == {"SIGNATURE_INVALID"}
    assert named(report) == 3


def test_a_signature_for_another_ledger_is_named(begun: Store, organ: Party) -> None:
    batch = Batch(ORIGIN, 3, NOON, {})
    batch.accept(batch.place(organ.seal([line(source=organ.uscc, stream="request/2")], origin="ledger.example/other")))
    record(begun, batch)
    report = audited(begun, organ)
    assert codes(report) == {"ISSUER_WRONG"}
    assert named(report) == 3


def test_records_of_another_party_than_the_signer_are_named(begun: Store, organ: Party) -> None:
    other = party(3)
    batch = Batch(ORIGIN, 3, NOON, {})
    genuine = organ.seal([line("X", source=organ.uscc, stream="request/2")])
    foreign = other.seal([line("X", source=other.uscc, stream="request/2")])
    batch.accept(batch.place(replace(genuine, records=foreign.records)))
    record(begun, batch)
    report = audited(begun, organ, other)
    assert codes(report) == {"ROOT_WRONG"}
    assert named(report) == 3


def test_a_record_that_never_was_one_is_named(begun: Store, organ: Party) -> None:
    batch = Batch(ORIGIN, 3, NOON, {})
    genuine = organ.seal([line("X", source=organ.uscc, stream="request/2")])
    twice = genuine.records[0].line.replace(b'"specversion"', b'"id":"Y","specversion"')
    batch.accept(batch.place(replace(genuine, records=(replace(genuine.records[0], line=twice),))))
    record(begun, batch)
    report = audited(begun, organ)
    assert codes(report) == {"DUPLICATE_KEY", "ROOT_WRONG"}
    assert named(report) == 3
