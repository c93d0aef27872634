"""Scorecards: what was counted of what, by organ, each number with the address of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from api.http import examples
from api.http.operations import Answer, Operation
from api.http.parameters import Parameter, word
from api.http.responses import JSON
from api.read.acts import Row, moment
from api.read.endpoint import FROM, PAGE, PAGE_CODES, PAGE_HEADERS, STANDING, TO, Question, answered, understand
from projections.query.paging import Answer as Rows
from projections.scorecards.measures import MEASURES
from projections.scorecards.query import Figure, Scorecard, ScorecardFilters

_SCORECARDS: tuple[Parameter, ...] = (
    word("organ", "One organ's code.", example="113200000000000195"),
    word("division", "Organs of this division.", pattern="[0-9]{6}", example="320000"),
    FROM,
    TO,
    *STANDING,
    *PAGE,
)


def scorecards(request: Request) -> Response:
    """By the organs' codes: no order of merit, and no sum."""
    question = understand(request, _SCORECARDS)
    asked = question.asked
    filters = ScorecardFilters(
        organ=asked.get("organ"), division=asked.get("division"), since=asked.get("from"), until=asked.get("to")
    )
    ask = question.reception.answers.scorecards
    answer = question.ask(lambda: ask.listed(filters, question.asking(question.sight.scorecards())))
    standing = _standing(question, answer)
    body = {"rows": [_card(each, standing) for each in answer.rows], "measures": _measures()}
    return answered(question, answer, body, [each.uscc for each in answer.rows])


def _standing(question: Question, answer: Rows[Scorecard]) -> dict[str, str]:
    """What the links take over: the period, and what the card stands on."""
    given = question.request.query_params
    period = {name: given[name] for name in ("from", "to") if name in given}
    return {**period, "as_of": str(answer.as_of), "at": moment(answer.at) or ""}


def _card(card: Scorecard, standing: Mapping[str, str]) -> Row:
    return {
        "organ": card.uscc,
        "name": card.name,
        "division": card.division,
        "figures": [_figure(each, standing) for each in card.figures],
    }


def _figure(figure: Figure, standing: Mapping[str, str]) -> Row:
    path = figure.measure.family.path
    return {
        "measure": figure.measure.code,
        "number": figure.number,
        "of": figure.of,
        "value": figure.value,
        "rows": f"{path}?{urlencode({**figure.rows, **standing})}",
        "of_rows": f"{path}?{urlencode({**figure.of_rows, **standing})}",
    }


def _measures() -> list[dict[str, Any]]:
    return [
        {
            "code": each.code,
            "zh": each.zh,
            "en": each.en,
            "formula_zh": each.formula_zh,
            "formula_en": each.formula_en,
        }
        for each in MEASURES
    ]


OPERATIONS = (
    Operation(
        id="listScorecards",
        method="GET",
        path="/v1/scorecards",
        tag="questions",
        about="By organ, what was counted of what, each number with its formula and the address of its rows. No score.",
        endpoint=scorecards,
        parameters=_SCORECARDS,
        answers=(Answer(200, "Scorecards.", {JSON: examples.SCORECARDS}, "ScorecardPage", PAGE_HEADERS),),
        codes=PAGE_CODES,
        bearer=True,
    ),
)
