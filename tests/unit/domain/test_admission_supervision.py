"""Demands, discrepancies, inspections, statistics, rule sets and calendars (4.2, 4.10, 4.13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain import events as e
from domain.families.supervision.events import CalendarDay, DueDates, StatisticsRow
from domain.vocabulary.values import Period, UsccOrText
from tests.support.admitted import OPERATOR, AdmittedStates, admitted_states
from tests.support.payloads import CLERK
from tests.support.story import AUTHORITY, DIGEST, DOC, DUTY, PROVIDER, REQUESTER, THIRD

STATED = e.DemandStated(post=CLERK, wanted="企业年报", duty=DUTY)
MATCHED = e.DemandMatched(post=CLERK, item="C04", version=1)


def demanded() -> AdmittedStates:
    ledger = admitted_states()
    ledger.apply("demand/1", REQUESTER, STATED)
    return ledger


def test_a_demand_is_matched_by_the_authority_with_a_published_entry() -> None:
    ledger = demanded()
    assert ledger.codes("demand/1", REQUESTER, MATCHED) == ["WRONG_ROLE"]
    assert ledger.codes("demand/1", AUTHORITY, e.DemandMatched(post=CLERK, item="C04", version=2)) == ["FIELD_INVALID"]
    ledger.apply("demand/1", AUTHORITY, MATCHED)
    assert ledger.codes("demand/1", AUTHORITY, MATCHED) == ["WRONG_STATE"]


def test_a_demand_is_changed_by_who_stated_it_and_closed_by_either() -> None:
    ledger = demanded()
    change = e.DemandChanged(post=CLERK, changed_on=date(2026, 3, 2), wanted="另一项", duty=DUTY)
    closing = e.DemandClosed(post=CLERK, reason="已满足")
    assert ledger.codes("demand/1", AUTHORITY, change) == ["WRONG_ROLE"]
    assert ledger.codes("demand/1", THIRD, closing) == ["WRONG_ROLE"]
    ledger.apply("demand/1", REQUESTER, change)
    ledger.apply("demand/1", AUTHORITY, closing)
    assert ledger.codes("demand/1", REQUESTER, change) == ["WRONG_STATE"]


REPORTED = e.DiscrepancyReported(
    post=CLERK, item="C04", datum="住所", own=DIGEST, shared="cd" * 32, severity="LOW", noticed_on=date(2026, 3, 2)
)
EXPLAINED = e.DiscrepancyExplained(post=CLERK, explanation="迁址未报")
CLOSED = e.DiscrepancyClosed(post=CLERK, result="一致")
X1 = "discrepancy/1"


def verified(result: Any) -> e.DiscrepancyVerified:
    return e.DiscrepancyVerified(post=CLERK, result=result)


def compared() -> AdmittedStates:
    """Reported, with the provider as source of record."""
    ledger = admitted_states()
    assignment = e.SourceAssigned(post=CLERK, datum="住所", party=PROVIDER, from_=date(2026, 3, 2))
    ledger.apply("item/C04", AUTHORITY, assignment)
    ledger.apply(X1, REQUESTER, REPORTED)
    return ledger


def test_a_discrepancy_waits_until_a_source_is_assigned() -> None:
    ledger = admitted_states()
    ledger.apply(X1, REQUESTER, REPORTED)
    (refusal,) = ledger.refused(X1, PROVIDER, verified("SOURCE_RIGHT"))
    assert refusal.next_step == "Have the authority record source.assigned first."


def test_the_source_of_record_verifies_and_nobody_else() -> None:
    ledger = compared()
    assert ledger.codes(X1, REQUESTER, verified("SOURCE_RIGHT")) == ["WRONG_ROLE"]
    assert ledger.codes(X1, PROVIDER, verified("SOURCE_RIGHT")) == []


def test_a_discrepancy_is_not_closed_before_it_is_explained_even_if_the_source_was_right() -> None:
    ledger = compared()
    ledger.apply(X1, PROVIDER, verified("SOURCE_RIGHT"))
    assert ledger.codes(X1, REQUESTER, CLOSED) == ["WRONG_STATE"]
    ledger.apply(X1, PROVIDER, EXPLAINED)
    assert ledger.codes(X1, REQUESTER, CLOSED) == []
    assert ledger.codes(X1, THIRD, CLOSED) == ["WRONG_ROLE"]


def test_a_wrong_source_updates_before_the_discrepancy_closes() -> None:
    ledger = compared()
    ledger.apply(X1, PROVIDER, verified("SOURCE_WRONG"))
    ledger.apply(X1, PROVIDER, EXPLAINED)
    assert ledger.codes(X1, REQUESTER, CLOSED) == ["WRONG_STATE"]
    ledger.apply("item/C04", PROVIDER, e.InformationUpdated(post=CLERK, version=2, digest=DIGEST))
    assert ledger.codes(X1, REQUESTER, CLOSED) == []


def test_an_undecided_discrepancy_does_not_close_and_is_verified_again() -> None:
    ledger = compared()
    ledger.apply(X1, PROVIDER, verified("UNDECIDED"))
    ledger.apply(X1, PROVIDER, EXPLAINED)
    assert ledger.codes(X1, AUTHORITY, CLOSED) == ["WRONG_STATE"]
    assert ledger.codes(X1, PROVIDER, verified("SOURCE_RIGHT")) == []


def inspection(inspected: tuple[str, ...] = (PROVIDER,)) -> e.InspectionOpened:
    return e.InspectionOpened(post=CLERK, inspected=inspected, subject="用途", inspector=CLERK, sensitive_text=True)


def test_an_inspection_is_opened_by_the_authority_and_closed_by_who_opened_it() -> None:
    ledger = admitted_states()
    closing = e.InspectionClosed(post=CLERK, result="无异常")
    assert ledger.codes("inspection/1", REQUESTER, inspection()) == ["WRONG_ROLE"]
    ledger.apply("inspection/1", AUTHORITY, inspection())
    assert ledger.codes("inspection/1", PROVIDER, closing) == ["WRONG_ROLE"]
    ledger.apply("inspection/1", AUTHORITY, closing)
    assert ledger.codes("inspection/1", AUTHORITY, closing) == ["WRONG_STATE"]


def statistics(requester: str = REQUESTER) -> e.StatisticsFiled:
    row = StatisticsRow(requester=requester, item="C04", channel="OFF_PLATFORM", deliveries=1, records=9)
    return e.StatisticsFiled(post=CLERK, period=Period(from_=date(2026, 2, 1), to=date(2026, 2, 28)), rows=(row,))


def test_statistics_are_in_the_stream_of_their_filer() -> None:
    ledger = admitted_states()
    assert ledger.codes(f"statistics/{PROVIDER}", PROVIDER, statistics()) == []
    assert ledger.codes(f"statistics/{PROVIDER}", REQUESTER, statistics(THIRD)) == ["WRONG_ROLE"]
    assert ledger.codes(f"statistics/{PROVIDER}", PROVIDER, statistics(PROVIDER)) == ["SAME_ORGAN"]


ACTIVATED = e.RulesetActivated(
    post=CLERK,
    version=2,
    effective_from=date(2026, 4, 1),
    divisions=("320000",),
    objects=("政务信息资源",),
    rank=1,
    text_status="reconstructed",
    status="unverified",
    digest=DIGEST,
)
PUBLISHED = e.CalendarPublished(post=CLERK, years=(2027,), notice=DOC, digest=DIGEST)


@pytest.mark.parametrize(("stream", "event"), [("ruleset/js-85-2012", ACTIVATED), ("calendar/cn", PUBLISHED)])
def test_rule_sets_and_the_calendar_are_the_provincial_authoritys(stream: str, event: e.Event) -> None:
    assert admitted_states().codes(stream, AUTHORITY, event) == []
    assert admitted_states().codes(stream, OPERATOR, event) == ["WRONG_ROLE"]


def test_a_version_of_a_rule_set_is_activated_once() -> None:
    ledger = admitted_states()
    ledger.apply("ruleset/js-85-2012", AUTHORITY, ACTIVATED)
    assert ledger.codes("ruleset/js-85-2012", AUTHORITY, ACTIVATED) == ["FIELD_INVALID"]


def test_a_local_overlay_is_the_authoritys_of_its_division() -> None:
    day = CalendarDay(date=date(2026, 7, 1), working=False)
    event = e.CalendarLocalOverlayAdded(post=CLERK, division="320500", days=(day,), instrument=DOC)
    assert admitted_states().codes("calendar/cn", AUTHORITY, event) == []
    assert admitted_states().codes("calendar/cn", THIRD, event) == ["WRONG_ROLE"]


def test_deadlines_are_recomputed_by_the_operator() -> None:
    ledger = admitted_states()
    cause = ledger.apply("calendar/cn", AUTHORITY, PUBLISHED).ref
    event = e.DeadlineRecomputed(
        post=CLERK, stream="request/1", clock="RESPONSE", old=DueDates(), new=DueDates(), cause=cause
    )
    assert ledger.codes("calendar/cn", AUTHORITY, event) == ["WRONG_ROLE"]
    assert ledger.codes("calendar/cn", OPERATOR, event) == []


def test_a_read_of_the_trail_is_recorded_by_operator_authority_or_monitoring() -> None:
    members: dict[str, Any] = {"post": CLERK, "caller": AUTHORITY, "caller_post": CLERK, "purpose": "检查"}
    event = e.SupervisionRead(**members, question="access", tree_size=9, count=1)
    assert admitted_states().codes("authority/320000", OPERATOR, event) == []
    assert admitted_states().codes("authority/320000", AUTHORITY, event) == []
    assert admitted_states().codes("authority/320000", PROVIDER, event) == ["WRONG_ROLE"]


def test_a_discrepancy_is_about_a_resource_that_is_known() -> None:
    event = replace(REPORTED, item="C99")
    assert admitted_states().codes(X1, REQUESTER, event) == ["FIELD_INVALID"]


def test_an_unmet_demand_can_still_be_matched_and_a_matched_one_is_not_unmet() -> None:
    unmet = e.DemandUnmet(post=CLERK, reason="无提供单位")
    ledger = demanded()
    assert ledger.codes("demand/1", REQUESTER, unmet) == ["WRONG_ROLE"]
    ledger.apply("demand/1", AUTHORITY, unmet)
    assert ledger.codes("demand/1", AUTHORITY, unmet) == ["WRONG_STATE"]
    ledger.apply("demand/1", AUTHORITY, MATCHED)
    assert ledger.codes("demand/1", AUTHORITY, unmet) == ["WRONG_STATE"]


def test_a_report_of_figures_is_exported_by_operator_or_authority_alone() -> None:
    period = Period(from_=date(2026, 1, 1), to=date(2026, 3, 31))
    recipient = UsccOrText(text="财政部门")
    event = e.ReportExported(
        post=CLERK, organs=(PROVIDER,), period=period, recipient=recipient, digest=DIGEST, tree_size=9
    )
    assert admitted_states().codes("authority/320000", OPERATOR, event) == []
    assert admitted_states().codes("authority/320000", AUTHORITY, event) == []
    assert admitted_states().codes("authority/320000", PROVIDER, event) == ["WRONG_ROLE"]
