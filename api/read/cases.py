"""Questions about share requests: the status of each, and one whole."""

from __future__ import annotations

from typing import Annotated, Any, Self

from fastapi import APIRouter, Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.http.model import Data, EntryIndex, Model, Moment, OrganCode, Whole, Withheld
from api.http.parameters import PATH_ID, choice, flag
from api.http.problems import Problem
from api.http.routes import question
from api.read.act import TimelineEntry
from api.read.agreements import Agreement, scope_members
from api.read.deadlines import Clock
from api.read.endpoint import (
    LIST_CODES,
    PAGE_CODES,
    PAGE_HEADERS,
    Answer,
    CursorQuery,
    FromFilter,
    ItemFilter,
    Page,
    PageQuery,
    ProviderFilter,
    RequesterFilter,
    SensitiveFilter,
    ToFilter,
    filters_of,
    organs_of,
    parse_request,
)
from domain.families.request.state import RequestStatus
from domain.state import RequestState
from projections.cases.query import ANSWER_GROUPS, AnswerState, CaseFilters
from projections.cases.query import CaseFile as Found
from projections.query.paging import everything

router = APIRouter()


class CasesQuery(PageQuery):
    """Which cases."""

    status: Annotated[
        str | None,
        choice(tuple(RequestStatus)),
        Field(description="The request's status.", examples=["APPROVED"]),
    ] = None
    requester: RequesterFilter = None
    provider: ProviderFilter = None
    item: ItemFilter = None
    sensitive: SensitiveFilter = None
    overdue: Annotated[
        bool | None, flag(), Field(description="Whether its clock has run out unanswered.", examples=[True])
    ] = None
    answer: Annotated[
        str | None,
        choice((*AnswerState, *ANSWER_GROUPS)),
        Field(description="The state of its answer (A18).", examples=["IN_TIME"]),
    ] = None
    from_: FromFilter = None
    to: ToFilter = None


class CaseQuery(CursorQuery):
    """Which entries of a case."""

    uses: Annotated[bool, flag(), Field(description="`false`: the timeline without uses.", examples=[True])] = True


class Case(Model):
    """A share request in its present state."""

    id: str
    status: str
    status_index: EntryIndex
    requester: OrganCode
    provider: OrganCode
    item: str | None
    in_catalogue: bool
    classes: list[str]
    sensitive: bool
    opened_at: Moment
    received_at: Moment | None
    answered_at: Moment | None
    overdue: bool = Field(description="Its clock has run out, unanswered, at the instant of the question.")
    clocks: list[Clock]


class Grant(Model):
    """What the requester may do, by the version last in effect (4.12)."""

    version: Whole
    effective: Moment
    basis_index: EntryIndex
    suspended_from: Moment | None
    revoked_from: Moment | None
    scope: Data
    withheld: Withheld

    @classmethod
    def of(cls, state: RequestState, *, readable: bool, stub: bool) -> Self | None:
        """None before there is a grant."""
        if state.grant is None:
            return None
        version, suspension, revocation = state.grant.current, state.grant.suspension, state.grant.revocation
        return cls(
            version=version.number,
            effective=version.effective,
            basis_index=version.basis.index,
            suspended_from=None if suspension is None else suspension.effect,
            revoked_from=None if revocation is None else revocation.effect,
            **scope_members(version.scope, readable=readable, stub=stub),
        )


class Tally(Model):
    """How many acts have a verdict."""

    kind: str
    verdict: str | None
    number: Whole


class CasePage(Page[Case]):
    """Share requests."""


class CaseFile(Answer):
    """A case whole; its entries a page at a time."""

    case: Case
    grant: Grant | None = Field(description="Null before there is a grant.")
    agreements: list[Agreement]
    judged: list[Tally]
    timeline: list[TimelineEntry]


CaseId = Annotated[str, PATH_ID, Path(description="What follows `request/` in the stream.", examples=["2026-0001"])]


@question(
    router,
    "/v1/cases",
    id="listCases",
    about="Share requests with their status and clock: the last opened first.",
    answer=CasePage,
    finds="Cases.",
    codes=LIST_CODES,
    headers=PAGE_HEADERS,
)
def list_cases(request: Request, query: Annotated[CasesQuery, Query()]) -> Response:
    """The last opened first."""
    asked = parse_request(request, query)
    filters, options = filters_of(CaseFilters, query), asked.page_options(asked.sight.case_filter())
    found = asked.run(lambda: asked.reception.queries.cases(filters, options))
    return asked.respond(found, CasePage, organs_of(found.rows), rows=found.rows)


@question(
    router,
    "/v1/cases/{id}",
    id="getCase",
    about="One case whole, with its timeline: what happened, when it was recorded, and how it is judged.",
    answer=CaseFile,
    finds="The case.",
    codes=(*PAGE_CODES, "NOT_FOUND"),
    headers=PAGE_HEADERS,
)
def get_case(request: Request, id: CaseId, query: Annotated[CaseQuery, Query()]) -> Response:
    """One case whole: its row, its grant, its agreements, and its entries in their order, a page at a time."""
    asked = parse_request(request, query)
    answers, access_scope = asked.reception.queries, asked.sight
    # The entries come first, since a cursor brings its own knowledge; whether the case is for this caller decides.
    found = asked.run(lambda: answers.timeline(id, asked.page_options((everything,)), uses=query.uses))
    alone = asked.run(lambda: answers.case(id, asked.single_options(access_scope.case_filter(), found.snapshot)))
    if not alone.rows:
        raise Problem("NOT_FOUND", "There is no such case, or it is not for this caller.")
    file, row = alone.rows[0], alone.rows[0].row
    texts = access_scope.may_read_texts((row.requester, row.provider), sensitive=row.sensitive)
    stub = bool(asked.run(lambda: answers.catalogue.stubs([row.item])))
    timeline = [TimelineEntry.of(each, access_scope, texts=texts, stub=stub) for each in found.rows]
    organs = [*organs_of([row]), *organs_of(timeline, "by")]
    return asked.respond(found, CaseFile, organs, **_file(file, readable=texts, stub=stub), timeline=timeline)


def _file(file: Found, *, readable: bool, stub: bool) -> dict[str, Any]:
    """A case whole, but for its entries. ``stub``: its item is shown without a word."""
    return {
        "case": file.row,
        "grant": Grant.of(file.state, readable=readable, stub=stub),
        "agreements": file.agreements,
        "judged": [
            Tally(kind=kind, verdict=verdict, number=number) for (kind, verdict), number in sorted(file.judged.items())
        ],
    }
