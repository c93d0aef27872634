"""Cases and agreements: lists with filters, and single ones, folded from the stream at the tree size of the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, literal, select
from sqlalchemy import case as either

from domain.act import Act
from domain.families.request.state import RequestStatus
from domain.state import AgreementState, RequestState
from ledger.store.tables import entry
from projections.access.query import AccessRow
from projections.cases.agreement_projector import agreement, agreement_request
from projections.cases.projector import case
from projections.deadlines.query import DeadlineRow
from projections.deadlines.state_sql import LATE, MET, OVERDUE, RUNNING, overdue, state_at
from projections.deadlines.tables import clock
from projections.query.paging import SortOrder
from projections.query.snapshot import Snapshot
from replay.instants import from_micros, to_micros
from replay.log_source import USES


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilters:
    """``overdue``: whether a clock of the case still runs and has run out at the instant of the question; ``answer``:
    an answer state, or one of ``ANSWER_GROUPS``.
    """

    status: str | None = None
    requester: str | None = None
    provider: str | None = None
    item: str | None = None
    sensitive: bool | None = None
    overdue: bool | None = None
    answer: str | None = None
    since: datetime | None = None  # opened
    until: datetime | None = None

    def question(self) -> tuple[Any, ...]:
        return ("cases", *(getattr(self, field.name) for field in fields(self)))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    id: str
    status: str
    status_index: int
    requester: str
    provider: str
    item: str | None
    in_catalogue: bool
    classes: tuple[str, ...]
    sensitive: bool
    opened_at: datetime
    received_at: datetime | None
    answered_at: datetime | None
    overdue: bool
    clocks: tuple[DeadlineRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRow:
    """``status`` is the stream's; ``expired``: its term or termination had ended it at the instant of the question."""

    id: str
    status: str
    status_index: int
    requester: str
    provider: str
    version: int
    text_digest: str
    proposed_at: datetime
    in_force_from: datetime | None
    ends_at: datetime
    expired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A whole case: its row, its state, its agreements, and the number of its acts by verdict and kind."""

    row: CaseRow
    state: RequestState
    agreements: tuple[AgreementRow, ...]
    judged: Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFile:
    """A whole agreement: its row, and the state with every version."""

    row: AgreementRow
    state: AgreementState


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRow:
    """One entry of a case, and the judgement of its act."""

    act: Act
    judgement: AccessRow | None


class AnswerState(StrEnum):
    """Whether a request was answered, and whether in time where the law gives days (A18). A withdrawal is no answer."""

    IN_TIME = "IN_TIME"
    LATE = "LATE"
    WAITING = "WAITING"
    OVERDUE = "OVERDUE"
    ANSWERED = "ANSWERED"  # the law gives no number of days for it
    OPEN = "OPEN"  # as ANSWERED, and no answer yet
    WITHDRAWN = "WITHDRAWN"
    NOT_RECEIVED = "NOT_RECEIVED"


_A = AnswerState
ANSWER_GROUPS: Final[Mapping[str, frozenset[str]]] = {
    "DUE": frozenset({_A.IN_TIME, _A.LATE, _A.OVERDUE}),
    "RUNNING": frozenset({_A.WAITING, _A.OVERDUE}),
    "UNANSWERED": frozenset({_A.WAITING, _A.OVERDUE, _A.OPEN}),
    "RECEIVED": frozenset(_A) - {_A.NOT_RECEIVED},
}

CASE_ORDER: Final = SortOrder((case.c.opened_at, case.c.id), (int, str), descending=True)
TIMELINE_ORDER: Final = SortOrder((entry.c.position,), (int,), descending=False)
AGREEMENT_ORDER: Final = SortOrder((agreement.c.proposed_at, agreement.c.id), (int, str), descending=True)


def cases_query(filters: CaseFilters, snapshot: Snapshot) -> Select[Any]:
    names = ("status", "requester", "provider", "item", "sensitive")
    conditions = [case.c[name] == value for name in names if (value := getattr(filters, name)) is not None]
    if filters.since is not None:
        conditions.append(case.c.opened_at >= to_micros(filters.since))
    if filters.until is not None:
        conditions.append(case.c.opened_at < to_micros(filters.until))
    if filters.overdue is not None:
        late = case.c.id.in_(select(clock.c.request).where(overdue(snapshot), clock.c.request.is_not(None)))
        conditions.append(late if filters.overdue else ~late)
    if filters.answer is not None:
        states = ANSWER_GROUPS.get(filters.answer, frozenset({filters.answer}))
        conditions.append(answer_state(snapshot).in_(sorted(states)))
    return select(case).where(snapshot.valid_rows(case), *conditions)


def answer_state(snapshot: Snapshot) -> ColumnElement[Any]:
    """The answer state, from the clock of the answer, at the instant of the question."""
    state, days = state_at(snapshot), clock.c.due_at.is_not(None)
    cases = (
        (and_(state == MET, case.c.status == RequestStatus.WITHDRAWN), _A.WITHDRAWN),
        (and_(state == MET, days), _A.IN_TIME),
        (state == MET, _A.ANSWERED),
        (state == LATE, _A.LATE),
        (state == OVERDUE, _A.OVERDUE),
        (state == RUNNING, _A.WAITING),
    )
    stands = either(*((condition, literal(str(each))) for condition, each in cases), else_=literal(str(_A.OPEN)))
    of_case = (snapshot.valid_rows(clock), clock.c.clock == "RESPONSE", clock.c.request == case.c.id)
    first_match = select(stands).where(*of_case).limit(1).correlate(case).scalar_subquery()
    return func.coalesce(first_match, str(_A.NOT_RECEIVED))


def case_query(id_: str, snapshot: Snapshot) -> Select[Any]:
    return select(case).where(snapshot.valid_rows(case), case.c.id == id_)


def timeline_query(id_: str, snapshot: Snapshot, *, uses: bool) -> Select[Any]:
    """The case's entries in the tree of the answer."""
    stream = and_(entry.c.ledger == snapshot.ledger, entry.c.stream == f"request/{id_}", entry.c.index < snapshot.as_of)
    query = select(entry.c.index.label("entry"), entry.c.position).where(stream)
    return query if uses else query.where(entry.c.type != USES)


