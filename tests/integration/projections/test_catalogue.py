"""What the catalogue says of an item follows from its stream, and from who claims that it is a state secret."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from domain import events as e
from domain.act import Act
from ledger.store.store import Store
from projections.catalogue.query import CatalogueFilters, ItemRow
from projections.engine.runner import Runner
from projections.query.paging import QueryOptions
from projections.query.queries import Queries
from projections.query.snapshot import SnapshotRequest
from tests.support.casebook import at
from tests.support.log_writer import write_acts
from tests.support.payloads import entry_proposed, entry_published
from tests.support.story import AUTHORITY, DIGEST, DOC, PROVIDER, REQUESTER, SECRECY, THIRD, Story, scope

Run = Callable[..., Runner]
SECRET = ("state_secret",)


def _items(store: Store, run: Run, story: Story) -> Callable[..., ItemRow]:
    """The item's row at a size and an instant."""
    write_acts(store, story.acts)
    return _asked_of(Queries(store, run()))


def _asked_of(answers: Queries) -> Callable[..., ItemRow]:
    def at_size(size: int | None = None, asked: str | None = None) -> ItemRow:
        wanted = SnapshotRequest(as_of=size, instant=at(asked) if asked else None)
        (row,) = answers.catalogue.items(CatalogueFilters(q="C04"), QueryOptions(snapshot_request=wanted)).rows
        return row

    return at_size


def _published(story: Story, **changes: Any) -> Act:
    story.record("item/C04", PROVIDER, "2026-02-03", entry_proposed(**changes))
    return story.record("item/C04", AUTHORITY, "2026-02-04", entry_published())


def _offered() -> Story:
    story = Story().cast()
    story.classified()
    _published(story)
    return story


def _asked(story: Story, *, acknowledged: tuple[str, ...] = (), received: tuple[str, ...] = ()) -> Act:
    story.requested(classes_acknowledged=acknowledged)
    return story.received(classes=received)


def _stubs(item: Callable[..., ItemRow], act: Act) -> list[bool]:
    """Before the act and from it on."""
    return [item(act.index).stub, item(act.index + 1).stub]


def _becomes_one(store: Store, run: Run, story: Story, act: Act) -> bool:
    """Whether it was no stub before the act, and is one at every size from the moment at which the log has it."""
    later = [each for each in story.acts if each.index >= act.index]
    write_acts(store, story.acts[: act.index])
    before = _asked_of(Queries(store, run()))().stub
    write_acts(store, later)
    return not before and all(_stubs(_asked_of(Queries(store, run())), act))


def _dispute(story: Story, claimed: str = "state_secret", *, request: str | None = None) -> Act:
    event = e.DisputeOpened(
        post="岗-01",
        item="C04",
        counterparty=PROVIDER,
        claimed_class=claimed,  # type: ignore[arg-type]
        fixed_by_central=False,
        request_id=request,
    )
    return story.record("dispute/1", REQUESTER, "2026-04-10", event)


def _determined(story: Story, result: str) -> Act:
    event = e.DeterminationIssued(post="岗-01", document=DOC, result=result, effective=date(2026, 5, 1))  # type: ignore[arg-type]
    return story.record("dispute/1", SECRECY, "2026-05-01", event)


# --- who makes an item a stub, and what ends that


def test_the_provider_makes_it_a_stub_by_what_it_says_on_receipt(store: Store, run: Run) -> None:
    story = _offered()
    received = _asked(story, received=SECRET)
    assert _becomes_one(store, run, story, received)


def test_the_provider_makes_it_a_stub_by_naming_the_item_later(store: Store, run: Run) -> None:
    story = _offered()
    story.requested(item=None, description="年报")
    first = e.RequestReceived(post="岗-01", how="PLATFORM", class_at_receipt=())
    story.record("request/1", AUTHORITY, "2026-03-09", first)
    named = story.received(classes=SECRET, item="C04", time="2026-03-10")
    assert _becomes_one(store, run, story, named)


def test_the_provider_makes_it_a_stub_by_refusing(store: Store, run: Run) -> None:
    story = _offered()
    _asked(story)
    refused = story.refused(ground="STATE_SECRET")
    assert _becomes_one(store, run, story, refused)


