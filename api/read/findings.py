"""Questions about findings (线索): whom the machine suspects of what, why, and what the authority made of it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from api.http import examples
from api.http.operations import Answer, Operation
from api.http.parameters import Parameter, choice, id_of, word
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
    understand,
)
from api.read.finding_views import finding_file, finding_row, organs
from domain.findings.derive import REASONS
from domain.findings.file_stage import Stage
from domain.vocabulary.codes import LIMBS
from projections.findings.query import FindingFilters
from projections.findings.union import ACT, SILENCE

_ACCUSED = word("accused", "The organ that it is against.", example="113200000000000195")
_FINDINGS: tuple[Parameter, ...] = (
    choice("status", "Where it stands; nothing matches that is not told to the caller.", tuple(Stage), example="OPEN"),
    choice("limb", "Limb of Art. 33.", LIMBS, example="c1"),
    choice("reason", "Reason code.", REASONS, example="LATE_RESPONSE"),
    choice("kind", "What it stands on: an act, or silence.", (ACT, SILENCE), example="silence"),
    _ACCUSED,
    REQUESTER,
    PROVIDER,
    ITEM,
    word("case", "The share request.", example="2026-0001"),
    FROM,
    TO,
    *STANDING,
    *PAGE,
)
_ID = word("id", "The finding's id: 20 hex digits, the same for ever.", example="f4b5d0c7a1e29b3c6d80")


def findings(request: Request) -> Response:
    """Newest first: since when each holds."""
    question = understand(request, _FINDINGS)
    asked = question.asked
    same = ("status", "limb", "reason", "kind", "accused", "requester", "provider", "item")
    filters = FindingFilters(
        **{name: asked.get(name) for name in same},
        request=asked.get("case"),
        since=asked.get("from"),
        until=asked.get("to"),
    )
    ask, sight = question.reception.answers.findings, question.sight
    answer = question.ask(lambda: ask.listed(filters, question.asking(sight.findings()), told=sight.files()))
    shown = [finding_row(row) for row in answer.rows]
    return answered(question, answer, {"rows": shown}, [each for row in answer.rows for each in organs(row)])


def finding(request: Request) -> Response:
    """One finding and how it is derived: facts, rule, conclusion; then what became of it."""
    question = understand(request, STANDING)
    ask, sight, id_ = question.reception.answers.findings, question.sight, id_of(request)
    answer = question.ask(lambda: ask.one(id_, question.alone(sight.findings()), told=sight.files()))
    if not answer.rows:
        raise Problem("NOT_FOUND", "There is no such finding, or it is not for this caller.")
    file = answer.rows[0]
    named = [*organs(file.row), *(act.by for act in file.facts), *(each.act.by for each in file.history)]
    return answered(question, answer, finding_file(file), named)


OPERATIONS = (
    Operation(
        id="listFindings",
        method="GET",
        path="/v1/findings",
        tag="questions",
        about="线索:机器的怀疑,不是认定。What the machine suspects, and where each suspicion stands, newest first.",
        endpoint=findings,
        parameters=_FINDINGS,
        answers=(Answer(200, "Findings.", {JSON: examples.FINDINGS}, "FindingPage", PAGE_HEADERS),),
        codes=PAGE_CODES,
        bearer=True,
    ),
    Operation(
        id="getFinding",
        method="GET",
        path="/v1/findings/{id}",
        tag="questions",
        about="One finding with its derivation from facts by a rule, and the history of the files that took it up.",
        endpoint=finding,
        path_parameters={"id": _ID},
        parameters=STANDING,
        answers=(Answer(200, "The finding.", {JSON: examples.FINDING}, "FindingFile", STANDING_HEADERS),),
        codes=(*STANDING_CODES, "NOT_FOUND"),
        bearer=True,
    ),
)
