"""The folded world: bounded, read again from the log when asked, and never ahead of the entry last applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from sqlalchemy import delete

from domain import events as e
from domain.act import Act
from domain.evolve import evolve, fold
from domain.state import PartyState, RequestState
from ledger.store.store import Store
from ledger.store.tables import submission
from projections.engine.runner import Runner
from projections.query.queries import Queries
from replay.log_source import OF_AUTHORITIES, ActLog, UnreadableEntry
from replay.lru_cache import LruCache
from replay.states import States
from tests.support.casebook import at
from tests.support.log_writer import write_acts
from tests.support.payloads import CHIEF, CLERK, ORIGIN, founded
from tests.support.random_case import RandomCase
from tests.support.random_events import random_act
from tests.support.story import AUTHORITY, DOC, REQUESTER, Story


@pytest.mark.parametrize("capacity", [2, 10_000])
def test_the_world_is_the_fold_of_every_stream_however_little_it_keeps(store: Store, capacity: int) -> None:
    story = RandomCase(3).record_random_acts(60)
    write_acts(store, story.acts)
    acts = ActLog(store)
    states = States(acts, 0, capacity=capacity)
    for act in acts.from_index(0, 1000):
        states.apply(act)
    streams = {act.stream for act in story.acts}
    assert {stream: states.state(stream) for stream in streams} == {stream: story.state(stream) for stream in streams}


def test_more_signatures_than_are_remembered_are_read_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story().granted()
    write_acts(store, story.acts, batch=1)
    signatures = store.submissions(0, 1000)
    assert len(signatures) > 4
    monkeypatch.setattr("replay.log_source.SIGNATURES", 4)
    read = ActLog(store).from_index(0, 1000)
    assert [(act.id, act.kid) for act in read] == [(act.id, act.kid) for act in story.acts]


def test_a_stream_asked_for_late_stands_where_the_world_does_and_not_where_the_log_does(store: Store) -> None:
    story = Story().granted()
    write_acts(store, story.acts)
    received = next(act for act in story.acts if act.event.event_name == "request.received")
    state = States(ActLog(store), received.index + 1).state("request/1")
    assert isinstance(state, RequestState)
    assert (state.status, state.responses) == ("RECEIVED", ())


def test_what_has_not_begun_has_no_state(store: Store) -> None:
    write_acts(store, Story().cast().acts)
    assert States(ActLog(store), store.head().size).state("request/9") is None


def test_the_world_takes_entries_in_their_order_only(store: Store) -> None:
    write_acts(store, Story().cast().acts)
    acts = ActLog(store)
    with pytest.raises(AssertionError, match="entry 1 where 0 is next"):
        States(acts, 0).apply(acts.from_index(1, 1)[0])


def test_an_act_is_read_as_it_was_written(store: Store) -> None:
    story = RandomCase(5).record_random_acts(50)
    write_acts(store, story.acts, batch=7)
    acts = ActLog(store)
    assert acts.from_index(0, 1000) == story.acts
    assert acts.at([9, 3, 4, 30]) == [story.acts[index] for index in (3, 4, 9, 30)]
    own = [act for act in story.acts if act.stream == f"party/{REQUESTER}"]
    assert list(acts.of_stream(own[0].stream, 1000)) == own
    assert acts.place_of(own[-1].by, own[-1].id) == (own[-1].index, own[-1].stream)
    assert acts.place_of(own[-1].by, "never recorded") is None


def looked(index: int) -> Act:
    """An authority read something: of this there may be millions in its stream."""
    read = e.SupervisionRead(
        post=CHIEF, caller=AUTHORITY, caller_post=CHIEF, purpose="检查", question="/v1/access", tree_size=1, count=1
    )
    return replace(_act("authority/320000", read, index), position=index - 1)


def test_what_the_authority_looked_at_is_not_read_to_know_who_it_is(store: Store) -> None:
    appointed = e.AuthorityAppointed(
        party=AUTHORITY, rule_set="js-85-2012", from_=date(2026, 1, 3), instrument=DOC, post=CHIEF
    )
    acts = [_act(f"ledger/{ORIGIN}", founded(), 0), _act("authority/320000", appointed, 1)]
    succeeded = e.AuthoritySucceeded(
        predecessor=AUTHORITY, successor=REQUESTER, from_=date(2026, 2, 1), instrument=DOC, post=CHIEF
    )
    acts += [*map(looked, range(2, 6)), replace(_act("authority/320000", succeeded, 6), position=5), looked(7)]
    write_acts(store, acts)
    reader = ActLog(store)
    assert list(reader.changing("authority/320000", 8)) == [acts[1], acts[6]]
    assert list(reader.changing("authority/320000", 6)) == [acts[1]]
    assert list(reader.changing("authority/320000", 8, 1)) == [acts[6]]
    assert list(reader.changing("authority/320100", 8)) == []
    assert States(reader, 8).state("authority/320000") == fold(reader.of_stream("authority/320000", 8))


def test_whatever_else_stands_in_an_authoritys_stream_leaves_its_state_as_it_is() -> None:
    rng, state = Random("authority"), None
    passed = 0
    for index in range(2000):
        act = random_act(rng, "authority", index)
        after = evolve(state, act)
        if f"sharing.{act.event.event_name}.v1" not in OF_AUTHORITIES:
            assert after is state
            passed += state is not None
        state = after
    assert passed > 100


def test_a_founding_party_begins_with_entry_0(store: Store, run: Callable[..., Runner]) -> None:
    appointed = e.PartyOfficerAppointed(
        post=CHIEF, officer=CLERK, unit="办公室", responsible=False, from_=date(2026, 1, 3)
    )
    write_acts(store, [_act(f"ledger/{ORIGIN}", founded(), 0), _act(f"party/{AUTHORITY}", appointed, 1)])
    state = States(ActLog(store), 2).state(f"party/{AUTHORITY}")
    assert isinstance(state, PartyState)
    assert set(state.posts) == {CHIEF, CLERK}
    (party,) = Queries(store, run()).party(AUTHORITY).rows
    assert [post.post for post in party.posts] == sorted((CHIEF, CLERK))
    assert len(Queries(store, run()).parties().rows) == 2


def _act(stream: str, event: e.Event, index: int) -> Act:
    time = at("2026-01-05")
    return Act(
        event=event, by=AUTHORITY, id=f"r{index}", stream=stream, time=time, recorded_at=time, index=index, position=0
    )


def test_what_was_used_last_is_kept_and_no_more_than_fits() -> None:
    recent: LruCache[int] = LruCache(4)
    for number in range(100):
        recent.put(str(number), number)
        recent.get("0", -1)
    assert recent.get("0", -1) == 0
    assert (recent.get("99", -1), recent.get("50", -1)) == (99, -1)
    assert len(recent) <= 4


def test_a_value_that_was_replaced_is_the_newer_one() -> None:
    recent: LruCache[int] = LruCache(4)
    recent.put("a", 1)
    recent.put("b", 1)
    recent.put("c", 1)
    recent.put("a", 2)
    assert recent.get("a", 0) == 2


def test_an_entry_whose_signature_is_gone_is_unreadable_and_named(store: Store) -> None:
    story = Story().cast()
    write_acts(store, story.acts, batch=2)
    gone = store.entries(2, 1)[0].submission
    with store.engine.begin() as connection:
        mine = (submission.c.ledger == store.ledger, submission.c.digest == bytes.fromhex(gone))
        connection.execute(delete(submission).where(*mine))
    with pytest.raises(UnreadableEntry) as unreadable:
        ActLog(store).from_index(0, 10)
    assert unreadable.value.index == 2
