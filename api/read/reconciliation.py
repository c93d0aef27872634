"""对账: questions about deliveries against acknowledgements, and grants against uses."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from api.http import examples
from api.http.operations import Answer, Operation
from api.http.parameters import Parameter, choice, flag, id_of, word
from api.http.problems import Problem
from api.http.responses import JSON
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
    organs_of,
    understand,
)
from api.read.reconciliation_files import case_row, delivery_row, grant_row, summary_row
from projections.reconciliation.query import DeliveryFilters
from projections.reconciliation.tables import ReconciliationState

_DELIVERIES: tuple[Parameter, ...] = (
    PROVIDER,
    REQUESTER,
    ITEM,
    word("case", "The share request.", example="2026-0001"),
    choice("state", "How the delivery stands.", tuple(ReconciliationState), example="UNACKNOWLEDGED"),
    flag("differs", "Whether what was received differs from what was sent, in count or digest."),
    flag("explained", "Whether a correction or a delivery in its place explains the difference."),
    FROM,
    TO,
    *STANDING,
    *PAGE,
)
_GRANTS: tuple[Parameter, ...] = (
    PROVIDER,
    REQUESTER,
    ITEM,
    flag("used", "`false`: grants that were never used."),
    *STANDING,
    *PAGE,
)
_CASE_ID = word("id", "What follows `request/` in the stream.", example="2026-0001")


def reconciliation(request: Request) -> Response:
    """The last delivered first; the summary is of all that match, not of the page."""
    question = understand(request, _DELIVERIES)
    asked, answers = question.asked, question.reception.answers
    same = ("provider", "requester", "item", "state", "differs", "explained")
    filters = DeliveryFilters(
        **{name: asked.get(name) for name in same},
        request=asked.get("case"),
        since=asked.get("from"),
        until=asked.get("to"),
    )
    visible = question.sight.deliveries()
    answer = question.ask(lambda: answers.reconciliation.deliveries(filters, question.asking(visible)))
    shown = [delivery_row(row) for row in answer.rows]
    same_tree = question.alone(visible, answer.standing)
    summary = question.ask(lambda: answers.reconciliation.summary(filters, same_tree))
    body = {"rows": shown, "summary": summary_row(summary.rows[0])}
    return answered(question, answer, body, organs_of(shown))


def grants(request: Request) -> Response:
    """The newest first."""
    question = understand(request, _GRANTS)
    asked, answers = question.asked, question.reception.answers
    asking = question.asking(question.sight.grants())
    wanted = {name: asked.get(name) for name in ("provider", "requester", "item", "used")}
    answer = question.ask(lambda: answers.reconciliation.grants(asking, **wanted))
    shown = [grant_row(row) for row in answer.rows]
    return answered(question, answer, {"rows": shown}, organs_of(shown))


def case(request: Request) -> Response:
    """One case: its deliveries, and how its grant was used."""
    question = understand(request, STANDING)
    answers, id_ = question.reception.answers, id_of(request)
    answer = question.ask(lambda: answers.reconciliation.case(id_, question.alone(question.sight.grants())))
    if not answer.rows:
        raise Problem("NOT_FOUND", "There is no such case with a grant, or it is not for this caller.")
    body = case_row(answer.rows[0])
    return answered(question, answer, body, organs_of([body["grant"], *body["deliveries"]]))


OPERATIONS = (
    Operation(
        id="listDeliveries",
        method="GET",
        path="/v1/reconciliation",
        tag="questions",
        about="对账: deliveries against what their requesters said of them, by state, with what explains a difference.",
        endpoint=reconciliation,
        parameters=_DELIVERIES,
        answers=(Answer(200, "Deliveries.", {JSON: examples.RECONCILIATION}, "ReconciliationPage", PAGE_HEADERS),),
        codes=PAGE_CODES,
        bearer=True,
    ),
    Operation(
        id="listGrants",
        method="GET",
        path="/v1/reconciliation/grants",
        tag="questions",
        about="Grants, what was delivered under them, and when each was last used: the newest first.",
        endpoint=grants,
        parameters=_GRANTS,
        answers=(Answer(200, "Grants.", {JSON: examples.GRANTS}, "GrantPage", PAGE_HEADERS),),
        codes=PAGE_CODES,
        bearer=True,
    ),
    Operation(
        id="getCaseReconciliation",
        method="GET",
        path="/v1/reconciliation/cases/{id}",
        tag="questions",
        about="One case: its deliveries, and its uses counted and held against what had been delivered by then.",
        endpoint=case,
        path_parameters={"id": _CASE_ID},
        parameters=STANDING,
        answers=(
            Answer(200, "The case.", {JSON: examples.CASE_RECONCILIATION}, "CaseReconciliation", STANDING_HEADERS),
        ),
        codes=(*STANDING_CODES, "NOT_FOUND"),
        bearer=True,
    ),
)
