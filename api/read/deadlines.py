"""Questions about deadlines: what is due when, whose it is, and how it is counted."""

from __future__ import annotations

from typing import get_args

from starlette.requests import Request
from starlette.responses import Response

from api.http import examples
from api.http.operations import Answer, Operation
from api.http.parameters import Parameter, choice, flag, index_of, number, word
from api.http.problems import Problem
from api.http.responses import JSON
from api.read.deadline_views import counted_deadline, deadline_row, organs
from api.read.endpoint import (
    FROM,
    ITEM,
    PAGE,
    PAGE_CODES,
    PAGE_HEADERS,
    PROVIDER,
    REQUESTER,
    STANDING,
    STANDING_CODES,
    STANDING_HEADERS,
    TO,
    answered,
    understand,
)
from domain.vocabulary.codes import Clock
from projections.deadlines.state_sql import STATES, DeadlineFilters

CLOCKS = (*get_args(Clock), "RULING")
MOST_DAYS = 250  # working days of a year

_CLOCK = choice("clock", "Which clock.", CLOCKS, example="RESPONSE")
_DEADLINES: tuple[Parameter, ...] = (
    choice("state", "How it stands; absent: all that nothing has met, run out or not.", STATES, example="overdue"),
    number("within", "Running, and at most so many working days left.", most=MOST_DAYS, example=3),
    _CLOCK,
    word("responsible", "The organ that has to act.", example="113200000000000270"),
    REQUESTER,
    PROVIDER,
    ITEM,
    word("case", "The share request.", example="2026-0001"),
    flag("provisional", "Whether a year that it reaches into is not published."),
    FROM,
    TO,
    *STANDING,
    *PAGE,
)
_DEADLINE: tuple[Parameter, ...] = (_CLOCK, *STANDING)
_INDEX = number("index", "The entry that started the clock.", example=171)


def deadlines(request: Request) -> Response:
    """The most urgent first."""
    question = understand(request, _DEADLINES)
    asked, ask = question.asked, question.reception.answers.deadlines
    same = ("state", "within", "clock", "responsible", "requester", "provider", "item", "provisional")
    filters = DeadlineFilters(
        **{name: asked.get(name) for name in same},
        request=asked.get("case"),
        since=asked.get("from"),
        until=asked.get("to"),
    )
    answer = question.ask(lambda: ask.board(filters, question.asking(question.sight.deadlines())))
    named = [each for row in answer.rows for each in organs(row)]
    return answered(question, answer, {"rows": [deadline_row(row) for row in answer.rows]}, named)


def deadline(request: Request) -> Response:
    """The clocks of one entry, each day by day."""
    question = understand(request, _DEADLINE)
    ask, index, clock = question.reception.answers.deadlines, index_of(request), question.asked.get("clock")
    answer = question.ask(lambda: ask.started_by(index, question.alone(question.sight.deadlines()), name=clock))
    if not answer.rows:
        raise Problem("NOT_FOUND", "This entry started no such clock, or it is not for this caller.")
    body = {"deadlines": [counted_deadline(each) for each in answer.rows]}
    return answered(question, answer, body, [each for row in answer.rows for each in organs(row.row)])


OPERATIONS = (
    Operation(
        id="listDeadlines",
        method="GET",
        path="/v1/deadlines",
        tag="questions",
        about="期限:已逾期、将到期、正常、已完成。Clocks: whose, until when, days left; most urgent first.",
        endpoint=deadlines,
        parameters=_DEADLINES,
        answers=(Answer(200, "Clocks.", {JSON: examples.DEADLINES}, "DeadlinePage", PAGE_HEADERS),),
        codes=PAGE_CODES,
        bearer=True,
    ),
    Operation(
        id="getDeadline",
        method="GET",
        path="/v1/deadlines/{index}",
        tag="questions",
        about="The clocks that one entry started, counted day by day, with holidays and days made up.",
        endpoint=deadline,
        path_parameters={"index": _INDEX},
        parameters=_DEADLINE,
        answers=(Answer(200, "The clocks.", {JSON: examples.DEADLINE}, "DeadlineFile", STANDING_HEADERS),),
        codes=(*STANDING_CODES, "NOT_FOUND"),
        bearer=True,
    ),
)
