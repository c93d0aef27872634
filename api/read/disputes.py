"""Questions about disputes over what information is (A19 ¶2) and discrepancies between sources (A11)."""

from __future__ import annotations

from typing import get_args

from starlette.requests import Request
from starlette.responses import Response

from api.http import examples
from api.http.operations import Answer, Operation
from api.http.parameters import Parameter, choice, flag, id_of, word
from api.http.problems import Problem
from api.http.responses import JSON
from api.read.dispute_files import discrepancy_row, dispute_file, dispute_row
from api.read.endpoint import (
    ITEM,
    PAGE,
    PAGE_CODES,
    PAGE_HEADERS,
    STANDING,
    STANDING_CODES,
    STANDING_HEADERS,
    answered,
    understand,
)
from domain.families.discrepancy.state import DiscrepancyStatus
from domain.families.dispute.state import DisputeStatus
from domain.vocabulary.codes import Route
from projections.disputes.query import UNASSIGNED, DisputeFilters

DISPUTED = ("state_secret", "trade_secret", "privacy")

_DISPUTES: tuple[Parameter, ...] = (
    choice("route", "A: state secret. B: trade secret, privacy.", get_args(Route), example="B"),
    choice("status", "Where the dispute stands.", tuple(DisputeStatus), example="APPLIED"),
    ITEM,
    word("case", "The share request that it names.", example="2026-0010"),
    word("party", "An organ on either side.", example="11320000000000166N"),
    choice("claimed_class", "What the information is said to be.", DISPUTED, example="trade_secret"),
    flag("open", "Whether it is not settled yet, so that the stricter class holds meanwhile."),
    *STANDING,
    *PAGE,
)
_DISCREPANCIES: tuple[Parameter, ...] = (
    choice("status", "Where it stands.", (*DiscrepancyStatus, UNASSIGNED), example="VERIFYING"),
    ITEM,
    word("source", "The source of record, which has to verify.", example="113200000000000270"),
    word("reporter", "Who compared.", example="113200000000000195"),
    *STANDING,
    *PAGE,
)
_DISPUTE_ID = word("id", "What follows `dispute/` in the stream.", example="DP-0010")


def disputes(request: Request) -> Response:
    """The last opened first."""
    question = understand(request, _DISPUTES)
    asked, answers = question.asked, question.reception.answers
    same = ("route", "status", "item", "party", "claimed_class", "open")
    filters = DisputeFilters(**{name: asked.get(name) for name in same}, request=asked.get("case"))
    answer = question.ask(lambda: answers.disputes.disputes(filters, question.asking(question.sight.disputes())))
    shown = [dispute_row(row) for row in answer.rows]
    return answered(question, answer, {"rows": shown}, _organs(shown))


def dispute(request: Request) -> Response:
    """One dispute whole; an open one of route A beside it blocks the effects of route B (4.9)."""
    question = understand(request, STANDING)
    answers, id_, sight = question.reception.answers, id_of(request), question.sight
    answer = question.ask(lambda: answers.disputes.dispute(id_, question.alone(sight.disputes())))
    if not answer.rows:
        raise Problem("NOT_FOUND", "There is no such dispute, or it is not for this caller.")
    file = answer.rows[0]
    on_item = DisputeFilters(item=file.row.item)
    others = question.every(
        sight.disputes(), answer.standing, lambda asking: answers.disputes.disputes(on_item, asking)
    )
    beside = [dispute_row(each) for each in others if each.id != id_]
    body = {**dispute_file(file, sight), "beside": beside}
    named = [*_organs([body["dispute"], *beside]), *(each["by"] for each in body["steps"])]
    return answered(question, answer, body, named)


def discrepancies(request: Request) -> Response:
    """The last reported first."""
    question = understand(request, _DISCREPANCIES)
    asked, answers, sight = question.asked, question.reception.answers, question.sight
    asking = question.asking(sight.discrepancies())
    wanted = {name: asked.get(name) for name in ("status", "item", "source", "reporter")}
    answer = question.ask(lambda: answers.disputes.discrepancies(asking, **wanted))
    shown = [discrepancy_row(row, sight) for row in answer.rows]
    named = [each[name] for each in shown for name in ("reporter", "source")]
    return answered(question, answer, {"rows": shown}, named)


def _organs(shown: list[dict[str, str | None]]) -> list[str | None]:
    return [row[name] for row in shown for name in ("opener", "counterparty", "originator", "decider")]


OPERATIONS = (
    Operation(
        id="listDisputes",
        method="GET",
        path="/v1/disputes",
        tag="questions",
        about="Disputes over what information is, their route, and how many days they took: the last opened first.",
        endpoint=disputes,
        parameters=_DISPUTES,
        answers=(Answer(200, "Disputes.", {JSON: examples.DISPUTES}, "DisputePage", PAGE_HEADERS),),
        codes=PAGE_CODES,
        bearer=True,
    ),
    Operation(
        id="getDispute",
        method="GET",
        path="/v1/disputes/{id}",
        tag="questions",
        about="One dispute: its steps in the lanes of both organs and of who decides, and what was reopened.",
        endpoint=dispute,
        path_parameters={"id": _DISPUTE_ID},
        parameters=STANDING,
        answers=(Answer(200, "The dispute.", {JSON: examples.DISPUTE}, "DisputeFile", STANDING_HEADERS),),
        codes=(*STANDING_CODES, "NOT_FOUND"),
        bearer=True,
    ),
    Operation(
        id="listDiscrepancies",
        method="GET",
        path="/v1/discrepancies",
        tag="questions",
        about="Where two sources differ (A11), who has to verify, and what came of it: the last reported first.",
        endpoint=discrepancies,
        parameters=_DISCREPANCIES,
        answers=(Answer(200, "Discrepancies.", {JSON: examples.DISCREPANCIES}, "DiscrepancyPage", PAGE_HEADERS),),
        codes=PAGE_CODES,
        bearer=True,
    ),
)
