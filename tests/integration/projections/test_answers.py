"""Answers: filters, pages, knowledge and instant, what a caller may see, and when there is no honest answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain
from typing import Any

import pytest
from sqlalchemy import Row, Select

from domain import events as e
from formats.errors import Malformed
from ledger.store.store import Store
from projections import KINDS
from projections.access.projector import AccessTrail
from projections.access.query import AccessFilters
from projections.access.tables import access
from projections.cases.query import CaseFilters
from projections.engine.builds import Builds
from projections.engine.projector import AppliedAct
from projections.engine.runner import Runner
from projections.parties.projector import Parties
from projections.query.listing import QueryRunner
from projections.query.paging import QueryOptions
from projections.query.queries import Queries
from projections.query.snapshot import Behind, Building, SnapshotRequest, Stopped
from tests.support.casebook import at
from tests.support.log_writer import write_acts
from tests.support.random_case import RandomCase
from tests.support.story import DOC, PROVIDER, REQUESTER, Story

Run = Callable[..., Runner]
MISMATCH = "PURPOSE_MISMATCH"


def _queries_after(store: Store, run: Run, story: Story) -> Queries:
    write_acts(store, story.acts[store.head().size :])
    return Queries(store, run())


def _uses(days: int) -> Story:
    story = Story().granted(["privacy"]).agreed()
    for day in range(1, days + 1):
        purpose = "P9" if day % 5 == 0 else "P1"
        story.used(time=f"2026-04-{day:02}", purpose_code=purpose, officer=f"经办岗-0{day % 3}", system=f"S-{day % 2}")
    return story


def _pages(answers: Queries, filters: AccessFilters, limit: int, **wanted: int) -> list[list[int]]:
    pages: list[list[int]] = []
    cursor: str | None = None
    while True:
        answer = answers.access(
            filters, QueryOptions(cursor=cursor, limit=limit, snapshot_request=SnapshotRequest(**wanted))
        )
        pages.append([row.index for row in answer.rows])
        cursor = answer.next
        if cursor is None:
            return pages


def test_rows_come_newest_first(store: Store, run: Run) -> None:
    story = Story().granted()
    early, late = story.used(time="2026-04-02"), story.used(time="2026-04-01")
    answers = _queries_after(store, run, story)
    assert [row.index for row in answers.access().rows] == [early.index, late.index]


@pytest.mark.parametrize(
    ("filters", "matches"),
    [
        (AccessFilters(purpose="P9"), lambda row: row.purpose == "P9"),
        (AccessFilters(verdict="UNAUTHORIZED"), lambda row: row.verdict == "UNAUTHORIZED"),
        (AccessFilters(verdict="AUTHORIZED"), lambda row: row.verdict == "AUTHORIZED"),
        (AccessFilters(post="经办岗-02"), lambda row: row.post == "经办岗-02"),
        (AccessFilters(system="S-1"), lambda row: row.system == "S-1"),
        (AccessFilters(requester=REQUESTER, item="C04"), lambda _: True),
        (AccessFilters(provider=REQUESTER), lambda _: False),
        (AccessFilters(request="1", agreement="A-1", kind="use", unit="社会救助处"), lambda _: True),
        (
            AccessFilters(reason=MISMATCH),
            lambda row: "PURPOSE_MISMATCH" in {each.code for each in row.reasons},
        ),
        (AccessFilters(reason="NO_GRANT"), lambda _: False),
        (AccessFilters(sensitive=False), lambda _: False),
        (
            AccessFilters(since=at("2026-04-05"), until=at("2026-04-09")),
            lambda row: at("2026-04-05") <= row.act.time < at("2026-04-09"),
        ),
        (
            AccessFilters(reason=MISMATCH, post="经办岗-02", since=at("2026-04-02")),
            lambda row: row.purpose == "P9" and row.post == "经办岗-02",
        ),
    ],
)
def test_a_filter_gives_the_rows_that_match_and_no_other(
    store: Store, run: Run, filters: AccessFilters, matches: Callable[[object], bool]
) -> None:
    answers = _queries_after(store, run, _uses(12))
    everything = answers.access().rows
    assert len(everything) == 12
    assert answers.access(filters).rows == tuple(row for row in everything if matches(row))


def test_a_second_post_is_found_like_the_first(store: Store, run: Run) -> None:
    story = Story().granted()
    story.released()
    (row,) = _queries_after(store, run, story).access(AccessFilters(post="岗-02")).rows
    assert (row.kind, row.post, row.second_post) == ("release", "岗-01", "岗-02")


def test_acts_that_no_table_judges_are_shown_only_when_asked_for(store: Store, run: Run) -> None:
    answers = _queries_after(store, run, _uses(2))
    assert {row.kind for row in answers.access().rows} == {"use"}
    assert [row.act.event.event_name for row in answers.access(AccessFilters(kind="other")).rows] == [
        "request.approved"
    ]


def test_pages_join_to_the_whole_answer(store: Store, run: Run) -> None:
    answers = _queries_after(store, run, _uses(12))
    whole = [row.index for row in answers.access().rows]
    assert [len(page) for page in _pages(answers, AccessFilters(), 5)] == [5, 5, 2]
    assert [*chain(*_pages(answers, AccessFilters(), 5))] == whole


def test_a_cursor_goes_on_with_what_was_known_when_the_first_page_was_given(store: Store, run: Run) -> None:
    story = _uses(8)
    answers = _queries_after(store, run, story)
    first = answers.access(options=QueryOptions(limit=3))
    whole = [row.index for row in answers.access().rows]
    story.used(time="2026-04-30")
    answers = _queries_after(store, run, story)
    second = answers.access(options=QueryOptions(limit=10, cursor=first.next))
    assert [row.index for row in (*first.rows, *second.rows)] == whole
    assert (second.as_of, second.instant) == (first.as_of, first.instant)


def test_rows_of_one_instant_are_all_found_across_pages(store: Store, run: Run) -> None:
    story = Story().granted()
    indexes = {story.used(time="2026-04-01").index for _ in range(7)}
    answers = _queries_after(store, run, story)
    assert sorted(chain(*_pages(answers, AccessFilters(), 2))) == sorted(indexes)


@pytest.mark.parametrize("cursor", ["", "x", "W10", "W251bGxd", "WzEsMiwzXQ", "AAAA"])
def test_what_is_no_cursor_is_refused(store: Store, run: Run, cursor: str) -> None:
    answers = _queries_after(store, run, _uses(3))
    options = QueryOptions(cursor=cursor or "=", limit=1)
    with pytest.raises(Malformed):
        answers.access(options=options)


def test_a_cursor_of_other_filters_is_refused(store: Store, run: Run) -> None:
    answers = _queries_after(store, run, _uses(5))
    cursor = answers.access(options=QueryOptions(limit=1)).next
    with pytest.raises(Malformed) as refused:
        answers.access(AccessFilters(purpose="P1"), QueryOptions(limit=1, cursor=cursor))
    assert refused.value.code == "CURSOR_INVALID"


def test_a_cursor_does_not_go_on_with_other_knowledge(store: Store, run: Run) -> None:
    answers = _queries_after(store, run, _uses(5))
    cursor = answers.access(options=QueryOptions(limit=1)).next
    with pytest.raises(Malformed):
        answers.access(options=QueryOptions(limit=1, cursor=cursor, snapshot_request=SnapshotRequest(as_of=3)))


def test_a_count_is_given_when_it_is_asked_for(store: Store, run: Run) -> None:
    answers = _queries_after(store, run, _uses(12))
    answer = answers.access(AccessFilters(purpose="P9"), QueryOptions(limit=1, count=True))
    assert (answer.count, len(answer.rows)) == (2, 1)
    assert answers.access().count is None


def test_at_is_when_the_last_known_entry_was_recorded_unless_it_is_asked_for(store: Store, run: Run) -> None:
    story = _uses(3)
    answers = _queries_after(store, run, story)
    assert answers.access().instant == story.acts[-1].recorded_at
    assert (
        answers.access(options=QueryOptions(snapshot_request=SnapshotRequest(as_of=2))).instant
        == story.acts[1].recorded_at
    )
    assert answers.access(
        options=QueryOptions(snapshot_request=SnapshotRequest(instant=at("2027-01-01")))
    ).instant == at("2027-01-01")


def test_nothing_is_known_of_an_empty_tree(store: Store, run: Run) -> None:
    answers = _queries_after(store, run, _uses(3))
    answer = answers.access(options=QueryOptions(snapshot_request=SnapshotRequest(as_of=0)))
    assert (answer.rows, answer.as_of) == ((), 0)


def test_a_caller_sees_only_what_his_clause_lets_through(store: Store, run: Run) -> None:
    answers = _queries_after(store, run, _uses(4))
    mine = QueryOptions(visible=lambda _: access.c.provider == PROVIDER, count=True)
    foreign = QueryOptions(visible=lambda _: access.c.provider == REQUESTER, count=True)
    assert (len(answers.access(options=mine).rows), answers.access(options=mine).count) == (4, 4)
    assert (answers.access(options=foreign).rows, answers.access(options=foreign).count) == ((), 0)


def test_an_answer_ahead_of_the_rows_says_how_far_they_are(store: Store, run: Run) -> None:
    answers = _queries_after(store, run, _uses(2))
    size = store.head().size
    with pytest.raises(Behind) as behind:
        answers.access(options=QueryOptions(snapshot_request=SnapshotRequest(as_of=size + 1)))
    assert (behind.value.wanted, behind.value.position) == (size + 1, size)


def test_who_waits_for_his_own_write_gets_it(store: Store, run: Run) -> None:
    story = _uses(2)
    write_acts(store, story.acts)
    runner = run(caught_up=False)
    answers = Queries(store, runner)
    used = story.used(time="2026-04-20")
    writer = threading.Thread(target=lambda: (write_acts(store, [used]), runner.start()))
    writer.start()
    answer = answers.access(options=QueryOptions(snapshot_request=SnapshotRequest(at_least=used.index + 1, wait=10)))
    writer.join()
    assert answer.rows[0].index == used.index


def test_an_answer_from_a_projection_that_stopped_before_is_refused_and_names_the_entry(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = _uses(3)
    write_acts(store, story.acts)

    def stumble(self: Parties, step: AppliedAct) -> None:
        assert step.act.index != 2, "no row can be made of this entry"

    monkeypatch.setattr(Parties, "apply", stumble)
    answers = Queries(store, run())
    assert answers.access().as_of == 2
    with pytest.raises(Stopped) as stopped:
        answers.access(options=QueryOptions(snapshot_request=SnapshotRequest(as_of=3)))
    assert (stopped.value.name, stopped.value.index) == ("parties", 2)


def test_before_the_first_build_there_is_no_answer(store: Store, run: Run) -> None:
    run(caught_up=False)
    with pytest.raises(Building):
        Queries(store).access()


def test_rows_of_an_older_form_of_the_tables_do_not_answer(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    _queries_after(store, run, _uses(2))
    monkeypatch.setattr(AccessTrail, "tables", AccessTrail.tables[:1])
    with pytest.raises(Building):
        Queries(store).access()


def test_an_answer_names_the_smallest_checkpoint_that_covers_it(store: Store, run: Run) -> None:
    story = _uses(3)
    answers = _queries_after(store, run, story)
    assert answers.access().checkpoint is None
    with store.writing() as transaction:
        for size in (5, 9, store.head().size):
            transaction.save_checkpoint(
                size, f"note {size}".encode(), published=True, instant=story.acts[-1].recorded_at
            )
    assert answers.access(options=QueryOptions(snapshot_request=SnapshotRequest(as_of=6))).checkpoint == b"note 9"


def test_a_case_has_its_state_its_agreements_and_what_was_judged_in_it(store: Store, run: Run) -> None:
    answers = _queries_after(store, run, _uses(10))
    (case,) = answers.case("1").rows
    assert (case.row.status, case.state.grant is not None) == ("APPROVED", True)
    assert [each.id for each in case.agreements] == ["A-1"]
    assert case.judged == {("use", "AUTHORIZED"): 3, ("use", "UNAUTHORIZED"): 7}


def test_a_case_as_of_an_earlier_size_is_the_case_of_then(store: Store, run: Run) -> None:
    story = _uses(2)
    answers = _queries_after(store, run, story)
    received = next(act for act in story.acts if act.event.event_name == "request.received")
    (case,) = answers.case("1", QueryOptions(snapshot_request=SnapshotRequest(as_of=received.index + 1))).rows
    assert (case.row.status, case.state.status, case.state.grant, case.agreements) == ("RECEIVED", "RECEIVED", None, ())


def test_the_timeline_has_every_entry_in_its_order_with_its_judgement(store: Store, run: Run) -> None:
    story = _uses(6)
    answers = _queries_after(store, run, story)
    first = answers.timeline("1", QueryOptions(limit=5))
    second = answers.timeline("1", QueryOptions(limit=50, cursor=first.next))
    rows = (*first.rows, *second.rows)
    assert [row.act for row in rows] == [act for act in story.acts if act.stream == "request/1"]
    verdicts = [row.judgement.verdict for row in rows if row.judgement and row.judgement.kind == "use"]
    assert verdicts == ["AUTHORIZED", "UNAUTHORIZED", "UNAUTHORIZED", "AUTHORIZED", "UNAUTHORIZED", "UNAUTHORIZED"]


def test_the_timeline_can_leave_the_uses_out(store: Store, run: Run) -> None:
    answers = _queries_after(store, run, _uses(6))
    names = [row.act.event.event_name for row in answers.timeline("1", uses=False).rows]
    assert names == ["request.submitted", "request.received", "request.approved"]


def test_a_clock_is_overdue_by_the_instant_of_the_question(store: Store, run: Run) -> None:
    story = Story().cast()
    story.classified(["privacy"])
    story.requested(classes_acknowledged=("privacy",))
    story.received(classes=["privacy"])
    answers = _queries_after(store, run, story)
    overdue = [
        [
            case.id
            for case in answers.cases(
                CaseFilters(overdue=True), QueryOptions(snapshot_request=SnapshotRequest(instant=at(asked)))
            ).rows
        ]
        for asked in ("2026-03-30T23:59", "2026-03-31T00:00")
    ]
    assert overdue == [[], ["1"]]  # 15 working days from 2026-03-09 end on 2026-03-30
    (case,) = answers.cases().rows
    assert [(clock.clock, str(clock.latest), clock.met_at) for clock in case.clocks] == [
        ("RESPONSE", "2026-03-30", None)
    ]


def test_an_answered_request_is_never_overdue(store: Store, run: Run) -> None:
    answers = _queries_after(store, run, _uses(1))
    late = QueryOptions(snapshot_request=SnapshotRequest(instant=at("2027-01-01")))
    assert answers.cases(CaseFilters(overdue=True), late).rows == ()
    assert [case.id for case in answers.cases(CaseFilters(overdue=False), late).rows] == ["1"]


def test_agreements_are_found_by_request_and_by_either_side(store: Store, run: Run) -> None:
    answers = _queries_after(store, run, _uses(1))
    assert [each.id for each in answers.agreements(request="1").rows] == ["A-1"]
    assert [each.id for each in answers.agreements(party=PROVIDER).rows] == ["A-1"]
    assert answers.agreements(request="2").rows == ()
    (agreement,) = answers.agreement("A-1").rows
    assert (agreement.row.status, agreement.state.current.number, agreement.row.expired) == ("IN_FORCE", 1, False)


def test_an_agreement_has_expired_when_its_term_is_over_without_an_event(store: Store, run: Run) -> None:
    answers = _queries_after(store, run, _uses(1))
    expired = [
        answers.agreements(QueryOptions(snapshot_request=SnapshotRequest(instant=at(asked)))).rows[0].expired
        for asked in ("2026-12-31T23:59", "2027-01-01T00:00")
    ]
    assert expired == [False, True]


def test_a_party_has_its_posts_and_keys(store: Store, run: Run) -> None:
    story = Story().cast()
    kid = story.key(REQUESTER)
    answers = _queries_after(store, run, story)
    (party,) = answers.party(REQUESTER).rows
    assert [post.post for post in party.posts] == ["经办岗-01"]
    assert [(key.kid, key.jwk["crv"], key.compromised_from) for key in party.keys] == [(kid, "Ed25519", None)]
    assert [row.uscc for row in answers.parties(category="GOVERNMENT").rows] == ["11320000000000094X"]


def test_the_register_shows_each_party_as_it_stood_at_the_tree_size(store: Store, run: Run) -> None:
    story = Story().cast()
    kid = story.key(REQUESTER)
    before = len(story.acts)
    story.compromised(REQUESTER, kid, since="2026-02-01", reported="2026-02-03")
    renamed = e.PartyRenamed(post="岗-00", name="江苏省民政厅", from_=date(2026, 2, 5), instrument=DOC)
    story.record(f"party/{REQUESTER}", REQUESTER, "2026-02-05", renamed)
    answers = _queries_after(store, run, story)
    (then,) = answers.party(REQUESTER, QueryOptions(snapshot_request=SnapshotRequest(as_of=before))).rows
    (now,) = answers.party(REQUESTER).rows
    assert (then.row.name, now.row.name) == (REQUESTER, "江苏省民政厅")
    assert (then.keys[0].compromised_from, now.keys[0].compromised_from) == (None, at("2026-02-01"))


def test_an_answer_read_while_its_rows_were_replaced_is_read_again(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = _uses(4)
    write_acts(store, story.acts)
    runner = run()
    answers = Queries(store, runner)
    real = QueryRunner._rows
    meanwhile = iter([lambda: (runner.rebuild(), runner.catch_up())])

    def rows(self: QueryRunner, query: Select[Any]) -> Sequence[Row[Any]]:
        for happens in meanwhile:
            happens()
        return real(self, query)

    monkeypatch.setattr(QueryRunner, "_rows", rows)
    assert len(answers.access().rows) == 4


def test_what_is_not_there_has_no_row(store: Store, run: Run) -> None:
    answers = _queries_after(store, run, _uses(1))
    assert answers.case("9").rows == answers.agreement("A-9").rows == answers.party("113206000000000787").rows == ()


def _everything(answers: Queries, wanted: SnapshotRequest) -> tuple[object, ...]:
    options = QueryOptions(snapshot_request=wanted, limit=500)
    return (
        answers.access(options=options).rows,
        answers.access(AccessFilters(kind="other"), options).rows,
        answers.cases(options=options).rows,
        answers.agreements(options).rows,
        answers.parties(options).rows,
    )


@pytest.mark.parametrize("seed", range(2))
def test_an_answer_as_of_a_size_is_that_of_a_ledger_cut_at_that_size(store: Store, run: Run, seed: int) -> None:
    story = RandomCase(seed + 50).record_random_acts(60)
    answers = _queries_after(store, run, story)
    for size in range(10, len(story.acts), 20):
        cut = Store(store.engine, f"{store.origin}/cut/{seed}/{size}")
        write_acts(cut, story.acts[:size])
        runner = Runner(cut, KINDS)
        runner.catch_up()
        then = _everything(answers, SnapshotRequest(as_of=size))
        now = _everything(Queries(cut, runner), SnapshotRequest())
        runner.stop()
        cut.close()
        assert _open_ended(then, size) == _open_ended(now, size)


def _open_ended(rows: tuple[object, ...], size: int) -> tuple[object, ...]:
    """That a judgement was later followed by another is known only later."""
    first = tuple(replace(row, known_to=None) for row in rows[0])  # type: ignore[attr-defined]
    other = tuple(replace(row, known_to=None) for row in rows[1])  # type: ignore[attr-defined]
    return (first, other, *rows[2:])


def test_rows_made_step_by_step_are_those_of_a_rebuild(store: Store, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    story = RandomCase(7).record_random_acts(60)
    monkeypatch.setattr("projections.engine.runner.BATCH", 3)
    answers = _queries_after(store, run, story)
    size = len(story.acts)
    before = [_everything(answers, SnapshotRequest(as_of=each)) for each in range(0, size + 1, 10)]
    monkeypatch.undo()
    builds = Builds(store.engine, store.ledger)
    old = {build.name: build.number for build in builds.all()}
    runner = run()
    runner.rebuild()
    runner.catch_up()
    new = {build.name: build.number for build in builds.all()}
    assert new.keys() == old.keys()
    assert all(new[name] > old[name] for name in old)
    assert [
        _everything(Queries(store, runner), SnapshotRequest(as_of=each)) for each in range(0, size + 1, 10)
    ] == before
