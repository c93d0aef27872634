"""What the server owes comes into the log once, through the same door, whatever happens to it on the way."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
import pytest

from api.own_records.deadline_recomputed import Recomputations
from api.own_records.operator import Statement
from api.own_records.submitter import AT_ONCE, OwnRecordSubmitter, RecordSource
from api.server.founding import load_checkpoint_signer
from api.server.wiring import operator_signer_of, writer_of
from demo.story.cast import DIVISION
from demo.story.exchange import Exchange
from demo.story.steps import digest, document, record
from domain.vocabulary.values import Ref
from ledger.keys.jwk import generate
from ledger.keys.jws import parse_jws
from ledger.sequencer.sequencer import Sequencer
from ledger.store.outbox import Outbox
from projections.deadlines.moved import DeadlineMoved, DueInterval
from tests.support.faults import failing
from tests.support.server_processes import wait_until

pytestmark = pytest.mark.parametrize("opened", ["sqlite", "postgresql"], indirect=True, scope="module")
_numbers = itertools.count()


class Debts:
    """A duty that owes what it is given, until it is told that the log holds it."""

    def __init__(self, *outbox: Statement) -> None:
        self.owed = list(outbox)

    def statements(self, *, everything: bool) -> Sequence[Statement]:
        return list(self.owed)

    def recorded(self, statement: Statement) -> None:
        self.owed.remove(statement)


def debt(ledger: Any, **changes: Any) -> Statement:
    """A read that somebody has to be told of."""
    data = {
        "caller": ledger.uscc("数据局"),
        "caller_post": "责任岗-01",
        "purpose": "检查",
        "question": "/v1/access",
        "tree_size": 1,
        "count": 1,
    }
    id_ = f"debt-{ledger.origin[-4:]}-{next(_numbers)}"
    plain = Statement(id_, "supervision.read", f"authority/{DIVISION}", ledger.runtime.clock(), data)
    return replace(plain, **changes)


def hand_of(ledger: Any, *duties: RecordSource, **changes: Any) -> OwnRecordSubmitter:
    """A hand of one's own beside that of the server; its turns are taken by the test."""
    runtime = ledger.runtime
    signatory = operator_signer_of(runtime.reception.settings, ledger.directory, runtime.reception.registry)
    outbox = Outbox(runtime.store, b"")
    parts = {
        "store": runtime.store,
        "outbox": outbox,
        "sequencer": runtime.sequencer,
        "clock": runtime.clock,
        "signer": signatory,
    }
    return OwnRecordSubmitter(**{**parts, **changes}, sources=duties)


def found(ledger: Any, statement: Statement) -> Any:
    return ledger.runtime.store.find_record(f"urn:uscc:{ledger.uscc('大数据中心')}", statement.id)


def standby(ledger: Any) -> Sequencer:
    """A writer that has not the lead."""
    settings, signer = ledger.runtime.reception.settings, load_checkpoint_signer(ledger.directory.path)
    return writer_of(ledger.runtime.store, settings, signer, ledger.runtime.clock)


# --- the turn


def test_what_is_owed_is_recorded_signed_by_the_operator_and_settled(opened: Any) -> None:
    debts = Debts(debt(opened))
    (outbox,) = debts.owed
    assert hand_of(opened, debts).step()
    entry = found(opened, outbox)
    stored = orjson.loads(orjson.loads(entry.line)["record"])
    assert stored["data"] == {"post": "责任岗-01", **outbox.data}
    jws = parse_jws(opened.runtime.store.submission(entry.submission).jws)
    assert jws.header["kid"] == opened.key("大数据中心").kid
    assert debts.owed == []


def test_more_than_wait_for_the_writer_at_once_are_recorded_in_one_turn(opened: Any) -> None:
    debts = Debts(*(debt(opened) for _ in range(AT_ONCE + 3)))
    assert hand_of(opened, debts).step()
    assert debts.owed == []


def test_what_was_recorded_before_is_settled_and_not_sent_again(opened: Any) -> None:
    outbox = debt(opened)
    hand_of(opened, Debts(outbox)).step()
    size, refusals, again = opened.size, opened.runtime.store.refusals(1), Debts(outbox)
    assert hand_of(opened, again).step()
    assert (again.owed, opened.size, opened.runtime.store.refusals(1)) == ([], size, refusals)


