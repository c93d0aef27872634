"""Questions about the register: which parties there are, their keys, and their posts."""

from __future__ import annotations

from typing import get_args

from starlette.requests import Request
from starlette.responses import Response

from api.http import examples
from api.http.operations import Answer, Operation
from api.http.parameters import Parameter, choice, id_of, word
from api.http.problems import Problem
from api.http.responses import JSON
from api.read import files
from api.read.endpoint import (
    PAGE,
    PAGE_CODES,
    PAGE_HEADERS,
    STANDING,
    STANDING_CODES,
    STANDING_HEADERS,
    answered,
    understand,
)
from domain.vocabulary.codes import Category

_PARTIES: tuple[Parameter, ...] = (
    word("division", "Six digits of GB/T 2260.", pattern="[0-9]{6}", example="320000"),
    choice("category", "What kind of party.", get_args(Category), example="ORGAN"),
    *STANDING,
    *PAGE,
)
_CODE = word("id", "The party's unified social credit code.", example="113200000000000195")


def parties(request: Request) -> Response:
    """The register, by code."""
    question = understand(request, _PARTIES, for_everybody=True)
    answers, asked = question.reception.answers, question.asked
    asking = question.asking(question.sight.parties())
    answer = question.ask(
        lambda: answers.parties(asking, division=asked.get("division"), category=asked.get("category"))
    )
    return answered(question, answer, {"rows": [files.party_row(row) for row in answer.rows]}, [])


def party(request: Request) -> Response:
    """One party with its keys, and with its posts for itself and for who oversees it."""
    question = understand(request, STANDING, for_everybody=True)
    answers, uscc = question.reception.answers, id_of(request)
    answer = question.ask(lambda: answers.party(uscc, question.alone(question.sight.parties())))
    if not answer.rows:
        raise Problem("NOT_FOUND", "No party has this code.")
    return answered(question, answer, files.party_file(answer.rows[0], question.sight), [])


OPERATIONS = (
    Operation(
        id="listParties",
        method="GET",
        path="/v1/parties",
        tag="questions",
        about="The register of parties, by code.",
        endpoint=parties,
        parameters=_PARTIES,
        answers=(Answer(200, "Parties.", {JSON: examples.PARTIES}, "PartyPage", PAGE_HEADERS),),
        codes=PAGE_CODES,
        bearer=True,
    ),
    Operation(
        id="getParty",
        method="GET",
        path="/v1/parties/{id}",
        tag="questions",
        about="One party with its keys; with its posts for itself and for who oversees it.",
        endpoint=party,
        path_parameters={"id": _CODE},
        parameters=STANDING,
        answers=(Answer(200, "The party.", {JSON: examples.PARTY}, "PartyFile", STANDING_HEADERS),),
        codes=(*STANDING_CODES, "NOT_FOUND"),
        bearer=True,
    ),
)
