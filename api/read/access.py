"""The main question: who accessed what, for what purpose, and was it authorized?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.http.parameters import PATH_INDEX, choice, word
from api.http.problems import Problem
from api.http.routes import question
from api.read.act import JudgedAct
from api.read.endpoint import (
    LIST_CODES,
    PAGE_CODES,
    PAGE_HEADERS,
    CaseFilter,
    FromFilter,
    ItemFilter,
    Page,
    PageQuery,
    ProviderFilter,
    ReadRequest,
    RequesterFilter,
    SensitiveFilter,
    ToFilter,
    filters_of,
    organs_of,
    parse_request,
)
from api.read.names import NameIn, Register
from domain.judgement.verdict import Verdict
from domain.reasons.catalogue import Reason
from projections.access.query import AccessFilters, AccessRow
from projections.query.paging import Answer as Found

router = APIRouter()

KINDS = ("use", "release", "delivery", "refusal", "other")


class AccessQuery(PageQuery):
    """Which acts."""

    kind: Annotated[str | None, choice(KINDS), Field(description="What was done.", examples=["use"])] = None
    item: ItemFilter = None
    requester: RequesterFilter = None
    provider: ProviderFilter = None
    post: Annotated[
        str | None, word(), Field(description="The acting post, or the second post.", examples=["经办岗-03"])
    ] = None
    unit: Annotated[str | None, word(), Field(description="The unit that used it.", examples=["社会救助处"])] = None
    system: Annotated[str | None, word(), Field(description="The system it was used in.", examples=["SYS-1"])] = None
    purpose: Annotated[str | None, word(), Field(description="Purpose code.", examples=["P1"])] = None
    case: CaseFilter = None
    agreement: Annotated[
        str | None,
        word(),
        NameIn(Register.AGREEMENT),
        Field(description="The agreement it was judged by.", examples=["A-0001"]),
    ] = None
    verdict: Annotated[
        str | None, choice(tuple(Verdict)), Field(description="How it is judged.", examples=["UNAUTHORIZED"])
    ] = None
    reason: Annotated[
        str | None,
        choice(tuple(Reason)),
        Field(description="A reason that the judgement lists.", examples=["PURPOSE_MISMATCH"]),
    ] = None
    sensitive: SensitiveFilter = None
    from_: FromFilter = None
    to: ToFilter = None


class JudgementsQuery(PageQuery):
    """Which judgements of one act."""


class AccessPage(Page[JudgedAct]):
    """Judged acts."""


EntryPath = Annotated[int, PATH_INDEX, Path(description="The act's entry.", examples=[41])]


@question(
    router,
    "/v1/access",
    id="listAccess",
    about="谁访问了什么、为何、是否有授权。Who accessed what, for what purpose, was it authorized.",
    answer=AccessPage,
    finds="Judged acts.",
    codes=LIST_CODES,
    headers=PAGE_HEADERS,
)
def list_access(request: Request, query: Annotated[AccessQuery, Query()]) -> Response:
    """Newest first. Each row is the judgement that holds for what is known at `as_of`, asked at `at`."""
    asked = parse_request(request, query)
    filters, options = filters_of(AccessFilters, query), asked.page_options(asked.sight.access_filter())
    return _judged(asked, asked.run(lambda: asked.reception.queries.access(filters, options)))


@question(
    router,
    "/v1/access/{index}",
    id="listJudgements",
    about="Every judgement of one act: as known then first, as known now last.",
    answer=AccessPage,
    finds="Its judgements.",
    codes=(*PAGE_CODES, "NOT_FOUND"),
    headers=PAGE_HEADERS,
)
def list_judgements(request: Request, index: EntryPath, query: Annotated[JudgementsQuery, Query()]) -> Response:
    """As known then first, as known now last."""
    asked = parse_request(request, query)
    options = asked.page_options(asked.sight.access_filter())
    found = asked.run(lambda: asked.reception.queries.judgements(index, options))
    if not found.rows and query.cursor is None:
        raise Problem("NOT_FOUND", "There is no judged act at this index, or it is not for this caller.")
    return _judged(asked, found)


def _judged(asked: ReadRequest, found: Found[AccessRow]) -> Response:
    stubs = asked.run(lambda: asked.reception.queries.catalogue.stubs(row.item for row in found.rows))
    rows = [JudgedAct.of(row, asked.sight, stubs) for row in found.rows]
    return asked.respond(found, AccessPage, organs_of(found.rows), rows=rows)
