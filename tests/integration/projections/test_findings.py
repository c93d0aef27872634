"""Findings: one for each act or clock and each reason with a limb; what silence and the authority make of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from domain import events as e
from domain.act import Act
from domain.findings.derive import finding_id
from domain.findings.file_stage import Stage
from domain.reasons.catalogue import Reason
from ledger.store.store import Store
from projections.access.projector import AccessTrail
from projections.deadlines.projector import Deadlines
from projections.engine.runner import Runner
from projections.findings.projector import Findings
from projections.findings.query import FindingFilters, FindingRow
from projections.parties.projector import Parties
from projections.query.paging import QueryOptions
from projections.query.queries import Queries
from projections.query.snapshot import SnapshotRequest
from tests.support import payloads
from tests.support.casebook import at
from tests.support.log_writer import write_acts
from tests.support.story import AUTHORITY, DIGEST, DOC, DUTY, GOVERNMENT, PROVIDER, REQUESTER, STATUTE, Story, scope

Run = Callable[..., Runner]
KINDS = (AccessTrail, Deadlines, Findings, Parties)
FROZEN = "2026-10-30"


class Written:
    """A story, and what is asked about it."""

    def __init__(self, store: Store, run: Run, story: Story) -> None:
        write_acts(store, story.acts[store.head().size :])
        self.story = story
        self.answers = Queries(store, run(KINDS))

    def asking(self, asked: str = FROZEN, as_of: int | None = None) -> QueryOptions:
        return QueryOptions(snapshot_request=SnapshotRequest(as_of=as_of, instant=at(asked)))

    def rows(self, asked: str = FROZEN, as_of: int | None = None, **filters: Any) -> tuple[FindingRow, ...]:
        return self.answers.findings.listed(FindingFilters(**filters), self.asking(asked, as_of)).rows

    def reasons(self, asked: str = FROZEN, as_of: int | None = None, **filters: Any) -> list[str]:
        return [row.reason for row in self.rows(asked, as_of, **filters)]

    def status(self, reason: Reason, asked: str = FROZEN, as_of: int | None = None) -> Stage | None:
        (row,) = self.rows(asked, as_of, reason=reason)
        return row.status


@pytest.fixture
def tell(store: Store, run: Run) -> Callable[[Story], Written]:
    return lambda story: Written(store, run, story)


Tell = Callable[[Story], Written]


# --- from acts


def test_an_act_has_one_finding_for_each_reason_with_a_limb(tell: Tell) -> None:
    story = Story().granted(["trade_secret"])
    used = story.used(purpose_code="P9", recorded="2026-04-20")
    file_filter = tell(story)
    assert [(row.reason, row.limb, row.accused, row.index) for row in file_filter.rows()] == [
        (reason, limb, REQUESTER, used.index)
        for reason, limb in sorted(
            (("PURPOSE_MISMATCH", "c1"), ("AGREEMENT_MISSING", "c3")),
            key=lambda each: finding_id(f"act {REQUESTER} {used.id}", Reason(each[0])),
            reverse=True,
        )
    ]


def test_a_lawful_act_and_a_flag_without_limb_make_no_finding(tell: Tell) -> None:
    story = Story().granted()
    story.used()
    story.used(recorded="2026-04-20")
    assert tell(story).rows() == ()


def test_a_later_word_takes_a_finding_away_at_its_own_size_and_earlier_knowledge_stays(tell: Tell) -> None:
    story = Story().granted()
    used = story.used(purpose_code="P9")
    disowned = story.disowned(used)
    file_filter = tell(story)
    assert file_filter.reasons(as_of=disowned.index) == ["PURPOSE_MISMATCH"]
    assert file_filter.reasons(as_of=disowned.index + 1) == []
    id_ = finding_id(f"act {REQUESTER} {used.id}", Reason.PURPOSE_MISMATCH)
    (last,) = file_filter.answers.findings.one(id_, file_filter.asking()).rows
    assert (last.row.holds, last.row.known_from, last.row.known_to) == (False, used.index + 1, disowned.index + 1)
    (then,) = file_filter.answers.findings.one(id_, file_filter.asking(as_of=disowned.index)).rows
    assert (then.row.holds, then.row.known_to) == (True, None)


def test_a_reclassification_excuses_what_nobody_could_know(tell: Tell) -> None:
    story = Story().granted()
    story.used(time="2026-04-10", purpose_code="P9")
    later = story.classified(["privacy"], time="2026-06-01", from_=date(2026, 2, 2), cause=story.acts[0].ref)
    file_filter = tell(story)
    assert file_filter.reasons(as_of=later.index) == file_filter.reasons() == ["PURPOSE_MISMATCH"]


# --- from silence


def received(*classes: str, time: str = "2026-09-14") -> Story:
    story = Story().cast()
    story.classified(classes)
    story.requested(classes_acknowledged=classes)
    story.received(classes=classes, time=time)
    return story


def test_an_answer_that_is_due_is_no_finding_before_its_last_day_is_over(tell: Tell) -> None:
    file_filter = tell(received("privacy"))
    assert file_filter.reasons("2026-10-10T23:59") == []
    assert file_filter.reasons("2026-10-11T00:00") == ["LATE_RESPONSE"]


def test_the_late_answer_is_the_same_finding_as_the_silence_before_it_and_is_counted_once(tell: Tell) -> None:
    story = received("privacy")
    answer = story.approved(time="2026-10-12", classes=("privacy",))
    file_filter = tell(story)
    (silent,), (late,) = file_filter.rows(as_of=answer.index), file_filter.rows(as_of=answer.index + 1)
    assert (silent.id, silent.since, silent.kind) == (late.id, late.since, late.kind)
    assert silent.kind == "silence"
    assert (silent.evidence, late.evidence) == ((silent.index,), (silent.index, answer.index))


def test_an_answer_in_time_leaves_no_finding_and_none_that_was_taken_away(tell: Tell) -> None:
    story = received("privacy")
    receipt = story.acts[-1]
    answer = story.approved(time="2026-10-09", classes=("privacy",))
    file_filter = tell(story)
    assert file_filter.rows() == ()
    id_ = finding_id(f"clock request/1 RESPONSE {receipt.index}", Reason.LATE_RESPONSE)
    assert file_filter.answers.findings.one(id_, file_filter.asking()).rows == ()
    assert file_filter.reasons(as_of=answer.index) == ["LATE_RESPONSE"]  # by what was known then, asked today


def changed(story: Story, time: str, name: str = "K1") -> Act:
    event = e.InformationChanged(post="岗-01", change_id=name, how_known="业务办理")
    return story.record("item/C04", PROVIDER, time, event)


def test_each_change_that_was_not_carried_in_time_is_a_finding_against_who_provides(tell: Tell) -> None:
    story = Story().cast()
    story.classified(time="2026-02-02")
    late = changed(story, "2026-07-06")
    story.record("item/C04", PROVIDER, "2026-08-20", payloads.updated())
    changed(story, "2026-09-01", "K2")
    story.record("item/C04", PROVIDER, "2026-09-10", payloads.updated())
    open_ = changed(story, "2026-09-07", "K3")
    file_filter = tell(story)
    assert [(row.index, row.limb, row.accused, row.item) for row in file_filter.rows()] == [
        (open_.index, "b", PROVIDER, "C04"),
        (late.index, "b", PROVIDER, "C04"),
    ]
    assert [row.index for row in file_filter.rows("2026-10-10T23:59")] == [late.index]


def test_a_disowned_change_is_no_finding_from_then_on(tell: Tell) -> None:
    story = Story().cast()
    story.classified(time="2026-02-02")
    change = changed(story, "2026-07-06")
    disowned = story.disowned(change)
    file_filter = tell(story)
    assert file_filter.reasons(as_of=disowned.index) == ["LATE_UPDATE"]
    assert file_filter.reasons() == []


def test_a_change_that_a_discrepancy_proves_is_a_finding_until_an_update_in_time_is_recorded(tell: Tell) -> None:
    story = Story().cast()
    story.classified(time="2026-02-02")
    story.record("discrepancy/X1", REQUESTER, "2026-09-01", payloads.reported())
    verified = e.DiscrepancyVerified(post="岗-01", result="SOURCE_WRONG", change_proved_on=date(2026, 7, 6))
    proof = story.record("discrepancy/X1", PROVIDER, "2026-09-08", verified)
    update = story.record("item/C04", PROVIDER, "2026-07-20", payloads.updated(), recorded="2026-09-09")
    file_filter = tell(story)
    assert file_filter.reasons(as_of=proof.index) == []
    assert file_filter.reasons(as_of=update.index) == ["LATE_UPDATE"]
    assert file_filter.reasons() == []


def test_a_ruling_that_is_not_followed_by_its_day_is_a_finding(tell: Tell) -> None:
    story = Story().cast()
    story.classified()
    story.requested(item=None, description="排污单位监测")
    story.received(item="C04")
    story.record("request/1", REQUESTER, "2026-05-11", e.NegotiationOpened(post="岗-01", opening="商请"))
    story.record("request/1", REQUESTER, "2026-06-05", e.NegotiationFailed(post="岗-01", record=DIGEST))
    submitted = e.RulingSubmitted(post="岗-01", file=DIGEST, to="320000", level_rule="SAME_DIVISION")
    story.record("request/1", AUTHORITY, "2026-06-08", submitted)
    ruling = e.RulingIssued(post="岗-01", instrument=DOC, share=True, scope=scope(), comply_by=date(2026, 6, 26))
    ruled = story.record("request/1", GOVERNMENT, "2026-06-12", ruling)
    narrow = story.approved(time="2026-06-16", scope=scope(fields=("name",)), ruling=ruled.ref)
    file_filter = tell(story)
    assert file_filter.reasons("2026-06-26T23:59") == []
    (row,) = file_filter.rows()
    assert (row.reason, row.index, row.since) == ("RULING_IGNORED", ruled.index, at("2026-06-27T00:00"))
    assert narrow.index > row.index


def test_statistics_that_are_missing_for_a_month_are_one_finding_until_they_are_filed(tell: Tell) -> None:
    story = Story().granted()
    way = {"channel": "OFF_PLATFORM", "reason": "平台检修"}
    first, second = story.delivered(**way), story.delivered(**way, delivery_id="D2", time="2026-03-27")
    third = story.delivered(**way, delivery_id="D3", time="2026-04-02")
    file_filter = tell(story)
    assert file_filter.reasons("2026-03-31T23:59") == []
    assert [(row.index, row.kind) for row in file_filter.rows("2026-04-01T00:00")] == [(first.index, "silence")]
    assert [row.index for row in file_filter.rows()] == [third.index, first.index]
    filed = story.record(f"statistics/{PROVIDER}", PROVIDER, "2026-05-04", payloads.statistics(date(2026, 3, 1)))
    file_filter = tell(story)
    assert [row.index for row in file_filter.rows()] == [third.index]
    assert [row.index for row in file_filter.rows(as_of=filed.index)] == [third.index, first.index]
    assert second.index not in {row.index for row in file_filter.rows(as_of=filed.index)}


def test_a_collection_of_what_was_offered_is_a_finding_until_a_statute_exempts_it(tell: Tell) -> None:
    story = Story().cast()
    story.classified(time="2026-02-02")
    declared = e.CollectionDeclared(
        post="岗-01",
        declaration_id="N1",
        datum="年报",
        item="C04",
        duty=DUTY,
        catalogue_version=DIGEST,
        from_=date(2026, 5, 1),
    )
    collected = story.record(f"party/{REQUESTER}", REQUESTER, "2026-04-20", declared)
    story.record("item/C04", PROVIDER, "2026-02-03", payloads.entry_proposed(), recorded="2026-04-21")
    offered = story.record("item/C04", AUTHORITY, "2026-02-10", payloads.entry_published(), recorded="2026-04-22")
    exempted = e.CollectionExempted(post="岗-01", declaration_id="N1", statute=STATUTE)
    exemption = story.record(f"party/{REQUESTER}", REQUESTER, "2026-04-23", exempted)
    file_filter = tell(story)
    assert file_filter.reasons(as_of=collected.index + 1) == []
    assert file_filter.reasons(as_of=offered.index + 1) == ["RECOLLECTED"]
    assert file_filter.reasons(as_of=exemption.index + 1) == []


# --- what the authority makes of it


def suspected(story: Story, limb: str, evidence: Act, *, finding: str | None = None, name: str = "V1") -> Act:
    event = e.ViolationSuspected(
        post="岗-01",
        accused=evidence.by,
        limb=limb,  # type: ignore[arg-type]
        evidence=(evidence.ref,),
        finding=finding,
        statement="线索",
    )
    return story.record(f"violation/{name}", AUTHORITY, "2026-08-12", event)


def goes_on(story: Story, event: e.Event, *, by: str = AUTHORITY, time: str = "2026-08-19", name: str = "V1") -> Act:
    return story.record(f"violation/{name}", by, time, event)


def found(limb: str = "c1") -> e.ViolationFound:
    return e.ViolationFound(post="岗-01", limb=limb, facts="属实", evidence=(), document=DOC)  # type: ignore[arg-type]


ORDER = e.CorrectionOrdered(post="岗-01", order=DOC, measures="改", limit=date(2026, 8, 26))


def misused() -> tuple[Story, Act]:
    story = Story().granted()
    return story, story.used(purpose_code="P9", duty=None)


def test_a_finding_stands_where_the_authoritys_file_has_come_to(tell: Tell) -> None:
    story, used = misused()
    opened = suspected(story, "c1", used)
    told_as = [(opened, Stage.TAKEN_UP), (goes_on(story, found()), Stage.FOUND)]
    told_as.append((goes_on(story, ORDER), Stage.CORRECTION_ORDERED))
    report = goes_on(story, e.CorrectionReported(post="岗-01", done="改了", proof=DIGEST), by=REQUESTER)
    told_as.append((report, Stage.CORRECTION_REPORTED))
    told_as.append((goes_on(story, e.CorrectionAccepted(post="岗-01", report=report.ref)), Stage.CORRECTED))
    told_as.append((goes_on(story, e.ViolationSeriousFound(post="岗-01", reasons="重")), Stage.SERIOUS))
    criticism = e.CriticismNotified(post="岗-01", notice=DOC, audience="INTERNAL")
    told_as.append((goes_on(story, criticism), Stage.CRITICISED))
    file_filter = tell(story)
    assert file_filter.status(Reason.PURPOSE_MISMATCH, as_of=opened.index) is Stage.OPEN
    assert [file_filter.status(Reason.PURPOSE_MISMATCH, "2026-08-20", act.index + 1) for act, _ in told_as] == [
        stage for _, stage in told_as
    ]
    id_ = finding_id(f"act {REQUESTER} {used.id}", Reason.PURPOSE_MISMATCH)
    (file,) = file_filter.answers.findings.one(id_, file_filter.asking()).rows
    assert [(moved.act.index, moved.status) for moved in file.history] == [(act.index, stage) for act, stage in told_as]


def test_an_order_that_nobody_reported_on_is_overdue_after_its_limit(tell: Tell) -> None:
    story, used = misused()
    suspected(story, "c1", used)
    goes_on(story, found())
    goes_on(story, ORDER)
    file_filter = tell(story)
    asked = ("2026-08-26T23:59", "2026-08-27T00:00")
    assert [file_filter.status(Reason.PURPOSE_MISMATCH, each) for each in asked] == [
        Stage.CORRECTION_ORDERED,
        Stage.CORRECTION_OVERDUE,
    ]
    assert file_filter.rows(asked[0], status=Stage.CORRECTION_OVERDUE) == ()
    assert {row.reason for row in file_filter.rows(asked[1], status=Stage.CORRECTION_OVERDUE)} == {
        "PURPOSE_MISMATCH",
        "NOT_DUTY_RELATED",
    }


def test_a_file_that_names_a_finding_takes_up_that_one_alone(tell: Tell) -> None:
    story, used = misused()
    suspected(story, "c1", used, finding=finding_id(f"act {REQUESTER} {used.id}", Reason.PURPOSE_MISMATCH))
    file_filter = tell(story)
    assert file_filter.status(Reason.PURPOSE_MISMATCH) is Stage.TAKEN_UP
    assert file_filter.status(Reason.NOT_DUTY_RELATED) is Stage.OPEN


def test_a_file_that_names_none_takes_up_what_its_evidence_shows_under_its_limb(tell: Tell) -> None:
    story = Story().granted(["trade_secret"])
    used = story.used(purpose_code="P9")
    suspected(story, "c1", used)
    file_filter = tell(story)
    assert file_filter.status(Reason.PURPOSE_MISMATCH) is Stage.TAKEN_UP
    assert file_filter.status(Reason.AGREEMENT_MISSING) is Stage.OPEN


@pytest.mark.parametrize("cited", ["receipt", "answer"])
def test_a_file_is_about_a_clock_when_it_cites_what_started_it_or_the_late_answer(tell: Tell, cited: str) -> None:
    story = received("privacy")
    receipt = story.acts[-1]
    answer = story.approved(time="2026-10-12", classes=("privacy",))
    suspected(story, "a", {"receipt": receipt, "answer": answer}[cited])
    file_filter = tell(story)
    assert file_filter.status(Reason.LATE_RESPONSE) is Stage.TAKEN_UP


def test_what_the_authority_found_outweighs_another_file_that_it_dismissed(tell: Tell) -> None:
    story, used = misused()
    suspected(story, "c1", used, name="V1")
    goes_on(story, found(), name="V1")
    suspected(story, "c1", used, name="V2")
    goes_on(story, e.ViolationDismissed(post="岗-01", reasons="重复"), name="V2")
    file_filter = tell(story)
    (row,) = file_filter.rows(reason=Reason.PURPOSE_MISMATCH)
    assert (row.status, row.violation) == (Stage.FOUND, "V1")


def test_a_file_whose_opening_record_was_disowned_takes_up_nothing(tell: Tell) -> None:
    story, used = misused()
    opened = suspected(story, "c1", used)
    disowned = story.disowned(opened)
    file_filter = tell(story)
    assert file_filter.status(Reason.PURPOSE_MISMATCH, as_of=disowned.index) is Stage.TAKEN_UP
    assert file_filter.status(Reason.PURPOSE_MISMATCH) is Stage.OPEN
