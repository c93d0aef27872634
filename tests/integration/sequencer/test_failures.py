"""Every write of a batch fails once, before it takes effect and after it landed (docs/explanation/durability.md)."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.errors import OutcomeUnknown, Refused
from ledger.sequencer.group_commit import CommitConfig, SequencerSettings
from ledger.sequencer.outcomes import NotRecorded, Receipts
from ledger.sequencer.writer import Writer
from ledger.store.store import Store
from tests.support.audited import run_audit
from tests.support.faults import failing
from tests.support.signing_parties import (
    ORIGIN,
    ContentPolicy,
    SigningParty,
    checkpoint_signer,
    line,
    process,
    proven_indexes,
    sequencer_for,
)

SIGNER = checkpoint_signer(ORIGIN)

WRITES = ("head row locked", "entry", "submission", "tile", "head", "refusal", "COMMIT")
"""In the order of a transaction. The first is a write on a new ledger only."""

_STATEMENTS = {
    "head row locked": "FROM head",
    "entry": 'INTO "entry"',
    "submission": 'INTO "submission"',
    "tile": 'INTO "tile"',
    "head": "UPDATE head",
    "refusal": 'INTO "refusal"',
    "COMMIT": "COMMIT",
}


def assert_whole(store: Store, organ: SigningParty, size: int) -> None:
    report = run_audit(store, keys=lambda *asked: organ.key.public)
    assert report.size == size
    assert {step.name: step.verdict for step in report.steps if step.verdict != "pass"}.keys() <= {"checkpoints"}


@pytest.mark.parametrize("landed", [False, True], ids=["fails", "fails but landed"])
@pytest.mark.parametrize("write", WRITES)
def test_a_write_that_fails_once_is_made_good_before_anyone_is_answered(
    store: Store, engine: Engine, writer: Writer, organ: SigningParty, write: str, landed: bool
) -> None:
    process(writer, organ.sign(organ.lines(3)))
    bad = organ.sign(organ.lines(refuse=["X"]))
    with failing(engine, _STATEMENTS[write], after=landed) as happened:
        first, refused, second = process(writer, organ.sign(organ.lines(2)), bad, organ.sign(organ.lines(300)))
    assert happened
    assert isinstance(refused, Refused)
    assert isinstance(first, Receipts)
    assert isinstance(second, Receipts)
    assert not first.replayed
    assert not second.replayed
    assert proven_indexes(first, SIGNER) == [3, 4]
    assert proven_indexes(second, SIGNER) == list(range(5, 305))
    assert {note.digest for note in store.refusals(9)} == {bad.digest.hex()}
    assert_whole(store, organ, 305)


@pytest.mark.parametrize("landed", [False, True], ids=["fails", "fails but landed"])
@pytest.mark.parametrize("write", ['INTO "entry"', "COMMIT"])
def test_what_comes_after_a_failed_batch_goes_on_from_the_stored_head(
    store: Store, engine: Engine, writer: Writer, organ: SigningParty, write: str, landed: bool
) -> None:
    for _ in range(3):
        with failing(engine, write, after=landed):
            process(writer, organ.sign(organ.lines(100)))
        process(writer, organ.sign(organ.lines(50)))
    assert_whole(store, organ, 450)


@pytest.mark.parametrize("write", ['INTO "entry"', "UPDATE head", 'INTO "refusal"'])
def test_a_write_that_keeps_failing_records_nothing_and_says_so(
    store: Store, engine: Engine, writer: Writer, organ: SigningParty, write: str
) -> None:
    lines = organ.lines(2) if "refusal" not in write else organ.lines(refuse=["X"])
    submission = organ.sign(lines)
    with ExitStack() as failures:
        for _ in range(10):
            failures.enter_context(failing(engine, write))
        (answer,) = process(writer, submission)
    assert isinstance(answer, NotRecorded)
    assert writer.fault == "OperationalError"
    assert store.head().size == 0
    (answer,) = process(writer, submission)
    assert isinstance(answer, Receipts | Refused)
    assert writer.fault is None


@pytest.mark.parametrize("landed", [False, True], ids=["fails", "fails but landed"])
def test_a_commit_whose_outcome_cannot_be_read_is_said_to_be_unknown_and_is_resolved_when_it_is_sent_again(
    store: Store, engine: Engine, writer: Writer, organ: SigningParty, landed: bool
) -> None:
    process(writer, organ.sign(organ.lines(1)))
    submission = organ.sign(organ.lines(2))
    with ExitStack() as failures:
        failures.enter_context(failing(engine, "COMMIT", after=landed))
        for _ in range(10):
            failures.enter_context(failing(engine, "FROM head", skip=1))
        (answer,) = process(writer, submission)
    assert isinstance(answer, OutcomeUnknown)
    (answer,) = process(writer, submission)
    assert isinstance(answer, Receipts)
    assert answer.replayed is landed
    assert proven_indexes(answer, SIGNER) == [1, 2]
    assert_whole(store, organ, 3)


def test_a_doubt_that_was_resolved_is_forgotten(
    store: Store, engine: Engine, writer: Writer, organ: SigningParty
) -> None:
    process(writer, organ.sign(organ.lines(1)))
    with ExitStack() as failures:
        failures.enter_context(failing(engine, "COMMIT"))
        for _ in range(5):  # the first attempt passes here, the second knows that nothing has landed
            failures.enter_context(failing(engine, 'INTO "submission"', skip=1))
        (answer,) = process(writer, organ.sign(organ.lines(2)))
    assert isinstance(answer, NotRecorded)
    assert store.head().size == 1


def test_when_no_transaction_can_begin_all_who_wait_are_told_at_once(
    store: Store, engine: Engine, writer: Writer, organ: SigningParty
) -> None:
    with ExitStack() as failures:
        locks = [failures.enter_context(failing(engine, "FROM head")) for _ in range(10)]
        answers = process(writer, *(organ.sign(organ.lines(1)) for _ in range(20)))
    assert {type(answer) for answer in answers} == {NotRecorded}
    assert sum(map(len, locks)) == 2


def test_after_a_commit_that_landed_unheard_the_gate_is_a_fresh_one(
    engine: Engine, writer: Writer, organ: SigningParty, gates: list[ContentPolicy]
) -> None:
    process(writer, organ.sign(organ.lines(1)))
    with failing(engine, "COMMIT", after=True):
        process(writer, organ.sign([line("open", source=organ.uscc)]))
    assert len(gates) == 2
    (answer,) = process(writer, organ.sign(organ.lines(after="open")))
    assert isinstance(answer, Receipts)


def test_after_a_transaction_that_was_rolled_back_the_gate_is_kept(
    engine: Engine, writer: Writer, organ: SigningParty, gates: list[ContentPolicy]
) -> None:
    process(writer, organ.sign(organ.lines(1)))
    with failing(engine, 'INTO "tile"'):
        process(writer, organ.sign(organ.lines(1)))
    assert len(gates) == 1


def test_a_connection_that_the_server_ends_in_the_midst_is_replaced(
    store: Store, engine: Engine, writer: Writer, organ: SigningParty, gates: list[ContentPolicy]
) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no server")
    process(writer, organ.sign(organ.lines(1)))
    ended: list[Any] = []

    def end_all(policy: ContentPolicy) -> None:
        if not ended:
            ended.append(policy)
            with engine.connect() as connection:
                connection.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

    gates[0].before_answering = end_all
    answers = process(writer, organ.sign(organ.lines(2)), organ.sign(organ.lines(2)))
    assert [proven_indexes(answer, SIGNER) for answer in answers] == [[1, 2], [3, 4]]
    assert ended
    assert_whole(store, organ, 5)


def test_a_gate_that_cannot_roll_back_is_replaced(
    engine: Engine, writer: Writer, organ: SigningParty, gates: list[ContentPolicy]
) -> None:
    process(writer, organ.sign(organ.lines(1)))

    def broken() -> None:
        raise RuntimeError("cannot roll back")

    gates[0].rollback = broken  # type: ignore[method-assign]
    answers = process(writer, organ.sign(organ.lines(broken=True)), organ.sign(organ.lines(1)))
    assert [type(answer) for answer in answers] == [NotRecorded, Receipts]
    assert len(gates) > 1


def test_a_gate_that_fails_to_commit_is_replaced_and_the_records_are_recorded_once(
    store: Store, writer: Writer, organ: SigningParty, gates: list[ContentPolicy]
) -> None:
    process(writer, organ.sign(organ.lines(1)))

    def broken() -> None:
        raise RuntimeError("cannot commit")

    gates[0].commit = broken  # type: ignore[method-assign]
    (answer,) = process(writer, organ.sign(organ.lines(2)))
    assert proven_indexes(answer, SIGNER) == [1, 2]
    assert len(gates) == 2
    assert_whole(store, organ, 3)


def test_a_signer_that_fails_records_nothing(store: Store, organ: SigningParty, clock: Any) -> None:
    class Broken:
        origin = ORIGIN
        vkeys = SIGNER.vkeys

        def sign(self, checkpoint: Any) -> bytes:
            raise OSError("the hardware module does not answer")

        def publish(self, checkpoint: Any, instant: Any) -> bytes:
            raise OSError("the hardware module does not answer")

    config = CommitConfig(ORIGIN, Broken(), clock, SequencerSettings())
    writer = Writer(store, make_policy=lambda: ContentPolicy(store), config=config)
    (answer,) = process(writer, organ.sign(organ.lines(2)))
    assert isinstance(answer, NotRecorded)
    assert store.head().size == 0


def test_the_log_of_the_process_says_where_it_failed_and_nothing_of_what_was_sent(
    engine: Engine, writer: Writer, organ: SigningParty, caplog: pytest.LogCaptureFixture
) -> None:
    with failing(engine, 'INTO "entry"'):
        process(writer, organ.sign(organ.lines(secret="机密内容")))
    assert "a transaction failed: OperationalError" in caplog.text
    assert "transaction.py" in caplog.text
    assert "机密内容" not in caplog.text
    assert organ.uscc not in caplog.text


def test_nothing_is_recorded_while_the_clock_may_not_be_believed(store: Store, organ: SigningParty) -> None:
    """Neither when it is known before, nor when the clock itself refuses the instant in the transaction."""
    wrong: list[str] = ["ahead"]
    sequencer = sequencer_for(store, clock_fault=lambda: wrong[0] if wrong else None)
    sequencer.start()
    try:
        sent = organ.sign(organ.lines(1))
        with pytest.raises(NotRecorded, match="ahead"):
            sequencer.submit(sent).result(10)
        assert (sequencer.fault, sequencer.lasting_fault, store.head().size) == ("ahead", "ahead", 0)
        wrong.clear()
        assert sequencer.fault is None
        assert not sequencer.submit(sent).result(10).replayed
    finally:
        sequencer.close()
    assert store.head().size == 1


class ClockRefused(Exception):
    """What the server's clock raises."""


def test_an_instant_that_the_clock_refuses_is_not_recorded(store: Store, organ: SigningParty) -> None:
    def refusing() -> Any:
        raise ClockRefused

    sequencer = sequencer_for(store, clock=refusing)  # type: ignore[arg-type]
    sequencer.start()
    try:
        with pytest.raises(NotRecorded):
            sequencer.submit(organ.sign(organ.lines(1))).result(10)
        assert (sequencer.fault, sequencer.lasting_fault, store.head().size) == ("ClockRefused", None, 0)
    finally:
        sequencer.close()
