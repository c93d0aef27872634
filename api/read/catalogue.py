"""Questions about the catalogue: what is offered, one resource whole, and what organs need."""

from __future__ import annotations

from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import Response

from api.http import examples
from api.http.operations import Answer, Operation
from api.http.parameters import Parameter, choice, id_of, word
from api.http.problems import Problem
from api.http.responses import JSON
from api.read.catalogue_files import demand_row, item_file, item_row
from api.read.dispute_files import discrepancy_row, dispute_row
from api.read.endpoint import (
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
    Question,
    answered,
    understand,
)
from domain.families.demand.state import DemandStatus
from domain.families.item.state import ItemStatus
from domain.vocabulary.codes import DataClass, ShareType
from projections.catalogue.demands import CONVERTED
from projections.catalogue.query import CatalogueFilters, ItemRow
from projections.disputes.query import DisputeFilters

_CATALOGUE: tuple[Parameter, ...] = (
    PROVIDER,
    choice("class", "Among the classes in force.", get_args(DataClass), example="privacy"),
    SENSITIVE,
    choice("status", "Where the entry stands.", tuple(ItemStatus), example="PUBLISHED"),
    choice("share_type", "1 unconditional, 2 conditional, 3 not shared.", get_args(ShareType), example="2"),
    word("q", "Part of the code, or of the name.", example="登记"),
    *STANDING,
    *PAGE,
)
_DEMANDS: tuple[Parameter, ...] = (
    choice("status", "Where the demand stands.", (*DemandStatus, CONVERTED), example="MATCHED"),
    REQUESTER,
    ITEM,
    *STANDING,
    *PAGE,
)
_CODE = word("id", "The resource code, what follows `item/` in the stream; it may hold `/`.", example="C04")


def catalogue(request: Request) -> Response:
    """By code; what was never published, only to its keeper and who oversees it."""
    question = understand(request, _CATALOGUE)
    asked, answers = question.asked, question.reception.answers
    same = ("provider", "sensitive", "status", "share_type", "q")
    filters = CatalogueFilters(**{name: asked.get(name) for name in same}, data_class=asked.get("class"))
    answer = question.ask(lambda: answers.catalogue.items(filters, question.asking(question.sight.catalogue())))
    shown = [item_row(row) for row in answer.rows]
    return answered(question, answer, {"rows": shown}, _organs(shown, "provider", "source"))


def item(request: Request) -> Response:
    """One resource whole, with the open disputes and discrepancies on it that are for this caller."""
    question = understand(request, STANDING)
    answers, code, sight = question.reception.answers, id_of(request), question.sight
    answer = question.ask(lambda: answers.catalogue.item(code, question.alone(sight.catalogue())))
    if not answer.rows:
        raise Problem("NOT_FOUND", "There is no such resource, or it is not for this caller.")
    file = answer.rows[0]
    of_item = DisputeFilters(item=code, open=True)
    disputed = question.every(
        sight.disputes(), answer.standing, lambda asking: answers.disputes.disputes(of_item, asking)
    )
    reported = question.every(
        sight.discrepancies(),
        answer.standing,
        lambda asking: answers.disputes.discrepancies(asking, item=code, open_=True),
    )
    body = {
        **item_file(file, insider=_insider(file.row, question)),
        "disputes": [dispute_row(each) for each in disputed],
        "discrepancies": [discrepancy_row(each, sight) for each in reported],
    }
    named = [*_organs([body["item"]], "provider", "source"), *_organs(body["versions"], "provider")]
    named += [*_organs(body["disputes"], "opener", "counterparty"), *_organs(body["discrepancies"], "reporter")]
    return answered(question, answer, body, [*named, *_organs(body["sources"], "party")])


def _insider(row: ItemRow, question: Question) -> bool:
    """Whether drafts of this resource are for the caller."""
    held = None if row.keeper is None else question.reception.register.party(row.keeper)
    sight = question.sight
    return sight.stands_in((row.keeper,)) or sight.oversees(() if held is None else (held.division,))


def demands(request: Request) -> Response:
    """The last stated first."""
    question = understand(request, _DEMANDS)
    asked, answers, sight = question.asked, question.reception.answers, question.sight
    asking = question.asking(sight.demands())
    answer = question.ask(
        lambda: answers.demands.demands(
            asking, status=asked.get("status"), requester=asked.get("requester"), of=asked.get("item")
        )
    )
    shown = [demand_row(row, texts=sight.reads_texts((row.requester,), sensitive=False)) for row in answer.rows]
    return answered(question, answer, {"rows": shown}, _organs(shown, "requester"))


def _organs(shown: list[dict[str, Any]], *names: str) -> list[str | None]:
    return [row[name] for row in shown for name in names]


OPERATIONS = (
    Operation(
        id="listCatalogue",
        method="GET",
        path="/v1/catalogue",
        tag="questions",
        about="The catalogue by code: who offers what, of which class, in which version, and whether it is up to date.",
        endpoint=catalogue,
        parameters=_CATALOGUE,
        answers=(Answer(200, "Resources.", {JSON: examples.CATALOGUE_PAGE}, "CataloguePage", PAGE_HEADERS),),
        codes=PAGE_CODES,
        bearer=True,
    ),
    Operation(
        id="getItem",
        method="GET",
        path="/v1/catalogue/{id:path}",
        tag="questions",
        about="One resource: versions and their differences, classes with date and cause, changes with their clocks.",
        endpoint=item,
        path_parameters={"id": _CODE},
        parameters=STANDING,
        answers=(Answer(200, "The resource.", {JSON: examples.ITEM}, "ItemFile", STANDING_HEADERS),),
        codes=(*STANDING_CODES, "NOT_FOUND"),
        bearer=True,
    ),
    Operation(
        id="listDemands",
        method="GET",
        path="/v1/demands",
        tag="questions",
        about="What organs need (A9), and the item that the authority matched it with: the last stated first.",
        endpoint=demands,
        parameters=_DEMANDS,
        answers=(Answer(200, "Demands.", {JSON: examples.DEMANDS}, "DemandPage", PAGE_HEADERS),),
        codes=PAGE_CODES,
        bearer=True,
    ),
)
