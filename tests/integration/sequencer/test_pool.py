"""The pool: bounded, in order, and nobody who waits in it is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic

import pytest

from ledger.errors import NotLeader, Overloaded
from ledger.sequencer.group_commit import SequencerSettings
from ledger.sequencer.outcomes import Receipts
from ledger.sequencer.pool import Pool
from ledger.sequencer.sequencer import Sequencer
from ledger.store.store import Store
from tests.support.signing_parties import ContentPolicy, SequencerWith, SigningParty, sequencer_for


@pytest.fixture
def pool() -> Pool:
    pool = Pool(1000)
    pool.open()
    return pool


def sizes(pool: Pool, limit: int) -> list[int]:
    return [len(waiting.submission.records) for waiting in pool.drain(limit, 0)]


def test_submissions_are_taken_in_the_order_they_came_up_to_the_limit(pool: Pool, organ: SigningParty) -> None:
    for count in (3, 4, 5, 6):
        pool.submit(organ.sign(organ.lines(count)))
    assert pool.waiting == 18
    assert sizes(pool, 12) == [3, 4, 5]
    assert sizes(pool, 12) == [6]
    assert sizes(pool, 12) == []
    assert pool.waiting == 0


def test_a_submission_larger_than_the_limit_is_taken_alone(pool: Pool, organ: SigningParty) -> None:
    for count in (2, 30, 2):
        pool.submit(organ.sign(organ.lines(count)))
    assert [sizes(pool, 10) for _ in range(3)] == [[2], [30], [2]]


def test_a_full_pool_turns_away_what_would_not_fit_and_takes_what_does(pool: Pool, organ: SigningParty) -> None:
    pool.submit(organ.sign(organ.lines(990)))
    with pytest.raises(Overloaded) as refused:
        pool.submit(organ.sign(organ.lines(11)))
    assert refused.value.retry_after == 1
    pool.submit(organ.sign(organ.lines(10)))
    pool.drain(1000, 0)
    pool.submit(organ.sign(organ.lines(1000)))


def test_a_shut_pool_takes_nothing_more_but_gives_what_it_has(pool: Pool, organ: SigningParty) -> None:
    pool.submit(organ.sign(organ.lines(2)))
    pool.close()
    with pytest.raises(NotLeader):
        pool.submit(organ.sign(organ.lines(1)))
    assert sizes(pool, 10) == [2]


def test_failing_all_answers_everyone_with_an_exception_of_his_own(pool: Pool, organ: SigningParty) -> None:
    futures = [pool.submit(organ.sign(organ.lines(500))) for _ in range(2)]
    pool.fail_all(lambda: NotLeader("gone"))
    failures = [future.exception(0) for future in futures]
    assert all(isinstance(failure, NotLeader) for failure in failures)
    assert failures[0] is not failures[1]


def test_who_withdraws_in_time_is_not_recorded(pool: Pool, organ: SigningParty) -> None:
    first, second = (pool.submit(organ.sign(organ.lines(count))) for count in (1, 2))
    assert first.cancel()
    assert sizes(pool, 10) == [2]
    assert not second.cancel()


def test_settings_under_which_the_largest_submission_never_fits_are_refused() -> None:
    with pytest.raises(ValueError, match="pool_records"):
        SequencerSettings(pool_records=999)


class Held:
    """A gate at which the writer waits until it is let go."""

    def __init__(self) -> None:
        self.reached, self.go = Event(), Event()

    def __call__(self, policy: ContentPolicy) -> None:
        self.reached.set()
        assert self.go.wait(20)


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def held_sequencer(store: Store, held: Held) -> Callable[[], Sequencer]:
    def make_policy() -> ContentPolicy:
        policy = ContentPolicy(store)
        policy.before_answering = held
        return policy

    sequencer = sequencer_for(store, make_policy=make_policy, settings=SequencerSettings(pool_records=1000, pause=0.05))
    sequencer.start()
    return lambda: sequencer


def test_while_the_writer_is_busy_submissions_wait_and_are_then_recorded_together(
    store: Store, organ: SigningParty, held: Held, held_sequencer: Callable[[], Sequencer]
) -> None:
    sequencer = held_sequencer()
    futures = [sequencer.submit(organ.sign(organ.lines(1)))]
    assert held.reached.wait(20)
    futures += [sequencer.submit(organ.sign(organ.lines(100))) for _ in range(9)]
    assert sequencer.waiting == 900
    with pytest.raises(Overloaded):
        sequencer.submit(organ.sign(organ.lines(101)))
    held.go.set()
    answers = [future.result(20) for future in futures]
    sequencer.close()
    assert [answer.items[0].index for answer in answers] == [0, *range(1, 901, 100)]
    assert len({answer.checkpoint for answer in answers[1:]}) == 1


def test_closing_records_and_publishes_what_waits_and_takes_no_more(
    store: Store, organ: SigningParty, held: Held, held_sequencer: Callable[[], Sequencer]
) -> None:
    sequencer = held_sequencer()
    futures = [sequencer.submit(organ.sign(organ.lines(10))) for _ in range(3)]
    assert held.reached.wait(20)
    held.go.set()
    sequencer.close()
    assert [type(future.result(0)) for future in futures] == [Receipts] * 3
    published = store.published()
    assert published is not None
    assert published.split(b"\n")[1] == b"30"
    with pytest.raises(NotLeader):
        sequencer.submit(organ.sign(organ.lines(1)))


def test_a_sequencer_that_never_started_can_be_closed_and_takes_nothing(store: Store, organ: SigningParty) -> None:
    sequencer = sequencer_for(store)
    sequencer.close()
    with pytest.raises(NotLeader):
        sequencer.submit(organ.sign(organ.lines(1)))


def test_larger_loads_than_a_batch_are_recorded_in_several(
    store: Store, organ: SigningParty, sequencer_with: SequencerWith
) -> None:
    sequencer = sequencer_with(batch_records=50)
    futures = [sequencer.submit(organ.sign(organ.lines(30))) for _ in range(6)]
    assert [future.result(20).items[0].index for future in futures] == list(range(0, 180, 30))
    assert store.head().size == 180


def test_a_round_after_one_with_several_waits_for_as_many(pool: Pool, organ: SigningParty) -> None:
    """The wait is bounded by half a minute here: what comes back in time was not waited for, but had come."""
    _put(pool, organ, 4)
    assert len(pool.drain(1000, 0, linger_seconds=30)) == 4
    _put(pool, organ, 3)
    with ThreadPoolExecutor(1) as writer:
        taken = writer.submit(pool.drain, 1000, 30, linger_seconds=30)
        with pytest.raises(TimeoutError):
            taken.result(0.05)
        _put(pool, organ, 1)
        assert len(taken.result(20)) == 4


def test_senders_who_all_send_again_are_not_kept_waiting_for_more(pool: Pool, organ: SigningParty) -> None:
    for _ in range(3):
        _put(pool, organ, 9)
        assert _promptly(pool) == 9


def test_a_round_waits_no_longer_than_it_was_told(pool: Pool, organ: SigningParty) -> None:
    _put(pool, organ, 4)
    pool.drain(1000, 0)
    _put(pool, organ, 1)
    assert _promptly(pool, linger_seconds=0.001) == 1


def test_a_round_that_is_full_waits_for_nobody(pool: Pool, organ: SigningParty) -> None:
    _put(pool, organ, 4)
    pool.drain(1000, 0)
    _put(pool, organ, 3)
    assert _promptly(pool, 3) == 3


def test_a_pool_without_room_waits_for_nobody(organ: SigningParty) -> None:
    pool = Pool(10)
    pool.open()
    _put(pool, organ, 10)
    pool.drain(5, 0)
    pool.drain(5, 0)
    pool.submit(organ.sign(organ.lines(8)))
    pool.submit(organ.sign(organ.lines(2)))
    assert _promptly(pool) == 2


@pytest.mark.parametrize("senders", [1, 2, 3])
def test_who_sends_alone_or_nearly_waits_for_nobody(pool: Pool, organ: SigningParty, senders: int) -> None:
    for _ in range(3):
        _put(pool, organ, senders)
        assert _promptly(pool) == senders


def test_after_a_pause_nobody_is_waited_for(pool: Pool, organ: SigningParty) -> None:
    _put(pool, organ, 9)
    pool.drain(1000, 0)
    assert _promptly(pool, timeout=0) == 0
    _put(pool, organ, 1)
    assert _promptly(pool) == 1


def test_a_pool_that_is_shut_gives_what_it_has_at_once(pool: Pool, organ: SigningParty) -> None:
    _put(pool, organ, 4)
    pool.drain(1000, 0)
    _put(pool, organ, 1)
    with ThreadPoolExecutor(1) as writer:
        taken = writer.submit(_promptly, pool)
        pool.close()
        assert taken.result() == 1


def _put(pool: Pool, organ: SigningParty, count: int) -> None:
    for _ in range(count):
        pool.submit(organ.sign(organ.lines(1)))


def _promptly(pool: Pool, limit: int = 1000, *, timeout: float = 30, linger_seconds: float = 30) -> int:
    began = monotonic()
    taken = pool.drain(limit, timeout, linger_seconds=linger_seconds)
    assert monotonic() - began < 10, "it waited for more"
    return len(taken)