def test_a_requester_makes_no_item_a_stub_by_what_it_writes_in_a_request(store: Store, run: Run) -> None:
    story = _offered()
    story.requested(classes_acknowledged=SECRET)
    event = e.RequestReceived(post="岗-01", how="PAPER", class_at_receipt=SECRET, proof=DOC)
    story.record("request/1", REQUESTER, "2026-03-09", event)
    assert not _items(store, run, story)().stub


def test_a_dispute_makes_it_a_stub_until_it_is_determined_to_be_none(store: Store, run: Run) -> None:
    story = _offered()
    opened = _dispute(story)
    determined = _determined(story, "NOT_STATE_SECRET")
    item = _items(store, run, story)
    assert _stubs(item, opened) == [False, True]
    assert _stubs(item, determined) == [True, False]


@pytest.mark.parametrize("claimed", ["trade_secret", "privacy"])
def test_a_dispute_of_route_b_makes_no_stub(store: Store, run: Run, claimed: str) -> None:
    story = _offered()
    _dispute(story, claimed)
    assert not _items(store, run, story)().stub


def test_a_dispute_that_is_withdrawn_ends_its_claim(store: Store, run: Run) -> None:
    story = _offered()
    _dispute(story)
    withdrawn = story.record("dispute/1", REQUESTER, "2026-04-20", e.DisputeWithdrawn(post="岗-01", reason="了解"))
    assert _stubs(_items(store, run, story), withdrawn) == [True, False]


def test_what_was_determined_to_be_one_stays_a_stub_until_it_is_classified(store: Store, run: Run) -> None:
    story = _offered()
    _dispute(story)
    determined = _determined(story, "PARTLY")
    classified = story.classified(["trade_secret"], time="2026-05-02")
    item = _items(store, run, story)
    assert _stubs(item, determined) == [True, True]
    assert _stubs(item, classified) == [True, False]


def test_a_classification_does_not_end_what_an_open_dispute_claims(store: Store, run: Run) -> None:
    story = _offered()
    _dispute(story)
    classified = story.classified(["trade_secret"], time="2026-04-12")
    assert _stubs(_items(store, run, story), classified) == [True, True]


def test_a_determination_that_it_is_none_ends_what_the_provider_said_before(store: Store, run: Run) -> None:
    story = _offered()
    _asked(story, received=SECRET)
    _dispute(story, request="1")
    determined = _determined(story, "NOT_STATE_SECRET")
    assert _stubs(_items(store, run, story), determined) == [True, False]


def test_a_provider_that_grants_what_it_called_secret_does_not_hold_on_to_it(store: Store, run: Run) -> None:
    story = _offered()
    _asked(story, received=SECRET)
    approved = story.approved()
    assert _stubs(_items(store, run, story), approved) == [True, False]


def test_a_class_of_state_secret_makes_a_stub_also_before_its_day(store: Store, run: Run) -> None:
    story = _offered()
    classified = story.classified(SECRET, time="2026-03-01", level="秘密", from_=date(2026, 9, 1))
    assert _becomes_one(store, run, story, classified)
    item = _asked_of(Queries(store, run()))
    assert (item(asked="2026-08-31").classes, item(asked="2026-09-01").classes) == ((), SECRET)


# --- what holds for an instant


def test_a_source_is_assigned_from_its_day_to_its_last_day(store: Store, run: Run) -> None:
    story = Story().cast()
    story.classified()
    _published(story, source_of_record=PROVIDER)
    assigned = e.SourceAssigned(post="岗-01", datum="name", party=THIRD, from_=date(2026, 3, 1), to=date(2026, 3, 31))
    story.record("item/C04", AUTHORITY, "2026-02-10", assigned)
    item = _items(store, run, story)
    days = ("2026-02-03", "2026-02-28T23:59", "2026-03-01T00:00", "2026-03-31T23:59", "2026-04-01T00:00")
    assert [item(asked=day).source for day in days] == [None, PROVIDER, THIRD, THIRD, PROVIDER]


