"""A record is recorded once for ever: what the sequencer makes of one that comes again."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger.errors import Equivocation, PartlyRecorded
from ledger.sequencer.outcomes import Receipts
from ledger.sequencer.sequencer import Sequencer
from ledger.sequencer.writer import Writer
from ledger.store.store import Store
from ledger.store.transaction import WriteTransaction
from tests.support.signing_parties import (
    ORIGIN,
    ContentPolicy,
    SigningParty,
    checkpoint_signer,
    line,
    process,
    proven_indexes,
    signing_party,
)

SIGNER = checkpoint_signer(ORIGIN)


def places(receipts: object) -> list[tuple[int, int]]:
    assert isinstance(receipts, Receipts), receipts
    return [(item.index, item.position) for item in receipts.items]


def test_the_same_submission_again_gets_the_original_places_proved_in_the_tree_of_now(
    writer: Writer, store: Store, organ: SigningParty
) -> None:
    process(writer, organ.sign(organ.lines(7)))
    submission = organ.sign(organ.lines(300))
    (first,) = process(writer, submission)
    process(writer, organ.sign(organ.lines(500)))
    (again,) = process(writer, submission)
    assert isinstance(first, Receipts)
    assert isinstance(again, Receipts)
    assert again.replayed
    assert places(again) == places(first)
    assert [item.recorded_at for item in again.items] == [item.recorded_at for item in first.items]
    assert proven_indexes(again, SIGNER) == list(range(7, 307))
    assert again.checkpoint.split(b"\n")[1] == b"807"
    assert store.head().size == 807


def test_the_same_records_signed_again_by_another_key_are_the_same_records(
    writer: Writer, store: Store, organ: SigningParty
) -> None:
    lines = organ.lines(2)
    (first,) = process(writer, organ.sign(lines))
    (again,) = process(writer, SigningParty(organ.uscc, signing_party().key).sign(lines, iat=1_774_000_001))
    assert places(again) == places(first)
    assert isinstance(again, Receipts)
    assert again.replayed
    assert store.head().size == 2


def test_some_records_of_a_submission_alone_get_their_own_receipts(writer: Writer, organ: SigningParty) -> None:
    lines = organ.lines(5)
    process(writer, organ.sign(lines))
    (again,) = process(writer, organ.sign([lines[3], lines[1]]))
    assert proven_indexes(again, SIGNER) == [3, 1]


def test_records_of_several_submissions_together_get_their_receipts(writer: Writer, organ: SigningParty) -> None:
    first, second = organ.lines(2), organ.lines(2)
    process(writer, organ.sign(first), organ.sign(second))
    (again,) = process(writer, organ.sign(first + second))
    assert proven_indexes(again, SIGNER) == [0, 1, 2, 3]


def test_the_same_submission_twice_in_one_batch_is_recorded_once_and_nothing_fails(
    writer: Writer, store: Store, organ: SigningParty, caplog: pytest.LogCaptureFixture
) -> None:
    submission = organ.sign(organ.lines(3))
    first, again = process(writer, submission, submission)
    assert isinstance(first, Receipts)
    assert isinstance(again, Receipts)
    assert (first.replayed, again.replayed) == (False, True)
    assert places(first) == places(again)
    assert store.head().size == 3
    assert caplog.records == []


def test_concurrent_senders_of_one_submission_all_get_its_places(
    sequencer: Sequencer, store: Store, organ: SigningParty
) -> None:
    submissions = [organ.sign(organ.lines(3)) for _ in range(5)]
    with ThreadPoolExecutor(16) as senders:
        answers = list(senders.map(lambda one: sequencer.submit(one).result(20), submissions * 16))
    assert store.head().size == 15
    for number, submission in enumerate(submissions):
        same = answers[number :: len(submissions)]
        assert {tuple(proven_indexes(answer, SIGNER)) for answer in same} == {tuple(proven_indexes(same[0], SIGNER))}
        assert [answer.replayed for answer in same].count(False) == 1, submission.digest.hex()


def test_other_bytes_under_a_recorded_id_are_an_equivocation_that_names_the_recorded_entries(
    writer: Writer, store: Store, organ: SigningParty
) -> None:
    process(writer, organ.sign(organ.lines(4)))
    source = f"urn:uscc:{organ.uscc}"
    process(writer, organ.sign([line("A", source=organ.uscc), line("B", source=organ.uscc)]))
    lines = [line("A", source=organ.uscc), line("B", source=organ.uscc, other=True), *organ.lines()]
    (failure,) = process(writer, organ.sign(lines))
    assert isinstance(failure, Equivocation)
    assert failure.conflicts == ((2, source, "B", 5),)
    assert store.head().size == 6


def test_other_bytes_under_an_id_of_the_same_batch_are_an_equivocation(
    writer: Writer, store: Store, organ: SigningParty
) -> None:
    first, second = process(
        writer, organ.sign([line("X", source=organ.uscc)]), organ.sign([line("X", source=organ.uscc, other=True)])
    )
    assert isinstance(first, Receipts)
    assert isinstance(second, Equivocation)
    assert store.head().size == 1


def test_one_id_from_two_organs_is_two_records(writer: Writer, store: Store, organ: SigningParty) -> None:
    other = signing_party(1)
    process(writer, organ.sign([line("X", source=organ.uscc)]), other.sign([line("X", source=other.uscc)]))
    assert store.head().size == 2


def test_recorded_and_new_lines_do_not_mix(writer: Writer, store: Store, organ: SigningParty) -> None:
    old = organ.lines(2)
    process(writer, organ.sign(old))
    (failure,) = process(writer, organ.sign([*organ.lines(), old[1]]))
    assert isinstance(failure, PartlyRecorded)
    assert [(line, index) for line, _, _, index in failure.recorded] == [(2, 1)]
    assert store.head().size == 2


def test_a_recorded_line_behind_a_new_one_is_told_although_the_gate_would_refuse_it(
    writer: Writer, store: Store, organ: SigningParty
) -> None:
    old = [*organ.lines(), line("X", source=organ.uscc)]
    process(writer, organ.sign(old))
    refused = organ.lines(refuse=["WRONG_STATE"])
    mixed, reused = process(
        writer,
        organ.sign([*refused, old[1]]),
        organ.sign([*organ.lines(refuse=["WRONG_STATE"]), line("X", source=organ.uscc, other=True)]),
    )
    assert isinstance(mixed, PartlyRecorded)
    assert isinstance(reused, Equivocation)
    assert store.head().size == 2


def test_a_recorded_line_behind_a_new_one_hinders_no_neighbour_and_is_no_failure_of_ours(
    writer: Writer, store: Store, organ: SigningParty, gates: list[ContentPolicy], caplog: pytest.LogCaptureFixture
) -> None:
    old = organ.lines(2)
    process(writer, organ.sign(old))
    before, mixed, after = process(
        writer, organ.sign(organ.lines(2)), organ.sign([*organ.lines(), old[1]]), organ.sign(organ.lines(2))
    )
    assert isinstance(before, Receipts)
    assert isinstance(after, Receipts)
    assert [item.index for item in before.items + after.items] == [2, 3, 4, 5]
    assert isinstance(mixed, PartlyRecorded)
    assert store.head().size == 6
    assert (writer.fault, caplog.records, len(gates)) == (None, [], 1)


def test_what_is_told_of_a_submission_does_not_hang_on_what_is_looked_up_for_others(
    writer: Writer, organ: SigningParty
) -> None:
    """Others begin with a record that it holds behind a new one, or share one with such another."""
    ids = [f"r-{number}" for number in range(6)]
    old = [line(each, source=organ.uscc) for each in ids]
    others = [line(each, source=organ.uscc, note="另") for each in ids]
    process(writer, organ.sign(old[2:]))
    first, second = organ.sign([old[0], others[2], old[3]]), organ.sign([old[1], old[2], others[4]])
    told = process(writer, second, first, organ.sign([old[3], old[5]]))
    assert [[number for number, *_ in each.conflicts] for each in told[:2] if isinstance(each, Equivocation)] == [
        [3],
        [2],
    ], told
    assert proven_indexes(told[2], SIGNER) == [1, 3]


def test_a_new_submission_is_looked_up_by_its_first_record(
    writer: Writer, organ: SigningParty, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Collection[tuple[str, str]]] = []
    find = WriteTransaction.find_records
    monkeypatch.setattr(WriteTransaction, "find_records", lambda self, ids: asked.append(ids) or find(self, ids))
    submissions = [organ.sign(organ.lines(3)), organ.sign(organ.lines(2))]
    process(writer, *submissions)
    firsts = [submission.records[0] for submission in submissions]
    assert [set(ids) for ids in asked] == [{(record.source, record.id) for record in firsts}]


@pytest.mark.parametrize("content", [b"\\u8bf4", "说".encode()])
def test_two_spellings_of_one_text_are_other_bytes(writer: Writer, organ: SigningParty, content: bytes) -> None:
    plain = line("X", source=organ.uscc)
    escaped = plain.replace("说".encode(), b"\\u8bf4")
    process(writer, organ.sign([plain if content == b"\\u8bf4" else escaped]))
    (failure,) = process(writer, organ.sign([escaped if content == b"\\u8bf4" else plain]))
    assert isinstance(failure, Equivocation)
