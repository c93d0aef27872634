"""For each event, in a state that allows it: who may record it, and organs that may not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from domain import events as e
from domain.vocabulary.values import URN, Period, Ref, UsccOrText
from tests.support.admitted import OPERATOR, AdmittedStates, admitted_states
from tests.support.payloads import (
    CLERK,
    amended,
    amendment,
    classified,
    entry_proposed,
    key_of,
    received,
)
from tests.support.story import AUTHORITY, DIGEST, DOC, DUTY, GOVERNMENT, PROVIDER, REQUESTER, STATUTE, THIRD, at

R1, A1, C04, D1, V1 = "request/1", "agreement/A-1", "item/C04", "dispute/D1", "violation/V1"
PARTY = f"party/{REQUESTER}"
EVERYONE = frozenset((REQUESTER, PROVIDER, THIRD, AUTHORITY, GOVERNMENT, OPERATOR))
Prepared = Callable[[], AdmittedStates]


def proposed_entry() -> AdmittedStates:
    ledger = admitted_states()
    ledger.apply("item/C05", PROVIDER, classified())
    ledger.apply("item/C05", PROVIDER, entry_proposed())
    return ledger


def in_force() -> AdmittedStates:
    return admitted_states().approved().agreed()


def amending() -> AdmittedStates:
    ledger = in_force()
    ledger.apply(A1, PROVIDER, amendment())
    return ledger


def suspended_agreement() -> AdmittedStates:
    ledger = in_force()
    ledger.apply(A1, PROVIDER, e.AgreementSuspended(post=CLERK, cause="BREACH", effect=at("2026-03-03")), id="s1")
    return ledger


def suspended_grant() -> AdmittedStates:
    ledger = admitted_states().approved()
    ledger.apply(R1, PROVIDER, e.GrantSuspended(post=CLERK, cause="BREACH", effect=at("2026-03-03")), id="s1")
    return ledger


def described() -> AdmittedStates:
    ledger = admitted_states().submitted(item=None, description="排污许可", classes_acknowledged=())
    ledger.apply("item/C08", PROVIDER, classified(classes=()))
    ledger.apply(R1, PROVIDER, received(item="C08", class_at_receipt=()))
    return ledger


def negotiating() -> AdmittedStates:
    ledger = described()
    ledger.apply(R1, REQUESTER, e.NegotiationOpened(post=CLERK, opening="范围"))
    return ledger


def failed() -> AdmittedStates:
    ledger = negotiating()
    ledger.apply(R1, REQUESTER, e.NegotiationFailed(post=CLERK, record=DIGEST))
    return ledger


def disputed(claimed: Any = "state_secret") -> AdmittedStates:
    ledger = admitted_states()
    event = e.DisputeOpened(
        post=CLERK, item="C04", counterparty=PROVIDER, claimed_class=claimed, fixed_by_central=False
    )
    ledger.apply(D1, REQUESTER, event)
    return ledger


def trade_disputed() -> AdmittedStates:
    return disputed("trade_secret")


def objected() -> AdmittedStates:
    ledger = disputed()
    filed = e.DisputeObjectionFiled(post=CLERK, originator=UsccOrText(uscc=OPERATOR), filing=DOC)
    ledger.apply(D1, REQUESTER, filed)
    return ledger


def decided() -> AdmittedStates:
    ledger = objected()
    ledger.apply(D1, PROVIDER, e.DisputeObjectionDecided(post=CLERK, decision="UPHELD", document=DOC))
    return ledger


def demanded() -> AdmittedStates:
    ledger = admitted_states()
    ledger.apply("demand/1", REQUESTER, e.DemandStated(post=CLERK, wanted="年报", duty=DUTY))
    return ledger


def declared() -> AdmittedStates:
    ledger = admitted_states()
    event = e.CollectionDeclared(
        post=CLERK, declaration_id="N1", datum="年报", duty=DUTY, catalogue_version=DIGEST, from_=date(2026, 3, 2)
    )
    ledger.apply(PARTY, REQUESTER, event)
    return ledger


def found() -> AdmittedStates:
    ledger = admitted_states()
    suspicion = e.ViolationSuspected(post=CLERK, accused=REQUESTER, limb="c1", evidence=(), statement="超范围")
    ledger.apply(V1, PROVIDER, suspicion)
    ledger.apply(V1, AUTHORITY, e.ViolationFound(post=CLERK, limb="c1", facts="查实", evidence=(), document=DOC))
    return ledger


def resumed(made: Any) -> Any:
    members: dict[str, Any] = {"post": CLERK, "effect": at("2026-03-04")}
    return made(**members, suspended=Ref(source=URN + PROVIDER, id="s1"))


CASES: list[tuple[Prepared, str, e.Event, set[str]]] = [
    (proposed_entry, "item/C05", e.CatalogueEntryReturned(post=CLERK, version=1, reasons="缺项"), {AUTHORITY}),
    (
        admitted_states,
        C04,
        e.CatalogueChangeNotified(post=CLERK, changed_on=date(2026, 3, 2), delta="字段"),
        {PROVIDER},
    ),
    (admitted_states, C04, e.CatalogueEntryAmended(post=CLERK, version=2, update_cycle="每月"), {AUTHORITY}),
    (admitted_states, C04, e.CatalogueEntrySuspended(post=CLERK, cause="OTHER"), {AUTHORITY, PROVIDER}),
    (admitted_states, C04, e.CatalogueEntryWithdrawn(post=CLERK, ground="机构改革"), {AUTHORITY}),
    (admitted_states, C04, e.InformationUpdated(post=CLERK, version=2, digest=DIGEST), {PROVIDER}),
    (in_force, A1, amendment(), {REQUESTER, PROVIDER}),
    (amending, A1, amended(), {REQUESTER, PROVIDER}),
    (in_force, A1, e.AgreementSuspended(post=CLERK, cause="BREACH", effect=at("2026-03-03")), {PROVIDER}),
    (suspended_agreement, A1, resumed(e.AgreementResumed), {PROVIDER}),
    (
        in_force,
        A1,
        e.AgreementTerminated(post=CLERK, clause="9", notice_on=date(2026, 3, 2), effect=date(2026, 4, 1)),
        {REQUESTER, PROVIDER},
    ),
    (suspended_grant, R1, resumed(e.GrantResumed), {PROVIDER}),
    (lambda: admitted_states().received(), R1, e.RequestAcceptedForReview(post=CLERK, unit="处"), {PROVIDER}),
    (lambda: admitted_states().received(), R1, e.RequestSupplementAsked(post=CLERK, missing=("依据",)), {PROVIDER}),
    (described, R1, e.NegotiationOpened(post=CLERK, opening="范围"), {REQUESTER, PROVIDER}),
    (
        negotiating,
        R1,
        e.NegotiationRoundRecorded(post=CLERK, round=1, held_on=date(2026, 3, 2), record=DIGEST, position="先试"),
        {REQUESTER, PROVIDER},
    ),
    (negotiating, R1, e.NegotiationFailed(post=CLERK, record=DIGEST), {REQUESTER, PROVIDER}),
    (failed, R1, e.RulingSubmitted(post=CLERK, file=DIGEST, to="320000", level_rule="SAME_DIVISION"), {AUTHORITY}),
    (
        disputed,
        D1,
        e.DisputeObjectionFiled(post=CLERK, originator=UsccOrText(text="原定密机关"), filing=DOC),
        {REQUESTER, PROVIDER},
    ),
    (disputed, D1, e.DisputeRouted(post=CLERK, route="A"), {REQUESTER, AUTHORITY, OPERATOR}),
    (
        objected,
        D1,
        e.DisputeObjectionDecided(post=CLERK, decision="UPHELD", document=DOC),
        {REQUESTER, PROVIDER, OPERATOR},  # the operator is the organ that classified here
    ),
    (objected, D1, e.DisputeObjectionIgnored(post=CLERK, since=date(2026, 3, 2)), {REQUESTER}),
    (decided, D1, e.DisputeEscalated(post=CLERK, to="PROVINCE", filing=DOC), {REQUESTER, PROVIDER}),
    (
        trade_disputed,
        D1,
        e.DisputeApplied(post=CLERK, organ="甲", case_no="1", applied_on=date(2026, 3, 2)),
        {REQUESTER, PROVIDER},
    ),
    (
        trade_disputed,
        D1,
        e.DisputeOutcomeRecorded(post=CLERK, outcome="IS", document=DOC, effective=date(2026, 3, 2)),
        {REQUESTER, PROVIDER},
    ),
    (demanded, "demand/1", e.DemandUnmet(post=CLERK, reason="无"), {AUTHORITY}),
    (
        demanded,
        "demand/1",
        e.DemandChanged(post=CLERK, changed_on=date(2026, 3, 2), wanted="他项", duty=DUTY),
        {REQUESTER},
    ),
    (
        admitted_states,
        PARTY,
        e.NodeRegistered(post=CLERK, node_id="N", platform="320000", interfaces=(), from_=date(2026, 3, 2)),
        {REQUESTER},
    ),
    (admitted_states, PARTY, e.PartyOfficerRelieved(post=CLERK, officer=CLERK, from_=date(2026, 4, 1)), {REQUESTER}),
    (declared, PARTY, e.CollectionExempted(post=CLERK, declaration_id="N1", statute=STATUTE), {REQUESTER}),
    (
        admitted_states,
        PARTY,
        e.KeyCompromised(post=CLERK, kid=key_of(REQUESTER).thumbprint(), from_=at("2026-03-01"), how_known="巡查"),
        {REQUESTER, AUTHORITY},
    ),
    (
        admitted_states,
        "authority/320000",
        e.AuthoritySucceeded(
            post=CLERK, predecessor=AUTHORITY, successor=PROVIDER, from_=date(2026, 4, 1), instrument=DOC
        ),
        {GOVERNMENT},
    ),
    (
        admitted_states,
        "authority/320000",
        e.ReportExported(
            post=CLERK,
            organs=(PROVIDER,),
            period=Period(from_=date(2026, 2, 1), to=date(2026, 2, 28)),
            recipient=UsccOrText(text="财政"),
            digest=DIGEST,
            tree_size=9,
        ),
        {OPERATOR, AUTHORITY},
    ),
    (found, V1, e.ViolationSeriousFound(post=CLERK, reasons="再犯"), {AUTHORITY}),
    (found, V1, e.ViolationClosed(post=CLERK, reasons="结案"), {AUTHORITY}),
    (found, V1, e.CorrectionOrdered(post=CLERK, order=DOC, measures="销毁", limit=date(2026, 4, 1)), {AUTHORITY}),
]


@pytest.mark.parametrize(("prepare", "stream", "event", "may"), CASES, ids=[case[2].event_name for case in CASES])
def test_the_event_is_recorded_by_its_roles_and_by_nobody_else(
    prepare: Prepared, stream: str, event: e.Event, may: set[str]
) -> None:
    ledger = prepare()
    admitted = {by for by in EVERYONE if not ledger.codes(stream, by, event)}
    told = {code for by in EVERYONE - may for code in ledger.codes(stream, by, event)}
    assert admitted == may
    assert told <= {"WRONG_ROLE", "WRONG_LEVEL"}
