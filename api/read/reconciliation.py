"""对账: questions about deliveries against acknowledgements, and grants against uses. Nothing in it is free text."""

from __future__ import annotations

from typing import Annotated, Self

from fastapi import APIRouter, Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.http.model import EntryIndex, Model, Moment, Number, OrganCode, Total, Whole
from api.http.parameters import PATH_ID, choice, flag
from api.http.problems import Problem
from api.http.routes import question
from api.read.endpoint import (
    LIST_CODES,
    PAGE_HEADERS,
    STANDING_CODES,
    STANDING_HEADERS,
    Answer,
    CaseFilter,
    FromFilter,
    ItemFilter,
    Page,
    PageQuery,
    ProviderFilter,
    RequesterFilter,
    StandingQuery,
    ToFilter,
    filters_of,
    organs_of,
    parse_request,
)
from projections.reconciliation.query import READ, DeliveryFilters, GrantRow, Summary
from projections.reconciliation.tables import ReconciliationState
from projections.reconciliation.use_tally import UseTally as Tallied

router = APIRouter()


class DeliveriesQuery(PageQuery):
    """Which deliveries."""

    provider: ProviderFilter = None
    requester: RequesterFilter = None
    item: ItemFilter = None
    case: CaseFilter = None
    state: Annotated[
        str | None,
        choice(tuple(ReconciliationState)),
        Field(description="The delivery's state.", examples=["UNACKNOWLEDGED"]),
    ] = None
    differs: Annotated[
        bool | None,
        flag(),
        Field(description="Whether what was received differs from what was sent, in count or digest.", examples=[True]),
    ] = None
    explained: Annotated[
        bool | None,
        flag(),
        Field(description="Whether a correction or a delivery in its place explains the difference.", examples=[True]),
    ] = None
    from_: FromFilter = None
    to: ToFilter = None


class GrantsQuery(PageQuery):
    """Which grants."""

    provider: ProviderFilter = None
    requester: RequesterFilter = None
    item: ItemFilter = None
    used: Annotated[
        bool | None, flag(), Field(description="`false`: grants that were never used.", examples=[True])
    ] = None


class ReconciledDelivery(Model):
    """A delivery and its answer, as both were signed."""

    entry: EntryIndex
    id: str
    state: ReconciliationState
    state_index: EntryIndex
    state_at: Moment
    stream: str
    request: str | None
    requester: OrganCode
    provider: OrganCode
    item: str
    channel: str
    delivered_at: Moment
    sent: Number = Field(description="Records, by the provider.")
    answered_at: Moment | None
    answered_index: Whole | None
    received: Number | None = Field(description="Records, by the requester; null: it gave no number, or no answer.")
    difference: Number | None = Field(description="Sent less received.")
    digest_differs: bool | None = Field(description="Null: the answer has no digest.")
    differs: bool = Field(description="Rejected, or acknowledged in another count or digest.")
    explained: bool = Field(description="By a correction, or by a delivery in its place.")
    corrected_index: Whole | None = Field(description="The correction after which both agree.")
    anew: str | None = Field(description="The delivery in its place.")
    anew_index: Whole | None
    days: Whole = Field(description="Until the answer, or the end without one, or until now.")


class StateTally(Model):
    """How many deliveries are in a state."""

    state: ReconciliationState
    number: Whole


class ReconciliationSummary(Model):
    """Of all that match, not of the page. Every state has its number, also where it is 0."""

    states: list[StateTally]
    differences: Whole
    explained: Whole
    unexplained: Whole

    @classmethod
    def of(cls, summary: Summary) -> Self:
        return cls(
            states=[StateTally(state=state, number=summary.states[state]) for state in ReconciliationState],
            differences=summary.differences,
            explained=summary.explained,
            unexplained=summary.differences - summary.explained,
        )


class GrantUse(Model):
    """A grant, what was delivered under it, and when it was last used."""

    request: str
    requester: OrganCode
    provider: OrganCode
    item: str | None
    version: Whole
    granted_index: EntryIndex
    granted_at: Moment
    ends_at: Moment
    expired: bool = Field(description="Its term, or its revocation, had ended it at the instant of the question.")
    deliveries: Whole
    delivered_at: Moment | None
    used: bool
    last_use: Moment | None

    @classmethod
    def of(cls, row: GrantRow) -> Self:
        same = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        return cls(**same, used=row.last_use is not None)


class DeliveryUses(Model):
    """How many uses cite a delivery; null: none."""

    delivery: str | None
    uses: Whole


class UseBeyond(Model):
    """A use, and the fields."""

    index: EntryIndex
    fields: list[str]


