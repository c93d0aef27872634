"""What becomes of a submission that is recorded: its places, its chain, its moment, its receipts."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from ledger.records.entry import NO_PREVIOUS, parse_entry
from ledger.sequencer.outcomes import Receipts
from ledger.sequencer.sequencer import Sequencer
from ledger.sequencer.writer import Writer
from ledger.sequencer.writer_state import StreamEnds
from ledger.store.store import Store
from ledger.tree import merkle
from tests.support.faults import statements
from tests.support.signing_parties import (
    NOON,
    ORIGIN,
    SequencerWith,
    SigningParty,
    Ticking,
    checkpoint_signer,
    line,
    process,
    proven_indexes,
)

SIGNER = checkpoint_signer(ORIGIN)


def recorded(sequencer: Sequencer, organ: SigningParty, lines: list[bytes]) -> Receipts:
    return sequencer.submit(organ.sign(lines)).result(10)


def test_receipts_prove_every_record_in_the_order_of_its_lines(sequencer: Sequencer, organ: SigningParty) -> None:
    lines = organ.lines(300)
    receipts = recorded(sequencer, organ, lines)
    assert proven_indexes(receipts, SIGNER) == list(range(300))
    assert [parse_entry(item.entry).record.encode() for item in receipts.items] == lines
    assert not receipts.replayed


def test_receipts_prove_records_in_a_tree_that_other_batches_began(sequencer: Sequencer, organ: SigningParty) -> None:
    start = 0
    for count in (1, 2, 253, 1, 300, 7):
        assert proven_indexes(recorded(sequencer, organ, organ.lines(count)), SIGNER) == list(
            range(start, start + count)
        )
        start += count


def test_submissions_of_one_batch_stand_one_after_the_other_under_one_checkpoint(
    writer: Writer, organ: SigningParty
) -> None:
    answers = process(writer, *(organ.sign(organ.lines(count)) for count in (2, 1, 3)))
    assert [proven_indexes(answer, SIGNER) for answer in answers] == [[0, 1], [2], [3, 4, 5]]
    assert len({answer.checkpoint for answer in answers if isinstance(answer, Receipts)}) == 1


def test_each_entry_of_a_stream_carries_the_hash_of_the_one_before(
    writer: Writer, store: Store, organ: SigningParty
) -> None:
    streams = ["request/1", "request/2", "request/1"]
    for _ in range(2):  # across commits, across the submissions of a batch, and within a submission
        process(writer, *(organ.sign([line(source=organ.uscc, stream=s) for s in streams]) for _ in "ab"))
    for stream, length in (("request/1", 8), ("request/2", 4)):
        previous = NO_PREVIOUS
        entries = store.stream(stream)
        assert [entry.position for entry in entries] == list(range(length))
        for entry in entries:
            assert parse_entry(entry.line).previous == previous
            previous = merkle.leaf_hash(entry.line).hex()


def test_an_entry_says_what_its_row_says(writer: Writer, store: Store, organ: SigningParty) -> None:
    submission = organ.sign(organ.lines(2))
    process(writer, submission)
    for row in store.entries(0, 10):
        entry = parse_entry(row.line)
        assert (entry.index, entry.stream, entry.position) == (row.index, row.stream, row.position)
        assert (entry.ledger, entry.of, entry.leaf) == (ORIGIN, 2, row.index)
        assert entry.submission == row.submission == submission.digest.hex()
    stored = store.submission(submission.digest.hex())
    assert stored is not None
    assert (stored.jws, stored.first_index, stored.count) == (submission.jws, 0, 2)


def test_the_head_is_the_root_over_all_entries(writer: Writer, store: Store, organ: SigningParty) -> None:
    for count in (3, 254, 1, 600):
        process(writer, organ.sign(organ.lines(count)))
        head = store.head()
        lines = [entry.line for entry in store.entries(0, head.size)]
        assert head.root == merkle.root_hash([merkle.leaf_hash(content) for content in lines])


def test_recorded_at_is_the_clocks_to_the_millisecond(writer: Writer, clock: Ticking, organ: SigningParty) -> None:
    clock.at = NOON.replace(microsecond=987_654)
    (receipts,) = process(writer, organ.sign(organ.lines()))
    assert isinstance(receipts, Receipts)
    assert receipts.items[0].recorded_at == NOON.replace(microsecond=987_000)
    assert parse_entry(receipts.items[0].entry).recorded_at == NOON.replace(microsecond=987_000)


def test_recorded_at_never_goes_back_when_the_clock_does(writer: Writer, clock: Ticking, organ: SigningParty) -> None:
    moments = []
    for step in (0, -3600, 1, 5):
        clock.at = NOON + timedelta(seconds=step)
        (receipts,) = process(writer, organ.sign(organ.lines()))
        assert isinstance(receipts, Receipts)
        moments.append(receipts.items[0].recorded_at - NOON)
    assert moments == [timedelta(), timedelta(), timedelta(seconds=1), timedelta(seconds=5)]


def test_a_founding_record_that_says_demo_allows_the_scripted_clock(
    writer: Writer, store: Store, organ: SigningParty
) -> None:
    process(writer, organ.sign(organ.lines(demo=True)))
    scripted = NOON + timedelta(days=30)
    with store.writing() as transaction:
        transaction.set_demo_clock(scripted)
    (receipts,) = process(writer, organ.sign(organ.lines()))
    assert isinstance(receipts, Receipts)
    assert receipts.items[0].recorded_at == scripted
    assert store.head().demo_clock == scripted


def test_a_later_record_that_says_demo_makes_no_demo(writer: Writer, store: Store, organ: SigningParty) -> None:
    process(writer, organ.sign(organ.lines()))
    process(writer, organ.sign(organ.lines(demo=True)))
    assert not store.head().demo


def test_a_stream_used_lately_is_not_read_again(writer: Writer, engine: Engine, organ: SigningParty) -> None:
    submissions = [organ.sign(organ.lines(2)) for _ in range(2)]
    first, second = (statements(engine, lambda one=one: process(writer, one)) for one in submissions)
    assert [sum("position" in sent and "LIMIT 1" in sent for sent in all_sent) for all_sent in (first, second)] == [
        1,
        0,
    ]


def test_streams_beyond_those_kept_in_memory_are_read_from_the_log(
    store: Store, organ: SigningParty, sequencer_with: SequencerWith
) -> None:
    sequencer = sequencer_with(kept_streams=2)
    for _ in range(2):
        lines = [line(source=organ.uscc, stream=f"request/{number}") for number in range(5)]
        recorded(sequencer, organ, lines)
    assert [entry.position for number in range(5) for entry in store.stream(f"request/{number}")] == [0, 1] * 5


def test_of_the_streams_in_memory_the_one_unused_longest_is_forgotten(
    store: Store, writer: Writer, organ: SigningParty
) -> None:
    streams = ["request/1", "request/2", "request/3"]
    process(writer, organ.sign([line(source=organ.uscc, stream=stream) for stream in streams]))
    ends = StreamEnds(2)
    with store.writing() as transaction:
        for stream in streams:
            ends.update(ends.lookup([stream], transaction))
    assert len(ends) == 2
    with store.writing() as transaction:
        assert ends.lookup(streams, transaction).keys() == set(streams)
