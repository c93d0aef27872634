"""One process writes, the others stand by; whoever takes over goes on from the stored head."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from ledger.errors import NotLeader
from ledger.records.submission import Submission
from ledger.sequencer.outcomes import Receipts
from ledger.sequencer.sequencer import Sequencer
from ledger.store.engine import open_engine
from ledger.store.store import Store
from tests.support.audited import run_audit
from tests.support.signing_parties import (
    ORIGIN,
    ContentPolicy,
    SequencerWith,
    SigningParty,
    Ticking,
    checkpoint_signer,
    line,
    process,
    proven_indexes,
    writer_for,
)

SIGNER = checkpoint_signer(ORIGIN)


@pytest.fixture
def elsewhere(engine: Engine) -> Iterator[Store]:
    """The same ledger as another process has it."""
    other = open_engine(engine.url)
    store = Store(other, ORIGIN)
    yield store
    store.close()
    other.dispose()


@pytest.fixture
def pair(elsewhere: Store, sequencer_with: SequencerWith) -> tuple[Sequencer, Sequencer]:
    """A leader and a standby."""
    return sequencer_with(pause=0.05), sequencer_with(over=elsewhere, pause=0.05)


def leads(sequencer: Sequencer) -> bool:
    """Once it does, or after ten seconds not."""
    tick = threading.Event()
    return any(sequencer.leading or tick.wait(0.02) for _ in range(500)) and sequencer.leading


def test_a_standby_takes_nothing(pair: tuple[Sequencer, Sequencer], organ: SigningParty) -> None:
    leader, standby = pair
    assert (leader.leading, standby.leading) == (True, False)
    with pytest.raises(NotLeader):
        standby.submit(organ.sign(organ.lines(1)))
    assert isinstance(leader.submit(organ.sign(organ.lines(1))).result(10), Receipts)


def test_a_standby_takes_over_when_the_leader_closes(
    store: Store, pair: tuple[Sequencer, Sequencer], organ: SigningParty
) -> None:
    leader, standby = pair
    leader.submit(organ.sign([line("open", source=organ.uscc)])).result(10)
    leader.close()
    assert leads(standby)
    answer = standby.submit(organ.sign([*organ.lines(4, after="open")])).result(10)
    assert proven_indexes(answer, SIGNER) == [1, 2, 3, 4]
    report = run_audit(store, keys=lambda *asked: organ.key.public)
    assert report.verdict == "pass"


def test_the_lead_goes_back_and_forth_over_one_log(
    store: Store, elsewhere: Store, organ: SigningParty, sequencer_with: SequencerWith
) -> None:
    size = 0
    for turn in range(4):
        sequencer = sequencer_with(over=(store, elsewhere)[turn % 2], pause=0.05)
        assert leads(sequencer)
        for _ in range(3):
            receipts = sequencer.submit(organ.sign(organ.lines(100))).result(10)
            assert proven_indexes(receipts, SIGNER) == list(range(size, size + 100))
            size += 100
        sequencer.close()
    assert run_audit(store, keys=lambda *asked: organ.key.public).verdict == "pass"


def lock_holder(engine: Engine) -> int | None:
    """The server process behind the leader's advisory lock."""
    with engine.connect() as connection:
        held = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database"
        pid: int | None = connection.exec_driver_sql(f"{held} WHERE datname = current_database())").scalar()
        return pid


def receipts_or_turned_away(one: Sequencer, submission: Submission, tick: threading.Event) -> Receipts | None:
    try:
        return one.submit(submission).result(10)
    except NotLeader:
        tick.wait(0.02)
        return None


def test_a_lead_that_is_lost_is_taken_again_by_one_of_them(
    engine: Engine, store: Store, pair: tuple[Sequencer, Sequencer], organ: SigningParty
) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("a file lock is lost only with the process")
    pair[0].submit(organ.sign(organ.lines(1))).result(10)
    before = lock_holder(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT pg_terminate_backend(%s)", (before,))
    tick = threading.Event()
    assert any(lock_holder(engine) not in (None, before) or tick.wait(0.02) for _ in range(500))
    # Until the old leader has noticed, both may say that they lead; whoever does not turns the submission away.
    submission = organ.sign(organ.lines(2))
    answers = (taken for _ in range(500) for one in pair if (taken := receipts_or_turned_away(one, submission, tick)))
    assert proven_indexes(next(answers), SIGNER) == [1, 2]
    assert run_audit(store, keys=lambda *asked: organ.key.public).steps[0].verdict == "pass"


def test_a_leader_that_did_not_notice_another_writer_goes_on_behind_it(
    store: Store, elsewhere: Store, organ: SigningParty
) -> None:
    """As after a lead lost and won again between two batches: what was in memory is not used for another head."""
    gates: list[ContentPolicy] = []
    leader, other = writer_for(store, Ticking(), gates), writer_for(elsewhere, Ticking())
    process(leader, organ.sign(organ.lines(300)))
    process(other, organ.sign([line("open", source=organ.uscc)]))
    (answer,) = process(leader, organ.sign(organ.lines(2, after="open")))
    assert proven_indexes(answer, SIGNER) == [301, 302]
    assert len(gates) == 2
    assert run_audit(store, keys=lambda *asked: organ.key.public).steps[2].verdict == "pass"
