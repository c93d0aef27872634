"""Questions about share requests and confidentiality agreements."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from api.authz.secret_views import is_secret_stream
from api.http import examples
from api.http.operations import Answer, Operation
from api.http.parameters import Parameter, choice, flag, id_of, word
from api.http.problems import Problem
from api.http.responses import JSON
from api.read import files
from api.read.acts import timeline_row
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
    STANDING_CODES,
    STANDING_HEADERS,
    TO,
    answered,
    organs_of,
    understand,
)
from domain.families.request.state import RequestStatus
from projections.cases.query import ANSWER_GROUPS, AnswerState, CaseFilters
from projections.query.paging import everything

_CASES: tuple[Parameter, ...] = (
    choice("status", "Where the request stands.", tuple(RequestStatus), example="APPROVED"),
    REQUESTER,
    PROVIDER,
    ITEM,
    SENSITIVE,
    flag("overdue", "Whether its clock has run out unanswered."),
    choice("answer", "How it stands to being answered (A18).", (*AnswerState, *ANSWER_GROUPS), example="IN_TIME"),
    FROM,
    TO,
    *STANDING,
    *PAGE,
)
_CASE: tuple[Parameter, ...] = (flag("uses", "`false`: the timeline without uses."), *STANDING, *PAGE[:2])
_AGREEMENTS: tuple[Parameter, ...] = (
    word("case", "A share request that it names.", example="2026-0001"),
    word("party", "An organ on either side.", example="113200000000000195"),
    *STANDING,
    *PAGE,
)
_CASE_ID = word("id", "What follows `request/` in the stream.", example="2026-0001")
_AGREEMENT_ID = word("id", "What follows `agreement/` in the stream.", example="A-0001")


def cases(request: Request) -> Response:
    """The last opened first."""
    question = understand(request, _CASES)
    asked = question.asked
    same = ("status", "requester", "provider", "item", "sensitive", "overdue", "answer")
    filters = CaseFilters(**{name: asked.get(name) for name in same}, since=asked.get("from"), until=asked.get("to"))
    answers = question.reception.answers
    answer = question.ask(lambda: answers.cases(filters, question.asking(question.sight.cases())))
    shown = [files.case_row(row) for row in answer.rows]
    return answered(question, answer, {"rows": shown}, organs_of(shown))


def case(request: Request) -> Response:
    """One case whole: its row, its grant, its agreements, and its entries in their order, a page at a time."""
    question = understand(request, _CASE)
    id_, uses = id_of(request), question.asked.get("uses", True)
    answers = question.reception.answers
    # The entries come first, since a cursor brings its own knowledge; whether the case is for this caller decides.
    answer = question.ask(lambda: answers.timeline(id_, question.asking((everything,)), uses=uses))
    alone = question.ask(lambda: answers.case(id_, question.alone(question.sight.cases(), answer.standing)))
    if not alone.rows:
        raise Problem("NOT_FOUND", "There is no such case, or it is not for this caller.")
    row, sight = alone.rows[0].row, question.sight
    texts = sight.reads_texts((row.requester, row.provider), sensitive=row.sensitive)
    stub = bool(question.ask(lambda: answers.catalogue.stubs([row.item])))
    timeline = [timeline_row(each, texts=texts, sight=sight, stub=stub) for each in answer.rows]
    body = {**files.case_file(alone.rows[0], sight, stub=stub), "timeline": timeline}
    return answered(question, answer, body, [*organs_of([body["case"]]), *(each["by"] for each in timeline)])


def agreements(request: Request) -> Response:
    """The last proposed first."""
    question = understand(request, _AGREEMENTS)
    answers, of = question.reception.answers, question.asked.get("case")
    asking = question.asking(question.sight.agreements())
    answer = question.ask(lambda: answers.agreements(asking, request=of, party=question.asked.get("party")))
    shown = [files.agreement_row(row) for row in answer.rows]
    return answered(question, answer, {"rows": shown}, organs_of(shown))


def agreement(request: Request) -> Response:
    """One agreement with every version and who signed it."""
    question = understand(request, STANDING)
    answers, id_ = question.reception.answers, id_of(request)
    answer = question.ask(lambda: answers.agreement(id_, question.alone(question.sight.agreements())))
    if not answer.rows:
        raise Problem("NOT_FOUND", "There is no such agreement, or it is not for this caller.")
    stub = is_secret_stream(f"agreement/{id_}", question.reception.store)
    body = files.agreement_file(answer.rows[0], question.sight, stub=stub)
    return answered(question, answer, body, organs_of([body["agreement"]]))


OPERATIONS = (
    Operation(
        id="listCases",
        method="GET",
        path="/v1/cases",
        tag="questions",
        about="Share requests, where each stands, and its clock: the last opened first.",
        endpoint=cases,
        parameters=_CASES,
        answers=(Answer(200, "Cases.", {JSON: examples.CASES}, "CasePage", PAGE_HEADERS),),
        codes=PAGE_CODES,
        bearer=True,
    ),
    Operation(
        id="getCase",
        method="GET",
        path="/v1/cases/{id}",
        tag="questions",
        about="One case whole, with its timeline: what happened, when it was recorded, and how it is judged.",
        endpoint=case,
        path_parameters={"id": _CASE_ID},
        parameters=_CASE,
        answers=(Answer(200, "The case.", {JSON: examples.CASE}, "CaseFile", PAGE_HEADERS),),
        codes=(*PAGE_CODES, "NOT_FOUND"),
        bearer=True,
    ),
    Operation(
        id="listAgreements",
        method="GET",
        path="/v1/agreements",
        tag="questions",
        about="Confidentiality agreements, the last proposed first.",
        endpoint=agreements,
        parameters=_AGREEMENTS,
        answers=(Answer(200, "Agreements.", {JSON: examples.AGREEMENTS}, "AgreementPage", PAGE_HEADERS),),
        codes=PAGE_CODES,
        bearer=True,
    ),
    Operation(
        id="getAgreement",
        method="GET",
        path="/v1/agreements/{id}",
        tag="questions",
        about="One agreement: every version, its scope, who signed it and when it came into force.",
        endpoint=agreement,
        path_parameters={"id": _AGREEMENT_ID},
        parameters=STANDING,
        answers=(Answer(200, "The agreement.", {JSON: examples.AGREEMENT}, "AgreementFile", STANDING_HEADERS),),
        codes=(*STANDING_CODES, "NOT_FOUND"),
        bearer=True,
    ),
)
