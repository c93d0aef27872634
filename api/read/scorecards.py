"""Scorecards: what was counted of what, by organ, each number with the address of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.http.model import Model, OrganCode, Whole
from api.http.parameters import word
from api.http.routes import question
from api.read.endpoint import (
    LIST_CODES,
    PAGE_HEADERS,
    FromFilter,
    Page,
    PageQuery,
    ToFilter,
    filters_of,
    parse_request,
)
from api.read.names import NameIn, Register
from formats import rfc3339
from projections.query.paging import Answer as Found
from projections.scorecards.measures import MEASURES
from projections.scorecards.query import Figure as Counted
from projections.scorecards.query import Scorecard as Card
from projections.scorecards.query import ScorecardFilters

router = APIRouter()


class ScorecardsQuery(PageQuery):
    """Whose scorecards, and of which time."""

    organ: Annotated[
        str | None,
        word(),
        NameIn(Register.PARTY),
        Field(description="One organ's code.", examples=["113200000000000195"]),
    ] = None
    division: Annotated[
        str | None,
        word("[0-9]{6}"),
        NameIn(Register.DIVISION),
        Field(description="Organs of this division.", examples=["320000"]),
    ] = None
    from_: FromFilter = None
    to: ToFilter = None


class Figure(Model):
    """`number` of `of`, and the addresses of the same rows, on the same tree and instant."""

    measure: str = Field(description="A code of `measures`.")
    number: Whole
    of: Whole
    value: float | None = Field(description="Their quotient, four digits; null where there is nothing to be a part of.")
    rows: str = Field(description="A question whose rows are those of `number`.")
    of_rows: str = Field(description="A question whose rows are those of `of`.")

    @classmethod
    def counted(cls, figure: Counted, snapshot: Mapping[str, str]) -> Self:
        path = figure.measure.family.path
        return cls(
            measure=figure.measure.code,
            number=figure.number,
            of=figure.of,
            value=figure.value,
            rows=f"{path}?{urlencode({**figure.rows, **snapshot})}",
            of_rows=f"{path}?{urlencode({**figure.of_rows, **snapshot})}",
        )


class Scorecard(Model):
    """What was counted of one organ. Nothing is summed up and nobody is ranked."""

    organ: OrganCode
    name: str | None
    division: str
    figures: list[Figure]

    @classmethod
    def of(cls, card: Card, snapshot: Mapping[str, str]) -> Self:
        figures = [Figure.counted(each, snapshot) for each in card.figures]
        return cls(organ=card.uscc, name=card.name, division=card.division, figures=figures)


class Measure(Model):
    """How a number is made."""

    code: str
    zh: str
    en: str
    formula_zh: str
    formula_en: str


class ScorecardPage(Page[Scorecard]):
    """Scorecards by organ code, and what each measure means."""

    measures: list[Measure]


@question(
    router,
    "/v1/scorecards",
    id="listScorecards",
    about="By organ, what was counted of what, each number with its formula and the address of its rows. No score.",
    answer=ScorecardPage,
    finds="Scorecards.",
    codes=LIST_CODES,
    headers=PAGE_HEADERS,
)
def list_scorecards(request: Request, query: Annotated[ScorecardsQuery, Query()]) -> Response:
    """By the organs' codes: no order of merit, and no sum."""
    asked = parse_request(request, query)
    filters, options = filters_of(ScorecardFilters, query), asked.page_options(asked.sight.scorecard_filter())
    found = asked.run(lambda: asked.reception.queries.scorecards.listed(filters, options))
    snapshot = _standing(request, found)
    rows = [Scorecard.of(each, snapshot) for each in found.rows]
    return asked.respond(found, ScorecardPage, [row.organ for row in rows], rows=rows, measures=list(MEASURES))


def _standing(request: Request, found: Found[Any]) -> dict[str, str]:
    """What the links take over: the period, the tree and the instant of the card."""
    given = request.query_params
    period = {name: given[name] for name in ("from", "to") if name in given}
    return {**period, "as_of": str(found.as_of), "at": rfc3339.format_milliseconds(found.instant)}
