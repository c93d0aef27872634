"""The clocks as they are kept: what starts each, what stops it, whose it is, and that uses cost nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from domain import events as e
from domain.act import Act
from domain.deadlines.calendar import day_of
from domain.vocabulary.values import Period, UsccOrText
from ledger.store.engine import reading
from ledger.store.store import Store
from projections.deadlines.projector import Deadlines
from projections.deadlines.tables import clock
from projections.engine.runner import Runner
from replay.instants import from_micros
from tests.support.casebook import at
from tests.support.log_writer import write_acts
from tests.support.story import AUTHORITY, DIGEST, DOC, GOVERNMENT, PROVIDER, REQUESTER, SECRECY, Story, scope

Run = Callable[..., Runner]
PRIVACY = ("privacy",)


def kept(store: Store, run: Run, story: Story) -> list[Any]:
    """The rows that hold after the last entry, in the order of their start."""
    write_acts(store, story.acts[store.head().size :])
    run((Deadlines,))
    rows = select(clock).where(clock.c.ledger == store.ledger, clock.c.to_size.is_(None))
    with reading(store.engine) as connection:
        return list(connection.execute(rows.order_by(clock.c.start, clock.c.clock)).all())


def state_columns(row: Any) -> tuple[Any, ...]:
    """Which clock, until when, and the day on which it was met."""
    return row.clock, row.latest, None if row.met_at is None else day_of(from_micros(row.met_at)).isoformat()


def asked(classes: tuple[str, ...] = PRIVACY, *, received: str = "2026-09-14") -> Story:
    story = Story().cast()
    story.classified(classes)
    story.requested(classes_acknowledged=classes)
    story.received(classes=classes, time=received)
    return story


def test_receipt_starts_the_providers_clock_of_15_working_days(store: Store, run: Run) -> None:
    story = asked()
    (row,) = kept(store, run, story)
    assert (row.stream, row.clock, row.start) == ("request/1", "RESPONSE", story.acts[-1].index)
    assert (row.days, row.earliest, row.latest, row.basis) == (15, "2026-10-10", "2026-10-10", "A18 ¶1")
    assert (row.responsible, row.requester, row.provider) == (PROVIDER, REQUESTER, PROVIDER)
    assert (row.item, row.request, row.division) == ("C04", "1", "320000")
    assert from_micros(row.due_at) == at("2026-10-11T00:00")
    assert (row.rule_set, row.rule_set_version, row.certainty) == ("js-85-2012", 1, "reconstructed")


def test_a_request_for_other_information_has_an_age_and_no_due_day(store: Store, run: Run) -> None:
    (row,) = kept(store, run, asked(()))
    assert (row.days, row.latest, row.due_at, row.basis) == (None, None, None, "none in Order 85")


def test_an_answer_meets_the_clock_and_the_row_before_it_stays_for_the_sizes_before(store: Store, run: Run) -> None:
    story = asked()
    answered = story.approved(time="2026-10-09")
    (row,) = kept(store, run, story)
    assert state_columns(row) == ("RESPONSE", "2026-10-10", "2026-10-09")
    rows = select(clock.c.from_size, clock.c.to_size, clock.c.met_at).where(clock.c.ledger == store.ledger)
    with reading(store.engine) as connection:
        first, second = connection.execute(rows.order_by(clock.c.from_size)).all()
    assert (first.met_at, first.to_size, second.from_size) == (None, answered.index + 1, answered.index + 1)


def test_an_answer_that_its_signer_disowned_stops_nothing(store: Store, run: Run) -> None:
    story = asked()
    story.disowned(story.approved(time="2026-10-09"), time="2026-10-12")
    assert state_columns(kept(store, run, story)[0]) == ("RESPONSE", "2026-10-10", None)


def test_uses_and_deliveries_leave_the_clocks_as_they_are(store: Store, run: Run) -> None:
    story = Story().granted(PRIVACY).agreed()
    before = kept(store, run, story)
    story.delivered()
    story.used()
    story.used(purpose_code="P9")
    assert kept(store, run, story) == before


def test_a_refusal_of_sensitive_information_starts_the_clock_of_its_filing(store: Store, run: Run) -> None:
    story = asked()
    refused = story.refused(time="2026-09-18")
    filing = kept(store, run, story)[-1]
    assert (filing.clock, filing.start, filing.latest) == ("FILING", refused.index, "2026-09-18")
    assert (filing.days, filing.certainty) == (0, "ours")
    story.filed(refused, time="2026-09-19")
    assert state_columns(kept(store, run, story)[-1]) == ("FILING", "2026-09-18", "2026-09-19")


def test_a_refusal_of_other_information_need_not_be_filed(store: Store, run: Run) -> None:
    story = asked(())
    story.refused(time="2026-09-18", ground="STATUTORY")
    assert [row.clock for row in kept(store, run, story)] == ["RESPONSE"]


def test_an_answer_given_again_leaves_nothing_to_be_filed(store: Store, run: Run) -> None:
    story = asked()
    story.refused(time="2026-09-18", ground="NONE")
    story.approved(time="2026-09-29")
    assert state_columns(kept(store, run, story)[-1]) == ("FILING", "2026-09-18", "2026-09-29")


def test_a_ruling_to_share_sets_the_day_of_its_clock(store: Store, run: Run) -> None:
    story = asked(())
    for by, event in (
        (PROVIDER, e.NegotiationOpened(post="岗-01", opening="商")),
        (PROVIDER, e.NegotiationFailed(post="岗-01", record=DIGEST)),
        (AUTHORITY, e.RulingSubmitted(post="岗-01", file=DIGEST, to="320000", level_rule="PROVINCE")),
    ):
        story.record("request/1", by, "2026-09-16", event)
    ruling = e.RulingIssued(post="岗-01", instrument=DOC, share=True, scope=scope(), comply_by=date(2026, 10, 16))
    issued = story.record("request/1", GOVERNMENT, "2026-09-21", ruling)
    row = kept(store, run, story)[-1]
    assert (row.clock, row.start, row.days, row.latest) == ("RULING", issued.index, None, "2026-10-16")
    story.approved(time="2026-10-12", scope=scope(fields=("name",)))
    assert state_columns(kept(store, run, story)[-1]) == ("RULING", "2026-10-16", None)
    assert [state_columns(each)[2] for each in kept(store, run, story)] == ["2026-09-16", None]


def test_a_change_starts_the_clock_of_its_update(store: Store, run: Run) -> None:
    story = Story().cast()
    story.classified()
    changed = story.record(
        "item/C04", PROVIDER, "2026-09-07", e.InformationChanged(post="岗-01", change_id="B1", how_known="登记")
    )
    (row,) = kept(store, run, story)
    assert (row.stream, row.clock, row.start, row.latest) == ("item/C04", "UPDATE", changed.index, "2026-10-10")
    assert (row.responsible, row.requester, row.provider, row.item) == (PROVIDER, None, PROVIDER, "C04")
    story.record("item/C04", PROVIDER, "2026-10-09", e.InformationUpdated(post="岗-01", version=2, digest=DIGEST))
    assert state_columns(kept(store, run, story)[0]) == ("UPDATE", "2026-10-10", "2026-10-09")


def wrong_source(story: Story) -> Act:
    """A discrepancy that proves a change of 1 September."""
    reported = e.DiscrepancyReported(
        post="岗-01",
        item="C04",
        datum="name",
        own=DIGEST,
        shared=DIGEST,
        severity="LOW",
        noticed_on=date(2026, 9, 8),
    )
    story.record("discrepancy/Y1", REQUESTER, "2026-09-08", reported)
    verified = e.DiscrepancyVerified(post="岗-01", result="SOURCE_WRONG", change_proved_on=date(2026, 9, 1))
    return story.record("discrepancy/Y1", PROVIDER, "2026-09-10", verified)


def test_a_discrepancy_proves_a_change_and_the_first_update_after_it_ends_the_clock(store: Store, run: Run) -> None:
    story = Story().cast()
    story.classified()
    verified = wrong_source(story)
    (row,) = kept(store, run, story)
    assert (row.stream, row.clock, row.start) == ("item/C04", "UPDATE", verified.index)
    assert (day_of(from_micros(row.started_at)), row.latest) == (date(2026, 9, 1), "2026-09-29")
    for time in ("2026-09-11", "2026-11-02"):
        story.record("item/C04", PROVIDER, time, e.InformationUpdated(post="岗-01", version=2, digest=DIGEST))
        assert state_columns(kept(store, run, story)[0]) == ("UPDATE", "2026-09-29", "2026-09-11")


def ordered(story: Story, *, limit: str = "2026-08-11") -> Act:
    for event in (
        e.ViolationSuspected(post="岗-01", accused=REQUESTER, limb="c1", evidence=(), statement="线索"),
        e.ViolationFound(post="岗-01", limb="c1", facts="属实", evidence=(), document=DOC),
        e.CorrectionOrdered(post="岗-01", order=DOC, measures="改", limit=date.fromisoformat(limit)),
    ):
        act = story.record("violation/V1", AUTHORITY, "2026-07-21", event)
    return act


def test_an_order_runs_until_the_report_and_again_when_that_is_rejected(store: Store, run: Run) -> None:
    story = Story().cast()
    order = ordered(story)
    (row,) = kept(store, run, story)
    assert (row.clock, row.start, row.days, row.latest) == ("CORRECTION", order.index, None, "2026-08-11")
    assert (row.responsible, row.requester, row.provider) == (REQUESTER, None, None)
    report = story.record(
        "violation/V1", REQUESTER, "2026-08-04", e.CorrectionReported(post="岗-01", done="已改", proof=DIGEST)
    )
    assert state_columns(kept(store, run, story)[0]) == ("CORRECTION", "2026-08-11", "2026-08-04")
    rejected = e.CorrectionRejected(post="岗-01", report=report.ref, reasons="不足", limit=date(2026, 8, 20))
    story.record("violation/V1", AUTHORITY, "2026-08-06", rejected)
    assert state_columns(kept(store, run, story)[0]) == ("CORRECTION", "2026-08-20", None)


def test_an_unclear_item_is_reported_and_decided_each_in_ten_working_days(store: Store, run: Run) -> None:
    story = asked()
    opened = e.SecrecyReviewOpened(post="岗-01", review_id="R1", reviewer="岗-03")
    story.record("request/1", REQUESTER, "2026-09-15", opened)
    unclear = e.SecrecyReviewConcluded(post="岗-01", review_id="R1", result="UNCERTAIN")
    story.record("request/1", REQUESTER, "2026-09-16", unclear)
    row = kept(store, run, story)[-1]
    assert (row.clock, row.latest, row.days, row.responsible) == ("REVIEW_REPORT", "2026-09-30", 10, REQUESTER)
    assert (row.rule_set, row.basis, row.certainty) == ("cn-secrecy-2024", "实施条例 2024 Art. 25", "unverified")
    up = e.SecrecyReviewEscalated(post="岗-01", review_id="R1", provisional_level="秘密", to=UsccOrText(uscc=SECRECY))
    story.record("request/1", REQUESTER, "2026-09-18", up)
    assert [state_columns(each) for each in kept(store, run, story)[-2:]] == [
        ("REVIEW_REPORT", "2026-09-30", "2026-09-18"),
        ("REVIEW_DECISION", "2026-10-09", None),
    ]
    cleared = e.SecrecyReviewConcluded(post="岗-01", review_id="R1", result="CLEARED")
    story.record("request/1", REQUESTER, "2026-09-29", cleared)
    assert [state_columns(each)[2] for each in kept(store, run, story)[-2:]] == ["2026-09-18", "2026-09-29"]


def outcome(story: Story, result: str, *, time: str = "2026-09-03") -> Act:
    story.record(
        "dispute/P1",
        REQUESTER,
        "2026-06-17",
        e.DisputeOpened(
            post="岗-01",
            item="C04",
            request_id="1",
            counterparty=PROVIDER,
            claimed_class="privacy",
            fixed_by_central=False,
        ),
    )
    applied = e.DisputeApplied(post="岗-01", organ="演示机构甲", case_no="1", applied_on=date(2026, 6, 24))
    story.record("dispute/P1", REQUESTER, "2026-06-24", applied)
    event = e.DisputeOutcomeRecorded(
        post="岗-01",
        outcome=result,  # type: ignore[arg-type]
        document=DOC,
        effective=date(2026, 9, 3),
    )
    return story.record("dispute/P1", REQUESTER, time, event)


def test_an_outcome_that_the_class_is_not_made_out_has_the_provider_answer_again(store: Store, run: Run) -> None:
    story = asked(received="2026-05-18")
    story.refused(time="2026-06-05")
    decided = outcome(story, "PARTLY")
    row = kept(store, run, story)[-1]
    assert (row.stream, row.clock, row.start) == ("request/1", "ANSWER_AGAIN", decided.index)
    assert (row.days, row.latest, row.certainty, row.responsible) == (15, "2026-09-23", "ours", PROVIDER)
    story.approved(time="2026-09-08", reopened_by=decided.ref)
    assert state_columns(kept(store, run, story)[-1]) == ("ANSWER_AGAIN", "2026-09-23", "2026-09-08")


def test_an_outcome_that_bears_the_refusal_out_reopens_nothing(store: Store, run: Run) -> None:
    story = asked(received="2026-05-18")
    story.refused(time="2026-06-05")
    outcome(story, "IS")
    assert "ANSWER_AGAIN" not in [row.clock for row in kept(store, run, story)]


def test_an_answer_that_cites_an_order_has_a_clock_from_the_order(store: Store, run: Run) -> None:
    story = asked(received="2026-06-08")
    story.refused(time="2026-06-18", ground="NONE")
    order = ordered(story)
    story.approved(time="2026-08-12", reopened_by=order.ref)
    clocks = {row.clock: state_columns(row) for row in kept(store, run, story) if row.start == order.index}
    assert clocks["ANSWER_AGAIN"] == ("ANSWER_AGAIN", "2026-08-11", "2026-08-12")


def test_an_order_that_is_disowned_has_nobody_answer_again(store: Store, run: Run) -> None:
    story = asked(received="2026-06-08")
    story.refused(time="2026-06-18", ground="NONE")
    order = ordered(story)
    story.approved(time="2026-08-12", reopened_by=order.ref)
    story.disowned(order, time="2026-08-13")
    assert [row.clock for row in kept(store, run, story) if row.start == order.index] == []


@pytest.mark.parametrize("stream", ["1", None])
def test_a_month_with_deliveries_outside_the_platform_is_closed_by_statistics_of_all_their_days(
    store: Store, run: Run, stream: str | None
) -> None:
    story = Story().granted()
    first = story.delivered(time="2026-03-25", channel="OFF_PLATFORM", reason="专线", request_id=stream)
    for time in ("2026-03-25T15:00", "2026-03-30"):
        story.delivered(time=time, channel="OFF_PLATFORM", reason="专线", request_id=stream, delivery_id=f"D{time}")
    row = next(each for each in kept(store, run, story) if each.clock == "STATISTICS")
    assert (row.stream, row.start, row.latest) == (f"statistics/{PROVIDER}", first.index, "2026-03-31")
    assert (row.days, row.certainty, row.responsible) == (0, "ours", PROVIDER)
    for last, met in (("2026-03-29", None), ("2026-03-31", "2026-04-02")):
        period = Period(from_=date(2026, 3, 1), to=date.fromisoformat(last))
        filed = e.StatisticsFiled(post="岗-01", period=period, rows=())
        story.record(f"statistics/{PROVIDER}", PROVIDER, "2026-04-02", filed)
        row = next(each for each in kept(store, run, story) if each.clock == "STATISTICS")
        assert state_columns(row) == ("STATISTICS", "2026-03-31", met)