def test_what_landed_in_another_post_stands_as_it_was_said_first(opened: Any) -> None:
    outbox = debt(opened)
    hand_of(opened, Debts(outbox)).step()
    again = Debts(outbox)
    other = replace(hand_of(opened).signer, post="经办岗-01")
    assert hand_of(opened, again, signer=other).step()
    assert again.owed == []
    assert orjson.loads(orjson.loads(found(opened, outbox).line)["record"])["data"]["post"] == "责任岗-01"


def test_what_admission_refuses_is_named_and_keeps_nothing_else_waiting(opened: Any) -> None:
    bad, good = debt(opened, stream="authority/110000"), debt(opened)
    debts = Debts(bad, good)
    hand = hand_of(opened, debts)
    assert hand.step()
    assert debts.owed == [bad]
    assert hand.fault == f"supervision.read {bad.id}: Refused line 1: WRONG_STATE"


def test_what_was_refused_is_not_sent_again_at_once(opened: Any) -> None:
    hand = hand_of(opened, Debts(debt(opened, stream="authority/110000")))
    hand.step()
    refusals = opened.runtime.store.refusals(1000)
    assert hand.step()
    assert opened.runtime.store.refusals(1000) == refusals
    assert hand.fault is not None


def test_what_is_no_record_is_named_and_keeps_nothing_else_waiting(opened: Any) -> None:
    long, good = debt(opened, data={"purpose": "x" * 33_000}), debt(opened)
    debts = Debts(long, good)
    hand = hand_of(opened, debts)
    assert hand.step()
    assert debts.owed == [long]
    assert hand.fault is not None
    assert "MalformedSubmission" in hand.fault


def test_a_standby_sends_nothing_and_forgets_nothing(opened: Any) -> None:
    debts = Debts(debt(opened))
    assert hand_of(opened, debts, sequencer=standby(opened)).step()
    assert len(debts.owed) == 1
    assert found(opened, debts.owed[0]) is None


def test_without_a_key_in_force_nothing_is_sent_and_nothing_forgotten(opened: Any) -> None:
    debts = Debts(debt(opened))
    hand = hand_of(opened, debts, signer=replace(hand_of(opened).signer, key=generate("Ed25519")))
    assert hand.step()
    assert len(debts.owed) == 1
    assert "not in force" in str(hand.unavailable_because())


@pytest.mark.parametrize("after", [False, True], ids=["fails", "fails but landed"])
def test_a_record_whose_commit_fails_stands_in_the_log_once(opened: Any, after: bool) -> None:
    debts = Debts(debt(opened))
    (outbox,) = debts.owed
    size = opened.size
    with failing(opened.runtime.store.engine, 'INTO "entry"', after=after) as failed:
        hand_of(opened, debts).step()
    assert failed
    assert debts.owed == []
    assert found(opened, outbox).index == size


# --- deadlines


def calendar(ledger: Any) -> tuple[Ref, dt.datetime]:
    """A calendar is published; its record, and when it was recorded."""
    data = {"years": [2027], "notice": document("国办发明电〔2026〕9号", "省政府", "10-30"), "digest": digest("2027")}
    made = record("数据局", "calendar.published", "calendar/cn", ledger.runtime.clock(), data, tag=str(next(_numbers)))
    ledger.must("数据局", made)
    return Ref(source=made["source"], id=made["id"]), ledger.runtime.clock()


def moved(ledger: Any, cause: tuple[Ref, dt.datetime], **changes: Any) -> DeadlineMoved:
    day = dt.date(2027, 1, 8)
    plain = DeadlineMoved(
        stream="request/2026-0001",
        clock="RESPONSE",
        start=7,
        old=DueInterval(day - dt.timedelta(days=3), day + dt.timedelta(days=4)),
        new=DueInterval(day, day),
        cause=cause[0],
        cause_stream="calendar/cn",
        at=cause[1],
    )
    return replace(plain, **changes)


def recomputed_records(ledger: Any, cause: Ref) -> list[dict[str, Any]]:
    entries = ledger.runtime.store.entries(0, 10_000)
    records = [orjson.loads(orjson.loads(each.line)["record"]) for each in entries if "deadline.rec" in each.type]
    return [each for each in records if each["data"]["cause"]["id"] == cause.id]


