"""Questions about deadlines: what is due when, whose it is, and how it is counted."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self, get_args

from fastapi import APIRouter, Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.http.model import EntryIndex, Model, Moment, OrganCode, Whole
from api.http.parameters import PATH_INDEX, choice, flag, number, word
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
from api.read.names import NameIn, Register
from domain.vocabulary.codes import Clock as ClockName
from projections.deadlines.query import CountedDeadline as Counted
from projections.deadlines.state_sql import STATES, DeadlineFilters

router = APIRouter()

CLOCKS = (*get_args(ClockName), "RULING")
MOST_DAYS = 250  # working days of a year

ClockFilter = Annotated[str | None, choice(CLOCKS), Field(description="Which clock.", examples=["RESPONSE"])]


class DeadlinesQuery(PageQuery):
    """Which clocks."""

    state: Annotated[
        str | None,
        choice(STATES),
        Field(description="Its state; absent: all that nothing has met, run out or not.", examples=["overdue"]),
    ] = None
    within: Annotated[
        int | None,
        number("within", most=MOST_DAYS),
        Field(description="Running, and at most so many working days left.", examples=[3]),
    ] = None
    clock: ClockFilter = None
    responsible: Annotated[
        str | None,
        word(),
        NameIn(Register.PARTY),
        Field(description="The organ that has to act.", examples=["113200000000000270"]),
    ] = None
    requester: RequesterFilter = None
    provider: ProviderFilter = None
    item: ItemFilter = None
    case: CaseFilter = None
    provisional: Annotated[
        bool | None,
        flag(),
        Field(description="Whether a year that it reaches into is not published.", examples=[True]),
    ] = None
    from_: FromFilter = None
    to: ToFilter = None


class DeadlineQuery(StandingQuery):
    """Which of the clocks that one entry started."""

    clock: ClockFilter = None


class Clock(Model):
    """A deadline. Where the rule set gives no number, `days` and the dates are null: there is only an age."""

    clock: str = Field(description="Which clock, as in docs/reference/answers.md.")
    started_at: Moment
    days: Whole | None = Field(
        description="Working days; null where the rule set gives no number, or an organ set the day."
    )
    basis: str = Field(description="The article, or that there is none.")
    certainty: str = Field(
        description="The mark of the number: reconstructed, unverified, ours (a setting, not in law)."
    )
    earliest: date | None
    latest: date | None
    provisional: bool = Field(description="A year's calendar is not published: the day lies between the two.")
    met_at: Moment | None


class Deadline(Clock):
    """A clock at the instant of the question. Silence is never an approval."""

    stream: str = Field(description="The case that it runs in.")
    index: EntryIndex = Field(validation_alias="start")
    state: str = Field(description="running, overdue, age_only, met, late.")
    end_of_day: str = Field(description="When the last day ends, +08:00.")
    days_left: Whole | None = Field(description="Working days after today to the earliest day, while it runs.")
    days_late: Whole | None = Field(
        description="Working days after the latest day, today (or the day on which it was met) included."
    )
    age: Whole | None = Field(description="Working days since the start, where there is no due day.")
    rule_set: str
    rule_set_version: Whole
    responsible: OrganCode
    requester: str | None
    provider: str | None
    item: str | None
    case: str | None = Field(validation_alias="request", description="The share request.")


class CountedDay(Model):
    """A day from the one after the start on. It counts if it has a number."""

    day: date
    number: Whole | None = Field(description="n for the n-th working day; null for a day of rest.")
    kind: str = Field(description="WEEKDAY, MAKE_UP (a weekend day that is worked), WEEKEND, HOLIDAY.")
    name: str | None = Field(description="The festival.")
    published: bool = Field(description="False: its year is not published, and it is counted as it may be at worst.")


class CountedDeadline(Deadline):
    """A clock with its counting; empty where no days are counted."""

    counting: list[CountedDay]

    @classmethod
    def of(cls, counted: Counted) -> Self:
        row = Deadline.model_validate(counted.row)
        return cls(**dict(row), counting=counted.counting)


class DeadlinePage(Page[Deadline]):
    """Clocks."""


class DeadlineFile(Answer):
    """The clocks that one entry started."""

    deadlines: list[CountedDeadline]


EntryPath = Annotated[int, PATH_INDEX, Path(description="The entry that started the clock.", examples=[171])]
ORGANS = ("responsible", "requester", "provider")


@question(
    router,
    "/v1/deadlines",
    id="listDeadlines",
    about="期限:已逾期、将到期、正常、已完成。Clocks: whose, until when, days left; most urgent first.",
    answer=DeadlinePage,
    finds="Clocks.",
    codes=LIST_CODES,
    headers=PAGE_HEADERS,
)
def list_deadlines(request: Request, query: Annotated[DeadlinesQuery, Query()]) -> Response:
    """The most urgent first."""
    asked = parse_request(request, query)
    filters, options = filters_of(DeadlineFilters, query), asked.page_options(asked.sight.deadline_filter())
    found = asked.run(lambda: asked.reception.queries.deadlines.board(filters, options))
    return asked.respond(found, DeadlinePage, organs_of(found.rows, *ORGANS), rows=found.rows)


@question(
    router,
    "/v1/deadlines/{index}",
    id="getDeadline",
    about="The clocks that one entry started, counted day by day, with holidays and days made up.",
    answer=DeadlineFile,
    finds="The clocks.",
    codes=(*STANDING_CODES, "NOT_FOUND"),
    headers=STANDING_HEADERS,
)
def get_deadline(request: Request, index: EntryPath, query: Annotated[DeadlineQuery, Query()]) -> Response:
    """The clocks of one entry, each day by day."""
    asked = parse_request(request, query)
    ask, options = asked.reception.queries.deadlines, asked.single_options(asked.sight.deadline_filter())
    found = asked.run(lambda: ask.started_by(index, options, name=query.clock))
    if not found.rows:
        raise Problem("NOT_FOUND", "This entry started no such clock, or it is not for this caller.")
    organs = organs_of((row.row for row in found.rows), *ORGANS)
    return asked.respond(found, DeadlineFile, organs, deadlines=[CountedDeadline.of(row) for row in found.rows])
