"""The access trail: what a later fact changes, and that nothing it does not change is touched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from domain import events as e
from domain.act import Act
from domain.judgement.judge import judge
from domain.judgement.verdict import Judgement
from ledger.store.store import Store
from projections.access.projector import AccessTrail
from projections.access.query import AccessRow
from projections.engine.runner import Runner
from projections.parties.projector import Parties
from projections.query.paging import QueryOptions
from projections.query.queries import Queries
from projections.query.snapshot import SnapshotRequest
from tests.support.casebook import RULES, at
from tests.support.log_writer import write_acts
from tests.support.random_case import RandomCase, Replay
from tests.support.story import PROVIDER, REQUESTER, Story

Run = Callable[..., Runner]
KINDS = (AccessTrail, Parties)


def _queries_after(store: Store, run: Run, story: Story) -> Queries:
    write_acts(store, story.acts[store.head().size :])
    return Queries(store, run(KINDS))


def _judgements(answers: Queries, act: Act) -> list[tuple[int, int | None, str | None, tuple[str, ...]]]:
    return [
        (row.known_from, row.known_to, row.verdict, tuple(reason.code for reason in row.reasons))
        for row in answers.judgements(act.index).rows
    ]


def test_an_act_is_judged_by_what_is_known_when_it_is_recorded(store: Store, run: Run) -> None:
    story = Story().granted(["privacy"]).agreed()
    lawful, beyond = story.used(), story.used(purpose_code="P9")
    answers = _queries_after(store, run, story)
    assert _judgements(answers, lawful) == [(lawful.index + 1, None, "AUTHORIZED", ())]
    assert _judgements(answers, beyond) == [(beyond.index + 1, None, "UNAUTHORIZED", ("PURPOSE_MISMATCH",))]


def test_a_judgement_made_again_leaves_the_first_one_standing_as_known_then(store: Store, run: Run) -> None:
    story = Story().granted()
    used = story.used(time="2026-04-10")
    revoked = story.record(
        "request/1",
        PROVIDER,
        "2026-04-20",
        e.GrantRevoked(post="岗-01", cause="PURPOSE_ENDED", effect=at("2026-04-05")),
    )
    answers = _queries_after(store, run, story)
    assert _judgements(answers, used) == [
        (used.index + 1, revoked.index + 1, "AUTHORIZED", ()),
        (revoked.index + 1, None, "AUTHORIZED_WITH_FLAGS", ("REVOKED_UNNOTIFIED",)),
    ]


def test_as_of_a_tree_size_the_act_stands_as_it_was_known_at_that_size(store: Store, run: Run) -> None:
    story = Story().granted()
    used = story.used(time="2026-04-10")
    story.record(
        "request/1",
        PROVIDER,
        "2026-04-20",
        e.GrantRevoked(post="岗-01", cause="PURPOSE_ENDED", effect=at("2026-04-05")),
    )
    answers = _queries_after(store, run, story)
    then = answers.access(options=QueryOptions(snapshot_request=SnapshotRequest(as_of=used.index + 1)))
    now = answers.access()
    assert [row.verdict for row in then.rows] == ["AUTHORIZED"]
    assert [row.verdict for row in now.rows] == ["AUTHORIZED_WITH_FLAGS"]


def test_a_fact_that_changes_nothing_makes_no_second_judgement(store: Store, run: Run) -> None:
    story = Story().granted()
    used = story.used(time="2026-04-10")
    story.record(
        "request/1",
        PROVIDER,
        "2026-04-20",
        e.GrantRevoked(post="岗-01", cause="PURPOSE_ENDED", effect=at("2026-04-15")),
    )
    assert len(_judgements(_queries_after(store, run, story), used)) == 1


def test_a_use_that_cites_an_unknown_request_is_judged_again_when_the_request_is_known(store: Store, run: Run) -> None:
    story = Story().cast()
    story.classified()
    used = story.used(stream="use/u-1", time="2026-03-25")
    story.requested()
    story.received()
    story.approved()
    answers = _queries_after(store, run, story)
    verdicts = [verdict for _, _, verdict, _ in _judgements(answers, used)]
    assert verdicts[0] == "UNDETERMINED"
    assert verdicts[-1] == "AUTHORIZED"


def test_a_request_that_was_cited_before_a_restart_is_known_to_have_been_cited(store: Store, run: Run) -> None:
    story = Story().cast()
    story.classified()
    used = story.used(stream="use/u-1", time="2026-03-25")
    _queries_after(store, run, story)
    story.requested()
    answers = _queries_after(store, run, story)
    assert [codes for _, _, _, codes in _judgements(answers, used)] == [("EVIDENCE_GAP",), ("NO_GRANT",)]


def test_silence_turns_a_judgement_at_the_instant_of_the_question(store: Store, run: Run) -> None:
    story = Story().granted()
    used = story.used(time="2026-04-10", purpose_code=None, purpose_text=None)
    answers = _queries_after(store, run, story)
    verdicts = [
        answers.access(options=QueryOptions(snapshot_request=SnapshotRequest(instant=at(asked)))).rows[0].verdict
        for asked in ("2026-04-10T12:00", "2026-04-13T23:59", "2026-04-14T00:00")
    ]
    assert used.time.date() == date(2026, 4, 10)  # a Friday: the grace of one working day ends on Monday
    assert verdicts == ["UNDETERMINED", "UNDETERMINED", "UNAUTHORIZED"]


def test_a_correction_is_judged_and_shown_under_its_own_tree_size(store: Store, run: Run) -> None:
    story = Story().granted()
    used = story.used(time="2026-04-10", purpose_code="P9")
    story.record(
        "request/1",
        REQUESTER,
        "2026-04-11",
        e.EventCorrected(post="经办岗-01", event=used.ref, changes={"purpose_code": "P1"}, reason="笔误"),
    )
    answers = _queries_after(store, run, story)
    assert [verdict for _, _, verdict, _ in _judgements(answers, used)] == ["UNAUTHORIZED", "AUTHORIZED"]
    (row,) = answers.access().rows
    assert (row.purpose, row.act.event.purpose_code) == ("P1", "P9")  # type: ignore[attr-defined]


def test_the_row_shows_the_record_and_everything_the_judgement_names(store: Store, run: Run) -> None:
    story = Story().granted(["privacy"]).agreed()
    used = story.used(purpose_code="P9")
    (row,) = _queries_after(store, run, story).access().rows
    assert row.act == used
    assert (row.kind, row.item, row.requester, row.provider) == ("use", "C04", REQUESTER, PROVIDER)
    assert (row.post, row.unit, row.system, row.purpose) == ("经办岗-01", "社会救助处", "S-1", "P9")
    assert (row.request, row.agreement, row.agreement_version, row.grant_version) == ("1", "A-1", 1, 1)
    assert (row.table_row, row.rule_set, row.rule_set_version) == ("U4", "js-85-2012", 1)
    (reason,) = row.reasons
    assert (reason.code, reason.severity, reason.limb) == ("PURPOSE_MISMATCH", "B", "c1")
    assert reason.sentence() == "用途 P9 不在授权用途（P1）之内"
    assert row.relied_on == story.judge(used).relied_on


def _as_a_row(judgement: Judgement) -> tuple[object, ...]:
    reasons = tuple((each.reason, each.severity, each.limb, dict(each.params)) for each in judgement.reasons)
    return (judgement.verdict, judgement.table_row, reasons, judgement.relied_on, judgement.agreement_version)


def _as_judged(row: AccessRow) -> tuple[object, ...]:
    reasons = tuple((each.code, each.severity, each.limb, dict(each.params)) for each in row.reasons)
    return (row.verdict, row.table_row, reasons, row.relied_on, row.agreement_version)


JUDGED = (e.UseRecorded, e.ReleaseRecorded, e.DeliveryRecorded, e.RequestRefused)


@pytest.mark.parametrize(("seed", "restarts"), [(0, False), (1, False), (2, True), (3, True)])
def test_at_every_tree_size_every_row_is_what_judging_by_that_knowledge_gives(
    store: Store, run: Run, seed: int, restarts: bool
) -> None:
    story = RandomCase(seed).record_random_acts(80)
    for start in range(0, len(story.acts), 9) if restarts else ():
        write_acts(store, story.acts[start : start + 9])
        run(KINDS)
    answers = _queries_after(store, run, story)
    judged = {act.index: answers.judgements(act.index).rows for act in story.acts if isinstance(act.event, JUDGED)}
    known = Replay()
    for act in story.acts:
        known.apply(act)
        for index in (each for each in judged if each <= act.index):
            (row,) = [each for each in judged[index] if _holds(each, act.index + 1)]
            expected = judge(
                known.acts[index], known.facts(known.acts[index]), RULES, instant=story.acts[-1].recorded_at
            )
            assert _as_judged(row) == _as_a_row(expected), f"entry {index} as known after entry {act.index}"


def _holds(row: AccessRow, size: int) -> bool:
    return row.known_from <= size and (row.known_to is None or size < row.known_to)