def test_a_change_that_was_disowned_leaves_nothing_stale(store: Store, run: Run) -> None:
    story = _offered()
    event = e.InformationChanged(post="岗-01", change_id="1", how_known="巡查")
    changed = story.record("item/C04", PROVIDER, "2026-03-02", event)
    disowned = story.disowned(changed)
    item = _items(store, run, story)
    assert [item(size).stale for size in (changed.index, changed.index + 1, disowned.index + 1)] == [
        False,
        True,
        False,
    ]


def test_an_update_carries_the_earliest_change_and_the_next_one_waits(store: Store, run: Run) -> None:
    story = _offered()
    for number, day in (("1", "2026-03-02"), ("2", "2026-03-09")):
        story.record("item/C04", PROVIDER, day, e.InformationChanged(post="岗-01", change_id=number, how_known="巡查"))
    updated = e.InformationUpdated(post="岗-01", change_id="1", version=1, digest=DIGEST)
    story.record("item/C04", PROVIDER, "2026-03-10", updated)
    row = _items(store, run, story)(asked="2026-12-01")
    assert (row.changed_at, row.updated_at, row.stale) == (at("2026-03-09"), at("2026-03-10"), True)
    assert [each.state for each in row.clocks] == ["met", "overdue"]


def test_a_change_that_a_discrepancy_proved_leaves_the_item_stale(store: Store, run: Run) -> None:
    story = _offered()
    reported = e.DiscrepancyReported(
        post="岗-01",
        item="C04",
        datum="name",
        own=DIGEST,
        shared=DIGEST,
        severity="LOW",
        noticed_on=date(2026, 3, 2),
    )
    story.record("discrepancy/1", REQUESTER, "2026-03-02", reported)
    proved = e.DiscrepancyVerified(post="岗-01", result="SOURCE_WRONG", change_proved_on=date(2026, 3, 1))
    verified = story.record("discrepancy/1", PROVIDER, "2026-03-03", proved)
    item = _items(store, run, story)
    assert [item(size).stale for size in (verified.index, verified.index + 1)] == [False, True]


def test_nobody_has_classified_an_item_of_which_only_the_source_is_known(store: Store, run: Run) -> None:
    story = Story().cast()
    event = e.SourceAssigned(post="岗-01", datum="name", party=THIRD, from_=date(2026, 3, 1))
    story.record("item/C04", AUTHORITY, "2026-02-10", event)
    row = _items(store, run, story)(asked="2026-03-02")
    assert (row.status, row.provider, row.keeper, row.source, row.classes) == (
        "UNCLASSIFIED",
        None,
        THIRD,
        THIRD,
        None,
    )


# --- demands


def test_a_demand_is_converted_until_it_changes_again(store: Store, run: Run) -> None:
    story = _offered()
    stated = e.DemandStated(post="岗-01", wanted="收入", duty=scope().duty_bases[0])
    story.record("demand/N", REQUESTER, "2026-03-01", stated)
    named = story.requested(demand="N")
    changed = e.DemandChanged(post="岗-01", changed_on=date(2026, 3, 9), wanted="支出", duty=scope().duty_bases[0])
    again = story.record("demand/N", REQUESTER, "2026-03-09", changed)
    closed = story.record("demand/N", REQUESTER, "2026-03-10", e.DemandClosed(post="岗-01", reason="已满足"))
    write_acts(store, story.acts)
    answers = Queries(store, run())

    def told(size: int) -> tuple[str, str | None]:
        (row,) = answers.demands.demands(QueryOptions(snapshot_request=SnapshotRequest(as_of=size))).rows
        return str(row.status), row.request

    assert [told(act.index) for act in (named, again, closed)] == [
        ("STATED", None),
        ("CONVERTED", "1"),
        ("CHANGED", "1"),
    ]
    assert told(closed.index + 1) == ("CLOSED", "1")


def test_nobody_else_converts_a_demand_by_naming_it(store: Store, run: Run) -> None:
    story = _offered()
    stated = e.DemandStated(post="岗-01", wanted="收入", duty=scope().duty_bases[0])
    story.record("demand/N", THIRD, "2026-03-01", stated)
    story.requested(demand="N")
    write_acts(store, story.acts)
    (row,) = Queries(store, run()).demands.demands(QueryOptions()).rows
    assert (row.status, row.request) == ("STATED", None)