def case_row(row: Any, clocks: Sequence[DeadlineRow]) -> CaseRow:
    return CaseRow(
        id=row.id,
        status=row.status,
        status_index=row.status_index,
        requester=row.requester,
        provider=row.provider,
        item=row.item,
        in_catalogue=row.in_catalogue,
        classes=tuple(row.classes.split()),
        sensitive=row.sensitive,
        opened_at=from_micros(row.opened_at),
        received_at=_instant(row.received_at),
        answered_at=_instant(row.answered_at),
        overdue=any(each.state == OVERDUE for each in clocks),
        clocks=tuple(clocks),
    )


def agreements_query(snapshot: Snapshot, *, request: str | None = None, party: str | None = None) -> Select[Any]:
    query = select(agreement).where(snapshot.valid_rows(agreement))
    if party is not None:
        query = query.where((agreement.c.requester == party) | (agreement.c.provider == party))
    if request is not None:
        named = select(agreement_request.c.agreement).where(
            snapshot.valid_rows(agreement_request), agreement_request.c.request == request
        )
        query = query.where(agreement.c.id.in_(named))
    return query


def agreement_query(id_: str, snapshot: Snapshot) -> Select[Any]:
    return select(agreement).where(snapshot.valid_rows(agreement), agreement.c.id == id_)


def agreement_row(row: Any, snapshot: Snapshot) -> AgreementRow:
    return AgreementRow(
        id=row.id,
        status=row.status,
        status_index=row.status_index,
        requester=row.requester,
        provider=row.provider,
        version=row.version,
        text_digest=row.text_digest,
        proposed_at=from_micros(row.proposed_at),
        in_force_from=_instant(row.in_force_from),
        ends_at=from_micros(row.ends_at),
        expired=row.ends_at <= snapshot.instant_micros,
    )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