def test_a_clock_that_moved_is_told_with_its_old_dates_its_new_one_and_the_cause(opened: Any) -> None:
    cause = calendar(opened)
    hand_of(opened, Recomputations(lambda: [moved(opened, cause)])).step()
    (record_,) = recomputed_records(opened, cause[0])
    assert record_["subject"] == "calendar/cn"
    assert record_["data"] == {
        "post": "责任岗-01",
        "stream": "request/2026-0001",
        "clock": "RESPONSE",
        "old": {"earliest": "2027-01-05", "latest": "2027-01-12"},
        "new": {"due": "2027-01-08"},
        "cause": {"source": cause[0].source, "id": cause[0].id},
    }


def test_it_is_told_once_however_often_it_is_named(opened: Any) -> None:
    cause = calendar(opened)
    for _ in range(3):  # a projection that has not read of the record names the clock again; so does a new process
        hand_of(opened, Recomputations(lambda: [moved(opened, cause)])).step()
    assert len(recomputed_records(opened, cause[0])) == 1


@pytest.mark.parametrize(
    "other", [{"stream": "item/C01"}, {"clock": "UPDATE"}, {"start": 8}], ids=["stream", "clock", "start"]
)
def test_each_clock_is_told_by_itself(opened: Any, other: dict[str, Any]) -> None:
    cause = calendar(opened)
    both = [moved(opened, cause), moved(opened, cause, **other)]
    hand_of(opened, Recomputations(lambda: both)).step()
    assert len(recomputed_records(opened, cause[0])) == 2


def test_the_same_clock_is_told_again_when_it_moves_again(opened: Any) -> None:
    causes = [calendar(opened), calendar(opened)]
    for cause in causes:
        hand_of(opened, Recomputations(lambda cause=cause: [moved(opened, cause)])).step()
    assert [len(recomputed_records(opened, cause)) for cause, _ in causes] == [1, 1]


def test_a_clock_without_a_due_day_before_is_told_too(opened: Any) -> None:
    cause = calendar(opened)
    hand_of(opened, Recomputations(lambda: [moved(opened, cause, old=DueInterval(None, None))])).step()
    assert recomputed_records(opened, cause[0])[0]["data"]["old"] == {}


def test_what_a_rule_set_moved_stands_in_a_calendars_stream(opened: Any) -> None:
    cause = calendar(opened)
    hand_of(opened, Recomputations(lambda: [moved(opened, cause, cause_stream="ruleset/js-85-2012")])).step()
    assert recomputed_records(opened, cause[0])[0]["subject"] == "calendar/js-85-2012"


SENSITIVE = Exchange("2026-7201", "民政厅", "人社厅", "C05", ("P1", "核对"), "SX-3201")


def test_a_server_tells_by_itself_of_each_clock_that_a_changed_calendar_moved(opened: Any) -> None:
    for step in SENSITIVE.asked("09-14"):
        opened.move_to(step.recorded_at)
        opened.must(step.by, *step.records)
    notice = document("国办发明电〔2026〕10号", "省政府", "09-14")
    days = [{"date": "2026-09-21", "working": False}]
    data = {"notice": notice, "digest": digest("2026"), "days": days}
    made = record("数据局", "calendar.amended", "calendar/cn", opened.runtime.clock(), data)
    opened.must("数据局", made)
    cause = Ref(source=made["source"], id=made["id"])

    opened.ask("/v1/cases", "监察", at_least=opened.size - 1)
    opened.runtime.hand.wake()
    assert wait_until(lambda: len(recomputed_records(opened, cause)) > 0)

    opened.ask("/v1/cases", "监察", at_least=opened.size - 1)
    assert opened.runtime.hand.step()  # what the projection has read of by now is not told again
    (record_,) = recomputed_records(opened, cause)
    assert (record_["data"]["stream"], record_["data"]["clock"]) == (SENSITIVE.stream, "RESPONSE")
    assert (record_["data"]["old"], record_["data"]["new"]) == ({"due": "2026-10-10"}, {"due": "2026-10-12"})
