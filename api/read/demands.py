"""What organs need (A9), and the item that the authority matched it with."""

from __future__ import annotations

from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.authz.redaction import as_stub, unredacted, without_texts
from api.authz.row_filters import AccessScope
from api.http.model import Data, EntryIndex, Model, Moment, OrganCode, Whole, Withheld
from api.http.parameters import choice
from api.http.routes import question
from api.read.disputes import Stub
from api.read.endpoint import (
    LIST_CODES,
    PAGE_HEADERS,
    ItemFilter,
    Page,
    PageQuery,
    RequesterFilter,
    organs_of,
    parse_request,
)
from domain.families.demand.state import DemandStatus
from projections.catalogue.demands import CONVERTED, DemandRow

router = APIRouter()


class DemandsQuery(PageQuery):
    """Which demands."""

    status: Annotated[
        str | None,
        choice((*DemandStatus, CONVERTED)),
        Field(description="The demand's status.", examples=["MATCHED"]),
    ] = None
    requester: RequesterFilter = None
    item: ItemFilter = None


class Demand(Model):
    """What an organ needs; it gives no right of access."""

    id: str
    status: str = Field(description="CONVERTED: a share request named it.")
    status_index: EntryIndex
    requester: OrganCode
    item: str | None = Field(description="As the requester named it.")
    matched_item: str | None
    matched_version: Whole | None
    request: str | None = Field(description="The share request that named it first.")
    stated_at: Moment
    told_index: EntryIndex
    stub: Stub
    data: Data
    withheld: Withheld

    @classmethod
    def of(cls, row: DemandRow, access_scope: AccessScope) -> Self:
        """In the words of the act that says it now."""
        texts = access_scope.may_read_texts((row.requester,), sensitive=False)
        data, withheld = (as_stub if row.stub else unredacted if texts else without_texts)(row.act.event)
        same = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        return cls(**same, told_index=row.act.index, data=data, withheld=withheld)


class DemandPage(Page[Demand]):
    """Demands."""


@question(
    router,
    "/v1/demands",
    id="listDemands",
    about="Demands of organs (A9), and the item that the authority matched each with: the last stated first.",
    answer=DemandPage,
    finds="Demands.",
    codes=LIST_CODES,
    headers=PAGE_HEADERS,
)
def list_demands(request: Request, query: Annotated[DemandsQuery, Query()]) -> Response:
    """The last stated first."""
    asked = parse_request(request, query)
    ask, options = asked.reception.queries.demands, asked.page_options(asked.sight.demand_filter())
    found = asked.run(lambda: ask.demands(options, status=query.status, requester=query.requester, of=query.item))
    rows = [Demand.of(row, asked.sight) for row in found.rows]
    return asked.respond(found, DemandPage, organs_of(rows, "requester"), rows=rows)
