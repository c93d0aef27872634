"""The main question: who accessed what, for what purpose, and was it authorized?"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from api.http import examples
from api.http.operations import Answer, Operation
from api.http.parameters import Parameter, choice, index_of, number, word
from api.http.problems import Problem
from api.http.responses import JSON
from api.read.acts import access_row
from api.read.endpoint import (
    FROM,
    ITEM,
    PAGE,
    PAGE_CODES,
    PAGE_HEADERS,
    PROVIDER,
    REQUESTER,
    SENSITIVE,
    STANDING,
    TO,
    answered,
    organs_of,
    understand,
)
from domain.judgement.verdict import Verdict
from domain.reasons.catalogue import Reason
from projections.access.query import AccessFilters

_ACCESS: tuple[Parameter, ...] = (
    choice("kind", "What was done.", ("use", "release", "delivery", "refusal", "other"), example="use"),
    ITEM,
    REQUESTER,
    PROVIDER,
    word("post", "Who acted, or stood behind it as second post.", example="经办岗-03"),
    word("unit", "The unit that used it.", example="社会救助处"),
    word("system", "The system it was used in.", example="SYS-1"),
    word("purpose", "Purpose code.", example="P1"),
    word("case", "The share request.", example="2026-0001"),
    word("agreement", "The agreement it was judged by.", example="A-0001"),
    choice("verdict", "How it is judged.", tuple(Verdict), example="UNAUTHORIZED"),
    choice("reason", "A reason that the judgement lists.", tuple(Reason), example="PURPOSE_MISMATCH"),
    SENSITIVE,
    FROM,
    TO,
    *STANDING,
    *PAGE,
)


def access(request: Request) -> Response:
    """Newest first. Each row is the judgement that holds for what is known at ``as_of``, asked at ``at``."""
    question = understand(request, _ACCESS)
    asked = question.asked
    same = ("kind", "item", "requester", "provider", "post", "unit", "system", "purpose", "agreement", "verdict")
    filters = AccessFilters(
        **{name: asked.get(name) for name in (*same, "reason", "sensitive")},
        request=asked.get("case"),
        since=asked.get("from"),
        until=asked.get("to"),
    )
    answers = question.reception.answers
    answer = question.ask(lambda: answers.access(filters, question.asking(question.sight.access())))
    stubs = question.ask(lambda: answers.catalogue.stubs(row.item for row in answer.rows))
    shown = [access_row(row, question.sight, stubs) for row in answer.rows]
    return answered(question, answer, {"rows": shown}, organs_of(shown))


def judgements(request: Request) -> Response:
    """As known then first, as known now last."""
    question = understand(request, (*STANDING, *PAGE))
    index = index_of(request)
    answers = question.reception.answers
    answer = question.ask(lambda: answers.judgements(index, question.asking(question.sight.access())))
    if not answer.rows and "cursor" not in question.asked.values:
        raise Problem("NOT_FOUND", "There is no judged act at this index, or it is not for this caller.")
    stubs = question.ask(lambda: answers.catalogue.stubs(row.item for row in answer.rows))
    shown = [access_row(row, question.sight, stubs) for row in answer.rows]
    return answered(question, answer, {"rows": shown}, organs_of(shown))


OPERATIONS = (
    Operation(
        id="listAccess",
        method="GET",
        path="/v1/access",
        tag="questions",
        about="谁访问了什么、为何、是否有授权。Who accessed what, for what purpose, was it authorized.",
        endpoint=access,
        parameters=_ACCESS,
        answers=(Answer(200, "Judged acts.", {JSON: examples.ACCESS}, "AccessPage", PAGE_HEADERS),),
        codes=PAGE_CODES,
        bearer=True,
    ),
    Operation(
        id="listJudgements",
        method="GET",
        path="/v1/access/{index}",
        tag="questions",
        about="Every judgement of one act: as known then first, as known now last.",
        endpoint=judgements,
        path_parameters={"index": number("index", "The act's entry.", example=41)},
        parameters=(*STANDING, *PAGE),
        answers=(Answer(200, "Its judgements.", {JSON: examples.ACCESS}, "AccessPage", PAGE_HEADERS),),
        codes=(*PAGE_CODES, "NOT_FOUND"),
        bearer=True,
    ),
)
