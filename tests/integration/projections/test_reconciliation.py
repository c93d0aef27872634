"""Each delivery stands against what its requester said of it, by what was signed, corrected and disowned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from domain import events as e
from domain.act import Act
from ledger.store.store import Store
from projections.engine.runner import Runner
from projections.query.paging import QueryOptions
from projections.query.queries import Queries
from projections.query.snapshot import SnapshotRequest
from projections.reconciliation import query as reconciliation_answers
from projections.reconciliation.projector import Reconciliation
from projections.reconciliation.query import CaseReconciliation, DeliveryFilters, DeliveryRow
from replay import log_source
from tests.support.casebook import at
from tests.support.log_writer import write_acts
from tests.support.payloads import OTHER_DIGEST
from tests.support.story import DIGEST, PROVIDER, REQUESTER, Story

Run = Callable[..., Runner]


class Dealings(Story):
    """Deliveries of 100 records and what is said of them."""

    def acknowledged(self, *, time: str = "2026-03-26", **changes: Any) -> Act:
        members: dict[str, Any] = {"post": "岗-01", "delivery_id": "D1", "records": 100, "content": DIGEST}
        event = e.DeliveryAcknowledged(**(members | changes))
        return self.record("request/1", REQUESTER, time, event)

    def rejected(self, *, time: str = "2026-03-26", **changes: Any) -> Act:
        members: dict[str, Any] = {"post": "岗-01", "delivery_id": "D1", "mismatch": "不符"}
        return self.record("request/1", REQUESTER, time, e.DeliveryRejected(**(members | changes)))

    def corrected(self, act: Act, *, time: str = "2026-03-30", **changes: object) -> Act:
        event = e.EventCorrected(post="岗-01", event=act.ref, changes=changes, reason="重复")
        return self.record(act.stream, act.by, time, event)


def _answers(store: Store, run: Run, story: Story) -> Queries:
    write_acts(store, story.acts)
    return Queries(store, run())


def _rows(store: Store, run: Run, story: Story, **wanted: Any) -> tuple[DeliveryRow, ...]:
    options = QueryOptions(snapshot_request=SnapshotRequest(**wanted))
    return _answers(store, run, story).reconciliation.deliveries(DeliveryFilters(), options).rows


def _case(store: Store, run: Run, story: Story, **wanted: Any) -> CaseReconciliation:
    (case,) = (
        _answers(store, run, story)
        .reconciliation.case("1", QueryOptions(snapshot_request=SnapshotRequest(**wanted)))
        .rows
    )
    return case


def _dealings() -> Dealings:
    story = Dealings()
    story.granted()
    return story


def test_what_is_acknowledged_in_count_and_digest_is_matched(store: Store, run: Run) -> None:
    story = _dealings()
    story.delivered()
    acknowledged = story.acknowledged()
    (row,) = _rows(store, run, story)
    assert (row.state, row.state_index, row.difference, row.differs) == ("MATCHED", acknowledged.index, 0, False)


@pytest.mark.parametrize(
    ("said", "difference", "digest_differs"),
    [({"records": 90}, 10, False), ({"content": OTHER_DIGEST}, 0, True), ({"records": 110}, -10, False)],
)
def test_what_is_acknowledged_otherwise_differs(
    store: Store, run: Run, said: dict[str, Any], difference: int, digest_differs: bool
) -> None:
    story = _dealings()
    story.delivered()
    story.acknowledged(**said)
    (row,) = _rows(store, run, story)
    assert (row.state, row.differs, row.explained) == ("DIFFERS", True, False)
    assert (row.difference, row.digest_differs) == (difference, digest_differs)


def test_an_acknowledgement_that_its_signer_disowned_says_nothing(store: Store, run: Run) -> None:
    story = _dealings()
    story.delivered()
    story.disowned(story.acknowledged(records=90))
    (row,) = _rows(store, run, story, instant=at("2026-04-04"))
    assert (row.state, row.received, row.differs, row.days) == ("UNACKNOWLEDGED", None, False, 10)


def test_a_delivery_that_its_provider_disowned_differs_from_nothing(store: Store, run: Run) -> None:
    story = _dealings()
    delivered = story.delivered()
    story.rejected(records=90)
    disowned = story.disowned(delivered)
    (row,) = _rows(store, run, story)
    assert (row.state, row.state_index, row.differs) == ("DISOWNED", disowned.index, False)


def test_copies_that_were_destroyed_stay_matched_to_what_was_acknowledged(store: Store, run: Run) -> None:
    story = _dealings()
    story.delivered()
    story.acknowledged()
    event = e.DestructionRecorded(post="岗-01", delivery_ids=("D1",), method="清除", witness="岗-02")
    destroyed = story.record("request/1", REQUESTER, "2026-05-01", event)
    (row,) = _rows(store, run, story)
    assert (row.state, row.state_index, row.received, row.days) == ("DESTROYED", destroyed.index, 100, 1)


def test_a_recall_before_any_answer_ends_the_waiting(store: Store, run: Run) -> None:
    story = _dealings()
    story.delivered()
    recalled = e.DeliveryRecalled(post="岗-01", delivery_id="D1", cause="OTHER")
    story.record("request/1", PROVIDER, "2026-03-31", recalled)
    (row,) = _rows(store, run, story, instant=at("2026-12-01"))
    assert (row.state, row.days) == ("RECALLED", 6)


@pytest.mark.parametrize("of", ["sent", "received"])
def test_a_correction_of_either_side_explains_once_the_counts_agree(store: Store, run: Run, of: str) -> None:
    story = _dealings()
    delivered = story.delivered()
    rejected = story.rejected(records=90)
    story.corrected(delivered if of == "sent" else rejected, records=95)
    agreed = story.corrected(delivered if of == "sent" else rejected, records=90 if of == "sent" else 100)
    answers = _answers(store, run, story)
    file_filter = [
        answers.reconciliation.deliveries(
            DeliveryFilters(), QueryOptions(snapshot_request=SnapshotRequest(as_of=size))
        ).rows[0]
        for size in (agreed.index, agreed.index + 1)
    ]
    assert [(row.explained, row.corrected_index) for row in file_filter] == [(False, None), (True, agreed.index)]
    assert {(row.state, row.difference) for row in file_filter} == {("REJECTED", 10)}


def test_a_correction_that_was_disowned_explains_nothing(store: Store, run: Run) -> None:
    story = _dealings()
    delivered = story.delivered()
    story.rejected(records=90)
    story.disowned(story.corrected(delivered, records=90))
    (row,) = _rows(store, run, story)
    assert (row.explained, row.corrected_index) == (False, None)


def test_only_a_delivery_after_the_answer_stands_in_the_place_of_what_was_rejected(store: Store, run: Run) -> None:
    story = _dealings()
    story.delivered()
    story.delivered(delivery_id="D2", time="2026-03-25T10:00")
    story.rejected(records=90)
    story.delivered(delivery_id="D3", item="C05", time="2026-03-27")
    before = len(story.acts)
    story.delivered(delivery_id="D4", time="2026-03-28")
    answers = _answers(store, run, story)
    file_filter = [
        answers.reconciliation.deliveries(
            DeliveryFilters(state="REJECTED"), QueryOptions(snapshot_request=SnapshotRequest(as_of=size))
        ).rows[0]
        for size in (before, before + 1)
    ]
    assert [(row.explained, row.anew) for row in file_filter] == [(False, None), (True, "D4")]


def test_a_delivery_without_a_request_is_reconciled_like_any_other(store: Store, run: Run) -> None:
    story = _dealings()
    delivered = story.delivered(request_id=None)
    event = e.DeliveryRejected(post="岗-01", delivery_id="D1", records=99, mismatch="缺一条")
    story.record(delivered.stream, REQUESTER, "2026-03-26", event)
    (row,) = _rows(store, run, story)
    assert (row.stream, row.request, row.state, row.difference) == (delivered.stream, None, "REJECTED", 1)


# --- grants against uses


def test_a_use_writes_nothing(store: Store, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    story = _dealings()
    story.delivered()
    _answers(store, run, story)
    written: list[int] = []
    hand_over = Reconciliation.row_changes

    def writes(self: Reconciliation) -> list[Any]:
        written.append(sum(len(buffer) for buffer in self.buffers))
        return hand_over(self)

    monkeypatch.setattr(Reconciliation, "row_changes", writes)
    write_acts(store, [story.used(time=f"2026-04-{day:02}") for day in range(1, 21)])
    run()
    assert written
    assert set(written) == {0}


def test_uses_are_held_against_what_had_been_delivered_by_then(store: Store, run: Run) -> None:
    story = _dealings()
    early = story.used(time="2026-03-25T08:00")
    story.delivered()
    story.used(delivery_id="D1", subject_count=7)
    wide = story.used(fields=("name", "year"))
    unknown = story.used(delivery_id="D9")
    case = _case(store, run, story)
    assert case.tally is not None
    assert (case.used, case.tally.subjects) == (4, 10)
    assert case.tally.without_delivery_at == (early.index, unknown.index)
    assert [(each.index, each.fields) for each in case.tally.beyond_fields_at] == [(wide.index, ("year",))]
    assert case.tally.by_delivery == {None: 2, "D1": 1, "D9": 1}


def test_what_was_rejected_brought_nothing(store: Store, run: Run) -> None:
    story = _dealings()
    story.delivered()
    story.rejected(records=90)
    used = story.used()
    case = _case(store, run, story)
    assert case.tally is not None
    assert case.tally.without_delivery_at == (used.index,)


def test_uses_are_counted_by_what_their_signer_says_now(store: Store, run: Run) -> None:
    story = _dealings()
    story.delivered()
    story.corrected(story.used(subject_count=1), subject_count=3)
    story.disowned(story.used(subject_count=50))
    case = _case(store, run, story)
    assert case.tally is not None
    assert (case.used, case.tally.uses, case.tally.subjects, case.tally.disowned) == (2, 1, 3, 1)


def test_uses_are_read_page_by_page_and_none_twice(store: Store, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    story = _dealings()
    for day in range(1, 8):
        story.used(time=f"2026-04-{day:02}", subject_count=day)
        if day % 3 == 0:  # what is no use stands between them
            story.reviewed()
    monkeypatch.setattr(log_source, "PAGE", 2)
    case = _case(store, run, story, as_of=len(story.acts) - 1)
    assert case.tally is not None
    assert (case.used, case.tally.uses, case.tally.subjects) == (6, 6, sum(range(1, 7)))


def test_of_more_uses_than_are_read_there_is_their_number_and_no_part_of_a_tally(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = _dealings()
    for day in range(1, 6):
        story.used(time=f"2026-04-{day:02}")
    monkeypatch.setattr(reconciliation_answers, "READ", 4)
    case = _case(store, run, story)
    assert (case.used, case.tally) == (5, None)


def test_who_only_cites_a_request_has_not_used_its_grant(store: Store, run: Run) -> None:
    story = _dealings()
    story.used(stream="use/u1", by="113201000000000350")
    answers = _answers(store, run, story)
    (grant,) = answers.reconciliation.grants(QueryOptions()).rows
    assert grant.last_use is None
    assert [each.request for each in answers.reconciliation.grants(QueryOptions(), used=False).rows] == ["1"]


def test_a_grant_ends_with_its_term_or_its_revocation(store: Store, run: Run) -> None:
    story = _dealings()
    revoked = e.GrantRevoked(post="岗-01", cause="PURPOSE_ENDED", effect=at("2026-06-01"))
    before = len(story.acts)
    story.record("request/1", PROVIDER, "2026-05-01", revoked)
    answers = _answers(store, run, story)

    def expired(asked: str, size: int) -> bool:
        wanted = SnapshotRequest(as_of=size, instant=at(asked))
        return answers.reconciliation.grants(QueryOptions(snapshot_request=wanted)).rows[0].expired

    assert [expired("2026-06-02", size) for size in (before, before + 1)] == [False, True]
    assert [expired(day, before) for day in ("2026-12-31T23:59", "2027-01-01T00:00")] == [False, True]