class UseTally(Model):
    """The uses that were not disowned, by their records."""

    uses: Whole
    subjects: Total = Field(description="The sum of what the uses state; beyond 2^53 - 1 as text.")
    first: Moment | None
    last: Moment | None
    by_delivery: list[DeliveryUses]
    without_delivery: Whole = Field(description="Nothing had been delivered by then, or not what the use cites.")
    without_delivery_at: list[EntryIndex] = Field(description="The first hundred.")
    beyond_fields: Whole = Field(description="Uses of fields that no delivery had brought by then.")
    beyond_fields_at: list[UseBeyond] = Field(description="The first hundred.")
    disowned: Whole = Field(description="Uses that have no force.")

    @classmethod
    def of(cls, tally: Tallied) -> Self:
        cited = sorted(tally.by_delivery.items(), key=lambda each: each[0] or "")
        same = {name: getattr(tally, name) for name in cls.model_fields if name != "by_delivery"}
        return cls(**same, by_delivery=[DeliveryUses(delivery=name, uses=number) for name, number in cited])


class ReconciliationPage(Page[ReconciledDelivery]):
    """Deliveries against what was said of them."""

    summary: ReconciliationSummary


class GrantPage(Page[GrantUse]):
    """Grants."""


class CaseReconciliation(Answer):
    """One case: its grant against its uses."""

    grant: GrantUse
    deliveries: list[ReconciledDelivery]
    uses: Whole = Field(description="Uses recorded in the case.")
    read_at_most: Whole = Field(description="Of more uses than these there is no tally.")
    tally: UseTally | None = Field(description="Null where there are too many uses to read.")


CaseId = Annotated[str, PATH_ID, Path(description="What follows `request/` in the stream.", examples=["2026-0001"])]


@question(
    router,
    "/v1/reconciliation",
    id="listDeliveries",
    about="对账: deliveries against what their requesters said of them, by state, with what explains a difference.",
    answer=ReconciliationPage,
    finds="Deliveries.",
    codes=LIST_CODES,
    headers=PAGE_HEADERS,
)
def list_deliveries(request: Request, query: Annotated[DeliveriesQuery, Query()]) -> Response:
    """The last delivered first; the summary is of all that match, not of the page."""
    asked = parse_request(request, query)
    ask, visible = asked.reception.queries.reconciliation, asked.sight.delivery_filter()
    filters = filters_of(DeliveryFilters, query)
    found = asked.run(lambda: ask.deliveries(filters, asked.page_options(visible)))
    summary = asked.run(lambda: ask.summary(filters, asked.single_options(visible, found.snapshot)))
    told = ReconciliationSummary.of(summary.rows[0])
    return asked.respond(found, ReconciliationPage, organs_of(found.rows), rows=found.rows, summary=told)


@question(
    router,
    "/v1/reconciliation/grants",
    id="listGrants",
    about="Grants, what was delivered under them, and when each was last used: the newest first.",
    answer=GrantPage,
    finds="Grants.",
    codes=LIST_CODES,
    headers=PAGE_HEADERS,
)
def list_grants(request: Request, query: Annotated[GrantsQuery, Query()]) -> Response:
    """The newest first."""
    asked = parse_request(request, query)
    options = asked.page_options(asked.sight.grant_filter())
    wanted = {name: getattr(query, name) for name in ("provider", "requester", "item", "used")}
    found = asked.run(lambda: asked.reception.queries.reconciliation.grants(options, **wanted))
    return asked.respond(found, GrantPage, organs_of(found.rows), rows=[GrantUse.of(row) for row in found.rows])


@question(
    router,
    "/v1/reconciliation/cases/{id}",
    id="getCaseReconciliation",
    about="One case: its deliveries, and its uses counted and held against what had been delivered by then.",
    answer=CaseReconciliation,
    finds="The case.",
    codes=(*STANDING_CODES, "NOT_FOUND"),
    headers=STANDING_HEADERS,
)
def get_case_reconciliation(request: Request, id: CaseId, query: Annotated[StandingQuery, Query()]) -> Response:
    """One case: its deliveries, and how its grant was used."""
    asked = parse_request(request, query)
    options = asked.single_options(asked.sight.grant_filter())
    found = asked.run(lambda: asked.reception.queries.reconciliation.case(id, options))
    if not found.rows:
        raise Problem("NOT_FOUND", "There is no such case with a grant, or it is not for this caller.")
    case = found.rows[0]
    return asked.respond(
        found,
        CaseReconciliation,
        organs_of([case.grant, *case.deliveries]),
        grant=GrantUse.of(case.grant),
        deliveries=case.deliveries,
        uses=case.used,
        read_at_most=READ,
        tally=None if case.tally is None else UseTally.of(case.tally),
    )
